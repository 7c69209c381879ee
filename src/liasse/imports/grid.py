"""A balance as rows of cells, whatever the file: text with a separator, or a sheet of a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, Protocol

from liasse.imports.balance_cells import Cell
from liasse.imports.balance_columns import Colonnes, Row, find_columns
from liasse.imports.spreadsheet import Sheet
from liasse.imports.text import (
    EOL_NAMES,
    SEPARATOR_NAMES,
    SEPARATORS,
    OnProgress,
    TextBlocks,
    TextForm,
    head_lines,
    read_head,
    sniff,
    split_fields,
)

HEAD_ROWS: Final = 200
"""Rows looked at to recognise the columns."""


class Grid(Protocol):
    """Rows that can be gone through several times."""

    fmt: str
    is_text: bool

    @property
    def is_mixed(self) -> bool:
        """Tell whether the file mixes encodings, once it was read."""

    def rows(self, on_progress: OnProgress | None = None) -> Iterator[tuple[int, Row]]:
        """Give each row with its number in the file, from 1."""

    def head(self) -> list[Row]:
        """Return the first rows."""

    def choices(self) -> dict[str, str]:
        """Say what was recognised of the file."""


class TextGrid:
    """A text file cut by a separator."""

    fmt = "balance"
    is_text = True

    def __init__(self, path: Path, form: TextForm, separator: str, lines: list[str]) -> None:
        self._path = path
        self._form = form
        self.separator = separator
        self._lines = lines
        self._encoding = TextBlocks(path, form).encoding

    def rows(self, on_progress: OnProgress | None = None) -> Iterator[tuple[int, Row]]:
        """Give each line cut into fields."""
        blocks = TextBlocks(self._path, self._form, on_progress=on_progress)
        self._encoding = blocks.encoding
        number = 0
        for block in blocks:
            for line in block.split(b"\n")[:-1]:
                number += 1
                yield number, split_line(blocks.encoding.decode(line), self.separator)

    def head(self) -> list[Row]:
        """Return the first lines, cut."""
        return [split_line(line, self.separator) for line in self._lines[:HEAD_ROWS]]

    def choices(self) -> dict[str, str]:
        """Say the encoding, the separator and the end of line."""
        return {
            "Encodage": self._encoding.name,
            "Séparateur": SEPARATOR_NAMES[self.separator],
            "Fin de ligne": EOL_NAMES[self._form.eol],
        }

    @property
    def is_mixed(self) -> bool:
        """Tell whether the file mixes encodings, once it was read."""
        return self._encoding.is_mixed


class SheetGrid:
    """A sheet of a workbook."""

    fmt = "balance-xlsx"
    is_text = False
    is_mixed = False

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    def rows(self, on_progress: OnProgress | None = None) -> Iterator[tuple[int, Row]]:
        """Give each row of the sheet."""
        size = len(self.sheet.rows)
        for number, row in enumerate(self.sheet.rows, start=1):
            if on_progress is not None and not number % 1000:
                on_progress(number, size)
            yield number, row

    def head(self) -> list[Row]:
        """Return the first rows."""
        return list(self.sheet.rows[:HEAD_ROWS])

    def choices(self) -> dict[str, str]:
        """Say which sheet is read."""
        return {"Feuille": self.sheet.name}


def split_line(line: str, separator: str) -> list[Cell]:
    """Cut a line; a trailing separator is forgiven."""
    fields: list[Cell] = list(split_fields(line.strip("\r\x1a"), separator))
    return fields


def open_text(path: Path) -> tuple[TextGrid, Colonnes | None]:
    """Recognise the separator and the columns of a text file: the separator that gives the most roles."""
    head = read_head(path)
    form = sniff(head)
    lines = head_lines(head, form)
    best: tuple[int, TextGrid, Colonnes] | None = None
    for separator in SEPARATORS:
        if not any(separator in line for line in lines[:HEAD_ROWS]):
            continue
        grid = TextGrid(path, form, separator, lines)
        columns = find_columns(grid.head())
        if columns is not None:
            score = len(columns.positions) - (100 if columns.is_proposed and not columns.rows else 0)
            if best is None or score > best[0]:
                best = (score, grid, columns)
    if best is None:
        return TextGrid(path, form, _likely_separator(lines), lines), None
    return best[1], best[2]


def _likely_separator(lines: list[str]) -> str:
    return max(SEPARATORS, key=lambda separator: sum(line.count(separator) for line in lines[:HEAD_ROWS]))


def choose_sheet(sheets: list[Sheet]) -> tuple[SheetGrid, Colonnes] | None:
    """Choose the sheet that holds a balance: with recognised headers first, else the first with columns."""
    found = [(SheetGrid(sheet), find_columns(sheet.rows[:HEAD_ROWS])) for sheet in sheets]
    usable = [(grid, columns) for grid, columns in found if columns is not None]
    named = [pair for pair in usable if not pair[1].is_proposed]
    return next(iter(named or usable), None)
