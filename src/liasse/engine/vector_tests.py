"""Tests of controls over a block of filings: where they hold, with which tolerance, by which gap."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from liasse.compiler import nodes as ir
from liasse.compiler.plan import Plan
from liasse.engine import columns
from liasse.engine.columns import Column, Ints, Mask
from liasse.engine.sides import leaf_mask, tolerance, unit_step
from liasse.engine.values import bits
from liasse.engine.vector_kernels import Block, Gathered, Lookup, compare_gap, compile_node, compile_test


class Given(NamedTuple):
    """What the checks of one block share; `marked` says which slots were typed in one filing or more."""

    block: Block
    filled: Mapping[str, Mask]
    sources: Mapping[str, Mask]
    exercices: Ints
    rounded: Lookup | None
    typed: Lookup | None
    marked: Mask | None
    neant: Mapping[str, Mask]
    empty_before: Mapping[str, Mask]

    def on_rows(self, section: str) -> Given:
        """Return the same as the rows of a section see it."""
        filing = self.block.sections[section].filing
        return Given(
            self.block.on_rows(section),
            {code: mask[filing] for code, mask in self.filled.items()},
            {name: mask[filing] for name, mask in self.sources.items()},
            self.exercices[filing],
            None if self.rounded is None else Gathered(self.rounded, filing),
            None if self.typed is None else Gathered(self.typed, filing),
            self.marked,
            {table: mask[filing] for table, mask in self.neant.items()},
            {table: mask[filing] for table, mask in self.empty_before.items()},
        )


class Sides(NamedTuple):
    """Where a test holds, where it could be told, and the gap that decides (in its unit) where it fails."""

    holds: Mask
    known: Mask | None
    gap: Ints | None = None
    has_gap: Mask | None = None


SidesKernel = Callable[[Given], Sides]


def compile_sides(test: ir.Test, plan: Plan, override: int | None) -> SidesKernel:
    """Return the closure of the test of a control; *override* is the tolerance that the control prints."""
    match test:
        case ir.Compare():
            return _CompareSides(test, plan, override)
        case ir.Every():
            return _every([compile_sides(part, plan, override) for part in test.tests])
        case ir.Some():
            return _some([compile_sides(part, plan, override) for part in test.tests])
        case ir.Negation():
            return _negation(compile_sides(test.test, plan, override))
        case _:
            kernel = compile_test(test, plan.index)

            def plain(given: Given) -> Sides:
                told = kernel(given.block)
                return Sides(told.truth, told.known)

            return plain


class _CompareSides:
    """A comparison with the tolerance of §6.0."""

    def __init__(self, test: ir.Compare, plan: Plan, override: int | None) -> None:
        self._test = test
        self._left, self._right = compile_node(test.left, plan.index), compile_node(test.right, plan.index)
        self._override = override
        self._step = unit_step(test)
        self._exact = tolerance(test, override, 0)
        self._widens = tolerance(test, override, 2) != self._exact
        self._leaves = [np.array(list(bits(leaf_mask(plan, side))), int) for side in (test.left, test.right)]

    def __call__(self, given: Given) -> Sides:
        first, second = self._left(given.block), self._right(given.block)
        one, other, den = columns.same_denominator(first, second)
        gap = columns.safe_add(one, -other)
        known = columns.both(first.mask, second.mask)
        holds = self._holds(gap, den, self._exact * self._step)
        if bool(holds.all()):
            return Sides(holds, known)
        if self._widens and given.marked is not None:
            failing = np.flatnonzero(~holds)
            allowed = self._tolerance(given, failing) * self._step
            holds[failing] = self._holds(gap[failing], None if den is None else den[failing], allowed)
        shown = columns.round_half_up(Column(gap, den), 1, self._step)
        return Sides(holds, known, shown, ~holds & (gap != 0).astype(bool))

    def _holds(self, gap: Ints, den: Ints | None, allowed: Ints | int) -> Mask:
        if den is not None and (isinstance(allowed, np.ndarray) or allowed):
            allowed = columns.safe_multiply(den, allowed)
        return compare_gap(gap, self._test.operator, allowed)

    def _tolerance(self, given: Given, filings: Ints) -> Ints:
        """Return the tolerance of some filings: of those where the exact comparison fails."""
        rounded, typed, marked = given.rounded, given.typed, given.marked
        assert rounded is not None  # a filing with typed cells has all three
        assert typed is not None
        assert marked is not None
        width = len(filings)
        total = np.zeros(width, dtype=np.int64)
        for leaves in self._leaves:
            count, touched = np.zeros(width, dtype=np.int64), np.zeros(width, dtype=bool)
            for leaf in leaves[marked[leaves]]:
                count += rounded[leaf][filings]
                touched |= typed[leaf][filings]
            total += np.where(touched & (count == 0), 1, count)
        most = int(total.max(initial=0))
        allowed = np.array([tolerance(self._test, self._override, n) for n in range(most + 1)])
        widened: Ints = allowed[total]
        return widened


def _every(parts: list[SidesKernel]) -> SidesKernel:
    """Hold where all hold; the gap is that of the first that is known to fail."""

    def sides(given: Given) -> Sides:
        told = [part(given) for part in parts]
        failing = [~part.holds if part.known is None else ~part.holds & part.known for part in told]
        failed = np.logical_or.reduce(failing)
        known = _all_known(told)
        if known is not None:
            known = known | failed
        gap, has_gap = _first_gap(told, failing)
        return Sides(~failed if known is None else ~failed & known, known, gap, has_gap)

    return sides


def _some(parts: list[SidesKernel]) -> SidesKernel:
    """Hold where one holds; where none does, the gap is that of the first."""

    def sides(given: Given) -> Sides:
        told = [part(given) for part in parts]
        holding = [part.holds if part.known is None else part.holds & part.known for part in told]
        held = np.logical_or.reduce(holding)
        known = _all_known(told)
        if known is not None:
            known = known | held
        first = told[0]
        return Sides(held, known, first.gap, None if first.has_gap is None else first.has_gap & ~held)

    return sides


def _negation(part: SidesKernel) -> SidesKernel:
    def sides(given: Given) -> Sides:
        told = part(given)
        return Sides(~told.holds, told.known, told.gap, told.has_gap)

    return sides


def _all_known(told: list[Sides]) -> Mask | None:
    known: Mask | None = None
    for part in told:
        known = columns.both(known, part.known)
    return known


def _first_gap(told: list[Sides], failing: list[Mask]) -> tuple[Ints | None, Mask | None]:
    gap: Ints | None = None
    has_gap: Mask | None = None
    for part, failed in zip(reversed(told), reversed(failing), strict=True):
        own = part.gap if part.gap is not None else np.zeros(len(failed), dtype=np.int64)
        own_has = part.has_gap if part.has_gap is not None else np.zeros(len(failed), dtype=bool)
        gap = np.where(failed, own, 0 if gap is None else gap)
        has_gap = np.where(failed, own_has, False if has_gap is None else has_gap).astype(bool)
    return gap, has_gap
