"""Tables, columns, lines: the printed form as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from liasse.errors import Place


@dataclass(frozen=True, slots=True)
class Formula:
    """The text of a formula and where it stands."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; its formula, if any, holds for every line that has none of its own."""

    code: str
    titre: str
    formule: Formula | None = None
    unite: str = ""
    familles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Line:
    """
    A line of a table.

    `cellules` gives the formula of a column on this line; `formule` is the line's formula for the
    columns that have none here; `par_famille` overrides both for a family.  `fermees` are columns
    that do not exist on this line; a `titre` line is a heading and has no cell.
    """

    code: str
    libelle: str
    place: Place
    cellules: Mapping[str, Formula] = field(default_factory=dict)
    formule: Formula | None = None
    par_famille: Mapping[str, Mapping[str, Formula]] = field(default_factory=dict)
    total: bool = False
    titre: bool = False
    fermees: frozenset[str] = frozenset()
    familles: frozenset[str] = frozenset()
    unite: str = ""
    nature: str = ""
    reference: str = ""
    certitude: str = ""
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """
    A table of a form.

    `colonne` is the column meant when none is named.  `classes` and `colonnes_placees` say which
    classes of accounts the fill formulas of which columns must place exactly once.
    """

    code: str
    titre: str
    unite: str
    colonne: str
    colonnes: Mapping[str, Column]
    lignes: Mapping[str, Line]
    reference: str
    certitude: str
    place: Place
    classes: frozenset[str] = frozenset()
    colonnes_placees: tuple[str, ...] = ()
    notice: str = ""
