"""The printed layout of a table: sections, columns and lines, as the form of a family has them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from liasse import Column, Line, Nature, Plan, Section, Table, unit

UNITS: Final = {
    "euro": "en euros",
    "pourcent": "en %",
    "taux": "taux",
    "ratio": "ratio",
    "nombre": "en nombre",
    "logement": "logements",
    "equivalent": "équivalents logements",
    "m2": "en m²",
    "etp": "en ETP",
    "jour": "en jours",
    "annee": "en années",
    "mois": "en mois",
    "date": "date",
    "oui_non": "oui / non",
    "choix": "au choix",
    "texte": "texte",
}
WORDS: Final = frozenset({"texte", "date", "oui_non", "choix"})
"""The units whose cells hold words."""

_ACCOUNTS: Final = re.compile(r"\b[a-z_]+\((\d[^()]*)\)")
_BESIDE: Final = 2
"""How many columns of figures a section may have to show the year before beside each of them."""


@dataclass(frozen=True, slots=True)
class Head:
    """A column as it is headed; `avant` is one that only repeats the year before."""

    code: str
    titre: str
    unite: str
    notice: str
    formule: str
    numeric: bool
    avant: bool = False
    key: bool = False


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell of the form: its reference, its slot, how it is read and shown."""

    reference: str
    position: int
    unite: str
    editable: bool
    formule: str
    comptes: str
    choix: Mapping[str, str]
    avant: bool = False
    key: bool = False

    @property
    def numeric(self) -> bool:
        """Tell whether it holds a number."""
        return self.unite not in WORDS


@dataclass(frozen=True, slots=True)
class Strip:
    """A line of the form, or the model of the rows of a keyed section; None where a column is closed."""

    code: str
    libelle: str
    comptes: str
    unite: str
    total: bool
    titre: bool
    notice: str
    spots: tuple[Spot | None, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """
    A section: its columns and lines; `cle` is the reference of its rows when it is keyed.

    `pied` are the totals of the section that follows, when its columns are among those of the rows.
    """

    code: str
    titre: str
    heads: tuple[Head, ...]
    strips: tuple[Strip, ...]
    cle: str
    comptes: bool
    pied: tuple[Strip, ...] = ()

    @property
    def keyed(self) -> bool:
        """Tell whether people add rows to it."""
        return bool(self.cle)


@dataclass(frozen=True, slots=True)
class Layout:
    """A table, ready to be drawn."""

    table: Table
    unite: str
    blocks: tuple[Block, ...]


def _said(unite: str) -> str:
    """
    Return a unit as it is headed.

    >>> _said("euro"), _said("euro/logement")
    ('en euros', '€/logement')
    """
    return UNITS.get(unite) or unit(unite).symbol


@lru_cache(maxsize=512)
def layout_of(plan: Plan, code: str) -> Layout:
    """
    Return the layout of a table.

    Raises:
        KeyError: the form has no such table.
    """
    table = plan.model.tables[code]
    made = (_block(plan, table, section) for section in table.sections.values())
    blocks: list[Block] = []
    for block in made:
        if block.heads and blocks and _totals(blocks[-1], block):
            blocks[-1] = replace(blocks[-1], pied=_under(blocks[-1], block))
        elif block.heads:
            blocks.append(block)
    return Layout(table, _said(table.unite), tuple(blocks))


def _totals(rows: Block, block: Block) -> bool:
    """Tell whether a section holds the totals of the rows above it, column by column."""
    above = {head.code: head for head in rows.heads}
    return (
        rows.keyed
        and not rows.pied
        and all(strip.total for strip in block.strips)
        and all(head.code in above and above[head.code].numeric for head in block.heads if not head.avant)
    )


def _under(rows: Block, block: Block) -> tuple[Strip, ...]:
    """Return the lines of totals, their cells under the columns that they add up."""
    made = []
    for strip in block.strips:
        cells = {head.code: spot for head, spot in zip(block.heads, strip.spots, strict=True)}
        made.append(replace(strip, spots=tuple(cells.get(head.code) for head in rows.heads)))
    return tuple(made)


@lru_cache(maxsize=32)
def table_codes(plan: Plan) -> tuple[str, ...]:
    """Return the tables that have at least one cell for the family, in order."""
    return tuple(code for code in plan.model.tables if layout_of(plan, code).blocks)


def _block(plan: Plan, table: Table, section: Section) -> Block:
    lines = [
        line
        for line in table.lignes.values()
        if line.section.code == section.code and (not line.familles or plan.famille in line.familles)
    ]
    columns = [
        column
        for column in section.colonnes.values()
        if any(f"{table.code}.{line.code}.{column.code}" in plan.index for line in lines)
    ]
    beside = not section.cle and _wants_year_before(table, columns)
    heads: list[Head] = []
    for column in columns:
        head = _head(table, section, column)
        heads.append(head)
        if beside and head.numeric:
            heads.append(Head(f"{column.code}@", "N-1", head.unite, "", "", numeric=True, avant=True))
    strips = tuple(_strip(plan, table, line, heads) for line in lines)
    return Block(
        section.code,
        section.titre,
        tuple(heads),
        tuple(strip for strip in strips if strip.titre or any(strip.spots)),
        f"{table.code}.{section.code}" if section.cle else "",
        any(strip.comptes for strip in strips),
    )


def _wants_year_before(table: Table, columns: list[Column]) -> bool:
    figures = [column for column in columns if (column.unite or table.unite) not in WORDS]
    repeated = any(column.formule and "exercice_precedent" in column.formule.text for column in columns)
    return 0 < len(figures) <= _BESIDE and not repeated


def _head(table: Table, section: Section, column: Column) -> Head:
    unite = column.unite or table.unite
    return Head(
        column.code,
        column.titre,
        "" if unite == table.unite or unite in WORDS else _said(unite),
        column.notice,
        column.formule.text if column.formule else "",
        numeric=unite not in WORDS,
        key=column.code == section.cle,
    )


def _strip(plan: Plan, table: Table, line: Line, heads: list[Head]) -> Strip:
    spots = () if line.titre else tuple(_spot(plan, table, line, head) for head in heads)
    units = {spot.unite for spot in spots if spot is not None}
    own = line.unite if line.unite and line.unite != table.unite and len(units) == 1 else ""
    return Strip(
        line.code,
        line.libelle,
        next((spot.comptes for spot in spots if spot is not None and spot.comptes), ""),
        _said(own) if own else "",
        line.total,
        line.titre,
        line.notice,
        spots,
    )


def _spot(plan: Plan, table: Table, line: Line, head: Head) -> Spot | None:
    column = head.code.removesuffix("@")
    reference = f"{table.code}.{line.code}.{column}"
    position = plan.index.get(reference)
    if position is None:
        return None
    slot = plan.slots[position]
    formula = _formula(line, column, plan.famille)
    return Spot(
        reference,
        position,
        slot.unit.code,
        slot.nature is not Nature.CALCULEE and not head.avant,
        formula,
        _accounts(formula),
        slot.choix,
        head.avant,
        head.key,
    )


def _formula(line: Line, column: str, famille: str) -> str:
    """Return the text of the formula of a cell, as the file of the form has it."""
    head = line.section.colonnes.get(column)
    found = (
        line.par_famille.get(famille, {}).get(column)
        or line.cellules.get(column)
        or line.formule
        or (head.formule if head else None)
    )
    return found.text if found else ""


def _accounts(formula: str) -> str:
    """
    Return the accounts that a formula names.

    >>> _accounts("crediteur(704 sauf 7041, 7042)"), _accounts("debiteur(201) - crediteur(2801)")
    ('704 sauf 7041, 7042', '201 ; 2801')
    """
    return " ; ".join(dict.fromkeys(_ACCOUNTS.findall(formula)))
