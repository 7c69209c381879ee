"""Accounts in a report, beyond their amounts: the third parties of a finding, the roots they follow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from liasse.compiler.plan import Check, Plan
from liasse.engine.findings import Finding
from liasse.engine.values import Evaluation
from liasse.ledger.comptes import PlanComptes

_SIGNS: Final = {"auxiliaires_debiteurs": 1, "auxiliaires_crediteurs": -1}
_MIN_ROOT: Final = 2
"""Digits that a root must have for an account to follow it: a class alone says nothing (K003 tells)."""


@dataclass(frozen=True, slots=True)
class Auxiliaire:
    """A third party whose balance makes up a finding, in cents."""

    compte: str
    nom: str
    montant: int


@dataclass(frozen=True, slots=True)
class Rattachement:
    """An account that the chart does not name, and the longest known root that it follows."""

    compte: str
    racine: str


def check_of(plan: Plan, finding: Finding) -> Check | None:
    """Return the check that a finding comes from; None for what no check found."""
    ligne = finding.ligne.partition("[")[0]
    return _checks_by_place(plan).get((finding.code, finding.partie, ligne))


@lru_cache(maxsize=32)
def _checks_by_place(plan: Plan) -> Mapping[tuple[str, str, str], Check]:
    """Return the checks by code, part and line, as findings name them; built once."""
    return {(check.control.code, check.control.partie, check.ligne): check for check in plan.checks}


def auxiliaires(evaluation: Evaluation, finding: Finding) -> tuple[Auxiliaire, ...]:
    """Return the tenants or suppliers behind a finding, the largest first; none when the source has none."""
    check = check_of(evaluation.plan, finding)
    balance = evaluation.facts.balance
    if check is None or balance is None:
        return ()
    found = [
        Auxiliaire(compte, nom, sign * solde)
        for slot in map(evaluation.plan.slot, check.terms)
        if slot.selection is not None and (sign := _SIGNS.get(slot.function, 0))
        for compte, pairs in balance.auxiliaires.items()
        if compte in slot.selection
        for nom, solde in pairs
        if sign * solde > 0
    ]
    return tuple(sorted(found, key=lambda one: (-one.montant, one.compte, one.nom)))


def rattachements(evaluation: Evaluation) -> tuple[Rattachement, ...]:
    """Return the accounts of the balance that the chart does not name, zeros on the right left aside."""
    return tuple(_rattachements(evaluation))


def _rattachements(evaluation: Evaluation) -> Iterator[Rattachement]:
    plan, facts = evaluation.plan, evaluation.facts
    chart = PlanComptes.of(plan.model.comptes, facts.exercice, plan.famille)
    for ligne in facts.balance or ():
        root = chart.find(ligne.compte)
        if root is not None and len(root.numero) >= _MIN_ROOT:
            rest = ligne.compte.removeprefix(root.numero)
            if rest.strip("0"):
                yield Rattachement(ligne.compte, root.numero)
