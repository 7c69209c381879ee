"""
Checks over an evaluation: four outcomes, the gap kept as data (comptabilite_hlm §6.0).

A `Judgement` is small and made for every check; a `Finding` (see `findings`) is what people read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from liasse.compiler import nodes as ir
from liasse.compiler.plan import ROW_KEY, Check, Plan, Requirements
from liasse.engine.scalar import Kernel, TestKernel, Values, compile_node, compile_test
from liasse.engine.sides import Sides, compile_sides, in_unit, unit_step
from liasse.engine.values import Evaluation, Slotted, is_empty
from liasse.model.rules import Gravite, Vides


class Outcome(StrEnum):
    """What a check can say."""

    CONFORME = "conforme"
    ECART = "ecart"
    SANS_OBJET = "sans_objet"
    NON_EVALUABLE = "non_evaluable"


class Judgement(NamedTuple):
    """
    The outcome of one check; amounts are scaled integers in the unit of the comparison.

    `missing` names what made the check impossible: cells, tables (`CRC`), sources (`@balance`).
    `explained_by` is the control that makes this one pointless.  `rows` holds, by key, what was found on
    each row of a keyed section; the judgement itself is then the worst of them.
    """

    outcome: Outcome
    gauche: int | None = None
    droite: int | None = None
    ecart: int | None = None
    unite: str = ""
    gravite: Gravite | None = None
    missing: tuple[str, ...] = ()
    explained_by: str = ""
    rows: tuple[tuple[str, Judgement], ...] = ()


CONFORME: Final = Judgement(Outcome.CONFORME)
SANS_OBJET: Final = Judgement(Outcome.SANS_OBJET)

_WORST: Final = (Outcome.ECART, Outcome.NON_EVALUABLE, Outcome.CONFORME, Outcome.SANS_OBJET)


def worst(judgements: Iterable[Judgement]) -> Judgement | None:
    """Return the first of the worst judgements, None when there is none."""
    return min(judgements, key=lambda one: _WORST.index(one.outcome), default=None)


def worst_of(rows: Sequence[tuple[str, Judgement]]) -> Judgement:
    """Return the first of the worst judgements, carrying all of them; « sans objet » when there is no row."""
    found = worst(judgement for _, judgement in rows)
    return SANS_OBJET if found is None else found._replace(rows=tuple(rows))


PREVIOUS_TABLE: Final = "N-1:"
"""What comes before the code of a table that the previous filing left empty."""


def previous_empty(evaluation: Evaluation) -> frozenset[str]:
    """Return the tables that the previous filing, when there is one, left empty."""
    precedent = evaluation.facts.precedent
    return frozenset() if precedent is None else empty_tables(precedent)


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What some needs ask beside values; equal ones are one and the same, so that they are compared fast."""

    tables: frozenset[str]
    sources: frozenset[str]
    previous: frozenset[str]


@lru_cache(maxsize=4_096)
def asked(tables: frozenset[str], sources: frozenset[str], previous: frozenset[str]) -> Asked:
    """Return the tables, the sources and the tables of the year before that some needs ask."""
    return Asked(tables, sources, previous)


class AtHand:
    """The tables and sources that a filing lacks; each set of needs is looked at once."""

    def __init__(
        self,
        evaluation: Evaluation,
        empty: frozenset[str] | None = None,
        empty_before: frozenset[str] | None = None,
    ) -> None:
        self.empty = empty_tables(evaluation) if empty is None else empty
        self.empty_before = previous_empty(evaluation) if empty_before is None else empty_before
        self._sources = evaluation.sources
        self._known: dict[Asked, tuple[str, ...]] = {}

    def missing(self, needs: Asked) -> tuple[str, ...]:
        """Return the empty tables, else the absent sources, else the tables empty the year before."""
        known = self._known.get(needs)
        if known is None:
            known = self._known[needs] = self._look(needs)
        return known

    def _look(self, needs: Asked) -> tuple[str, ...]:
        if not needs.tables.isdisjoint(self.empty):
            return tuple(sorted(needs.tables & self.empty))
        if not needs.sources <= self._sources:
            return tuple(f"@{source}" for source in sorted(needs.sources - self._sources))
        return tuple(f"{PREVIOUS_TABLE}{table}" for table in sorted(needs.previous & self.empty_before))


class _Needs(NamedTuple):
    """What a check needs, ready to be looked at: things at hand or not, then values."""

    asked: Asked | None
    keys: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, needs: Requirements, index: Mapping[str, int]) -> _Needs:
        """Prepare the needs of a check under a plan."""
        known = (needs.tables, needs.sources, needs.previous)
        keys = tuple((key, index[key]) for key in needs.keys)
        return cls(asked(*known) if any(known) else None, keys)


class CheckKernel:
    """One check, compiled."""

    def __init__(self, check: Check, plan: Plan) -> None:
        index = plan.index
        self.check = check
        control = check.control
        self._dated = control.exercices.de is not None or control.exercices.a is not None
        self._covers = control.exercices.covers
        self._in_family = not control.familles or plan.famille in control.familles
        self._guard: TestKernel | None = compile_test(check.guard, index) if check.guard else None
        self._sides = compile_sides(check.test, plan, control.tolerance)
        self._quotients: list[tuple[Kernel, Kernel]] = [
            (compile_node(top, index), compile_node(bottom, index)) for top, bottom in check.quotients
        ]
        self._severities = [(compile_test(test, index), gravite) for test, gravite in check.severities]
        self._guard_needs, self._needs = _Needs.of(check.guard_needs, index), _Needs.of(check.needs, index)
        self._index = index
        self._slots = plan.slots
        self._row = index[ROW_KEY]

    def judge(self, evaluation: Evaluation, at_hand: AtHand, values: list[Slotted]) -> Judgement:
        """
        Judge the check on one filing: once, or on each row of its section.

        *values* are those of the evaluation, in a list whose current row may be moved.
        """
        if not self._in_family or (self._dated and not self._covers(evaluation.facts.exercice)):
            return SANS_OBJET
        if not self.check.section:
            return self._judge(values, evaluation, at_hand)
        found = []
        for number, row in enumerate(evaluation.facts.rows.get(self.check.section, ())):
            values[self._row] = number
            found.append((row.cle, self._judge(values, evaluation, at_hand)))
        values[self._row] = None
        return worst_of(found)

    def sides(self, evaluation: Evaluation, row: int | None = None) -> Sides | None:
        """Return what the test finds on one filing (on one of its rows, for a check repeated on rows)."""
        values = list(evaluation.values)
        values[self._row] = row
        return self._sides(values, evaluation.rounded)

    def _judge(self, values: Values, evaluation: Evaluation, at_hand: AtHand) -> Judgement:
        if self._guard is not None:
            missing = self._missing(self._guard_needs, values, at_hand)
            if missing:
                return self._impossible(missing, evaluation)
            if not self._guard(values):
                return SANS_OBJET
        missing = self._missing(self._needs, values, at_hand)
        if missing:
            judgement = self._impossible(missing, evaluation)
            if judgement is SANS_OBJET or self.check.control.vides is not Vides.ANOMALIE:
                return judgement
            return self._gap(None, values, missing)
        for top, bottom in self._quotients:
            if bottom(values) == 0:
                return self._gap(None, values) if top(values) else SANS_OBJET
        sides = self._sides(values, evaluation.rounded)
        if sides is None:
            return Judgement(Outcome.NON_EVALUABLE, missing=self.check.cells)
        return CONFORME if sides.holds else self._gap(sides, values)

    def _missing(self, needs: _Needs, values: Values, at_hand: AtHand) -> tuple[str, ...]:
        missing = () if needs.asked is None else at_hand.missing(needs.asked)
        if missing or not needs.keys:
            return missing
        return tuple([key for key, position in needs.keys if self._value(position, values) is None])

    def _impossible(self, missing: tuple[str, ...], evaluation: Evaluation) -> Judgement:
        """Return « sans objet » when all that is missing is of tables declared « néant »."""
        if evaluation.facts.neant and all(self._table(name) in evaluation.facts.neant for name in missing):
            return SANS_OBJET
        return Judgement(Outcome.NON_EVALUABLE, missing=missing)

    def _table(self, name: str) -> str:
        """Return the table of a missing cell, or the missing table itself."""
        position = self._index.get(name)
        return name if position is None else self._slots[position].table

    def _value(self, position: int, values: Values) -> int | None:
        value: Slotted = values[position]
        if isinstance(value, tuple):
            number: int | None = values[self._row]
            return None if number is None else value[number]
        return value

    def _gap(self, sides: Sides | None, values: Values, missing: tuple[str, ...] = ()) -> Judgement:
        gravite = next(
            (gravite for test, gravite in self._severities if test(values)), self.check.control.gravite
        )
        if sides is None or sides.compare is None:
            return Judgement(Outcome.ECART, gravite=gravite, missing=missing)
        left, right, step = sides.left, sides.right, unit_step(sides.compare)
        return Judgement(
            Outcome.ECART,
            gauche=in_unit(left, step),
            droite=in_unit(right, step),
            ecart=in_unit(left - right, step) if left != right else None,
            unite=sides.compare.unit,
            gravite=gravite,
        )


@lru_cache(maxsize=32)
def check_kernels(plan: Plan) -> tuple[CheckKernel, ...]:
    """Return the checks of a plan, compiled once."""
    return tuple(CheckKernel(check, plan) for check in plan.checks)


@lru_cache(maxsize=32)
def silences(plan: Plan) -> Mapping[int, tuple[int, ...]]:
    """Return, for each check that may explain others, their positions (§6.0, no double signal)."""
    by_code: dict[str, list[int]] = {}
    for position, check in enumerate(plan.checks):
        for name in {check.control.code, check.control.identifier}:
            by_code.setdefault(name, []).append(position)
    found: dict[int, tuple[int, ...]] = {}
    for position, check in enumerate(plan.checks):
        others = [other for code in check.control.tait for other in by_code.get(code, ())]
        kept = [other for other in others if _same_line(check, plan.checks[other])]
        if kept:
            found[position] = tuple(kept)
    return found


def _same_line(first: Check, second: Check) -> bool:
    return not first.ligne or not second.ligne or first.ligne == second.ligne


def empty_tables(evaluation: Evaluation) -> frozenset[str]:
    """Return the tables that hold nothing: no cell has a value, and no balance at hand fills them."""
    return empty_among(evaluation, evaluation.plan.evidence)


def empty_among(evaluation: Evaluation, tables: Iterable[str]) -> frozenset[str]:
    """Return those of some tables that hold nothing."""
    values, plan = evaluation.values, evaluation.plan
    return frozenset(
        code
        for code in tables
        if filling_source(plan, code) not in evaluation.sources
        and all(is_empty(values[position]) for position in plan.evidence[code])
    )


def filling_source(plan: Plan, table: str) -> str:
    """
    Return the source that by itself fills a table: an account that is not in the balance is then 0 (§6.0).

    A table of charges and income needs a balance taken before the closing entries.
    """
    classes = plan.model.tables[table].classes
    if not classes:
        return ""
    return "balance" if classes - frozenset("67") else "balance_ouverte"


def judge(evaluation: Evaluation) -> tuple[Judgement, ...]:
    """Judge every check of the plan, in order."""
    return silenced(evaluation.plan, judge_all(evaluation, AtHand(evaluation)))


def judge_all(evaluation: Evaluation, at_hand: AtHand) -> list[Judgement]:
    """Judge every check, in order, before what one gap explains of others is silenced."""
    values = list(evaluation.values)
    return [kernel.judge(evaluation, at_hand, values) for kernel in check_kernels(evaluation.plan)]


def silenced(plan: Plan, raw: Sequence[Judgement]) -> tuple[Judgement, ...]:
    """Replace by « sans objet » the judgements that a gap found elsewhere already explains."""
    final = list(raw)
    for position, others in silences(plan).items():
        if raw[position].outcome is Outcome.ECART:
            for other in others:
                if raw[other].outcome is not Outcome.CONFORME:
                    code = plan.checks[position].control.code
                    final[other] = Judgement(Outcome.SANS_OBJET, explained_by=code)
    return tuple(final)


@lru_cache(maxsize=32)
def check_masks(plan: Plan) -> tuple[int, ...]:
    """Return, for each check, the bit mask of the inputs that its test depends on."""
    masks = []
    for check in plan.checks:
        mask = 0
        for key in ir.references(check.test):
            mask |= plan.leaves[plan.index[key]]
        masks.append(mask)
    return tuple(masks)
