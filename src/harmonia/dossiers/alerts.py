"""The gaps that concern one table, quick enough to be told after each edit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, NamedTuple

from harmonia.dossiers.evaluation import Live, row_numbers
from harmonia.dossiers.justifications import place, standing
from harmonia.dossiers.models import Dossier
from harmonia.tenancy.memory import Memory
from liasse import Check, Finding, Gravite, Judgement, Outcome, Plan, findings

_ECART = frozenset({Outcome.ECART})


@dataclass(frozen=True, slots=True)
class Alert:
    """
    A gap as it is told beside a table.

    `cellules` are the keys of the cells concerned, those of rows included; `lignes` counts the rows.
    """

    lieu: str
    position: int
    gravite: Gravite
    justifiee: bool
    cellules: tuple[str, ...]
    lignes: int
    finding: Finding

    @property
    def is_open(self) -> bool:
        """Tell whether something is left to do: correct, or justify."""
        return self.gravite is not Gravite.INFORMATION and not self.justifiee


@lru_cache(maxsize=32)
def checks_by_table(plan: Plan) -> Mapping[str, tuple[int, ...]]:
    """Return, for each table, the positions of the checks that look at one of its cells."""
    found: dict[str, list[int]] = {}
    for position, check in enumerate(plan.checks):
        for table in {cell.partition(".")[0] for cell in check.cells}:
            found.setdefault(table, []).append(position)
    return {table: tuple(positions) for table, positions in found.items()}


def alerts(dossier: Dossier, state: Live, table: str, *, guess: bool = False) -> tuple[Alert, ...]:
    """Return the gaps that concern a table, most severe first; with *guess*, their « pistes » too."""
    positions = [
        position
        for position in checks_by_table(state.plan).get(table, ())
        if state.judgements[position].outcome is Outcome.ECART
    ]
    if not positions:
        return ()
    known = standing(dossier, state) if any(_may_wait(state, at) for at in positions) else {}
    worded = _worded(state, positions) if guess else {}
    made = [_alert(dossier.pk, state, position, known, worded) for position in positions]
    return tuple(sorted(made, key=lambda one: (not one.is_open, *one.finding.sort_key)))


def _may_wait(state: Live, position: int) -> bool:
    """Tell whether a gap is of those that a justification explains."""
    gravite = state.judgements[position].gravite or state.plan.checks[position].control.gravite
    return gravite is Gravite.A_JUSTIFIER


class Told(NamedTuple):
    """What was said of a gap, and of what: said again, it would be the same."""

    judgement: Judgement
    balance: object
    values: tuple[object, ...]
    alert: Alert


_told: Final[Memory[tuple[int, str, int], Told]] = Memory(20_000)


@lru_cache(maxsize=32)
def _read_by(plan: Plan) -> tuple[tuple[int, ...], ...]:
    """Return, for each check, the slots whose values its words may show."""
    return tuple(
        tuple(plan.index[key] for key in (*check.cells, *check.placeholders.values()) if key in plan.index)
        for check in plan.checks
    )


def _said(dossier_id: int, state: Live, position: int) -> Alert:
    """Return what a gap says; what was said of the same judgement and the same values is said again."""
    judgement, evaluation = state.judgements[position], state.evaluation
    if judgement.rows or state.plan.checks[position].section:
        return _made(state, position, _findings(state, position))
    values = tuple(evaluation.values[at] for at in _read_by(state.plan)[position])
    key, balance = (dossier_id, state.plan.fingerprint, position), evaluation.facts.balance
    told = _told.get(key)
    if told is not None and told.judgement is judgement and told.balance is balance and told.values == values:
        return told.alert
    alert = _made(state, position, _findings(state, position))
    _told.keep(key, Told(judgement, balance, values, alert))
    return alert


def _findings(state: Live, position: int) -> Sequence[Finding]:
    return findings(state.evaluation, state.judgements, _ECART, (position,), guess=False)


Words = Mapping[tuple[str, str, str], Sequence[Finding]]


def _worded(state: Live, positions: Sequence[int]) -> Words:
    """Return what some gaps say, « pistes » included, looked for in one go."""
    found: dict[tuple[str, str, str], list[Finding]] = {}
    for one in findings(state.evaluation, state.judgements, _ECART, positions):
        found.setdefault((one.code, one.partie, one.ligne.partition("[")[0]), []).append(one)
    return found


def _alert(dossier_id: int, state: Live, position: int, known: Mapping[str, object], worded: Words) -> Alert:
    check = state.plan.checks[position]
    found = worded.get((check.control.code, check.control.partie, check.ligne))
    alert = _made(state, position, found) if found else _said(dossier_id, state, position)
    justified = alert.gravite is Gravite.A_JUSTIFIER and alert.lieu in known
    return replace(alert, justifiee=True) if justified else alert


def _made(state: Live, position: int, found: Sequence[Finding]) -> Alert:
    """Return a gap as it is told, as if nothing justified it."""
    check, judgement = state.plan.checks[position], state.judgements[position]
    return Alert(
        lieu=place(check),
        position=position,
        gravite=judgement.gravite or check.control.gravite,
        justifiee=False,
        cellules=tuple(dict.fromkeys(cells_of(state, check, judgement))),
        lignes=len(found) if judgement.rows else 0,
        finding=found[0],
    )


def cells_of(state: Live, check: Check, judgement: Judgement) -> Iterator[str]:
    """Yield the keys of the cells that a gap concerns; in a keyed section, those of the rows at fault."""
    for cell in check.cells:
        section = state.plan.slots[state.plan.index[cell]].section if cell in state.plan.index else ""
        if not section:
            yield cell
            continue
        numbers = row_numbers(state.state, section)
        column = cell.rpartition(".")[2]
        at_fault = [at for at, (_, one) in enumerate(judgement.rows) if one.outcome is Outcome.ECART]
        for at in at_fault if judgement.rows else range(len(numbers)):
            if at < len(numbers):
                yield f"{section}#{numbers[at]}.{column}"
