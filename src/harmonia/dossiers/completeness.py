"""What is filled and what is left: the state of each table, and the warnings still to justify."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from harmonia.dossiers.diverging import Gap, diverging
from harmonia.dossiers.evaluation import Live
from harmonia.dossiers.justifications import gravity, kept, place, standing, standing_of
from harmonia.dossiers.models import Dossier
from liasse import Check, Evaluation, Gravite, Judgement, Outcome, Plan, SlotKind, Table, is_empty

_ALL: Final = ""
"""The key of what is counted over the whole dossier."""


class TableState(StrEnum):
    """How far a table is."""

    VIDE = "vide"
    EN_COURS = "en cours"
    COMPLETE = "complète"
    NEANT = "néant déclaré"
    FACULTATIVE = "facultative"


@dataclass(frozen=True, slots=True)
class TableProgress:
    """
    A table: its state, how many cells hold something among those expected, and its open findings.

    Expected is what held a value last year; where there is no last year, what is filled is what is expected.
    """

    code: str
    titre: str
    groupe: str
    state: TableState
    remplies: int
    attendues: int
    bloquants: int
    a_justifier: int
    neant_possible: bool

    @property
    def est_due(self) -> bool:
        """Tell whether every organisation owes the table, or the declaration that it is « néant »."""
        return self.state is not TableState.FACULTATIVE

    @property
    def is_missing(self) -> bool:
        """Tell whether the table is due and holds nothing."""
        return self.state is TableState.VIDE

    @property
    def percent(self) -> int:
        """How much of what is expected is filled."""
        if self.state in {TableState.NEANT, TableState.COMPLETE}:
            return 100
        return min(99, 100 * self.remplies // self.attendues) if self.attendues else 0


@dataclass(frozen=True, slots=True)
class Completeness:
    """
    Every table of the form, in order, and the open findings of the dossier.

    A finding that looks at two tables is counted in each of them, and once here.
    """

    tables: tuple[TableProgress, ...]
    bloquants: int = 0
    a_justifier: int = 0

    @property
    def percent(self) -> int:
        """How much of the tables that are due is there."""
        due = [table for table in self.tables if table.est_due]
        return sum(table.percent for table in due) // len(due) if due else 100


def completeness(dossier: Dossier, state: Live) -> Completeness:
    """Return how far a dossier is."""
    open_findings = _open_findings(dossier, state)
    now, before = state.evaluation, state.evaluation.facts.precedent
    same = before is not None and before.plan is state.plan
    held = _Holding(_held(now), _held(before) if before is not None and same else None)
    return Completeness(
        tuple(
            _progress(state, table, open_findings, held)
            for table in state.plan.model.tables.values()
            if table.code in _typed_tables(state.plan)
        ),
        open_findings[_ALL, Gravite.BLOQUANT],
        open_findings[_ALL, Gravite.A_JUSTIFIER],
    )


def is_own(plan: Plan, table: Table) -> bool:
    """Tell whether a table is the questionnaire's own, and not one that it takes from another."""
    return table.place.file.startswith(plan.model.folder)


@lru_cache(maxsize=32)
def _typed_tables(plan: Plan) -> frozenset[str]:
    return frozenset(slot.table for slot in plan.slots if slot.kind is SlotKind.CELL and slot.table)


class _Holding(NamedTuple):
    """The slots that hold something, now and the year before, if the same form tells."""

    now: frozenset[int]
    before: frozenset[int] | None


def _held(evaluation: Evaluation) -> frozenset[int]:
    return frozenset(
        position
        for position, value in enumerate(evaluation.values)
        if value is not None and not is_empty(value)
    )


def _progress(
    state: Live, table: Table, found: Counter[tuple[str, Gravite]], held: _Holding
) -> TableProgress:
    evidence = state.plan.evidence.get(table.code, ())
    filled = held.now.intersection(evidence)
    expected = filled if held.before is None else filled | held.before.intersection(evidence)
    due = bool(table.profil or table.classes)
    blocking = found[table.code, Gravite.BLOQUANT]
    return TableProgress(
        table.code,
        table.titre.removeprefix(f"{table.code} – "),
        "B" if is_own(state.plan, table) else "A",
        _state(
            filled,
            expected,
            neant=table.code in state.evaluation.facts.neant,
            due=due,
            blocked=bool(blocking),
        ),
        len(filled),
        len(expected),
        blocking,
        found[table.code, Gravite.A_JUSTIFIER],
        table.may_be_neant,
    )


def _state(
    filled: Collection[int],
    expected: Collection[int],
    *,
    neant: bool,
    due: bool,
    blocked: bool,
) -> TableState:
    if neant:
        return TableState.NEANT
    if not filled:
        return TableState.VIDE if due else TableState.FACULTATIVE
    return TableState.COMPLETE if len(filled) == len(expected) and not blocked else TableState.EN_COURS


def gaps(state: Live) -> Iterator[tuple[Check, Judgement]]:
    """Yield the controls that found a gap."""
    for check, one in zip(state.plan.checks, state.judgements, strict=True):
        if one.outcome is Outcome.ECART:
            yield check, one


def _open_findings(dossier: Dossier, state: Live) -> Counter[tuple[str, Gravite]]:
    found: Counter[tuple[str, Gravite]] = Counter()
    copied = tuple(diverging(dossier, state))
    waiting = _waiting(dossier, state, copied)
    for check, one in (*gaps(state), *((check, one) for check, one, _ in copied)):
        gravite = gravity(check, one)
        if gravite is Gravite.A_JUSTIFIER and place(check) not in waiting:
            continue
        found[_ALL, gravite] += 1
        for table in {cell.partition(".")[0] for cell in check.cells}:
            found[table, gravite] += 1
    return found


def unjustified(dossier: Dossier, state: Live) -> frozenset[str]:
    """Return the controls whose gap waits for a justification, copied cells that differ included."""
    return _waiting(dossier, state, tuple(diverging(dossier, state)))


def _waiting(dossier: Dossier, state: Live, copied: Collection[Gap]) -> frozenset[str]:
    known, rows = standing(dossier, state), kept(dossier) if copied else {}
    waiting = {
        place(check)
        for check, one in gaps(state)
        if gravity(check, one) is Gravite.A_JUSTIFIER and place(check) not in known
    }
    return frozenset(waiting) | {
        place(check)
        for check, one, _ in copied
        if not standing_of(rows.get(place(check)), state, check, one).holds
    }
