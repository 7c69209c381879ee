"""
What an import or a « reprise » would change in a dossier, one difference at a time.

Nothing is written here, and blanks never overwrite; `choices` says what a choice of differences makes.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from harmonia.dossiers.evaluation import Held, Live
from harmonia.dossiers.keys import BALANCE
from liasse import Depot, DepotYear, Evaluation, Nature, Plan, Row, Slot, SlotKind
from liasse.echanges import Change, Difference, FilingReading, ImportReport, compare


class Genre(StrEnum):
    """What a difference is."""

    NOUVELLE = "nouvelle"
    MODIFIEE = "modifiee"
    CONFLIT = "conflit"
    MODIFIEE_ICI = "modifiee_ici"
    VIDEE = "videe"
    DIFFERENTE = "differente"
    LIGNE_AJOUTEE = "ligne_ajoutee"
    LIGNE_SUPPRIMEE = "ligne_supprimee"
    BALANCE = "balance"
    NEANT = "neant"


@dataclass(frozen=True, slots=True)
class Ecart:
    """
    One difference: `base` is what was exported, `yours` what the dossier says, `theirs` what comes.

    `propose` says whether it is ticked at first; `suit` that it follows the balance and cannot be left out.
    `rempli` is a cell that the balance fills; taken from it, what was typed over goes away.
    """

    id: str
    table: str
    genre: Genre
    reference: str
    base: Held | None
    yours: Held | None
    theirs: Held | None
    ligne: str = ""
    rang: int = 1
    propose: bool = True
    suit: bool = False
    rempli: bool = False
    row: Row | None = None


@dataclass(frozen=True, slots=True)
class Differences:
    """
    Every difference, in the order of the form, and what is left aside: equal, computed.

    `fixees` are equal cells that the balance, once taken, would fill otherwise; `avec_balance` tells that the
    balance that comes is the one that stands.
    """

    ecarts: tuple[Ecart, ...]
    egales: Mapping[str, int] = field(default_factory=dict)
    calculees: int = 0
    fixees: Mapping[str, Held] = field(default_factory=dict)
    avec_balance: bool = False


_GENRES: Final = {
    Change.NEW: Genre.NOUVELLE,
    Change.CHANGED: Genre.MODIFIEE,
    Change.CONFLICT: Genre.CONFLIT,
    Change.ADDED: Genre.LIGNE_AJOUTEE,
    Change.REMOVED: Genre.LIGNE_SUPPRIMEE,
}
_PROPOSED: Final = frozenset({Genre.NOUVELLE, Genre.MODIFIEE, Genre.LIGNE_AJOUTEE})
_DESCRIPTIVE: Final = frozenset({"texte", "choix", "date", "oui_non", "annee", "logement", "nombre", "m2"})
"""What lasts from a year to the next; amounts do not."""


def identifier(*parts: object) -> str:
    """Return the short name of a difference, the same whenever it is computed."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


# ── A filing: three-way ──────────────────────────────────────────────────────────────────────────


def from_filing(state: Live, yours: Depot, theirs: Depot, base: Depot, balance: int | None) -> Differences:
    """
    Compare a filing with the dossier, over what was exported; *balance* is the one that it came with.

    Where the dossier holds nothing, what was exported does not count: a blank is always filled.
    """
    plan = state.plan
    known = replace(base, faits=_held_too(base.faits, yours.faits))
    found = compare(FilingReading(theirs, ImportReport("", ""), known), yours).differences
    kept = [one for one in found if not _is_computed(plan, one)]
    ecarts = [_of_filing(one, theirs.faits) for one in kept]
    ecarts += _neant(yours.faits, theirs.faits, base.faits)
    if balance is not None:
        ecarts += balance_ecart(state, balance)
    told, computed = _told(plan, theirs.faits)
    differing = Counter(_table(one.reference) for one in kept if one.theirs is not None)
    equal = {table: count - differing[table] for table, count in told.items() if count > differing[table]}
    return Differences(tuple(in_order(plan, ecarts)), equal, computed)


def _held_too(base: DepotYear, yours: DepotYear) -> DepotYear:
    """Return what was exported and the dossier still holds, whatever its value."""
    rows = {section: frozenset(named(found)) for section, found in yours.lignes.items()}
    return replace(
        base,
        cellules={cell: value for cell, value in base.cellules.items() if cell in yours.cellules},
        lignes={
            section: tuple(row for name, row in named(found).items() if name in rows.get(section, ()))
            for section, found in base.lignes.items()
        },
        neant=base.neant & yours.neant,
    )


def _of_filing(one: Difference, theirs: DepotYear) -> Ecart:
    genre = _GENRES[one.change]
    row = None
    if genre is Genre.LIGNE_AJOUTEE:
        row = named(theirs.lignes.get(one.reference, ()))[one.ligne, one.rang]
    if one.theirs is None:
        genre = Genre.LIGNE_SUPPRIMEE
    return Ecart(
        identifier(one.reference, one.ligne, one.rang),
        _table(one.reference),
        genre,
        one.reference,
        _held(one.base),
        _held(one.yours),
        _held(one.theirs),
        one.ligne,
        one.rang,
        genre in _PROPOSED,
        row=row,
    )


def _held(value: tuple[int, str] | None) -> Held | None:
    return None if value is None else Held(value[0], value[1] or None)


def _table(reference: str) -> str:
    return reference.partition(".")[0]


def _is_computed(plan: Plan, one: Difference) -> bool:
    if one.reference in plan.key_columns:
        return False
    return one.reference not in plan.index or plan.slot(one.reference).nature is Nature.CALCULEE


def _told(plan: Plan, theirs: DepotYear) -> tuple[Counter[str], int]:
    """Count, per table, the cells that a filing tells and may be typed; and those that are computed."""
    told: Counter[str] = Counter()
    computed = 0
    for reference in theirs.cellules:
        if reference in plan.index and plan.slot(reference).nature is not Nature.CALCULEE:
            told[_table(reference)] += 1
        else:
            computed += 1
    for section, rows in theirs.lignes.items():
        told[_table(section)] += sum(len(row.valeurs) for row in rows)
    return told, computed


def _neant(yours: DepotYear, theirs: DepotYear, base: DepotYear) -> Iterator[Ecart]:
    for table in sorted(theirs.neant - yours.neant):
        moved = table in base.neant
        yield Ecart(
            identifier("neant", table),
            table,
            Genre.NEANT,
            table,
            Held(1, None) if moved else None,
            None,
            Held(1, None),
            propose=not moved,
        )


def balance_ecart(state: Live, balance: int) -> Iterator[Ecart]:
    """Yield the difference of a balance that comes along."""
    standing = state.state.get(BALANCE)
    yield Ecart(
        identifier(BALANCE),
        "",
        Genre.BALANCE,
        BALANCE,
        None,
        standing,
        Held(balance, None),
        propose=standing is None,
    )


def named(rows: Sequence[Row]) -> dict[tuple[str, int], Row]:
    """Name each row by its key and its number among rows of the same key."""
    seen: Counter[str] = Counter()
    found = {}
    for row in rows:
        seen[row.cle] += 1
        found[row.cle, seen[row.cle]] = row
    return found


def in_order(plan: Plan, ecarts: Iterable[Ecart]) -> list[Ecart]:
    """Sort by the order of the form; what is about the whole dossier comes first."""
    tables = {code: rank for rank, code in enumerate(plan.model.tables, 1)}
    return sorted(
        ecarts, key=lambda one: (tables.get(one.table, 0), plan.index.get(one.reference, -1), one.ligne)
    )


# ── A balance: what it moves ─────────────────────────────────────────────────────────────────────


def from_balance(
    state: Live, balance: int, evaluate: Callable[[Mapping[str, Held]], Evaluation]
) -> Differences:
    """
    Tell the cells that a balance fills otherwise, and those that were typed over what it gives.

    *evaluate* computes an imagined state of the dossier.
    """
    plan = state.plan
    filled = [
        slot
        for slot in plan.slots
        if slot.kind is SlotKind.CELL and slot.nature is Nature.REMPLIE and not slot.section
    ]
    bare = {cle: held for cle, held in state.state.items() if not is_filled(plan, cle)}
    after = evaluate({**bare, BALANCE: Held(balance, None)})
    ecarts = [replace(one, propose=True, suit=True) for one in balance_ecart(state, balance)]
    equal: Counter[str] = Counter()
    for slot in filled:
        one = _of_balance(state, slot, after)
        if one is not None:
            ecarts.append(one)
        elif after.values[plan.index[slot.key]] is not None:
            equal[slot.table] += 1
    return Differences(tuple(in_order(plan, ecarts)), equal)


def is_filled(plan: Plan, cle: str) -> bool:
    """Tell whether the accounts fill a cell."""
    return cle in plan.index and plan.slot(cle).nature is Nature.REMPLIE


def _of_balance(state: Live, slot: Slot, after: Evaluation) -> Ecart | None:
    at = state.plan.index[slot.key]
    before, then = state.evaluation.values[at], after.values[at]
    typed = state.state.get(slot.key)
    if before == then or isinstance(before, tuple) or isinstance(then, tuple):
        return None
    if typed is not None and then is None:
        return None
    genre = Genre.CONFLIT if typed is not None else Genre.NOUVELLE if before is None else Genre.MODIFIEE
    return Ecart(
        identifier(slot.key),
        slot.table,
        genre,
        slot.key,
        None,
        None if before is None else Held(before, typed.texte if typed else None),
        None if then is None else Held(then, None),
        propose=genre is not Genre.CONFLIT,
        suit=genre is Genre.NOUVELLE,
        rempli=True,
    )


# ── Last year's data ─────────────────────────────────────────────────────────────────────────────


def from_precedent(state: Live, yours: Depot, former: Depot) -> Differences:
    """
    Tell what of last year's typed data the dossier does not say; amounts are shown, and not proposed.

    Nor are the rows of a section that was begun this year: an operation that is no more may have ended.

    What the form already brings from last year by itself is left out.
    """
    plan = state.plan
    empty = Depot(former.questionnaire, former.millesime, "", former.exercice, former.famille, DepotYear())
    found = compare(FilingReading(former, ImportReport("", ""), empty), yours).differences
    ecarts: list[Ecart] = []
    for one in found:
        if one.reference in plan.key_columns:
            begun = bool(yours.faits.lignes.get(one.reference))
            ecarts += _former_row(plan, _of_filing(one, former.faits), propose=not begun)
        elif one.reference in plan.index and plan.slot(one.reference).nature is Nature.SAISIE:
            ecarts.append(_former_cell(plan, _of_filing(one, former.faits)))
    told, _ = _told(plan, former.faits)
    differing = Counter(_table(one.reference) for one in found)
    equal = {table: count - differing[table] for table, count in told.items() if count > differing[table]}
    return Differences(tuple(in_order(plan, ecarts)), equal)


def _former_cell(plan: Plan, one: Ecart) -> Ecart:
    lasting = plan.slot(one.reference).unit.code in _DESCRIPTIVE
    if one.genre is Genre.CONFLIT:
        return replace(one, genre=Genre.DIFFERENTE, propose=False)
    return replace(one, propose=one.genre is Genre.NOUVELLE and lasting)


def _former_row(plan: Plan, one: Ecart, *, propose: bool) -> Iterator[Ecart]:
    """Split a row into what describes it and its amounts, which are not proposed."""
    row = one.row
    if row is None:
        return
    key = plan.slot(plan.key_columns[one.reference]).colonne
    lasting = {
        column
        for column in row.valeurs
        if column == key
        or (f"{one.reference}.{column}" in plan.index and _lasts(plan.slot(f"{one.reference}.{column}")))
    }
    yield replace(one, row=_only(row, lasting), propose=propose)
    for column, value in row.valeurs.items():
        reference = f"{one.reference}.{column}"
        if (
            column in lasting
            or reference not in plan.index
            or plan.slot(reference).nature is not Nature.SAISIE
        ):
            continue
        yield Ecart(
            identifier(reference, one.ligne, one.rang),
            one.table,
            Genre.NOUVELLE,
            reference,
            None,
            None,
            Held(value, row.textes.get(column)),
            one.ligne,
            one.rang,
            propose=False,
        )


def _lasts(slot: Slot) -> bool:
    return slot.nature is Nature.SAISIE and slot.unit.code in _DESCRIPTIVE


def _only(row: Row, columns: Collection[str]) -> Row:
    return Row(
        row.cle,
        {column: value for column, value in row.valeurs.items() if column in columns},
        {column: words for column, words in row.textes.items() if column in columns},
    )
