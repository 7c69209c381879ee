"""
What makes a workbook readable back: defined names, and the hidden sheet `_liasse`.

`_liasse` holds, in columns A and B, what the workbook is; from row `MAP` on, the map of its cells (reference,
name, place, nature, unit, and whether a filled cell follows others); in column `BASE`, the filing that was
exported, as the JSON of `filing_json`, and beside it what the filled cells showed, both cut in pieces.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from liasse.compiler.plan import Nature, Plan, Slot, SlotKind
from liasse.engine.filing import form_of
from liasse.engine.rows import words_of
from liasse.engine.values import Evaluation
from liasse.imports.workbook import BASE, FORMAT, MAP, VERSION
from liasse.model.filing import Depot
from liasse.outputs.filing_json import render_filing_json
from liasse.outputs.version import package_version
from liasse.outputs.workbook_hidden import Hidden
from liasse.outputs.workbook_places import Places, Spot, area, row_columns, single_cells
from liasse.outputs.workbook_slots import follows_cells
from liasse.outputs.workbook_tables import write_content

_PIECE: Final = 30_000


def defined_name(reference: str) -> str:
    """
    Return the name by which a workbook knows a cell.

    >>> defined_name("ACT.A010.NET")
    'ACT_A010_NET'
    """
    return reference.replace(".", "_")


def neant_name(table: str) -> str:
    """Return the name of the place where a table is declared « néant »."""
    return f"NEANT_{table}"


def write_names(book: Workbook, plan: Plan, places: Places) -> None:
    """Name every cell, and every column of the keyed sections."""
    for name, _, first, last, _ in _named(plan, places):
        book.define_name(name, f"={area(first, last, '')}")


def _named(plan: Plan, places: Places) -> Iterator[tuple[str, str, Spot, Spot, Slot | None]]:
    """Yield what has a name: the name, the reference, the first and last cell, the slot (None: « néant »)."""
    for slot in single_cells(plan):
        if slot.key in places.cells:
            spot = places.cells[slot.key]
            yield defined_name(slot.key), slot.key, spot, spot, slot
    for slot in row_columns(plan):
        yield (defined_name(slot.key), slot.key, *places.column(slot), slot)
    for sheet in places.sheets:
        if sheet.neant is not None:
            yield neant_name(sheet.name), f"{sheet.name}.NEANT", sheet.neant, sheet.neant, None


def write_machine(page: Worksheet, evaluation: Evaluation, places: Places, depot: Depot) -> None:
    """Write the hidden sheet."""
    head = {
        FORMAT: VERSION,
        "version": package_version(),
        "questionnaire": depot.questionnaire,
        "millesime": depot.millesime,
        "empreinte": depot.empreinte,
        "exercice": depot.exercice,
        "famille": depot.famille,
        "organisme": depot.organisme,
    }
    for row, (key, value) in enumerate(head.items()):
        page.write_string(row, 0, key)
        page.write(row, 1, value or None)
    plan = evaluation.plan
    titles = ("reference", "nom", "cellule", "nature", "unite", "suit")
    for col, title in enumerate(titles):
        page.write_string(MAP - 1, col, title)
    for rank, (name, reference, first, last, slot) in enumerate(_named(plan, places)):
        nature = slot.nature.value if slot is not None and slot.nature else "neant"
        unit = slot.unit.code if slot is not None else "oui_non"
        cells = area(first, last, "")
        follows = "oui" if slot is not None and follows_cells(plan, slot) else ""
        for col, text in enumerate((reference, name, cells, nature, unit, follows)):
            page.write_string(MAP + rank, col, text)
    _write_pieces(page, BASE, render_filing_json(depot, form_of(plan)))
    _write_pieces(page, BASE + 1, json.dumps(shown_by_filled(evaluation), ensure_ascii=False))
    page.hide()


def _write_pieces(page: Worksheet, col: int, text: str) -> None:
    for rank, start in enumerate(range(0, len(text), _PIECE)):
        page.write_string(rank, col, text[start : start + _PIECE])


def shown_by_filled(evaluation: Evaluation) -> dict[str, Any]:
    """
    Return what the filled cells that hold something show, row by row in keyed sections.

    An encoded value, or the words of a text.
    """
    plan = evaluation.plan
    found: dict[str, Any] = {}
    for slot in plan.slots:
        if slot.kind is not SlotKind.CELL or slot.nature is not Nature.REMPLIE:
            continue
        if slot.section:
            column = evaluation.column(slot.key)
            if column:
                found[slot.key] = [
                    words_of(evaluation, slot, row) or value for row, value in enumerate(column)
                ]
        elif evaluation.value(slot.key) is not None:
            found[slot.key] = words_of(evaluation, slot, None) or evaluation.value(slot.key)
    return found


def write_hidden(pages: Mapping[str, Worksheet], hidden: Hidden) -> None:
    """Write the sheets that formulas need."""
    for spot, content in hidden.contents.items():
        write_content(pages[spot.sheet], spot.row, spot.col, content)
    for page in pages.values():
        page.protect()
        page.hide()
