"""Programmes to let and to sell: how they start, and how far they are at the end of a year."""

from __future__ import annotations

from datetime import date
from typing import Final

from secteur.etat import Etat, OperationAccession, OperationLocative
from secteur.organismes import Organisme
from secteur.reglages import Reglages

_DEPENSE: Final = (2, 35, 75, 95, 100)
_INSCRITES: Final = (0, 40, 80, 95, 100)
_ENCAISSES: Final = (0, 0, 55, 92, 100)
"""Expenses, subsidies booked and loans drawn of a rental operation, in % of the plan, by stage."""
_COUT: Final = (20, 55, 100)
_VENDUS: Final = {
    "PSLA": (0, 0, 0, 40, 80, 100),
    "VEF": (0, 0, 100),
    "": (0, 0, 86, 96, 100),
}
"""Lots sold, in %, by stage."""
_LIEUX: Final = (
    "L'Aurore",
    "Le Bocage",
    "Le Clos",
    "La Dune",
    "L'Étang",
    "La Ferme",
    "La Garenne",
    "Le Hameau",
)
NATURES: Final = ("NEU", "VEF", "NEU", "REH", "ACQ")


def au_plus(echelle: tuple[int, ...], etape: int) -> int:
    """Return the value of a stage; the last one lasts."""
    return echelle[min(etape, len(echelle) - 1)]


def lancer_locative(etat: Etat, organisme: Organisme, figures: Reglages, debut: int) -> None:
    """Study the rental operations whose works start in *debut*."""
    hasard = organisme.hasard("locatives", debut)
    reste = max(6, organisme.logements * figures.neuf // 10_000)
    while reste > 0:
        logements = min(reste, hasard.randint(10, 36)) if organisme.logements < 6_000 else min(reste, 60)
        reste -= logements
        code = etat.suivant("L")
        nature = hasard.choice(NATURES)
        cout = figures.cout_neuf * hasard.randint(90, 112) // 100
        prevu = logements * (cout * 30 // 100 if nature == "REH" else cout)
        prevu -= prevu % 100_000
        operation = OperationLocative(
            code,
            f"{hasard.choice(_LIEUX)} {code}",
            nature,
            logements,
            "NONC" if hasard.random() < 0.06 else "CONV",
            debut,
            prevu,
        )
        operation.subventions = prevu * hasard.randint(7, 15) // 100
        operation.emprunts = prevu * hasard.randint(66, 76) // 100
        operation.os = date(debut, hasard.randint(2, 9), hasard.randint(1, 28))
        operation.service = date(debut + 2, hasard.randint(3, 11), hasard.randint(1, 28))
        etat.locatives.append(operation)


def lancer_accession(etat: Etat, organisme: Organisme, figures: Reglages, debut: int) -> None:
    """Prepare the programmes to sell whose works start in *debut*."""
    hasard = organisme.hasard("accessions", debut)
    reste = max(4, organisme.lots * hasard.randint(88, 112) // 100)
    genres = ["GRC", "GRI", "PSLA", "GRC"] if "PSL" in organisme.activites else ["GRC", "GRI"]
    genres += ["VEF"] if organisme.famille in ("COOP", "ESH") else []
    rang = 0
    while reste > 0:
        lots = min(reste, hasard.randint(7, 18))
        reste -= lots
        genre = genres[(debut + rang) % len(genres)]
        rang += 1
        code = etat.suivant("A")
        cout = hasard.randint(1_480, 1_950) * 10_000 * lots
        prix = cout // lots * 10_000 // (10_000 - figures.marge)
        nom = f"{hasard.choice(_LIEUX)} {code}"
        etat.accessions.append(
            OperationAccession(
                code,
                nom,
                genre,
                lots,
                debut,
                cout,
                prix - prix % 10_000,
                acheve=date(debut + 1, hasard.randint(2, 9), hasard.randint(1, 28)),
            )
        )


def placer(etat: Etat, annee: int) -> None:
    """Bring every programme to where it stands at the end of *annee*, without a book."""
    for locative in etat.locatives:
        avancer_locative(locative, annee)
    for accession in etat.accessions:
        avancer_accession(accession, annee)
        accession.ventes = accession.sortie = 0
    etat.accessions = [item for item in etat.accessions if item.vendus < item.lots]


def avancer_locative(operation: OperationLocative, annee: int) -> None:
    """Bring an operation to its stage of *annee*."""
    etape = operation.etape(annee)
    operation.depense = operation.prevu * _DEPENSE[etape] // 100
    operation.subventions_inscrites = operation.subventions * _INSCRITES[etape] // 100
    operation.emprunts_encaisses = operation.emprunts * _ENCAISSES[etape] // 100
    operation.relais = operation.prevu * 12 // 100 if etape == 1 and operation.logements % 3 == 0 else 0


def avancer_accession(operation: OperationAccession, annee: int) -> None:
    """Bring a programme to its stage of *annee*: what it cost, what it sold."""
    etape = operation.etape(annee)
    operation.depense = operation.cout * au_plus(_COUT, etape) // 100
    echelle = _VENDUS.get(operation.genre, _VENDUS[""])
    vendus = operation.lots * au_plus(echelle, etape) // 100
    sorti = operation.cout * vendus // operation.lots
    operation.ventes, operation.sortie = vendus - operation.vendus, sorti - operation.sorti
    operation.vendus, operation.sorti = vendus, sorti
