"""Functions of accounts over a balance: the terms of a plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Final, NamedTuple

from liasse.compiler.placement import Placements
from liasse.compiler.plan import Plan, Slot, SlotKind
from liasse.engine.continuity import Continuity, bare_number
from liasse.engine.values import Facts, Slotted
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


class _Terms(NamedTuple):
    """The terms of a plan, side by side: their slots, what each adds, and the accounts that it takes."""

    positions: tuple[int, ...]
    amounts: tuple[Amount, ...]
    closing: tuple[bool, ...]
    selections: SelectionIndex


@lru_cache(maxsize=16)
def _terms(plan: Plan) -> _Terms:
    """Return the terms of a plan and their index, built once."""
    terms = [(position, slot) for position, slot in enumerate(plan.slots) if slot.kind is SlotKind.TERM]
    return _Terms(
        tuple(position for position, _ in terms),
        tuple(_AMOUNTS[slot.function] for _, slot in terms),
        tuple(slot.function in _CLOSING_FUNCTIONS for _, slot in terms),
        SelectionIndex([slot.selection for _, slot in terms]),
    )


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


def fill_terms(
    plan: Plan, balance: Balance, precedente: Balance | None, exercice: int, values: list[Slotted]
) -> None:
    """Write every term of *plan* over *balance* in its slot: cents, or None where no account was seen."""
    terms = _terms(plan)
    context = Context.of(plan, balance, precedente, exercice)
    closed = balance.is_closed
    for position in terms.positions:
        values[position] = None
    for ligne in balance:
        hidden = closed and ligne.compte[:1] in "67"
        for term in terms.selections.taking(ligne.compte):
            if not (hidden and terms.closing[term]):
                _add(values, terms.positions[term], terms.amounts[term](ligne, context))
    for ligne, amount in context.continuite.closed:
        for term in terms.selections.taking(ligne.compte):
            if terms.amounts[term] is _discontinuity:
                _add(values, terms.positions[term], amount)


def _add(values: list[Any], position: int, amount: int | None) -> None:
    if amount is not None:
        known = values[position]
        values[position] = amount if known is None else known + amount


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
