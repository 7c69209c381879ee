"""Tables, sections, columns, lines: the printed form as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from liasse.errors import Place


@dataclass(frozen=True, slots=True)
class Formula:
    """The text of a formula and where it stands."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Column:
    """
    A column of a section; its formula, if any, holds for every line that has none of its own.

    `choix` gives, for a cell of unit `choix`, the code and the label of each choice, in order.
    """

    code: str
    titre: str
    formule: Formula | None = None
    unite: str = ""
    familles: frozenset[str] = frozenset()
    choix: Mapping[str, str] = field(default_factory=dict)
    nature: str = ""
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """
    A part of a table with its own columns.

    With `cle`, the section is keyed: the user adds rows, each named by the text of that column.
    """

    code: str
    titre: str
    colonne: str
    colonnes: Mapping[str, Column]
    cle: str = ""
    familles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Line:
    """
    A line of a table, or the model of the rows of a keyed section (`is_keyed`).

    `cellules` gives the formula of a column on this line; `formule` is the line's formula for the
    columns that have none here; `par_famille` overrides both for a family.  `fermees` are columns
    that do not exist on this line; a `titre` line is a heading and has no cell.
    """

    code: str
    libelle: str
    place: Place
    section: Section
    cellules: Mapping[str, Formula] = field(default_factory=dict)
    formule: Formula | None = None
    par_famille: Mapping[str, Mapping[str, Formula]] = field(default_factory=dict)
    total: bool = False
    titre: bool = False
    fermees: frozenset[str] = frozenset()
    familles: frozenset[str] = frozenset()
    unite: str = ""
    choix: Mapping[str, str] = field(default_factory=dict)
    nature: str = ""
    reference: str = ""
    certitude: str = ""
    notice: str = ""

    @property
    def is_keyed(self) -> bool:
        """Tell whether this stands for the rows of a keyed section."""
        return bool(self.section.cle) and self.code == self.section.code


EVERYONE: Final = "TOUS"
"""The profile of a table that is due whatever the activities: it is never « néant »."""
NEANT: Final = "neant"
"""The rule of a statement in which a table declared « néant » counts zero."""


@dataclass(frozen=True, slots=True)
class Table:
    """
    A table of a form.

    With `profil`, the table is due only to those who have that activity, the others may declare it
    « néant »; « TOUS » makes it due to all.  Without, nobody owes it: it is drawn from the accounts.
    With `vides` = `neant`, what its formulas read from a table declared « néant » counts zero.
    `classes` and `colonnes_placees` say which classes of accounts the fill formulas of which columns
    must place exactly once.
    """

    code: str
    titre: str
    unite: str
    sections: Mapping[str, Section]
    lignes: Mapping[str, Line]
    reference: str
    certitude: str
    place: Place
    classes: frozenset[str] = frozenset()
    colonnes_placees: tuple[str, ...] = ()
    notice: str = ""
    profil: str = ""
    vides: str = ""
    familles: frozenset[str] = frozenset()

    @property
    def may_be_neant(self) -> bool:
        """Tell whether a filing may declare that the table has nothing to say."""
        return self.profil not in {"", EVERYONE}

    @property
    def colonnes(self) -> Mapping[str, Column]:
        """Every column of every section, by code; the first section that has a code gives it."""
        found: dict[str, Column] = {}
        for section in self.sections.values():
            for code, column in section.colonnes.items():
                found.setdefault(code, column)
        return found

    @property
    def colonne(self) -> str:
        """The default column of the first section."""
        return next((section.colonne for section in self.sections.values()), "")
