"""Random typing in an exported workbook: cells filled, corrected or emptied, rows added, tables « néant »."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from liasse import Evaluation, Facts, Plan, evaluate
from liasse.compiler.plan import Nature, Slot, SlotKind
from liasse.model.rules import Row
from liasse.outputs.workbook_hidden import Scalar
from liasse.outputs.workbook_places import Places, Spot, place
from liasse.outputs.workbook_values import shown_value
from tests.filings import draw

Typing = dict[str, dict[str, Scalar]]
"""What is typed, by sheet and by place."""


def typing(evaluation: Evaluation, rng: Random) -> tuple[Evaluation, Typing]:
    """Return the filing once somebody has typed in its workbook, and what was typed where."""
    plan, facts = evaluation.plan, evaluation.facts
    places = place(plan, facts)
    typed: Typing = {}
    facts = _cells(plan, facts, places, typed, rng)
    facts = _rows(plan, facts, places, typed, rng)
    facts = _neant(facts, places, typed, rng)
    return evaluate(plan, facts), typed


def _write(typed: Typing, spot: Spot, value: Scalar) -> None:
    typed.setdefault(spot.sheet, {})[spot.address.replace("$", "")] = value


def _cells(plan: Plan, facts: Facts, places: Places, typed: Typing, rng: Random) -> Facts:
    """Type in single cells; a typed one may be emptied, a filled one is corrected."""
    cells, texts = dict(facts.cells), dict(facts.texts)
    known = [slot for slot in _inputs(plan) if not slot.section]
    for slot in rng.sample(known, min(len(known), 60)):
        cells.pop(slot.key, None)
        texts.pop(slot.key, None)
        if slot.nature is not Nature.SAISIE or rng.random() < 0.8:
            _draw(slot, rng, slot.key, cells, texts)
        value = shown_value(slot, cells.get(slot.key), texts.get(slot.key, ""))
        _write(typed, places.cells[slot.key], value)
    return replace(facts, cells=cells, texts=texts)


def _draw(slot: Slot, rng: Random, key: str, values: dict[str, int], texts: dict[str, str]) -> None:
    """Draw what is typed; a text that begins with `=` would be a formula."""
    draw(slot, rng, key, values, texts)
    if key in texts:
        texts[key] = texts[key].lstrip("=")


def _rows(plan: Plan, facts: Facts, places: Places, typed: Typing, rng: Random) -> Facts:
    """Add a row to some sections, on the first that waits."""
    rows = dict(facts.rows)
    for section, key in plan.key_columns.items():
        if rng.random() < 0.5:
            continue
        number, code = len(rows.get(section, ())), plan.slot(key).colonne
        cle = f"Ajout {number}"
        values, texts = {code: 1}, {code: cle}
        for slot in _inputs(plan):
            if slot.section == section and slot.key != key and rng.random() < 0.8:
                _draw(slot, rng, slot.colonne, values, texts)
                value = shown_value(slot, values[slot.colonne], texts.get(slot.colonne, ""))
                _write(typed, places.of(slot, number), value)
        _write(typed, places.of(plan.slot(key), number), cle)
        rows[section] = (*rows.get(section, ()), Row(cle, values, texts))
    return replace(facts, rows=rows)


def _neant(facts: Facts, places: Places, typed: Typing, rng: Random) -> Facts:
    """Declare some tables « néant »."""
    found = [sheet for sheet in places.sheets if sheet.neant is not None and rng.random() < 0.3]
    for sheet in found:
        assert sheet.neant is not None
        _write(typed, sheet.neant, "oui")
    return replace(facts, neant=facts.neant | {sheet.name for sheet in found})


def _inputs(plan: Plan) -> list[Slot]:
    return [slot for slot in plan.slots if slot.kind is SlotKind.CELL and slot.nature is not Nature.CALCULEE]
