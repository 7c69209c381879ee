"""Statements set in plain text: columns that fit the page, rules above totals, labels that wrap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from liasse.outputs.page import BLUE, BOLD, DIM, Page, wrap
from liasse.outputs.statements import UNIT_NAMES, Row, Statement
from liasse.outputs.wording import PROVISIONAL, count, titled

_GAP: Final = "  "
_TAG: Final = 2
_LABEL_MIN, _LABEL_MAX = 26, 72
_COLUMN_MIN: Final = 10


@dataclass(frozen=True, slots=True)
class Grid:
    """The widths of a form: line codes, labels, columns."""

    code: int
    label: int
    columns: tuple[int, ...]


def statement_lines(statement: Statement, page: Page, *, complet: bool) -> Iterator[str]:
    """Yield a form; without *complet*, its empty lines are left out and counted."""
    shown = statement if complet else statement.filled()
    unit = UNIT_NAMES.get(statement.unite, statement.unite)
    head = titled(statement.code, statement.titre, _GAP)
    space = max(2, page.width - len(head) - len(unit))
    yield page.style(head, BOLD) + " " * space + page.style(unit, DIM)
    yield page.style("━" * page.width, BLUE)
    for at, part in enumerate(_parts(shown, page.width)):
        if at:
            yield ""
        yield from _part_lines(part, page)
    yield from provisional_lines([row.code for row in shown.rows if row.is_provisional], page)
    hidden = len(statement.rows) - len(shown.rows)
    if hidden:
        yield page.style(
            count(hidden, "ligne vide n'est pas imprimée.", "lignes vides ne sont pas imprimées."), DIM
        )


def provisional_lines(codes: Sequence[str], page: Page) -> Iterator[str]:
    """Name the figures that wait for a cell of a table that is due."""
    if codes:
        yield from page.wrap(f"{PROVISIONAL} : {', '.join(codes)}.", hanging="  ")


def _parts(statement: Statement, width: int) -> list[Statement]:
    """Keep a form whole when it fits; else drop its empty columns; else cut it, labels repeated."""
    if _fits(statement, width):
        return [statement]
    kept = statement.with_columns(statement.filled_columns())
    parts: list[list[int]] = [[]]
    for at in range(len(kept.colonnes)):
        if parts[-1] and not _fits(kept.with_columns((*parts[-1], at)), width):
            parts.append([])
        parts[-1].append(at)
    return [kept.with_columns(tuple(positions)) for positions in parts]


def _fits(statement: Statement, width: int) -> bool:
    return _label_room(statement, width) >= _LABEL_MIN


def _code_width(statement: Statement) -> int:
    return max((len(row.code) for row in statement.rows if not row.titre), default=4)


def _column_widths(statement: Statement) -> tuple[int, ...]:
    return tuple(
        max([_COLUMN_MIN, *(len(_text(row, at)) for row in statement.rows), _longest_word(titre)])
        for at, (_, titre) in enumerate(statement.colonnes)
    )


def _longest_word(titre: str) -> int:
    return min(14, max(len(word) for word in titre.split(" ")))


def _text(row: Row, at: int) -> str:
    cell = row.cells[at] if row.cells else None
    return cell.texte if cell is not None else ""


def _label_room(statement: Statement, width: int) -> int:
    columns = sum(size + len(_GAP) for size in _column_widths(statement))
    return width - _code_width(statement) - len(_GAP) - columns - len(_GAP) - _TAG


def _part_lines(statement: Statement, page: Page) -> Iterator[str]:
    longest = max((len(row.libelle) for row in statement.rows), default=0)
    label = max(_LABEL_MIN, min(_LABEL_MAX, longest, _label_room(statement, page.width)))
    grid = Grid(_code_width(statement), label, _column_widths(statement))
    yield from _header_lines(statement, page, grid)
    for row in statement.rows:
        yield from _row_lines(row, page, grid)


def _header_lines(statement: Statement, page: Page, grid: Grid) -> Iterator[str]:
    titles = [wrap(titre, size) for (_, titre), size in zip(statement.colonnes, grid.columns, strict=True)]
    height = max((len(lines) for lines in titles), default=0)
    margin = " " * (grid.code + len(_GAP) + grid.label)
    for level in range(height):
        cells = [_from_bottom(lines, level, height) for lines in titles]
        yield page.style((margin + _cells(cells, grid)).rstrip(), DIM)


def _from_bottom(lines: Sequence[str], level: int, height: int) -> str:
    at = level - (height - len(lines))
    return lines[at] if at >= 0 else ""


def _cells(texts: Sequence[str], grid: Grid) -> str:
    return "".join(_GAP + text.rjust(size) for text, size in zip(texts, grid.columns, strict=True))


def _row_lines(row: Row, page: Page, grid: Grid) -> Iterator[str]:
    margin = grid.code + len(_GAP)
    if row.titre:
        yield ""
        for line in wrap(row.libelle, grid.label + 20):
            yield " " * margin + page.style(line, BOLD)
        return
    if row.total:
        rules = ["─" * size if _text(row, at) else "" for at, size in enumerate(grid.columns)]
        yield page.style((" " * (margin + grid.label) + _cells(rules, grid)).rstrip(), DIM)
    labels = wrap(row.libelle, grid.label, hanging="  ")
    weight = (BOLD,) if row.total else ()
    for at, label in enumerate(labels):
        code = page.style((row.code if at == 0 else "").ljust(grid.code), DIM)
        last = at == len(labels) - 1
        amounts = _cells([_text(row, column) for column in range(len(grid.columns))], grid) if last else ""
        tag = _GAP + page.style(row.certitude, DIM) if last and row.certitude else ""
        body = label.ljust(grid.label) + amounts if last else label
        yield (code + _GAP + page.style(body, *weight) + tag).rstrip()
