"""1 January 2018: the inventories that an organisation opens with, and the book that sums them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from random import Random
from typing import Final

from demo.livre import Cle, share
from secteur.etat import Bail, Emprunt, Etat, GrosEntretien, Participation, Reserve, Residence
from secteur.livre import BANQUE
from secteur.organismes import EXERCICES, Organisme, siren
from secteur.programmes import lancer_accession, lancer_locative, placer
from secteur.reglages import LIVRET_A, Reglages

AVANT: Final = EXERCICES[0] - 1
_LIEUX: Final = (
    "Les Acacias",
    "Le Belvédère",
    "Les Cerisiers",
    "Le Donjon",
    "Les Érables",
    "La Fontaine",
    "Les Glycines",
    "Les Hortensias",
    "L'Isle",
    "Le Jardin",
    "Les Lilas",
    "Le Moulin",
    "Les Noyers",
    "Les Oliviers",
    "Le Parc",
    "Les Roses",
)
_NATURES: Final = (
    "Ravalement sans amélioration",
    "Peinture des parties communes",
    "Sols des parties communes",
)


class Amorce:
    """The opening being built: inventories, balances in cents by account and auxiliary."""

    def __init__(self, organisme: Organisme, figures: Reglages) -> None:
        self.organisme = organisme
        self.figures = figures
        self.hasard: Random = organisme.hasard("amorce")
        self.etat = Etat()
        self.soldes: defaultdict[Cle, int] = defaultdict(int)

    def pose(self, compte: str, montant: int, auxiliaire: str = "") -> None:
        """Add to a balance, debit minus credit."""
        self.soldes[compte, auxiliaire] += montant

    def exerce(self, activite: str) -> bool:
        """Tell whether the organisation has an activity."""
        return activite in self.organisme.activites

    def emprunte(self, emprunt: Emprunt) -> None:
        """Add a loan and its accrued interest."""
        emprunt.couru = couru(emprunt, AVANT)
        self.etat.emprunts.append(emprunt)
        self.pose(emprunt.compte, -emprunt.capital, emprunt.code)
        self.pose("16884", -emprunt.couru, emprunt.code)


def taux(emprunt: Emprunt, annee: int) -> int:
    """Return the rate of a year, in basis points."""
    return emprunt.marge + (LIVRET_A[annee] if emprunt.livret_a else 0)


def couru(emprunt: Emprunt, annee: int) -> int:
    """Return the interest run since the last instalment, on 31 December."""
    return emprunt.capital * taux(emprunt, annee) * (12 - emprunt.mois) // 120_000


def ouvrir(organisme: Organisme, figures: Reglages) -> tuple[Etat, dict[Cle, int]]:
    """Return the inventories and the balances of the opening."""
    amorce = Amorce(organisme, figures)
    for part in _PARTS:
        part(amorce)
    return amorce.etat, dict(amorce.soldes)


def _residences(amorce: Amorce) -> None:
    logements = amorce.organisme.logements
    if not logements:
        return
    hasard, figures = amorce.hasard, amorce.figures
    nombre = max(3, min(24, logements // 90))
    tailles = share(logements, [hasard.randint(60, 140) for _ in range(nombre)])
    for rang, taille in enumerate(tailles):
        genre = "NONC" if rang == 1 else "FOY" if rang == 2 and logements > 1_000 else "CONV"
        base = figures.loyer * {"CONV": 99, "NONC": 128, "FOY": 86}[genre] // 100
        loyer = base * hasard.randint(92, 108) // 100
        lieu = _LIEUX[rang % len(_LIEUX)] + (" II" if rang >= len(_LIEUX) else "")
        amorce.etat.residences.append(Residence(f"R{rang + 1:03d}", lieu, genre, taille, loyer))


def _patrimoine(amorce: Amorce) -> None:
    logements, figures = amorce.organisme.logements, amorce.figures
    if not logements:
        return
    bati = logements * figures.bati
    postes = (
        ("2113", "", logements * figures.terrain, 0),
        ("212", "2812", logements * figures.terrain // 11, figures.amorti),
        ("21311", "281311", bati * 94 // 100, figures.amorti),
        ("21411", "281411", bati * 6 // 100, figures.amorti - 400),
    )
    for compte, contre, brut, amorti in postes:
        amorce.pose(compte, brut)
        if contre:
            amorce.pose(contre, -(brut * amorti // 10_000))
    subvention = logements * figures.subvention
    for compte, contre, part in (("13111", "139111", 50), ("1312", "13912", 22), ("1314", "13914", 28)):
        amorce.pose(compte, -(subvention * part // 100))
        amorce.pose(contre, subvention * part * (figures.amorti - 200) // 1_000_000)
    amorce.pose("1651", -logements * 33_000)


def _structure(amorce: Amorce) -> None:
    taille = amorce.organisme.logements + 12 * amorce.organisme.lots
    siege = 30_000_000 + taille * 60_000
    for compte, contre, brut, amorti in (
        ("2115", "", siege * 9 // 100, 0),
        ("21315", "281315", siege, 3_600),
        ("205", "2805", taille * 7_500, 5_800),
        ("2154", "28154", taille * 2_400, 5_000),
        ("2183", "2818", taille * 9_500, 4_600),
        ("2743", "", taille * 500, 0),
        ("2751", "", taille * 700, 0),
        ("4816", "", taille * 3_000, 0),
        ("486", "", taille * 1_800, 0),
    ):
        amorce.pose(compte, brut)
        if contre:
            amorce.pose(contre, -(brut * amorti // 10_000))
    amorce.pose("153", -taille * 6_000)
    amorce.pose("1511", -taille * 2_500)
    amorce.pose("4871", -taille * 1_300)
    compte, garant = ("1648", "") if amorce.organisme.logements else ("1641", "COLL")
    capital = siege * 45 // 100
    amorce.emprunte(
        Emprunt("E900", "Siège", compte, "R3", capital, 14, 185, livret_a=False, mois=4, garant=garant)
    )


def _dette(amorce: Amorce) -> None:
    logements, figures, hasard = amorce.organisme.logements, amorce.figures, amorce.hasard
    if not logements:
        return
    nombre = max(5, min(16, logements // 110))
    capitaux = share(logements * figures.dette, [hasard.randint(60, 140) for _ in range(nombre)])
    for rang, capital in enumerate(capitaux):
        banque, peec = rang % 7 == 5, rang % 7 == 3
        compte = "1648" if banque else "1628" if peec else "1641"
        nom = "Banque" if banque else "Action logement" if peec else f"Prêt locatif {rang + 1}"
        rubrique = "R222" if rang == nombre - 1 else "R221"
        part = 12 if rubrique == "R222" else 100
        marge = hasard.randint(120, 190) if banque else 75 if peec else hasard.choice((60, 60, 100, 111))
        amorce.emprunte(
            Emprunt(
                f"E{rang + 1:03d}",
                nom,
                compte,
                rubrique,
                capital * part // 100,
                max(6, figures.duree + hasard.randint(-7, 7)),
                marge,
                livret_a=not (banque or peec),
                mois=1 + rang % 12,
                garant="" if banque or peec else "CGLLS" if rang == 0 else "COLL",
            )
        )


def _reserves(amorce: Amorce) -> None:
    etat, hasard, ville = amorce.etat, amorce.hasard, amorce.organisme.ville
    postes = ["I"] * (2 if amorce.exerce("LOC") else 0) + ["S"] * (2 if amorce.exerce("ACC") else 0)
    for rang, poste in enumerate(postes):
        valeur = hasard.randint(140, 520) * 100_000
        code = f"RF{rang + 1:02d}"
        emprunt = f"E8{rang:02d}" if poste == "I" else ""
        acquise = date(hasard.randint(2015, 2017), hasard.randint(1, 12), 15)
        surface = hasard.randint(2_000, 14_000) * 100
        etat.reserves.append(
            Reserve(code, f"Chemin n° {rang + 1}, {ville}", acquise, surface, valeur, poste, emprunt)
        )
        amorce.pose("2111" if poste == "I" else "311", valeur)
        if emprunt:
            amorce.emprunte(
                Emprunt(
                    emprunt, f"Foncier {code}", "1641", "R1", valeur * 6 // 10, 12, 60, mois=9, garant="COLL"
                )
            )


def _programmes(amorce: Amorce) -> None:
    for debut in range(AVANT - 2, AVANT + 2):
        if amorce.exerce("LOC"):
            lancer_locative(amorce.etat, amorce.organisme, amorce.figures, debut)
        if amorce.exerce("ACC"):
            lancer_accession(amorce.etat, amorce.organisme, amorce.figures, debut)
    placer(amorce.etat, AVANT)
    for locative in amorce.etat.locatives:
        if locative.etape(AVANT) < 3:
            terrain = locative.depense * 15 // 100
            amorce.pose("2312", terrain)
            amorce.pose("231311", locative.depense - terrain)
        amorce.pose("13111", -locative.subventions_inscrites)
        amorce.pose("4411", locative.subventions_inscrites * 45 // 100, "ETAT")
        if locative.emprunts_encaisses:
            amorce.emprunte(_emprunt_operation(locative.code, locative.nom, locative.emprunts_encaisses))
        if locative.relais:
            code = f"P{locative.code}"
            amorce.emprunte(
                Emprunt(
                    code, f"Relais {locative.nom}", "1648", "R21", locative.relais, 1, 150, livret_a=False
                )
            )
    for accession in amorce.etat.accessions:
        amorce.pose(
            ("311", "332")[min(1, accession.etape(AVANT))]
            if accession.etape(AVANT) < 2
            else "3581"
            if accession.genre == "PSLA"
            else "352",
            accession.stock,
        )


def _emprunt_operation(code: str, nom: str, capital: int) -> Emprunt:
    return Emprunt(f"E{code}", nom, "1641", "R221", capital, 40, 60, mois=10, garant="COLL")


def _travaux(amorce: Amorce) -> None:
    if not amorce.organisme.logements:
        return
    hasard = amorce.hasard
    for rang, residence in enumerate(amorce.etat.residences):
        debut = AVANT - hasard.randint(0, 4)
        echeance = AVANT + 1 + rang % 6
        cout = residence.logements * hasard.randint(90_000, 160_000)
        travail = GrosEntretien(f"G{rang + 1:03d}", residence.code, _NATURES[rang % 3], debut, echeance, cout)
        travail.provision = travail.due(AVANT)
        amorce.etat.travaux.append(travail)
        amorce.pose("1572", -travail.provision)


def _participations(amorce: Amorce) -> None:
    if not amorce.exerce("PAR"):
        return
    hasard = amorce.hasard
    for rang in range(hasard.randint(2, 4)):
        accession = amorce.exerce("ACC") and rang < 2
        part = hasard.choice((3_000, 4_900, 5_000)) if accession else hasard.choice((500, 1_000, 2_000))
        titres = hasard.randint(8, 60) * 100_000
        societe = Participation(
            siren=siren(90_000 + amorce.organisme.rang % 900 * 10 + rang),
            nom=f"{'SCCV' if accession else 'Coordination'} {_LIEUX[rang]} (fictive)",
            genre="SCCV" if accession else "SIEG/HLM",
            activite="ACC" if accession else "AUT",
            part=part,
            titres=titres,
            depreciation=0,
            creance=0 if accession else hasard.randint(2, 9) * 100_000,
            courant_debiteur=hasard.randint(20, 90) * 100_000 if accession else 0,
            courant_crediteur=hasard.randint(1, 8) * 100_000 if accession and rang else 0,
            capitaux=0,
        )
        societe.capitaux = (titres + societe.creance) * 13_500 // part
        amorce.etat.participations.append(societe)
        amorce.pose("2611", titres, societe.siren)
        amorce.pose("2671", societe.creance, societe.siren)
        amorce.pose("4541", societe.courant_debiteur, societe.siren)
        amorce.pose("4542", -societe.courant_crediteur, societe.siren)


def _prets(amorce: Amorce) -> None:
    if amorce.exerce("PRE"):
        capital = amorce.hasard.randint(120, 480) * 100_000
        amorce.pose("278", capital)
        amorce.emprunte(
            Emprunt("E950", "Prêts adossés", "1648", "R5", capital * 7 // 10, 9, 140, livret_a=False)
        )
    if amorce.exerce("PSL") and amorce.exerce("LOC"):
        hasard = amorce.hasard
        foncier = hasard.randint(150, 400) * 100_000
        amorce.etat.baux.append(
            Bail("B001", "Le Clos", hasard.randint(8, 20), foncier, foncier * 3 // 100, "E960")
        )
        amorce.pose("2112", foncier)
        amorce.emprunte(
            Emprunt("E960", "Foncier BRS", "1641", "R221", foncier * 8 // 10, 45, 60, garant="COLL")
        )


def _tiers(amorce: Amorce) -> None:
    organisme, figures, etat = amorce.organisme, amorce.figures, amorce.etat
    taille = organisme.logements + 12 * organisme.lots
    for compte, montant, auxiliaire in (
        ("431", -taille * 2_600, ""),
        ("437", -taille * 800, ""),
        ("4421", -taille * 300, ""),
        ("447", -taille * 700, ""),
        ("4282", -taille * 2_700, ""),
        ("4382", -taille * 1_200, ""),
        ("4011", -taille * 9_000, "FGEN"),
        ("4041", -organisme.logements * 12_000, "FTRA"),
        ("4021", -organisme.lots * 900_000, "FSTK"),
        ("4122", organisme.lots * 1_200_000, "NOT"),
    ):
        amorce.pose(compte, montant, auxiliaire)
    appele = sum(
        residence.logements * (residence.loyer + figures.recuperables) for residence in etat.residences
    )
    for residence in etat.residences:
        part = residence.logements * (residence.loyer + figures.recuperables)
        amorce.pose("4111", part * (figures.creances - 480) // 10_000, residence.code)
    amorce.pose("4161", appele * 480 // 10_000)
    amorce.pose("4916", -(appele * 480 // 10_000) * 82 // 100)
    conventionnes = sum(r.logements * r.loyer for r in etat.residences if r.genre == "CONV")
    amorce.pose("4112", conventionnes * 18 // 1_200, "CAF")


def _tresorerie(amorce: Amorce) -> None:
    organisme = amorce.organisme
    cible = organisme.logements * amorce.figures.tresorerie + organisme.lots * 6_000_000 + 20_000_000
    amorce.pose(BANQUE, cible * 62 // 100)
    amorce.pose("517", cible * 22 // 100)
    amorce.pose("5081", cible - cible * 62 // 100 - cible * 22 // 100)
    amorce.pose("5311", 60_000)


def _capitaux(amorce: Amorce) -> None:
    organisme = amorce.organisme
    taille = organisme.logements + 25 * organisme.lots
    net = sum(amorce.soldes.values())
    resultat = taille * 28_000
    sem = organisme.famille == "SEM"
    sieg = resultat * 82 // 100
    capital = max(4_000_000, net // 12)
    reserve = {"COOP": capital * 62, "ESH": capital * 9, "SEM": capital * 8}.get(organisme.famille, 0) // 100
    cessions = organisme.logements * 60_000
    report = taille * 6_000
    postes = {
        "1013" if organisme.est_societe else "1021": capital,
        "1061": reserve,
        "106851": cessions,
        "11010" if sem else "110": report,
        "12010" if sem else "120": resultat - sieg,
        "12013" if sem else "12011": sieg,
    }
    reste = net - sum(postes.values())
    if reste <= 0:
        raise ValueError(f"{organisme.nom} opens without equity")
    postes["10683" if sem else "106881"] = reste * 70 // 100
    postes["1067" if organisme.famille == "OPH" else "10688"] = (
        postes.get("10688", 0) + reste - reste * 70 // 100
    )
    for compte, montant in postes.items():
        amorce.pose(compte, -montant)


_PARTS: Final[tuple[Callable[[Amorce], None], ...]] = (
    _residences,
    _patrimoine,
    _structure,
    _dette,
    _reserves,
    _programmes,
    _travaux,
    _participations,
    _prets,
    _tiers,
    _tresorerie,
    _capitaux,
)
