"""
What a Rapatriement would change in a dossier, one difference at a time.

Three sides: what the last Rapatriement said (base), what the dossier says, what the transmission says now.
Figures are compared, and not the way in which they were given: typed here and filled by the accounts there,
an equal figure is equal.  A cell changed here since the last time is shown, and never taken by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from harmonia.dossiers.differences import (
    Differences,
    Ecart,
    Genre,
    balance_ecart,
    identifier,
    in_order,
    is_filled,
    named,
)
from harmonia.dossiers.evaluation import Held, Live, rows_of
from harmonia.dossiers.keys import BALANCE
from liasse import DepotYear, Evaluation, Nature, Plan, Row, Slot, SlotKind

Evaluate = Callable[[Mapping[str, Held]], Evaluation]
_GIVEN = frozenset({Nature.SAISIE, Nature.REMPLIE})


@dataclass(frozen=True, slots=True)
class Brought:
    """
    What comes: the figures, what the last Rapatriement said, and the balance that they were made of.

    `balance` is None when there is none, or when it is the one that stands already (`stands`).
    """

    faits: DepotYear
    base: Mapping[str, Held]
    balance: int | None = None
    stands: bool = False


def from_copy(state: Live, brought: Brought, evaluate: Evaluate) -> Differences:
    """Compare a transmission with the dossier; *evaluate* computes an imagined state of it."""
    filled = _filled(state, brought, evaluate)
    ecarts: list[Ecart] = []
    fixed: dict[str, Held] = {}
    equal: Counter[str] = Counter()
    for slot in given_slots(state.plan):
        one = _cell(state, brought, filled, slot)
        if isinstance(one, Ecart):
            ecarts.append(one)
        elif one is not None:
            equal[slot.table] += 1
            if filled is not None and slot.nature is Nature.REMPLIE and _differs(filled, slot, one):
                fixed[slot.key] = one
    for section in state.plan.key_columns:
        for found in _rows(state, brought, section):
            if isinstance(found, Ecart):
                ecarts.append(found)
            else:
                equal[section.partition(".")[0]] += found
    ecarts += _neant(state, brought)
    if brought.balance is not None:
        ecarts += [replace(one, propose=True) for one in balance_ecart(state, brought.balance)]
    return Differences(tuple(in_order(state.plan, ecarts)), equal, 0, fixed, brought.stands)


@lru_cache(maxsize=32)
def given_slots(plan: Plan) -> tuple[Slot, ...]:
    """Return the cells, outside keyed sections, that somebody gives or the accounts fill."""
    return tuple(
        slot
        for slot in plan.slots
        if slot.kind is SlotKind.CELL and slot.nature in _GIVEN and not slot.section
    )


def figure(state: Live, slot: Slot) -> Held | None:
    """Return what a cell outside keyed sections shows; None when it is empty."""
    value = state.evaluation.values[state.plan.index[slot.key]]
    return Held(value, state.evaluation.facts.texts.get(slot.key)) if isinstance(value, int) else None


def told(year: DepotYear, reference: str) -> Held | None:
    """Return what a filing says of a cell."""
    value = year.cellules.get(reference)
    return None if value is None else Held(value, year.textes.get(reference))


# ── Cells ────────────────────────────────────────────────────────────────────────────────────────


def _filled(state: Live, brought: Brought, evaluate: Evaluate) -> Evaluation | None:
    """Return what the accounts alone fill, with the balance that comes; None when none does."""
    if brought.balance is None and not brought.stands:
        return None
    bare = {cle: held for cle, held in state.state.items() if not is_filled(state.plan, cle)}
    if brought.balance is not None:
        bare[BALANCE] = Held(brought.balance, None)
    return evaluate(bare)


def _differs(filled: Evaluation, slot: Slot, held: Held | None) -> bool:
    return filled.values[filled.plan.index[slot.key]] != (held.valeur if held else None)


def _cell(state: Live, brought: Brought, filled: Evaluation | None, slot: Slot) -> Ecart | Held | None:
    """Return a difference; the figure when both sides hold it; None when there is nothing to say."""
    theirs, yours, base = told(brought.faits, slot.key), figure(state, slot), brought.base.get(slot.key)
    if theirs is None and base is None:
        return _followed(state, brought, filled, slot)
    if theirs == yours:
        return yours
    genre = genre_of(base, yours, theirs)
    given = filled is not None and slot.nature is Nature.REMPLIE and not _differs(filled, slot, theirs)
    return Ecart(
        identifier(slot.key),
        slot.table,
        genre,
        slot.key,
        base,
        yours,
        theirs,
        propose=genre is not Genre.MODIFIEE_ICI,
        rempli=given,
    )


def genre_of(base: Held | None, yours: Held | None, theirs: Held | None) -> Genre:
    """
    Return what a difference is.

    >>> one, two, three = Held(1, None), Held(2, None), Held(3, None)
    >>> genre_of(None, None, one).value, genre_of(one, one, two).value
    ('nouvelle', 'modifiee')
    >>> genre_of(one, two, three).value, genre_of(one, one, None).value
    ('modifiee_ici', 'videe')
    """
    if base is not None and yours != base:
        return Genre.MODIFIEE_ICI
    if theirs is None:
        return Genre.VIDEE
    return Genre.NOUVELLE if yours is None else Genre.MODIFIEE


def _followed(state: Live, brought: Brought, filled: Evaluation | None, slot: Slot) -> Ecart | None:
    """Return the difference of a cell that only the balance moves: no transmission speaks of it."""
    if (
        filled is None
        or brought.balance is None
        or slot.nature is not Nature.REMPLIE
        or slot.key in state.state
    ):
        return None
    before = figure(state, slot)
    then = filled.values[filled.plan.index[slot.key]]
    if then is None or isinstance(then, tuple) or (before is not None and before.valeur == then):
        return None
    genre = Genre.NOUVELLE if before is None else Genre.MODIFIEE
    theirs = Held(then, None)
    return Ecart(
        identifier(slot.key), slot.table, genre, slot.key, None, before, theirs, suit=True, rempli=True
    )


# ── Rows, tables declared « néant » ──────────────────────────────────────────────────────────────


def _rows(state: Live, brought: Brought, section: str) -> Iterator[Ecart | int]:
    """Yield the differences of a keyed section, and how many of its cells are equal."""
    theirs = named(brought.faits.lignes.get(section, ()))
    base = named(rows_of(state.plan, brought.base, section))
    yours = named(state.evaluation.facts.rows.get(section, ()))
    for name, row in theirs.items():
        if name in yours:
            yield from _row_cells(state.plan, section, name, (base.get(name), yours[name], row))
        else:
            genre = Genre.MODIFIEE_ICI if name in base else Genre.LIGNE_AJOUTEE
            yield _whole(section, name, genre, row)
    for name, row in base.items():
        if name in yours and name not in theirs:
            same = _figures(row) == _figures(yours[name])
            yield _whole(section, name, Genre.LIGNE_SUPPRIMEE if same else Genre.MODIFIEE_ICI, None)


def _whole(section: str, name: tuple[str, int], genre: Genre, row: Row | None) -> Ecart:
    """Return the difference of a row that one side has; changed here, it is added or removed if ticked."""
    words = Held(1, name[0])
    return Ecart(
        identifier(section, *name),
        section.partition(".")[0],
        Genre.LIGNE_AJOUTEE if row is not None else Genre.LIGNE_SUPPRIMEE,
        section,
        words if genre is Genre.MODIFIEE_ICI else None,
        None if row is not None else words,
        words if row is not None else None,
        *name,
        propose=genre is not Genre.MODIFIEE_ICI,
        row=row,
    )


Sides = tuple[Row | None, Row, Row]


def _row_cells(plan: Plan, section: str, name: tuple[str, int], sides: Sides) -> Iterator[Ecart | int]:
    base, yours, theirs = sides
    for column in dict.fromkeys((*theirs.valeurs, *(base.valeurs if base else ()))):
        reference = f"{section}.{column}"
        if reference not in plan.index or plan.slot(reference).nature is Nature.CALCULEE:
            continue
        held = (_at(base, column), _at(yours, column), _at(theirs, column))
        if held[1] == held[2]:
            yield 1
            continue
        genre = genre_of(*held)
        yield Ecart(
            identifier(reference, *name),
            section.partition(".")[0],
            genre,
            reference,
            *held,
            *name,
            propose=genre is not Genre.MODIFIEE_ICI,
        )


def _at(row: Row | None, column: str) -> Held | None:
    value = None if row is None else row.valeurs.get(column)
    return None if value is None or row is None else Held(value, row.textes.get(column))


def _figures(row: Row) -> tuple[dict[str, int], dict[str, str]]:
    return dict(row.valeurs), dict(row.textes)


def _neant(state: Live, brought: Brought) -> Iterator[Ecart]:
    yours = state.evaluation.facts.neant
    before = {cle for cle in brought.base if cle in state.plan.model.tables}
    said = Held(1, None)
    for table in sorted(brought.faits.neant - yours):
        edited = table in before
        yield Ecart(
            identifier("neant", table),
            table,
            Genre.NEANT,
            table,
            said if edited else None,
            None,
            said,
            propose=not edited,
        )
    for table in sorted((yours & before) - brought.faits.neant):
        yield Ecart(identifier("neant", table), table, Genre.VIDEE, table, said, said, None)
