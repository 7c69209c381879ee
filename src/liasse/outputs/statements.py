"""Statements as printed forms: which lines and columns a family has, in order, with their values."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Final

from liasse.amounts import format_french
from liasse.engine.findings import say_value
from liasse.engine.provisional import provisional
from liasse.engine.values import Evaluation
from liasse.model.forms import Line, Table

UNIT_NAMES: Final = {
    "euro": "en euros",
    "pourcent": "en pourcentage",
    "taux": "en taux",
    "nombre": "en nombre",
    "logement": "en logements",
    "m2": "en m²",
    "etp": "en équivalents temps plein",
    "jour": "en jours",
    "annee": "en années",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One cell: its reference, its scaled value, and its text without the unit of the table.

    Provisional, it waits for a cell of a table that is due.
    """

    key: str
    valeur: int | None
    texte: str
    is_provisional: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a form; `cells` has one entry per column, None where the column is closed."""

    code: str
    libelle: str
    cells: tuple[Entry | None, ...]
    total: bool = False
    titre: bool = False
    certitude: str = ""
    reference: str = ""
    notice: str = ""

    @property
    def is_empty(self) -> bool:
        """Tell whether no cell has a value."""
        return all(cell is None or cell.valeur is None for cell in self.cells)

    @property
    def is_provisional(self) -> bool:
        """Tell whether a figure of the line waits for a cell of a table that is due."""
        return any(cell is not None and cell.is_provisional for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Statement:
    """One table of the form; `colonnes` are (code, title) pairs."""

    code: str
    titre: str
    unite: str
    colonnes: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    reference: str = ""
    notice: str = ""

    @property
    def is_empty(self) -> bool:
        """Tell whether no line has a value."""
        return all(row.is_empty for row in self.rows)

    def filled(self) -> Statement:
        """Return the same without empty lines, nor the headings that announce nothing."""
        return replace(self, rows=tuple(_without_idle_headings([row for row in self.rows if _is_kept(row)])))

    def with_columns(self, positions: tuple[int, ...]) -> Statement:
        """Return the same with some columns only."""
        rows = tuple(
            replace(row, cells=tuple(row.cells[at] for at in positions)) if row.cells else row
            for row in self.rows
        )
        return replace(self, colonnes=tuple(self.colonnes[at] for at in positions), rows=rows)

    def filled_columns(self) -> tuple[int, ...]:
        """Return the positions of the columns that hold at least one value."""
        return tuple(at for at in range(len(self.colonnes)) if any(_has_value(row, at) for row in self.rows))


def _has_value(row: Row, at: int) -> bool:
    cell = row.cells[at] if row.cells else None
    return cell is not None and cell.valeur is not None


def _is_kept(row: Row) -> bool:
    return row.titre or not row.is_empty


def _without_idle_headings(rows: list[Row]) -> Iterator[Row]:
    for row, following in zip(rows, [*rows[1:], None], strict=True):
        if not (row.titre and (following is None or following.titre)):
            yield row


WORDS: Final = frozenset({"texte", "date", "oui_non", "choix"})
"""Units whose values are shown as words."""


def statements(evaluation: Evaluation) -> tuple[Statement, ...]:
    """Return every table of the form, in order."""
    waiting = provisional(evaluation)
    made = (_statement(evaluation, table) for table in evaluation.plan.model.tables.values())
    return tuple(_marked(statement, waiting) for statement in made)


def _marked(statement: Statement, waiting: Collection[str]) -> Statement:
    """Mark the figures that wait for a cell of a table that is due."""
    if not any(key.startswith(f"{statement.code}.") for key in waiting):
        return statement
    rows = (
        replace(row, cells=tuple(_provisional(cell, waiting) for cell in row.cells)) for row in statement.rows
    )
    return replace(statement, rows=tuple(rows))


def _provisional(cell: Entry | None, waiting: Collection[str]) -> Entry | None:
    is_marked = cell is not None and cell.valeur is not None and cell.key in waiting
    return replace(cell, is_provisional=True) if cell is not None and is_marked else cell


def _statement(evaluation: Evaluation, table: Table) -> Statement:
    index, famille = evaluation.plan.index, evaluation.plan.famille
    columns = [
        column
        for column in table.colonnes.values()
        if any(f"{table.code}.{line}.{column.code}" in index for line in table.lignes)
    ]
    codes = [column.code for column in columns]
    rows = [
        row
        for line in table.lignes.values()
        if not line.familles or famille in line.familles
        for row in _rows(evaluation, table, line, codes)
    ]
    return Statement(
        table.code,
        table.titre,
        table.unite,
        tuple((column.code, column.titre) for column in columns),
        tuple(row for row in rows if row.titre or any(row.cells)),
        table.reference,
        table.notice,
    )


def _rows(evaluation: Evaluation, table: Table, line: Line, codes: list[str]) -> Iterator[Row]:
    """Yield a line, or the rows of a keyed section."""
    if not line.is_keyed:
        yield _row(evaluation, table, line, codes)
        return
    yield replace(_row(evaluation, table, replace(line, titre=True), codes), titre=True)
    section = f"{table.code}.{line.code}"
    for number, row in enumerate(evaluation.facts.rows.get(section, ())):
        entries = tuple(_entry(evaluation, table, f"{section}.{code}", number) for code in codes)
        yield Row(
            row.cle,
            line.libelle,
            entries,
            total=False,
            titre=False,
            certitude=line.certitude,
            reference=line.reference,
            notice=line.notice,
        )


def _row(evaluation: Evaluation, table: Table, line: Line, codes: list[str]) -> Row:
    entries = (
        ()
        if line.titre
        else tuple(_entry(evaluation, table, f"{table.code}.{line.code}.{code}") for code in codes)
    )
    return Row(
        line.code, line.libelle, entries, line.total, line.titre, line.certitude, line.reference, line.notice
    )


def _entry(evaluation: Evaluation, table: Table, key: str, number: int | None = None) -> Entry | None:
    position = evaluation.plan.index.get(key)
    if position is None:
        return None
    slot = evaluation.plan.slots[position]
    value = evaluation.value(key) if number is None else evaluation.column(key)[number]
    if slot.unit.code in WORDS:
        return Entry(key, value, say_value(evaluation, key, number))
    return Entry(key, value, format_french(value, slot.unit.code, symbol=slot.unit.code != table.unite))
