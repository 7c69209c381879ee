"""
Which figures are « provisoires »: computed, yet waiting for a cell of a table that is due.

A table is due when its profile is « TOUS », or when it is not declared « néant ».  An empty typed cell is
waited for; an empty copied one only when nothing feeds it, neither a statement nor the year before: an
account that a balance lacks is nothing, not a missing answer.
"""

from __future__ import annotations

from collections.abc import Iterator

from liasse.compiler import nodes as ir
from liasse.compiler.plan import Nature, Plan, Slot, SlotKind
from liasse.engine.controls import empty_tables
from liasse.engine.incremental import steps_by_key
from liasse.engine.values import Evaluation, is_waiting
from liasse.model.forms import NEANT


def provisional(evaluation: Evaluation) -> frozenset[str]:
    """Return the cells and aggregates, of the statements that count « néant » zero, that wait for a cell."""
    plan = evaluation.plan
    reached = _downstream(plan, _waiting(evaluation))
    return frozenset(
        slot.key for slot in plan.slots if plan.index[slot.key] in reached and _is_marked(plan, slot)
    )


def _is_marked(plan: Plan, slot: Slot) -> bool:
    if slot.kind is SlotKind.AGGREGATE:
        return plan.model.aggregats[slot.key].vides == NEANT
    return slot.kind is SlotKind.CELL and plan.model.tables[slot.table].vides == NEANT


def _waiting(evaluation: Evaluation) -> Iterator[int]:
    """Yield the positions of the empty cells that a table that is due still lacks."""
    plan, tables = evaluation.plan, evaluation.plan.model.tables
    lacking = _Lacking(evaluation)
    for position, (slot, value) in enumerate(zip(plan.slots, evaluation.values, strict=True)):
        if slot.kind is not SlotKind.CELL or not is_waiting(value):
            continue
        if not tables[slot.table].profil or slot.table in evaluation.facts.neant:
            continue
        if slot.nature is Nature.SAISIE or (slot.nature is Nature.REMPLIE and lacking.feeds(slot)):
            yield position


class _Lacking:
    """Knows what a filing has not: its empty tables, the balance, the year before."""

    def __init__(self, evaluation: Evaluation) -> None:
        self._plan = evaluation.plan
        self._sources = evaluation.sources
        self._empty = empty_tables(evaluation)
        self._steps = steps_by_key(evaluation.plan)

    def feeds(self, slot: Slot) -> bool:
        """Tell whether a copied cell would be fed by something that is not at hand."""
        return any(self._is_lacking(slot, source) for source in self._read(slot.key))

    def _read(self, key: str) -> Iterator[Slot]:
        """Yield what a slot reads, down to cells, accounts and the year before."""
        step = self._steps.get(key)
        for name in ir.references(step.node) if step else ():
            slot = self._plan.slot(name)
            if slot.kind in {SlotKind.CELL, SlotKind.TERM, SlotKind.PREVIOUS}:
                yield slot
            else:
                yield from self._read(name)

    def _is_lacking(self, slot: Slot, source: Slot) -> bool:
        if source.kind is SlotKind.CELL:
            return source.table != slot.table and source.table in self._empty
        return ("balance" if source.kind is SlotKind.TERM else "precedent") not in self._sources


def _downstream(plan: Plan, positions: Iterator[int]) -> set[int]:
    """Return the slots computed from *positions*, however far."""
    reached: set[int] = set()
    front = list(positions)
    while front:
        for step in plan.readers[front.pop()]:
            target = plan.steps[step].target
            if target not in reached:
                reached.add(target)
                front.append(target)
    return reached
