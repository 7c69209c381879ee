"""What an organisation owns, owes and builds: the inventories that its book sums."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final

INTERETS: Final = {"R21": "661121", "R221": "661122", "R222": "661122", "R4": "661124", "R5": "661125"}
"""Interest account of each rubric; the others share 661128."""


@dataclass(slots=True)
class Residence:
    """A rental building: `genre` is CONV, NONC or FOY (dwellings of a foyer are equivalents)."""

    code: str
    nom: str
    genre: str
    logements: int
    loyer: int
    """Yearly rent of a dwelling, in cents."""


@dataclass(slots=True)
class Emprunt:
    """A loan and what it did in the exercice, in cents; `taux` is the margin over the livret A, or fixed."""

    code: str
    nom: str
    compte: str
    rubrique: str
    capital: int
    duree: int
    """Instalments still to pay."""
    marge: int
    """Basis points."""
    livret_a: bool = True
    mois: int = 6
    garant: str = ""
    """COLL, CGLLS or nothing."""
    ouverture: int = 0
    realise: int = 0
    rembourse: int = 0
    anticipe: int = 0
    transfert: int = 0
    interets: int = 0
    couru: int = 0

    @property
    def compte_interets(self) -> str:
        """The account of its interest."""
        return INTERETS.get(self.rubrique, "661128")

    def ouvre(self) -> None:
        """Start a new exercice."""
        self.ouverture = self.capital
        self.realise = self.rembourse = self.anticipe = self.transfert = self.interets = 0

    def echeance(self) -> int:
        """Return the capital due in a year."""
        return self.capital // self.duree if self.duree > 0 else self.capital


@dataclass(slots=True)
class OperationLocative:
    """A rental operation, from its first study to its last invoice; amounts are cumulative, in cents."""

    code: str
    nom: str
    nature: str
    logements: int
    genre: str
    debut: int
    """Year of the ordre de service."""
    prevu: int
    depense: int = 0
    subventions: int = 0
    subventions_inscrites: int = 0
    emprunts: int = 0
    emprunts_encaisses: int = 0
    relais: int = 0
    os: date = date(1900, 1, 1)
    service: date = date(1900, 1, 1)

    def etape(self, annee: int) -> int:
        """Return 0 for a study, 1 and 2 for works, 3 in service, 4 settled."""
        return min(4, max(0, annee - self.debut + 1))


@dataclass(slots=True)
class OperationAccession:
    """A programme to sell (`genre` GRI, GRC, VEF, LOT, PSLA); amounts are cumulative, in cents."""

    code: str
    nom: str
    genre: str
    lots: int
    debut: int
    """Year of the first works."""
    cout: int
    """Cost of the whole."""
    prix: int
    """Price of one lot, without VAT."""
    depense: int = 0
    vendus: int = 0
    ventes: int = 0
    """Sold in the exercice."""
    sorti: int = 0
    """Cost of what is sold."""
    sortie: int = 0
    """Cost of what was sold in the exercice."""
    depreciation: int = 0
    acheve: date = date(1900, 1, 1)

    @property
    def stock(self) -> int:
        """What is still in stock, gross."""
        return self.depense - self.sorti

    def etape(self, annee: int) -> int:
        """Return 0 for land, 1 for works, 2 for completion, more afterwards."""
        return max(0, annee - self.debut + 1)


@dataclass(slots=True)
class Reserve:
    """A land reserve: `poste` is I (fixed asset) or S (stock)."""

    code: str
    adresse: str
    acquise: date
    surface: int
    valeur: int
    poste: str
    emprunt: str = ""


@dataclass(slots=True)
class GrosEntretien:
    """A work of the multi-year programme, provisioned by its elapsed use (art. 122-4)."""

    code: str
    residence: str
    nature: str
    debut: int
    echeance: int
    cout: int
    provision: int = 0

    def due(self, annee: int) -> int:
        """Return the provision at the end of *annee*."""
        return self.cout * (annee - self.debut + 1) // (self.echeance - self.debut + 1)


@dataclass(slots=True)
class Participation:
    """A company of which shares are held; amounts in cents, share in hundredths of a per cent."""

    siren: str
    nom: str
    genre: str
    activite: str
    part: int
    titres: int
    depreciation: int
    creance: int
    courant_debiteur: int
    courant_crediteur: int
    capitaux: int
    resultat: int = 0
    logements: int = 0


@dataclass(slots=True)
class Bail:
    """A BRS programme: land kept, rights sold, rent of the land."""

    code: str
    nom: str
    logements: int
    foncier: int
    redevance: int
    emprunt: str = ""


@dataclass(slots=True)
class Parc:
    """Moves of the stock of dwellings in an exercice, by kind of dwelling."""

    ouverture: dict[str, int] = field(default_factory=dict)
    neufs: dict[str, int] = field(default_factory=dict)
    acquis: dict[str, int] = field(default_factory=dict)
    vendus: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Etat:
    """The inventories of an organisation at a closing."""

    residences: list[Residence] = field(default_factory=list)
    emprunts: list[Emprunt] = field(default_factory=list)
    locatives: list[OperationLocative] = field(default_factory=list)
    accessions: list[OperationAccession] = field(default_factory=list)
    reserves: list[Reserve] = field(default_factory=list)
    travaux: list[GrosEntretien] = field(default_factory=list)
    realises: list[GrosEntretien] = field(default_factory=list)
    """Works done in the exercice."""
    participations: list[Participation] = field(default_factory=list)
    baux: list[Bail] = field(default_factory=list)
    parc: Parc = field(default_factory=Parc)
    plus_value: int = 0
    """Gain on the sales of dwellings, to be put in 10685 the year after."""
    ordre: int = 0

    def suivant(self, prefixe: str) -> str:
        """Return a fresh code."""
        self.ordre += 1
        return f"{prefixe}{self.ordre:03d}"

    def emprunt(self, code: str) -> Emprunt:
        """Return a loan by its code."""
        return next(emprunt for emprunt in self.emprunts if emprunt.code == code)

    def logements(self, *genres: str) -> int:
        """Return how many dwellings of some kinds there are."""
        return sum(residence.logements for residence in self.residences if residence.genre in genres)
