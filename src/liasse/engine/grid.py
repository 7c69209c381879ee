"""The typed cells of a plan as they stand on the forms: in a column, on a line, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from liasse.compiler.plan import Nature, Plan, Slot, SlotKind
from liasse.engine.incremental import input_key

WORDED: Final = frozenset({"texte", "date", "oui_non", "choix"})
"""The units whose values are written as words, not as numbers."""


def is_typed(plan: Plan, slot: Slot) -> bool:
    """Tell whether a slot holds a number that a person types."""
    if slot.unit.code in WORDED:
        return False
    if slot.kind is SlotKind.TYPED:
        return bool(slot.section) or input_key(plan, slot.of) == slot.key
    return slot.kind is SlotKind.CELL and slot.nature is Nature.SAISIE


@lru_cache(maxsize=8)
def columns(plan: Plan) -> Mapping[int, tuple[int, ...]]:
    """Return, for each typed single cell, the typed cells of its column, itself included."""
    return _grouped({position: (slot.table, slot.colonne) for position, slot in _single(plan)})


@lru_cache(maxsize=8)
def lines(plan: Plan) -> Mapping[int, tuple[int, ...]]:
    """Return, for each typed single cell, the typed cells of its line, itself included."""
    return _grouped({position: (slot.table, slot.ligne) for position, slot in _single(plan)})


def _typed(plan: Plan) -> Iterator[tuple[int, Slot]]:
    for position, slot in enumerate(plan.slots):
        if slot.nature is Nature.SAISIE and slot.unit.code not in WORDED:
            yield position, slot


def _single(plan: Plan) -> Iterator[tuple[int, Slot]]:
    return ((position, slot) for position, slot in _typed(plan) if not slot.section)


def _grouped(keys: Mapping[int, tuple[str, str]]) -> Mapping[int, tuple[int, ...]]:
    groups: dict[tuple[str, str], list[int]] = {}
    for position, key in keys.items():
        groups.setdefault(key, []).append(position)
    kept = {key: tuple(group) for key, group in groups.items()}
    return {position: kept[key] for position, key in keys.items()}


@lru_cache(maxsize=8)
def neighbours(plan: Plan) -> Mapping[int, tuple[int, ...]]:
    """Return the typed cells above, below and beside each typed cell; on a row, those beside it alone."""
    found: dict[int, tuple[int, ...]] = {}
    last: dict[tuple[str, str, str], int] = {}
    for position, slot in _typed(plan):
        for way, name in (("line", slot.ligne), ("column", "" if slot.section else slot.colonne)):
            before = last.get((slot.table, way, name)) if name else None
            if before is not None and plan.slots[before].unit == slot.unit:
                found[position] = (*found.get(position, ()), before)
                found[before] = (*found.get(before, ()), position)
            last[slot.table, way, name] = position
    return found
