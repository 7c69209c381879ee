"""Facts that go into a plan, and the values that come out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from liasse.compiler.plan import Plan, SlotKind
from liasse.ledger.balance import Balance


@dataclass(frozen=True, slots=True)
class Facts:
    """
    What is known of one filing.

    `cells` are typed (or, for computed cells, declared) values, as scaled integers by reference.
    `rounded` names the typed cells given to the whole euro; None means: those that are whole euros.
    """

    exercice: int
    balance: Balance | None = None
    cells: Mapping[str, int] = field(default_factory=dict)
    precedent: Evaluation | None = None
    rounded: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """
    The values of every slot of a plan for one filing; `rounded` is a bit mask over slots.

    `sources` are the sources at hand: `balance`, `balance_ouverte` (classes 6 and 7 not closed yet),
    `mouvements`, `ouverture`, `auxiliaires`, `precedent`, `balance_precedente`.
    """

    plan: Plan
    facts: Facts
    values: tuple[int | None, ...]
    rounded: int
    sources: frozenset[str]

    def value(self, key: str) -> int | None:
        """
        Return the scaled value of a cell, aggregate or any other slot; None when it is missing.

        Raises:
            KeyError: the plan has no such slot.
        """
        return self.values[self.plan.index[key]]

    def cells(self) -> dict[str, int | None]:
        """Return every cell by reference."""
        return {
            slot.key: value
            for slot, value in zip(self.plan.slots, self.values, strict=True)
            if slot.kind is SlotKind.CELL
        }


def sources_of(facts: Facts) -> frozenset[str]:
    """Return which sources a filing has."""
    found = set()
    balance = facts.balance
    if balance is not None:
        found.add("balance")
        if not balance.is_closed:
            found.add("balance_ouverte")
        if balance.has_mouvements:
            found.add("mouvements")
        if balance.has_ouverture:
            found.add("ouverture")
        if balance.auxiliaires:
            found.add("auxiliaires")
    if facts.precedent is not None:
        found.add("precedent")
        if facts.precedent.facts.balance is not None:
            found.add("balance_precedente")
    return frozenset(found)
