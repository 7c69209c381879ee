"""Values as CSV for a French spreadsheet: semicolons, decimal comma, a byte-order mark."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Final

from liasse.amounts import to_decimal_string
from liasse.compiler.plan import Slot, SlotKind
from liasse.engine.findings import say_value
from liasse.engine.grid import WORDED
from liasse.engine.rows import places_of
from liasse.engine.values import Evaluation

HEADER: Final = ("reference", "libelle", "valeur", "unite", "certitude")
_BOM: Final = "\ufeff"


def every_slot(evaluation: Evaluation) -> tuple[Slot, ...]:
    """Return the cells, then the aggregates."""
    plan = evaluation.plan
    cells = [slot for slot in plan.slots if slot.kind is SlotKind.CELL]
    return (*cells, *(plan.slot(code) for code in plan.model.aggregats))


def csv_text(evaluation: Evaluation, slots: Iterable[Slot]) -> str:
    """Write one line per value, a column row by row; a missing value is an empty field."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADER)
    for slot in slots:
        for reference, row in places_of(evaluation, slot):
            text = _text(evaluation, slot, row)
            writer.writerow((reference, slot.libelle, text, slot.unit.code, slot.certitude))
    return _BOM + stream.getvalue()


def _text(evaluation: Evaluation, slot: Slot, row: int | None) -> str:
    if slot.unit.code in WORDED:
        return say_value(evaluation, slot.key, row)
    value = evaluation.at(slot.key, row)
    return "" if value is None else to_decimal_string(value, slot.unit.decimals).replace(".", ",")
