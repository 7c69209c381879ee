"""The test of a control on one filing: whether it holds, with which tolerance, and by which gap it fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from liasse.amounts import round_half_up, unit
from liasse.compiler import nodes as ir
from liasse.compiler.plan import Plan
from liasse.engine.scalar import COMPARE, EXACTLY, Number, Values, compile_node, compile_test
from liasse.engine.values import Rounded


@dataclass(frozen=True, slots=True)
class Sides:
    """What a test found: whether it holds, the comparison that decides and its two sides."""

    holds: bool
    compare: ir.Compare | None = None
    left: Number = 0
    right: Number = 0


SidesKernel = Callable[[Values, Rounded], Sides | None]

_STRICT: Final = frozenset({"<>", "<", ">"})
"""Comparisons that no tolerance softens: §6.0 gives one to equality and to « at most », « at least »."""


def tolerance(compare: ir.Compare, override: int | None, rounded: int) -> int:
    """
    Return the tolerance of a comparison in its unit, *rounded* being the number of rounded cells in play.

    >>> one = ir.Compare("=", ir.Nothing(ir.ONE), ir.Nothing(ir.ONE), "euro", False)
    >>> [tolerance(one, None, n) for n in (0, 1, 5)]
    [0, 100, 300]
    """
    if override is not None:
        return override
    if compare.threshold or compare.operator in _STRICT:
        return 0
    if compare.unit == "pourcent":
        return 1
    if compare.unit == "euro" and rounded:
        return max(100, (rounded + 1) // 2 * 100)
    return 0


def leaf_mask(plan: Plan, node: ir.Node) -> int:
    """Return the bit mask of the inputs whose amounts enter a node."""
    mask = 0
    for key in ir.amount_references(node):
        mask |= plan.amounts[plan.index[key]]
    return mask


def unit_step(compare: ir.Compare) -> int:
    """Return how many times the factor of a comparison goes into its unit (a whole number)."""
    return int(unit(compare.unit).factor / compare.left.factor)


def in_unit(value: Number, step: int) -> int:
    """Bring a side, or a gap, from the factor of the comparison to its unit."""
    if isinstance(value, int):
        return value if step == 1 else round_half_up(value, step)
    return round_half_up(value.numerator, value.denominator * step)


def compile_sides(test: ir.Test, plan: Plan, override: int | None) -> SidesKernel:
    """Return the closure of the test of a control; *override* is the tolerance that the control prints."""
    match test:
        case ir.Compare():
            return _compare_sides(test, plan, override)
        case ir.Every():
            return _all_sides([compile_sides(part, plan, override) for part in test.tests])
        case ir.Some():
            return _any_sides([compile_sides(part, plan, override) for part in test.tests])
        case ir.Negation():
            return _not_sides(compile_sides(test.test, plan, override))
        case _:
            told = compile_test(test, plan.index)
            return lambda values, _: None if (holds := told(values)) is None else Sides(holds)


_HOLDS: Final = Sides(holds=True)


def _compare_sides(test: ir.Compare, plan: Plan, override: int | None) -> SidesKernel:
    left, right = compile_node(test.left, plan.index), compile_node(test.right, plan.index)
    masks = leaf_mask(plan, test.left), leaf_mask(plan, test.right)
    step = unit_step(test)
    exact = tolerance(test, override, 0) * step
    widens = tolerance(test, override, 2) * step != exact
    holds, holds_exactly = COMPARE[test.operator], EXACTLY[test.operator]

    def sides(values: Values, rounded: Rounded) -> Sides | None:
        first, second = left(values), right(values)
        if first is None or second is None:
            return None
        if holds(first - second, exact) if exact else holds_exactly(first, second):
            return _HOLDS
        gap = first - second
        if widens and rounded.typed:
            allowed = tolerance(test, override, rounded.count(masks[0]) + rounded.count(masks[1]))
            if holds(gap, allowed * step):
                return _HOLDS
        return Sides(holds=False, compare=test, left=first, right=second)

    return sides


def _all_sides(parts: Sequence[SidesKernel]) -> SidesKernel:
    def sides(values: Values, rounded: Rounded) -> Sides | None:
        told: list[Sides | None] = []
        for part in parts:
            one = part(values, rounded)
            if one is not None and not one.holds:
                return one
            told.append(one)
        return None if None in told else told[0]

    return sides


def _any_sides(parts: Sequence[SidesKernel]) -> SidesKernel:
    def sides(values: Values, rounded: Rounded) -> Sides | None:
        told: list[Sides | None] = []
        for part in parts:
            one = part(values, rounded)
            if one is not None and one.holds:
                return one
            told.append(one)
        return None if None in told else told[0]

    return sides


def _not_sides(part: SidesKernel) -> SidesKernel:
    def sides(values: Values, rounded: Rounded) -> Sides | None:
        told = part(values, rounded)
        return None if told is None else replace(told, holds=not told.holds)

    return sides
