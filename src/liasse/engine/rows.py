"""Rows of keyed sections, and the functions of texts: what is filled before anything is computed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache
from typing import Final

from liasse.compiler.plan import Nature, Plan, Slot, SlotKind
from liasse.engine.values import Evaluation, Facts, Slotted
from liasse.model.rules import Row


def fill_rows(plan: Plan, facts: Facts, values: list[Slotted]) -> None:
    """Write the typed columns of every row, what the same rows held the year before, and text functions."""
    for position, slot in filled_slots(plan):
        values[position] = _filled(plan, slot, facts)


def row_values(plan: Plan, facts: Facts, sections: Collection[str]) -> Iterator[tuple[int, Slotted]]:
    """Yield what the rows of some sections, and the functions of texts, fill by themselves."""
    for position, slot in _given_slots(plan):
        if slot.section in sections or slot.kind is SlotKind.TEXT:
            yield position, _filled(plan, slot, facts)


def _filled(plan: Plan, slot: Slot, facts: Facts) -> Slotted:
    if slot.section:
        rows = facts.rows.get(slot.section, ())
        if slot.kind is SlotKind.PREVIOUS:
            return _previous(slot, rows, facts.precedent)
        if slot.kind is SlotKind.TYPED or slot.nature is Nature.SAISIE:
            column = slot.colonne
            return tuple([row.valeurs.get(column) for row in rows])
        return (None,) * len(rows)
    if slot.kind is SlotKind.NEANT:
        return 0 if slot.table in facts.neant else None
    return _TEXT_FUNCTIONS[slot.function](slot, plan, facts)


@lru_cache(maxsize=32)
def filled_slots(plan: Plan) -> tuple[tuple[int, Slot], ...]:
    """Return the slots that hold rows, functions of texts or declarations of « néant »."""
    kinds = {SlotKind.TEXT, SlotKind.NEANT}
    return tuple(
        (position, slot) for position, slot in enumerate(plan.slots) if slot.section or slot.kind in kinds
    )


@lru_cache(maxsize=32)
def _given_slots(plan: Plan) -> tuple[tuple[int, Slot], ...]:
    """Return the slots of `filled_slots` that no step computes."""
    computed = {step.target for step in plan.steps}
    return tuple((position, slot) for position, slot in filled_slots(plan) if position not in computed)


def _previous(slot: Slot, rows: tuple[Row, ...], precedent: Evaluation | None) -> Slotted:
    """Return what each row held the year before, by its key."""
    if precedent is None:
        return (None,) * len(rows)
    before = {
        row.cle: value
        for row, value in zip(
            precedent.facts.rows.get(slot.section, ()), precedent.column(slot.of), strict=True
        )
    }
    return tuple(before.get(row.cle) for row in rows)


def text_of(facts: Facts, slot: Slot) -> str:
    """Return the words of a text cell: typed, else (for a cell filled from it) those of the year before."""
    text = facts.texts.get(slot.key, "")
    if not text and slot.nature is Nature.REMPLIE and facts.precedent is not None:
        return text_of(facts.precedent.facts, slot)
    return text


def row_text(facts: Facts, slot: Slot, cle: str) -> str:
    """
    Return the words of a text column on the row named *cle*, as `text_of`.

    Of rows that share a key, the last one: it is the one whose values the next year reads.
    """
    rows = reversed(facts.rows.get(slot.section, ()))
    text = next((row.textes.get(slot.colonne, "") for row in rows if row.cle == cle), "")
    if not text and slot.nature is Nature.REMPLIE and facts.precedent is not None:
        return row_text(facts.precedent.facts, slot, cle)
    return text


def words_of(evaluation: Evaluation, slot: Slot, row: int | None = None) -> str:
    """Return the words of a text cell: typed, the key of a row, or those of the year before that fill it."""
    facts = evaluation.facts
    if slot.unit.code != "texte":
        return ""
    if row is None:
        return text_of(facts, slot)
    rows = facts.rows.get(slot.section, ())
    if row >= len(rows):
        return ""
    if evaluation.plan.key_columns[slot.section] == slot.key:
        return rows[row].cle
    own = rows[row].textes.get(slot.colonne, "")
    if own or slot.nature is not Nature.REMPLIE or facts.precedent is None:
        return own
    return row_text(facts.precedent.facts, slot, rows[row].cle)


def places_of(evaluation: Evaluation, slot: Slot) -> Iterator[tuple[str, int | None]]:
    """Yield each place of a slot, with its row: `BIL.SOMME.N` alone, or `BIL.OP[TILLEULS].C04` by row."""
    if not slot.section:
        yield slot.key, None
    for number, row in enumerate(evaluation.facts.rows.get(slot.section, ())):
        yield f"{slot.section}[{row.cle}].{slot.colonne}", number


def _luhn(slot: Slot, plan: Plan, facts: Facts) -> int | None:
    text = text_of(facts, plan.slot(slot.texts[0]))
    return int(has_luhn_key(text)) if text else None


def has_luhn_key(text: str) -> bool:
    """
    Tell whether a number of digits has its right key (SIREN: nine digits).

    >>> has_luhn_key("732829320"), has_luhn_key("732829321"), has_luhn_key("73282932O")
    (True, False, False)
    """
    if not (text.isascii() and text.isdigit()):
        return False
    doubled = [int(digit) * (1 + rank % 2) for rank, digit in enumerate(reversed(text))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _repeated_keys(slot: Slot, plan: Plan, facts: Facts) -> int:
    counts: Counter[str] = Counter()
    for key in slot.texts:
        column = plan.slot(key)
        counts.update(row.textes.get(column.colonne, "") for row in facts.rows.get(column.section, ()))
    return sum(1 for text, count in counts.items() if text and count > 1)


_TEXT_FUNCTIONS: Final[Mapping[str, Callable[[Slot, Plan, Facts], int | None]]] = {
    "luhn": _luhn,
    "cles_repetees": _repeated_keys,
}
