"""
A filing as a workbook drawn from its model: tables as printed, live formulas, controls, a way back.

What is computed here is computed again by the spreadsheet: `tests/oracle` holds both to the same figures.
`imports.workbook` reads it back.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from liasse.engine.filing import depot_of
from liasse.engine.values import Evaluation
from liasse.imports.workbook import SHEET
from liasse.outputs.workbook_controls import Controls
from liasse.outputs.workbook_flags import Flags
from liasse.outputs.workbook_formulas import Translator
from liasse.outputs.workbook_hidden import HIDDEN_SHEETS, Hidden
from liasse.outputs.workbook_machine import write_hidden, write_machine, write_names
from liasse.outputs.workbook_places import place
from liasse.outputs.workbook_slots import Slots
from liasse.outputs.workbook_style import Styles
from liasse.outputs.workbook_summary import (
    AGGREGATES,
    CONTROLS,
    README,
    counted,
    draw_aggregates,
    draw_controls,
    draw_readme,
    place_aggregates,
)
from liasse.outputs.workbook_tables import Sheets, draw_table

_WRITTEN: Final = datetime(2022, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""The same filing always gives the same bytes: the date of writing is not that of the clock."""


class _Page(Worksheet):  # type: ignore[misc]
    """A sheet that takes formulas as they are: none of ours is newer than the file format."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002, FBT001, FBT002
        return formula.removeprefix("=")


def render_workbook(
    evaluation: Evaluation, organisme: str = "", tell: Callable[[int], None] = lambda _percent: None
) -> bytes:
    """Return the workbook of a filing; *tell* hears how far it is, in percent."""
    plan, facts = evaluation.plan, evaluation.facts
    places = place(plan, facts)
    hidden = Hidden(places.sections)
    translator = Translator(evaluation, places, hidden)
    translator.shown = place_aggregates(translator)
    slots = Slots(translator)
    lines = list(Controls(translator, Flags(translator)).lines())
    tell(20)
    stream = io.BytesIO()
    book = Workbook(stream, {"in_memory": True})
    book.set_properties({"title": plan.model.titre, "author": organisme, "created": _WRITTEN})
    dossier = " · ".join(filter(None, (organisme, f"exercice {facts.exercice}", plan.famille)))
    sheets = Sheets(plan, places, hidden, slots.cells, Styles(book), dossier, facts.neant, facts.exercice)
    draw_readme(book.add_worksheet(README, _Page), sheets, organisme, counted(lines))
    for rank, sheet in enumerate(places.sheets, 1):
        draw_table(book.add_worksheet(sheet.name, _Page), sheet, sheets)
        tell(20 + 50 * rank // len(places.sheets))
    draw_aggregates(book.add_worksheet(AGGREGATES, _Page), sheets, translator.shown)
    draw_controls(book.add_worksheet(CONTROLS, _Page), sheets, lines)
    write_hidden({name: book.add_worksheet(name, _Page) for name in HIDDEN_SHEETS}, hidden)
    write_machine(book.add_worksheet(SHEET), evaluation, places, depot_of(plan, facts, organisme))
    write_names(book, plan, places)
    tell(80)
    book.close()
    return stream.getvalue()
