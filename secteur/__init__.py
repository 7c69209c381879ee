"""
The fictional sector: organisations of the four families that live five exercices, to the cent.

`organismes` says who they are, `livre`, `balance` and `fec` what their books hold, `depot` what they file,
`evaluation` what a plan makes of it, `anomalie` plants one error and tells the truth about it, and
`rapide.filings` gives thousands of filings by the hundred a second.  Same seed, same bytes; nothing is real.
"""

from __future__ import annotations

from collections.abc import Iterator

from liasse import Balance, Evaluation, Plan
from secteur.anomalies import GENRES, Anomalie, anomalie
from secteur.depots import Depot, evaluer, faits
from secteur.depots import balance as _balance
from secteur.fec import lignes_fec
from secteur.livre import Livre
from secteur.organismes import EXERCICES, FAMILLES, Organisme, organismes
from secteur.vie import Exercice, vivre

__all__ = [
    "EXERCICES",
    "FAMILLES",
    "GENRES",
    "Anomalie",
    "Depot",
    "Exercice",
    "Organisme",
    "anomalie",
    "balance",
    "depot",
    "evaluation",
    "faits",
    "fec",
    "livre",
    "organismes",
    "vivre",
]


def exercice(organisme: Organisme, annee: int) -> Exercice:
    """
    Return one exercice of an organisation.

    Raises:
        ValueError: it did not live that year.
    """
    return vivre(organisme)[EXERCICES.index(annee)]


def livre(organisme: Organisme, annee: int) -> Livre:
    """Return the book of an exercice."""
    return exercice(organisme, annee).livre


def depot(organisme: Organisme, annee: int) -> Depot:
    """Return what an organisation files for an exercice; `faits` brings it to a plan."""
    return exercice(organisme, annee).depot


def balance(organisme: Organisme, annee: int) -> Balance:
    """Return the balance générale of an exercice, before the closing of classes 6 and 7."""
    return _balance(livre(organisme, annee))


def fec(organisme: Organisme, annee: int) -> Iterator[str]:
    """Return the lines of the FEC of an exercice, header first, without their ends."""
    return lignes_fec(livre(organisme, annee))


def evaluation(organisme: Organisme, annee: int, plan: Plan, historique: int = 4) -> Evaluation:
    """Return an exercice evaluated under a plan, with as many exercices before it as there are."""
    rang = EXERCICES.index(annee)
    annees = EXERCICES[max(0, rang - historique) : rang + 1]
    return evaluer((depot(organisme, une) for une in annees), plan)
