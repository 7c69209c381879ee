"""
The hidden sheets: what formulas need and nobody reads.

`_calcul` holds one value per row (accounts, previous exercice, parts of long formulas), `_lignes` the same
for each row of the keyed sections, `_arrondis` which amounts are whole euros, `_listes` the choices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from liasse.outputs.workbook_places import Block, Spot, area

CALC: Final = "_calcul"
ROWS: Final = "_lignes"
FLAGS: Final = "_arrondis"
LISTS: Final = "_listes"

HIDDEN_SHEETS: Final = (CALC, ROWS, FLAGS, LISTS)

Scalar = str | float | int | None


@dataclass(frozen=True, slots=True)
class Content:
    """What a cell holds: a formula with the value that it has now, or a value alone."""

    value: Scalar = None
    formula: str = ""


class Hidden:
    """The contents of the hidden sheets, gathered as formulas ask for them."""

    def __init__(self, sections: Mapping[str, Block]) -> None:
        self.contents: dict[Spot, Content] = {}
        self._sections = sections
        self._named: dict[str, Spot] = {}
        self._next = {CALC: 1, FLAGS: 1}
        self._bases: dict[str, int] = {}
        self._columns: dict[tuple[str, str], int] = {}
        self._lists: dict[tuple[str, ...], tuple[Spot, Spot]] = {}
        self._bottom = 1

    def find(self, name: str) -> Spot | None:
        """Return the place of a named value, when it has one."""
        return self._named.get(name)

    def reserve(self, name: str, sheet: str = CALC) -> Spot:
        """Give a place to a named value."""
        row = self._next[sheet]
        self._next[sheet] = row + 1
        self.contents[Spot(sheet, row, 0)] = Content(name)
        self._named[name] = Spot(sheet, row, 1)
        return self._named[name]

    def put(self, spot: Spot, content: Content) -> Spot:
        """Write at a place."""
        self.contents[spot] = content
        return spot

    def add(self, name: str, content: Content, sheet: str = CALC) -> Spot:
        """Write a named value at a place of its own."""
        return self.put(self.reserve(name, sheet), content)

    def on_row(self, section: str, name: str, row: int) -> Spot:
        """Return the place of a named value on one row of a section."""
        if section not in self._bases:
            self._bases[section] = self._bottom
            self._bottom += self._sections[section].count + 2
        base = self._bases[section]
        key = (section, name)
        if key not in self._columns:
            self._columns[key] = sum(1 for known, _ in self._columns if known == section)
            self.contents[Spot(ROWS, base, self._columns[key])] = Content(name)
        return Spot(ROWS, base + 1 + row, self._columns[key])

    def column(self, section: str, name: str) -> tuple[Spot, Spot]:
        """Return the first and the last place of a named value of a section."""
        return self.on_row(section, name, 0), self.on_row(section, name, self._sections[section].count - 1)

    def choices(self, items: Sequence[str]) -> str:
        """Return the reference of a list of choices."""
        key = tuple(items)
        if key not in self._lists:
            column = len(self._lists)
            for row, item in enumerate(key):
                self.contents[Spot(LISTS, row, column)] = Content(item)
            self._lists[key] = (Spot(LISTS, 0, column), Spot(LISTS, max(0, len(key) - 1), column))
        first, last = self._lists[key]
        return area(first, last, "")
