"""What a check needs before it can be judged (comptabilite_hlm §6.0, « Empty ≠ 0 »)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from liasse.compiler.nodes import Node, Present, Ref, RowRef, RowTotal, Test, ZeroIfEmpty, children
from liasse.compiler.plan import Requirements, Slot, SlotKind
from liasse.model.rules import Vides

_SOURCES: Final = {
    "mouvements_debit": ("balance", "mouvements"),
    "mouvements_credit": ("balance", "mouvements"),
    "ouverture": ("balance", "ouverture"),
    "ouvertures_absolues": ("balance", "ouverture"),
    "discontinuite": ("balance", "ouverture", "balance_precedente"),
    "auxiliaires_debiteurs": ("balance", "auxiliaires"),
    "auxiliaires_crediteurs": ("balance", "auxiliaires"),
}


def read_keys(item: Node | Test) -> Iterator[str]:
    """
    Yield the slots read outside `present(…)` and `zero_si_vide(…)`, which accept emptiness.

    What a total of rows reads on each row is not asked one by one: the total is empty or it is not.
    """
    for part in _needed(item):
        if isinstance(part, Ref | RowRef):
            yield part.key


def _needed(item: Node | Test) -> Iterator[Node | Test]:
    yield item
    if not isinstance(item, Present | ZeroIfEmpty | RowTotal):
        for child in children(item):
            yield from _needed(child)


def requirements(test: Test | None, slots: Mapping[str, Slot], vides: Vides) -> Requirements:
    """Return the tables, values and sources without which *test* is « non évaluable »."""
    if test is None:
        return Requirements()
    tables: set[str] = set()
    previous: set[str] = set()
    keys: dict[str, None] = {}
    sources: set[str] = set()
    for key in read_keys(test):
        slot = slots[key]
        sources.update(_sources(slot, slots))
        if slot.kind is SlotKind.CELL and vides is not Vides.ANOMALIE:
            tables.add(slot.table)
        if slot.kind is SlotKind.PREVIOUS and slot.table:
            previous.add(slot.table)
        if vides is not Vides.ZERO or _must_be_present(slot, slots):
            keys[key] = None
    if vides is not Vides.ANOMALIE:
        tables.update(part.section.partition(".")[0] for part in _needed(test) if isinstance(part, RowTotal))
    return Requirements(frozenset(tables), tuple(keys), frozenset(sources), frozenset(previous))


def _must_be_present(slot: Slot, slots: Mapping[str, Slot]) -> bool:
    if slot.kind is SlotKind.PREVIOUS:
        return slots[slot.of].kind is SlotKind.AGGREGATE
    return slot.kind in {SlotKind.AGGREGATE, SlotKind.TYPED}


def _sources(slot: Slot, slots: Mapping[str, Slot]) -> tuple[str, ...]:
    if slot.kind is SlotKind.TERM:
        return _SOURCES.get(slot.function, ("balance",))
    if slot.kind is SlotKind.FILL:
        return ("balance",)
    if slot.kind is SlotKind.PREVIOUS:
        term = slots[slot.of].kind is SlotKind.TERM
        return ("precedent", "balance_precedente") if term else ("precedent",)
    return ()
