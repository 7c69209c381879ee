"""Checks over a block of filings: the counterpart of `controls`, filings side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from liasse.compiler.plan import Check, Plan, Requirements
from liasse.engine import columns
from liasse.engine.columns import Ints, Mask
from liasse.engine.vector_kernels import Block, RowSet, TestKernel, compile_node, compile_test
from liasse.engine.vector_tests import Given, compile_sides
from liasse.model.rules import Vides

CONFORME, ECART, SANS_OBJET, NON_EVALUABLE = range(4)
"""Outcome codes of `BatchResult.outcomes`, in the order of `controls.Outcome`."""


class Verdict(NamedTuple):
    """The outcome of a check filing by filing, and the gap where there is one to show."""

    outcome: Ints
    gap: Ints | None = None
    has_gap: Mask | None = None


class CheckKernel:
    """One check over a block of filings."""

    def __init__(self, check: Check, plan: Plan) -> None:
        control = check.control
        self._plan = plan
        self._check = check
        self._in_family = not control.familles or plan.famille in control.familles
        self._dated = control.exercices.de is not None or control.exercices.a is not None
        self._guard: TestKernel | None = compile_test(check.guard, plan.index) if check.guard else None
        self._sides = compile_sides(check.test, plan, control.tolerance)
        self._quotients = [
            (compile_node(top, plan.index), compile_node(bottom, plan.index))
            for top, bottom in check.quotients
        ]

    def verdict(self, views: Mapping[str, Given]) -> Verdict:
        """Judge the filings, seen by section ("" for themselves): once each, or by their worst row."""
        section = self._check.section
        verdict = self._judge(views[section])
        return _worst_rows(verdict, views[""].block.sections[section]) if section else verdict

    def _judge(self, given: Given) -> Verdict:
        width = given.block.width
        if not self._in_family:
            return Verdict(np.full(width, SANS_OBJET, dtype=np.int8))
        sides = self._sides(given)
        outcome = np.where(sides.holds, CONFORME, ECART).astype(np.int8)
        if sides.known is not None:
            outcome[~sides.known] = NON_EVALUABLE
        undefined = self._undefined(given, outcome)
        lacking = _missing(self._check.needs, given, self._plan)
        self._apply_needs(given, outcome, lacking)
        if self._dated:
            outcome[~self._in_exercice(given.exercices)] = SANS_OBJET
        if sides.gap is None or sides.has_gap is None:
            return Verdict(outcome)
        shown = (outcome == ECART) & sides.has_gap
        if lacking is not None:
            shown &= ~lacking.missing
        if undefined is not None:
            shown &= ~undefined
        return Verdict(outcome, np.where(shown, sides.gap, 0), shown)

    def _undefined(self, given: Given, outcome: Ints) -> Mask | None:
        """Apply the rule of zero denominators, the first one deciding; return where one was met."""
        met: Mask | None = None
        for top, bottom in self._quotients:
            below = bottom(given.block)
            zero = ((below.num == 0) & columns.present(below)).astype(bool)
            if met is not None:
                zero &= ~met
            if zero.any():
                above = top(given.block)
                nonzero = ((above.num != 0) & columns.present(above)).astype(bool)
                outcome[zero & nonzero] = ECART
                outcome[zero & ~nonzero] = SANS_OBJET
            met = zero if met is None else met | zero
        return met

    def _apply_needs(self, given: Given, outcome: Ints, lacking: _Lacking | None) -> None:
        if lacking is not None:
            anomaly = self._check.control.vides is Vides.ANOMALIE
            outcome[lacking.missing] = ECART if anomaly else NON_EVALUABLE
            outcome[lacking.pointless] = SANS_OBJET
        if self._guard is not None:
            outcome[~self._guard(given.block).truth] = SANS_OBJET
            lacking = _missing(self._check.guard_needs, given, self._plan)
            if lacking is not None:
                outcome[lacking.missing] = NON_EVALUABLE
                outcome[lacking.pointless] = SANS_OBJET

    def _in_exercice(self, exercices: Ints) -> Mask:
        span = self._check.control.exercices
        inside = np.ones(len(exercices), dtype=bool)
        if span.de is not None:
            inside &= exercices >= span.de
        if span.a is not None:
            inside &= exercices <= span.a
        return inside


def _worst_rows(rows: Verdict, of: RowSet) -> Verdict:
    """Return, filing by filing, the first of the worst verdicts of its rows; « sans objet » without rows."""
    width = len(of.counts)
    outcome = np.full(width, SANS_OBJET, dtype=np.int8)
    gap = np.zeros(width, dtype=np.int64 if rows.gap is None else rows.gap.dtype)
    has_gap = np.zeros(width, dtype=bool)
    for code in (CONFORME, NON_EVALUABLE, ECART):
        found = np.flatnonzero(rows.outcome == code)
        filings, first = np.unique(of.filing[found], return_index=True)
        outcome[filings] = code
        if code == ECART and rows.gap is not None and rows.has_gap is not None:
            gap[filings], has_gap[filings] = rows.gap[found[first]], rows.has_gap[found[first]]
    return Verdict(outcome, gap, has_gap)


class _Lacking(NamedTuple):
    """The filings that lack something, and those of them that lack only tables declared « néant »."""

    missing: Mask
    pointless: Mask


def _missing(needs: Requirements, given: Given, plan: Plan) -> _Lacking | None:
    """Return what is lacking: tables first, else sources, else values, as one filing is judged."""
    if not (needs.tables or needs.sources or needs.keys or needs.previous):
        return None
    none = np.zeros(given.block.width, dtype=bool)
    tables = _lacking([(given.filled[code], given.neant.get(code, none)) for code in needs.tables], none)
    sources = _lacking([(given.sources[name], none) for name in needs.sources], none)
    previous = _lacking([(~given.empty_before.get(code, none), none) for code in needs.previous], none)
    values = _lacking(
        [
            (_there(given.block, plan, key), given.neant.get(plan.slots[plan.index[key]].table, none))
            for key in needs.keys
        ],
        none,
    )
    first, *others = (tables, sources, previous, values)
    missing, pointless = first.missing, first.pointless
    for other in others:
        pointless = np.where(missing, pointless, other.pointless).astype(bool)
        missing = missing | other.missing
    return _Lacking(missing, pointless)


def _lacking(asked: list[tuple[Mask, Mask]], none: Mask) -> _Lacking:
    """Look at some things together, each with where it is there and where its table is « néant »."""
    missing, due = none, none
    for there, neant in asked:
        missing = missing | ~there
        due = due | (~there & ~neant)
    return _Lacking(missing, missing & ~due)


def _there(block: Block, plan: Plan, key: str) -> Mask:
    position = plan.index[key]
    if plan.slots[position].section:
        return columns.present(block.rows[position])
    there: Mask = block.present[position]
    return there
