"""The five exercices of an organisation, lived one after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from secteur import activites, annexe, etats, fiches, questionnaire, sem
from secteur.accession import vendre
from secteur.amorce import ouvrir
from secteur.annee import Annee
from secteur.construction import amortir, construire, renouveler
from secteur.depots import Depot, balance
from secteur.dette import interets, ouvrir_dette, placer_tresorerie, rembourser
from secteur.gestion import RESULTAT, affecter, fonctionner, imposer, participer, payer
from secteur.livre import Livre
from secteur.locatif import entretenir, louer
from secteur.organismes import EXERCICES, Organisme
from secteur.reglages import reglages

ETAPES: Final[tuple[Callable[[Annee], None], ...]] = (
    affecter,
    ouvrir_dette,
    louer,
    entretenir,
    construire,
    renouveler,
    vendre,
    payer,
    fonctionner,
    participer,
    rembourser,
    amortir,
    imposer,
    placer_tresorerie,
    interets,
)
"""What a year is made of, in the order in which it is lived."""
PART_SIEG: Final = {"COOP": 78, "OPH": 88, "ESH": 83, "SEM": 72}
"""Part of the result that comes from the service d'intérêt économique général, in %."""


@dataclass(frozen=True, slots=True)
class Exercice:
    """An exercice that was lived: its book, and what is filed for it."""

    livre: Livre
    depot: Depot


def resultat(livre: Livre) -> int:
    """Return the result of an exercice, in cents."""
    return -livre.solde("6", "7")


def part_sieg(a: Annee) -> int:
    """Return the SIEG part of the result; for a SEM, that of its activité agréée."""
    return resultat(a.livre) * PART_SIEG[a.organisme.famille] // 100


@lru_cache(maxsize=32)
def vivre(organisme: Organisme) -> tuple[Exercice, ...]:
    """Return the five exercices of an organisation, with what each one declares."""
    figures = reglages(organisme)
    etat, ouverture = ouvrir(organisme, figures)
    lived = []
    for annee in EXERCICES:
        a = Annee(organisme, figures, etat, Livre(organisme.famille, annee, ouverture))
        for etape in ETAPES:
            etape(a)
        lived.append(Exercice(a.livre, declarer(a)))
        ouverture = a.livre.cloture(part_sieg(a), RESULTAT[organisme.famille == "SEM"])
    return tuple(lived)


TABLES: Final[tuple[Callable[[Annee, Depot], None], ...]] = (
    etats.identite,
    etats.recuperables,
    etats.affectation,
    etats.immobilisations,
    etats.dettes,
    annexe.engagements,
    annexe.amortissements,
    annexe.provisions,
    annexe.echeances,
    annexe.filiales,
    annexe.couts,
    annexe.personnel,
    fiches.identite,
    fiches.reserves_foncieres,
    fiches.accession,
    fiches.financement,
    fiches.ventilation,
)
"""What everyone fills; a table more is a function more."""
LOCATIVES: Final[tuple[Callable[[Annee, Depot], None], ...]] = (
    annexe.gros_entretien,
    annexe.operations,
    fiches.parc,
    fiches.construction,
    fiches.impayes,
)
"""What landlords fill."""


QDIS: Final[tuple[tuple[str, Callable[[Annee, Depot], None]], ...]] = (
    ("Q01", questionnaire.q01),
    ("Q02", questionnaire.q02),
    ("Q03", questionnaire.q03),
    ("Q05", questionnaire.q05),
    ("Q06", questionnaire.q06),
    ("Q07", questionnaire.q07),
    ("Q08", activites.q08),
    ("Q09", activites.q09),
    ("Q10", activites.q10),
    ("Q11", activites.q11),
    ("Q12", activites.q12),
    ("Q13", activites.q13),
)
"""The tables of the federation, each filled when it is due."""


def declarer(a: Annee) -> Depot:
    """Return what is filed for an exercice that was lived."""
    depot = Depot(a.organisme.famille, a.annee, balance(a.livre), livre=a.livre)
    for table in TABLES + (LOCATIVES if a.exerce("LOC") else ()):
        table(a, depot)
    if a.organisme.famille == "COOP":
        for code, table in QDIS:
            if questionnaire.est_due(a, code):
                table(a, depot)
    if a.organisme.famille == "SEM":
        sem.fiches(a, depot)
    etats.ventilation(a, depot, part_sieg(a))
    return depot
