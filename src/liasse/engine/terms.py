"""Functions of accounts over a balance: the terms of a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Final

from liasse.compiler.placement import Placements
from liasse.compiler.plan import Plan, Slot, SlotKind
from liasse.engine.continuity import Continuity, bare_number
from liasse.engine.values import Facts
from liasse.ledger.balance import Balance, LigneBalance
from liasse.ledger.comptes import PlanComptes, SelectionIndex

Amount = Callable[[LigneBalance, "Context"], int | None]
"""What one account adds to a term, in cents; None when it adds nothing and is not even seen."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the functions of accounts may need beside the account itself."""

    balance: Balance
    continuite: Continuity
    racines: frozenset[str]
    plan: Plan

    @classmethod
    def of(cls, plan: Plan, balance: Balance, precedente: Balance | None, exercice: int) -> Context:
        """Return what the functions need to read *balance* under *plan*."""
        continuite = Continuity.between(balance, precedente, partial(_bare, plan, exercice))
        return cls(balance, continuite, known_roots(plan, exercice), plan)


def _auxiliaries(sign: int) -> Amount:
    def amount(ligne: LigneBalance, context: Context) -> int:
        kept = context.balance.auxiliaires.get(ligne.compte, ())
        return sum(max(0, sign * solde) for _, solde in kept)

    return amount


def _discontinuity(ligne: LigneBalance, context: Context) -> int | None:
    return context.continuite.gaps.get(ligne.compte)


def _unknown(ligne: LigneBalance, context: Context) -> int:
    known = {ligne.compte[:3], ligne.compte[:2] + "*", ligne.compte.rstrip("0")} & context.racines
    return 0 if known else abs(ligne.solde)


def _unplaced(ligne: LigneBalance, context: Context) -> int:
    return 0 if places(context.plan, ligne) else abs(ligne.solde)


def places(plan: Plan, ligne: LigneBalance) -> tuple[str, ...]:
    """Return the cells that take an account, given the side of its balance."""
    return placements(plan).of(ligne.compte, "D" if ligne.solde >= 0 else "C")


@lru_cache(maxsize=16)
def placements(plan: Plan) -> Placements:
    """Return the placements of a plan, indexed once."""
    return Placements(plan.placements)


_AMOUNTS: Final[dict[str, Amount]] = {
    "debiteur": lambda ligne, _: ligne.solde,
    "crediteur": lambda ligne, _: -ligne.solde,
    "soldes_debiteurs": lambda ligne, _: max(0, ligne.solde),
    "soldes_crediteurs": lambda ligne, _: max(0, -ligne.solde),
    "soldes_absolus": lambda ligne, _: abs(ligne.solde),
    "mouvements_debit": lambda ligne, _: ligne.debit,
    "mouvements_credit": lambda ligne, _: ligne.credit,
    "ouverture": lambda ligne, _: ligne.ouverture,
    "ouvertures_absolues": lambda ligne, _: None if ligne.ouverture is None else abs(ligne.ouverture),
    "discontinuite": _discontinuity,
    "auxiliaires_debiteurs": _auxiliaries(1),
    "auxiliaires_crediteurs": _auxiliaries(-1),
    "doublons": lambda ligne, _: 1 if ligne.occurrences > 1 else 0,
    "hors_plan": _unknown,
    "sans_ligne": _unplaced,
}

_CLOSING_FUNCTIONS: Final = frozenset({"debiteur", "crediteur"})
"""Functions that a closed balance cannot answer for classes 6 and 7."""


@lru_cache(maxsize=16)
def _terms(plan: Plan) -> tuple[tuple[Slot, ...], SelectionIndex]:
    """Return the terms of a plan and their index, built once."""
    terms = tuple(slot for slot in plan.slots if slot.kind is SlotKind.TERM)
    return terms, SelectionIndex([slot.selection for slot in terms])


@lru_cache(maxsize=64)
def chart(plan: Plan, exercice: int) -> PlanComptes:
    """Return the chart in force for a filing; the year before the first one keeps the first chart."""
    first = plan.model.exercices.de or exercice
    return PlanComptes.of(plan.model.comptes, max(first, exercice), plan.famille)


@lru_cache(maxsize=65_536)
def _bare(plan: Plan, exercice: int, compte: str) -> str:
    return bare_number(compte, chart(plan, exercice).comptes)


@lru_cache(maxsize=64)
def known_roots(plan: Plan, exercice: int) -> frozenset[str]:
    """
    Return the roots by which an account is known under the chart in force (K003).

    Its first three digits; or the two digits of an account that the chart does not subdivide, written
    `31*`; or, when nothing but zeros pads it, the two-digit account itself (`5300000` is 53).
    """
    comptes = chart(plan, exercice)
    three = frozenset(numero[:3] for numero in comptes.comptes if len(numero) >= 3)
    two = frozenset(numero for numero in comptes.comptes if len(numero) == 2)
    return (
        three | two | frozenset(f"{compte.numero}*" for compte in comptes.leaves() if len(compte.numero) == 2)
    )


def term_values(
    plan: Plan, balance: Balance, precedente: Balance | None, exercice: int
) -> Mapping[str, int | None]:
    """Return the value of every term of *plan* over *balance*: cents, or None where no account was seen."""
    terms, index = _terms(plan)
    context = Context.of(plan, balance, precedente, exercice)
    totals: list[int | None] = [None] * len(terms)
    closed = balance.is_closed
    for ligne in balance:
        hidden = closed and ligne.compte[:1] in "67"
        for position in index.taking(ligne.compte):
            function = terms[position].function
            if not (hidden and function in _CLOSING_FUNCTIONS):
                _add(totals, position, _AMOUNTS[function](ligne, context))
    for ligne, amount in context.continuite.closed:
        for position in index.taking(ligne.compte):
            if terms[position].function == "discontinuite":
                _add(totals, position, amount)
    return {slot.key: total for slot, total in zip(terms, totals, strict=True)}


def _add(totals: list[int | None], position: int, amount: int | None) -> None:
    if amount is not None:
        totals[position] = (totals[position] or 0) + amount


def contributions(plan: Plan, slot: Slot, facts: Facts) -> list[tuple[LigneBalance, int]]:
    """Return the accounts that make up a term, with what each adds, in cents; zeros are left out."""
    balance = facts.balance
    if slot.selection is None or balance is None:
        return []
    precedente = facts.balance_precedente if slot.function == "discontinuite" else None
    context = Context.of(plan, balance, precedente, facts.exercice)
    hidden = balance.is_closed and slot.function in _CLOSING_FUNCTIONS
    function = _AMOUNTS[slot.function]
    found = [
        (ligne, function(ligne, context))
        for ligne in balance
        if ligne.compte in slot.selection and not (hidden and ligne.compte[:1] in "67")
    ]
    if slot.function == "discontinuite":
        found.extend(pair for pair in context.continuite.closed if pair[0].compte in slot.selection)
    return [(ligne, amount) for ligne, amount in found if amount]
