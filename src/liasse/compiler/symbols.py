"""Which cells a model has for a family, with their formulas parsed: the first two passes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from liasse.amounts import Unit, unit
from liasse.compiler.plan import Nature
from liasse.errors import ParseError, Problem
from liasse.language.ast import Accounts, Call, Name, Node, Range, children
from liasse.language.functions import ACCOUNT_FUNCTIONS
from liasse.language.parser import parse
from liasse.model.forms import Column, Formula, Line, Table
from liasse.model.rules import Model


@dataclass(frozen=True, slots=True)
class CellDef:
    """A cell that exists for the family; `tree` is None for a typed cell or a formula that does not parse."""

    table: Table
    ligne: Line
    colonne: Column
    unit: Unit
    formule: Formula | None
    tree: Node | None
    nature: Nature

    @property
    def section(self) -> str:
        """The keyed section whose rows this column is part of, `TABLE.SECTION`; empty for a single cell."""
        return f"{self.table.code}.{self.ligne.code}" if self.ligne.is_keyed else ""

    @property
    def choix(self) -> Mapping[str, str]:
        """The choices admitted, when the cell is one."""
        return self.ligne.choix or self.colonne.choix

    @property
    def key(self) -> str:
        """`TABLE.LIGNE.COLONNE`."""
        return f"{self.table.code}.{self.ligne.code}.{self.colonne.code}"


def parse_formula(formula: Formula) -> tuple[Node | None, list[Problem]]:
    """Parse a formula; a fault becomes a problem that underlines the place."""
    try:
        return parse(formula.text), []
    except ParseError as error:
        return None, [Problem("M101", error.message, formula.place, formula.text, error.start, error.length)]


def expand_cells(model: Model, famille: str) -> tuple[Mapping[str, CellDef], list[Problem]]:
    """Return every cell of the model that exists for *famille*, in the order of the form."""
    cells: dict[str, CellDef] = {}
    problems: list[Problem] = []
    for table in model.tables.values():
        for line, column in _open_cells(table, famille):
            formula = _formula_of(line, column, famille)
            tree, found = parse_formula(formula) if formula else (None, [])
            problems.extend(found)
            code = line.unite or column.unite or table.unite
            nature = _nature(line, column, formula, tree)
            cell = CellDef(table, line, column, unit(code), formula, tree, nature)
            cells[cell.key] = cell
    return cells, problems


def _open_cells(table: Table, famille: str) -> Iterator[tuple[Line, Column]]:
    for line in table.lignes.values():
        scopes = (table.familles, line.section.familles, line.familles)
        if line.titre or any(scope and famille not in scope for scope in scopes):
            continue
        for column in line.section.colonnes.values():
            if column.code not in line.fermees and (not column.familles or famille in column.familles):
                yield line, column


def _formula_of(line: Line, column: Column, famille: str) -> Formula | None:
    variant = line.par_famille.get(famille, {}).get(column.code)
    return variant or line.cellules.get(column.code) or line.formule or column.formule


def _nature(line: Line, column: Column, formula: Formula | None, tree: Node | None) -> Nature:
    if formula is None:
        return Nature.SAISIE
    forced = line.nature or column.nature
    if forced:
        return Nature(forced)
    return Nature.REMPLIE if tree is not None and reads_only_sources(tree) else Nature.CALCULEE


_SOURCES: Final = frozenset({*ACCOUNT_FUNCTIONS, "exercice_precedent"})


def reads_only_sources(tree: Node) -> bool:
    """Tell whether a formula reads nothing but accounts and the previous exercice."""
    if isinstance(tree, Call) and tree.function in _SOURCES:
        return True
    if isinstance(tree, Name | Range | Accounts):
        return False
    return all(reads_only_sources(part) for part in children(tree))
