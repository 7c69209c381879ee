"""The sheet of one table, laid out like the printed form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from xlsxwriter.worksheet import Worksheet

from liasse.compiler.plan import Nature, Plan, Slot
from liasse.model.forms import Line
from liasse.outputs.statements import UNIT_NAMES
from liasse.outputs.workbook_hidden import Content, Hidden
from liasse.outputs.workbook_places import CODE, FIRST, HEAD, LABEL, Block, Places, Spot, TableSheet
from liasse.outputs.workbook_style import FILLED, GREY, HEADER, INPUT, RULE, Styles
from liasse.outputs.workbook_text import height_of, lines_of, width_of
from liasse.outputs.workbook_values import WORDS, choice_words, number_format

_WIDTHS: Final = {"date": 12, "oui_non": 9, "choix": 22, "texte": 26, "pourcent": 11}
_NUMBER_WIDTH: Final = 17
_CODE_WIDTH: Final = 8
_WIDEST_CODE: Final = 24
_LABEL_WIDTH: Final = 52
_PORTRAIT: Final = 135
_LANDSCAPE: Final = 200
"""What one page shows in letters that one can read, portrait then landscape; a bit more is fitted in."""
_THIN: Final = 6
"""The height of a row that only parts two others."""
_LIMIT: Final = 10**13


@dataclass(frozen=True, slots=True)
class Sheets:
    """What the drawing of every sheet needs."""

    plan: Plan
    places: Places
    hidden: Hidden
    cells: Mapping[Spot, Content]
    styles: Styles
    dossier: str
    neant: frozenset[str]
    exercice: int


@dataclass(slots=True)
class _Inputs:
    """The cells where one may type, by what may be typed there."""

    places: dict[tuple[str, ...], list[tuple[int, int]]] = field(default_factory=dict)

    def add(self, key: tuple[str, ...], row: int, col: int) -> None:
        self.places.setdefault(key, []).append((row, col))


def draw_table(page: Worksheet, sheet: TableSheet, sheets: Sheets) -> None:
    """Draw a table: title, notice, sections, figures; protect what is computed."""
    inputs, widths = _Inputs(), _widths(sheet, sheets)
    for col, width in enumerate(widths):
        page.set_column(col, col, width)
    _draw_head(page, sheet, sheets, widths)
    for block in sheet.blocks:
        _draw_block(page, sheet, block, sheets, inputs, widths)
    _validate(page, sheets, inputs)
    _set_page(page, sheet, sheets, sum(widths))


def _draw_head(page: Worksheet, sheet: TableSheet, sheets: Sheets, widths: Sequence[float]) -> None:
    table, get = sheet.table, sheets.styles.get
    head = table.titre if table.titre.startswith(table.code) else f"{table.code} – {table.titre}"
    page.write_string(0, CODE, head, get(bold=True, font_size=14))
    unit = UNIT_NAMES.get(table.unite, table.unite)
    page.write_string(1, CODE, f"{sheets.dossier} · {unit}", get(font_color=GREY))
    if table.notice:
        page.merge_range(
            2,
            CODE,
            2,
            max(sheet.right, FIRST),
            table.notice,
            get(text_wrap=True, font_color=GREY, italic=True),
        )
        page.set_row(2, height_of(lines_of(table.notice, sum(widths[: max(sheet.right, FIRST) + 1])), 0))
    page.set_row(HEAD - 1, _THIN)
    if sheet.neant is None:
        page.set_row(3, _THIN)
    else:
        row, col = sheet.neant.row, sheet.neant.col
        label = f"Sans activité « {table.profil} » : déclarer la table « néant »"
        page.write_string(row, LABEL, label, get(font_color=GREY))
        value = "oui" if table.code in sheets.neant else ""
        form = get(bg_color=INPUT, locked=False, border=1, border_color=RULE, align="center")
        page.write(row, col, value or None, form)
        page.data_validation(row, col, row, col, {"validate": "list", "source": ["oui", "non"]})


def _draw_block(
    page: Worksheet, sheet: TableSheet, block: Block, sheets: Sheets, inputs: _Inputs, widths: Sequence[float]
) -> None:
    get = sheets.styles.get
    if block.title >= 0:
        page.write_string(block.title, LABEL, block.section.titre, get(bold=True, font_size=11))
    header = get(
        bold=True,
        text_wrap=True,
        align="center",
        bg_color=HEADER,
        bottom=1,
        bottom_color=GREY,
        valign="bottom",
    )
    left = get(bold=True, bg_color=HEADER, bottom=1, bottom_color=GREY, valign="bottom", text_wrap=True)
    page.set_row(block.header, height_of(_header_lines(block, widths), 4))
    for col in range(block.right + 1, sheet.right + 1):
        page.write_blank(block.header, col, None, left)
    page.write_string(block.header, CODE, "N°" if block.count else "Ligne", left)
    page.write_string(block.header, LABEL, "" if block.count else "Libellé", left)
    for code, col in block.columns.items():
        column = block.section.colonnes[code]
        page.write_string(block.header, col, column.titre, left if col == LABEL else header)
        if column.notice:
            page.write_comment(block.header, col, column.notice, _COMMENT)
    tag = get(
        bold=True,
        bg_color=HEADER,
        bottom=1,
        bottom_color=GREY,
        align="center",
        font_color=GREY,
        valign="bottom",
    )
    page.write_string(block.header, sheet.right + 1, "Cert.", tag)
    if block.count:
        for number in range(block.count):
            _draw_row(page, sheet, block, number, sheets, inputs)
    else:
        for rank, line in enumerate(block.lines):
            _draw_line(page, sheet, block, line, block.first + rank, sheets, inputs)


def _header_lines(block: Block, widths: Sequence[float]) -> int:
    """Return how many lines the titles of a block take."""
    titles = [(col, block.section.colonnes[code].titre) for code, col in block.columns.items()]
    return max(lines_of(title, widths[col], bold=True) for col, title in titles)


_COMMENT: Final = {"font_size": 9, "width": 320, "author": "liasse"}


def _draw_line(
    page: Worksheet, sheet: TableSheet, block: Block, line: Line, row: int, sheets: Sheets, inputs: _Inputs
) -> None:
    get = sheets.styles.get
    if line.titre:
        page.write_string(row, LABEL, line.libelle, get(bold=True, font_color=GREY))
        return
    weight: dict[str, Any] = {"bold": True, "top": 1, "top_color": GREY} if line.total else {}
    page.write_string(row, CODE, line.code, get(font_color=GREY, **weight))
    page.write_string(row, LABEL, line.libelle, get(text_wrap=True, indent=0 if line.total else 1, **weight))
    lines = lines_of(line.libelle, _LABEL_WIDTH - (0 if line.total else 1), bold=line.total)
    page.set_row(row, height_of(lines, 3 if line.total else 1.5))
    if line.notice:
        page.write_comment(row, LABEL, line.notice, _COMMENT)
    for code, col in block.columns.items():
        key = f"{sheet.name}.{line.code}.{code}"
        if key in sheets.plan.index:
            _draw_cell(page, sheets.plan.slot(key), row, col, weight, sheets, inputs)
        elif not line.total:
            page.write_blank(row, col, None, get(bg_color=HEADER))
    page.write_string(row, sheet.right + 1, line.certitude, get(font_color=GREY, align="center"))


def _draw_row(
    page: Worksheet, sheet: TableSheet, block: Block, number: int, sheets: Sheets, inputs: _Inputs
) -> None:
    row, line = block.first + number, block.lines[0]
    page.write_number(row, CODE, number + 1, sheets.styles.get(font_color=GREY, align="left"))
    for code, col in block.columns.items():
        slot = sheets.plan.slot(f"{sheet.name}.{line.code}.{code}")
        _draw_cell(page, slot, row, col, {}, sheets, inputs)
    style = sheets.styles.get(font_color=GREY, align="center")
    page.write_string(row, sheet.right + 1, line.certitude, style)


def _draw_cell(
    page: Worksheet,
    slot: Slot,
    row: int,
    col: int,
    weight: Mapping[str, Any],
    sheets: Sheets,
    inputs: _Inputs,
) -> None:
    look: dict[str, Any] = {"num_format": number_format(slot.unit.code, slot.unit.decimals), **weight}
    if slot.unit.code in {"oui_non", "date"}:
        look["align"] = "center"
    elif slot.unit.code in WORDS:
        look |= {"text_wrap": True, "align": "left"}
    if slot.nature is not Nature.CALCULEE:
        colour = INPUT if slot.nature is Nature.SAISIE else FILLED
        look |= {"bg_color": colour, "locked": False, "bottom": 7, "bottom_color": RULE}
        inputs.add((slot.unit.code, *choice_words(slot)), row, col)
    write_content(page, row, col, sheets.cells[Spot(slot.table, row, col)], sheets.styles.get(**look))


def write_content(page: Worksheet, row: int, col: int, content: Content, look: Any = None) -> None:  # noqa: ANN401
    """Write a value, or a formula with the value that it has now."""
    if content.formula:
        page.write_formula(row, col, content.formula, look, "" if content.value is None else content.value)
    elif content.value is None:
        page.write_blank(row, col, None, look)
    elif isinstance(content.value, str):
        page.write_string(row, col, content.value, look)
    else:
        page.write_number(row, col, content.value, look)


def _validate(page: Worksheet, sheets: Sheets, inputs: _Inputs) -> None:
    for (code, *words), places in inputs.places.items():
        rule = _rule(code, words, sheets.hidden)
        if rule is not None:
            (row, col), *others = places
            rule |= {"other_cells": [(r, c, r, c) for r, c in others]} if others else {}
            page.data_validation(row, col, row, col, {**rule, "error_type": "stop"})


def _rule(code: str, words: list[str], hidden: Hidden) -> dict[str, Any] | None:
    """Return what may be typed in cells of a unit."""
    if code == "choix":
        told = "Choisissez dans la liste."
        return {"validate": "list", "source": f"={hidden.choices(words)}", "error_message": told}
    if code == "oui_non":
        return {"validate": "list", "source": ["oui", "non"], "error_message": "Répondez oui ou non."}
    if code == "texte":
        return None
    if code == "date":
        told = "Écrivez une date, par exemple 31/12/2022."
        return {"validate": "date", "criteria": ">=", "value": "=1", "error_message": told}
    told = "Écrivez un nombre ; un montant négatif s'écrit avec un moins."
    bounds = {"minimum": -_LIMIT, "maximum": _LIMIT}
    return {"validate": "decimal", "criteria": "between", **bounds, "error_message": told}


def _widths(sheet: TableSheet, sheets: Sheets) -> list[float]:
    """Return the width of each column, that of the certainty included."""
    codes = [line.code for block in sheet.blocks for line in block.lines if not line.titre]
    units: dict[int, set[str]] = {}
    for position in sheets.plan.tables[sheet.name]:
        slot = sheets.plan.slots[position]
        units.setdefault(sheets.places.of(slot, 0).col, set()).add(slot.unit.code)
    figures = [
        max((_WIDTHS.get(code, _NUMBER_WIDTH) for code in units.get(col, ())), default=_NUMBER_WIDTH)
        for col in range(FIRST, sheet.right + 1)
    ]
    return [width_of(codes, _CODE_WIDTH, _WIDEST_CODE), _LABEL_WIDTH, *figures, 5]


def _set_page(page: Worksheet, sheet: TableSheet, sheets: Sheets, width: float) -> None:
    first = sheet.blocks[0]
    page.freeze_panes(first.first, FIRST)
    page.hide_gridlines(2)
    page.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})
    set_print(page, sheets, landscape=width > _PORTRAIT, wide=pages_wide(width))
    page.repeat_columns(CODE, LABEL)
    page.print_area(0, 0, sheet.blocks[-1].last, sheet.right + 1)
    page.repeat_rows(0, first.header if len(sheet.blocks) == 1 else 1)


def pages_wide(width: float) -> int:
    """Return over how many pages a sheet of some width is printed."""
    return max(1, round(width / _LANDSCAPE))


def set_print(page: Worksheet, sheets: Sheets, *, landscape: bool = False, wide: int = 1) -> None:
    """Set A4, so many pages wide, with a footer that says whose and which model."""
    page.set_paper(9)
    if landscape:
        page.set_landscape()
    page.fit_to_pages(wide, 0)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.7)
    short = sheets.plan.fingerprint[:12]
    dossier = sheets.dossier.replace("&", "&&")
    page.set_footer(f"&L&8{dossier}&C&8modèle {short}&R&8&A · page &P / &N")
