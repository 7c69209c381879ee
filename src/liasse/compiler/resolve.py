"""Names to cells: what a name or a range means where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from liasse.compiler.symbols import CellDef
from liasse.errors import LiasseError, nearest
from liasse.language.ast import Name, Node, Range
from liasse.model.forms import Line, Table
from liasse.model.rules import Model


class FaultError(LiasseError):
    """A fault at one node of a formula; turned into a `Problem` by the pass that knows the formula."""

    def __init__(self, code: str, message: str, node: Node) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.node = node


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a formula stands: in a cell (table, line, column), on a line (no column), or nowhere."""

    table: Table | None = None
    ligne: str = ""
    colonne: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a model for a family."""

    model: Model
    cells: Mapping[str, CellDef]

    def resolve(self, name: Name, scope: Scope) -> str | None:
        """
        Return the key that *name* means, or None for a cell that does not exist for this family or line.

        Raises:
            FaultError: nothing has that name; the message offers the nearest spelling.
        """
        parts = name.parts
        if len(parts) == 1:
            return self._simple(name, scope)
        if len(parts) == 2:
            return self._pair(name, scope)
        if len(parts) == 3:
            return self._cell(self._table(parts[0], name), parts[1], parts[2], name)
        raise FaultError("M105", f"« {'.'.join(parts)} » a trop de parties (TABLE.LIGNE.COLONNE).", name)

    def _simple(self, name: Name, scope: Scope) -> str | None:
        word, table = name.parts[0], scope.table
        if table is not None:
            if scope.ligne and word in table.lignes[scope.ligne].section.colonnes:
                return self._existing(f"{table.code}.{scope.ligne}.{word}")
            if word in table.lignes:
                return self._cell(table, word, column_of(table.lignes[word], scope), name)
        if word in self.model.aggregats or word in self.model.parametres:
            return word
        known = [*self.model.aggregats, *self.model.parametres]
        code, what = "M105", f"Nom inconnu « {word} »"
        if table is not None:
            known = [*table.colonnes, *table.lignes, *known]
            code, what = "M104", f"Ligne inconnue « {word} » dans la table {table.code}"
        raise FaultError(code, f"{what}.{nearest(word, known)}", name)

    def _pair(self, name: Name, scope: Scope) -> str | None:
        first, second = name.parts
        table = scope.table
        if table is not None and first in table.lignes:
            return self._cell(table, first, second, name)
        target = self._table(first, name)
        line = target.lignes.get(second)
        return self._cell(target, second, line.section.colonne if line else "", name)

    def _table(self, code: str, node: Node) -> Table:
        table = self.model.tables.get(code)
        if table is None:
            raise FaultError("M102", f"Table inconnue « {code} ».{nearest(code, self.model.tables)}", node)
        return table

    def _cell(self, table: Table, line: str, column: str, node: Node) -> str | None:
        if line not in table.lignes or table.lignes[line].titre:
            message = f"Ligne inconnue « {line} » dans la table {table.code}.{nearest(line, table.lignes)}"
            raise FaultError("M104", message, node)
        check_column(table, table.lignes[line], column, node)
        return self._existing(f"{table.code}.{line}.{column}")

    def _existing(self, key: str) -> str | None:
        return key if key in self.cells else None

    def lines(self, span: Range | Name, scope: Scope) -> tuple[Table, tuple[str, ...], str]:
        """
        Return the table, the detail lines and the column that a range (or a `pour` target) names.

        Totals and headings are never taken.

        Raises:
            FaultError: a code is unknown, or the bounds are not in the order of the table.
        """
        if isinstance(span, Name):
            table, line = self._target(span, scope)
            return table, (line,), ""
        table, first = self._target(span.first, scope)
        codes = list(table.lignes)
        if span.last not in table.lignes:
            message = f"Ligne inconnue « {span.last} » dans la table {table.code}.{nearest(span.last, codes)}"
            raise FaultError("M104", message, span)
        start, end = codes.index(first), codes.index(span.last)
        if start > end:
            raise FaultError("M104", f"« {first} » vient après « {span.last} » dans {table.code}.", span)
        kept = [table.lignes[code] for code in codes[start : end + 1]]
        return table, tuple(line.code for line in kept if not line.total and not line.titre), span.column

    def _target(self, name: Name, scope: Scope) -> tuple[Table, str]:
        parts = name.parts
        table = scope.table if len(parts) == 1 and scope.table else None
        if table is None:
            table = self._table(parts[0], name)
            parts = parts[1:]
        if len(parts) != 1 or parts[0] not in table.lignes:
            code = ".".join(parts)
            message = f"Ligne inconnue « {code} » dans la table {table.code}.{nearest(code, table.lignes)}"
            raise FaultError("M104", message, name)
        return table, parts[0]

    def range_keys(self, span: Range, scope: Scope) -> list[str]:
        """
        Return the cells of a range that exist.

        Raises:
            FaultError: as `lines`, or the table has no such column.
        """
        table, lines, column = self.lines(span, scope)
        keys = []
        for code in lines:
            line = table.lignes[code]
            if column:
                check_column(table, line, column, span)
            chosen = column or (column_of(line, scope) if table is scope.table else line.section.colonne)
            keys.append(f"{table.code}.{code}.{chosen}")
        return [key for key in keys if key in self.cells]


def column_of(line: Line, scope: Scope) -> str:
    """Return the column that a line named alone means: that of the formula, else its section's own."""
    if scope.colonne in line.section.colonnes:
        return scope.colonne
    return line.section.colonne


def check_column(table: Table, line: Line, column: str, node: Node) -> None:
    """
    Check that a line has a column.

    Raises:
        FaultError: its section has no such column.
    """
    known = line.section.colonnes
    if column not in known:
        message = f"Colonne inconnue « {column} » dans la table {table.code}.{nearest(column, known)}"
        raise FaultError("M103", message, node)
