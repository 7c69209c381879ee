"""Where everything stands in the workbook: one sheet per table, sections one under the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from liasse.compiler.plan import Plan, Slot, SlotKind
from liasse.engine.values import Facts
from liasse.model.forms import Line, Section, Table

CODE: Final = 0
LABEL: Final = 1
FIRST: Final = 2
"""Columns of a table sheet: line codes, labels, and the first column of figures."""

HEAD: Final = 5
"""Rows above the first section: title, subtitle, notice, « néant », and a blank one."""

SPARE: Final = 10
MINIMUM: Final = 15
"""Empty rows kept under those of a keyed section, and rows that it has at least."""


class Spot(NamedTuple):
    """One cell of the workbook; row and column from 0."""

    sheet: str
    row: int
    col: int

    @property
    def address(self) -> str:
        """`$C$12`."""
        return f"${letters(self.col)}${self.row + 1}"

    def seen_from(self, sheet: str) -> str:
        """Return the reference to write in a formula of *sheet*."""
        if sheet == self.sheet:
            return f"{letters(self.col)}{self.row + 1}"
        return f"'{self.sheet}'!{self.address}"


def letters(column: int) -> str:
    """
    Return the name of a column.

    >>> letters(0), letters(27), letters(702)
    ('A', 'AB', 'AAA')
    """
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def area(first: Spot, last: Spot, sheet: str) -> str:
    """Return the reference of a range to write in a formula of *sheet*."""
    if first == last:
        return first.seen_from(sheet)
    if first.sheet == sheet:
        return f"{letters(first.col)}{first.row + 1}:{letters(last.col)}{last.row + 1}"
    return f"'{first.sheet}'!{first.address}:{last.address}"


@dataclass(frozen=True, slots=True)
class Block:
    """
    A section on its sheet: `header` is the row of column titles, lines (or rows) follow.

    `columns` maps a column code to its place; `rows` a line code to its row; `count` is the number of
    rows that a keyed section has room for.
    """

    section: Section
    sheet: str
    title: int
    header: int
    columns: Mapping[str, int]
    rows: Mapping[str, int]
    lines: tuple[Line, ...]
    count: int = 0

    @property
    def first(self) -> int:
        """The first row of figures."""
        return self.header + 1

    @property
    def last(self) -> int:
        """The last row of figures."""
        return self.header + (self.count or len(self.lines))

    @property
    def left(self) -> int:
        """The first column that holds figures."""
        return min(self.columns.values())

    @property
    def right(self) -> int:
        """The last column that holds figures."""
        return max(self.columns.values())


@dataclass(frozen=True, slots=True)
class TableSheet:
    """The sheet of one table; `neant` is where the table is declared so, when it may be."""

    table: Table
    blocks: tuple[Block, ...]
    right: int
    neant: Spot | None = None

    @property
    def name(self) -> str:
        """The name of the sheet."""
        return self.table.code


@dataclass(frozen=True, slots=True)
class Places:
    """Every place: of single cells by reference, of keyed sections by `TABLE.SECTION`."""

    sheets: tuple[TableSheet, ...]
    cells: Mapping[str, Spot]
    sections: Mapping[str, Block]
    blank: frozenset[Spot] = field(repr=False)
    """What is empty between the cells of a block: headings and closed cells, which a range may span."""

    def of(self, slot: Slot, row: int | None) -> Spot:
        """Return the place of a cell, or of a column of a section on a row."""
        if not slot.section:
            return self.cells[slot.key]
        block = self.sections[slot.section]
        return Spot(block.sheet, block.first + (row or 0), block.columns[slot.colonne])

    def column(self, slot: Slot) -> tuple[Spot, Spot]:
        """Return the first and the last place of a column of a section."""
        return self.of(slot, 0), self.of(slot, self.sections[slot.section].count - 1)


def place(plan: Plan, facts: Facts) -> Places:
    """Lay out every table of the family."""
    sheets = tuple(
        _sheet(plan, facts, table) for table in plan.model.tables.values() if table.code in plan.tables
    )
    cells: dict[str, Spot] = {}
    sections: dict[str, Block] = {}
    for sheet in sheets:
        for block in sheet.blocks:
            if block.count:
                sections[f"{sheet.name}.{block.section.code}"] = block
            else:
                cells.update(_cells(plan, sheet.name, block))
    taken = frozenset(cells.values())
    blank = frozenset(
        Spot(block.sheet, row, col)
        for sheet in sheets
        for block in sheet.blocks
        if not block.count
        for row in range(block.first, block.last + 1)
        for col in block.columns.values()
    )
    return Places(sheets, cells, sections, blank - taken)


def _cells(plan: Plan, table: str, block: Block) -> Iterator[tuple[str, Spot]]:
    for line, row in block.rows.items():
        for column, col in block.columns.items():
            key = f"{table}.{line}.{column}"
            if key in plan.index:
                yield key, Spot(block.sheet, row, col)


def _sheet(plan: Plan, facts: Facts, table: Table) -> TableSheet:
    row = HEAD
    blocks = []
    for section in table.sections.values():
        lines = tuple(_open_lines(plan, table, section))
        columns = _open_columns(plan, table, section, lines)
        if columns:
            block = _block(table, section, lines, columns, row, facts)
            blocks.append(block)
            row = block.last + 2
    right = max(block.right for block in blocks)
    neant = Spot(table.code, 3, FIRST) if table.may_be_neant else None
    return TableSheet(table, tuple(blocks), right, neant)


def _open_lines(plan: Plan, table: Table, section: Section) -> Iterator[Line]:
    """Yield the lines of a section that the family has, headings that announce none of them left out."""
    lines = [line for line in table.lignes.values() if line.section.code == section.code]
    kept = [line for line in lines if line.titre or _is_open(plan, table, line)]
    for line, following in zip(kept, [*kept[1:], None], strict=True):
        scope = line.familles
        if not line.titre or (
            following is not None and not following.titre and (not scope or plan.famille in scope)
        ):
            yield line


def _is_open(plan: Plan, table: Table, line: Line) -> bool:
    return any(f"{table.code}.{line.code}.{column}" in plan.index for column in line.section.colonnes)


def _open_columns(plan: Plan, table: Table, section: Section, lines: Sequence[Line]) -> list[str]:
    return [
        column
        for column in section.colonnes
        if any(f"{table.code}.{line.code}.{column}" in plan.index for line in lines)
    ]


def _block(
    table: Table, section: Section, lines: tuple[Line, ...], columns: list[str], row: int, facts: Facts
) -> Block:
    has_title = bool(section.titre) and (len(table.sections) > 1 or bool(section.cle))
    header = row + 1 if has_title else row
    title = row if has_title else -1
    if not section.cle:
        places = {column: FIRST + rank for rank, column in enumerate(columns)}
        rows = {line.code: header + 1 + rank for rank, line in enumerate(lines) if not line.titre}
        return Block(section, table.code, title, header, places, rows, lines)
    others = [column for column in columns if column != section.cle]
    places = {section.cle: LABEL} | {column: FIRST + rank for rank, column in enumerate(others)}
    known = len(facts.rows.get(f"{table.code}.{section.code}", ()))
    return Block(section, table.code, title, header, places, {}, lines, count=max(MINIMUM, known + SPARE))


def single_cells(plan: Plan) -> Iterator[Slot]:
    """Yield the cells that stand alone, in the order of the form."""
    return (slot for slot in plan.slots if slot.kind is SlotKind.CELL and not slot.section)


def row_columns(plan: Plan) -> Iterator[Slot]:
    """Yield the columns of keyed sections, in the order of the form."""
    return (slot for slot in plan.slots if slot.kind is SlotKind.CELL and slot.section)
