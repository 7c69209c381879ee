"""Nodes to closures over numpy columns: the counterpart of `scalar`, filings side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import singledispatch
from typing import NamedTuple

import numpy as np

from liasse.compiler import nodes as ir
from liasse.engine import columns
from liasse.engine.columns import Column, Ints, Mask

Index = Mapping[str, int]


class Block(NamedTuple):
    """The values of some filings: slots down, filings across; missing values hold 0."""

    values: Ints
    present: Mask

    @property
    def width(self) -> int:
        """How many filings."""
        return int(self.values.shape[1])


class Told(NamedTuple):
    """A condition per filing: true where `truth`, known where `known` (None: everywhere)."""

    truth: Mask
    known: Mask | None = None


Kernel = Callable[[Block], Column]
TestKernel = Callable[[Block], Told]


def step_kernel(node: ir.Node, factor: Fraction, index: Index) -> Kernel:
    """Return the closure of a step: whole numbers in the unit of the slot, and their mask."""
    kernel = compile_node(node, index)
    ratio = node.factor / factor
    top, bottom = ratio.numerator, ratio.denominator

    def run(block: Block) -> Column:
        column = kernel(block)
        if column.den is None and top == bottom == 1:
            return column
        return Column(columns.round_half_up(column, top, bottom), None, column.mask)

    return run


@singledispatch
def compile_node(node: ir.Node, index: Index) -> Kernel:  # noqa: ARG001 – singledispatch base
    """Return the closure of a node."""
    raise TypeError(node)


@compile_node.register
def _(node: ir.Ref, index: Index) -> Kernel:
    position = index[node.key]
    if node.zero:
        return lambda block: Column(block.values[position])
    return lambda block: Column(block.values[position], None, block.present[position])


@compile_node.register
def _(_node: ir.Nothing, _index: Index) -> Kernel:
    def nothing(block: Block) -> Column:
        zeros = np.zeros_like(block.values[0])
        return Column(zeros, None, np.zeros(block.width, dtype=bool))

    return nothing


@compile_node.register
def _(node: ir.Sum, index: Index) -> Kernel:
    if all(isinstance(term, ir.Ref) for _, term in node.terms) and not node.has_constant:
        return _linear(node, index)
    terms = [(multiplier, compile_node(term, index)) for multiplier, term in node.terms]
    constant, has_constant = node.constant, node.has_constant

    def total(block: Block) -> Column:
        result: Column | None = None
        if has_constant:
            result = Column(np.full_like(block.values[0], constant))
        for multiplier, kernel in terms:
            column = columns.scale(kernel(block), multiplier)
            result = column if result is None else columns.add(result, column)
        assert result is not None  # a sum has a term or a constant
        return result

    return total


def _linear(node: ir.Sum, index: Index) -> Kernel:
    """Add references: missing values hold 0, so that numbers add without looking at masks."""
    parts = [
        (multiplier, index[term.key], term.zero)
        for multiplier, term in node.terms
        if isinstance(term, ir.Ref)
    ]
    masked = [position for _, position, zero in parts if not zero]
    always = len(masked) < len(parts)

    def total(block: Block) -> Column:
        values = block.values
        first, position, _ = parts[0]
        result = values[position] * first
        for multiplier, position, _ in parts[1:]:
            if multiplier == 1:
                result += values[position]
            elif multiplier == -1:
                result -= values[position]
            else:
                result += values[position] * multiplier
        if always:
            return Column(result)
        return Column(result, None, _any_present(block.present, masked))

    return total


def _any_present(present: Mask, positions: list[int]) -> Mask:
    mask: Mask = present[positions[0]]
    if len(positions) > 1:
        mask = mask | present[positions[1]]
        for position in positions[2:]:
            mask |= present[position]
    return mask


@compile_node.register
def _(node: ir.Mean, index: Index) -> Kernel:
    total = compile_node(ir.Sum(node.factor, node.terms), index)
    terms = [compile_node(term, index) for _, term in node.terms]

    def mean(block: Block) -> Column:
        count = np.zeros(block.width, dtype=np.int64)
        for kernel in terms:
            count += columns.present(kernel(block))
        return columns.divide(total(block), Column(count))

    return mean


@compile_node.register
def _(node: ir.Extreme, index: Index) -> Kernel:
    terms = [(multiplier, compile_node(term, index)) for multiplier, term in node.terms]
    is_max = node.is_max

    def extreme(block: Block) -> Column:
        result: Column | None = None
        for multiplier, kernel in terms:
            column = columns.scale(kernel(block), multiplier)
            result = column if result is None else _better(result, column, is_max=is_max)
        assert result is not None  # the language refuses an empty list
        return result

    return extreme


def _better(first: Column, second: Column, *, is_max: bool) -> Column:
    left, right, _ = columns.same_denominator(first, second)
    wins = (left >= right if is_max else left <= right).astype(bool)
    wins = (wins & columns.present(first)) | ~columns.present(second)
    return columns.choose(wins, first, second)


@compile_node.register
def _(node: ir.Product, index: Index) -> Kernel:
    left, right = compile_node(node.left, index), compile_node(node.right, index)
    return lambda block: columns.multiply(left(block), right(block))


@compile_node.register
def _(node: ir.Quotient, index: Index) -> Kernel:
    left, right = compile_node(node.left, index), compile_node(node.right, index)
    return lambda block: columns.divide(left(block), right(block))


@compile_node.register
def _(node: ir.Absolute, index: Index) -> Kernel:
    operand = compile_node(node.operand, index)

    def absolute(block: Block) -> Column:
        column = operand(block)
        return column._replace(num=abs(column.num))

    return absolute


@compile_node.register
def _(node: ir.Rounded, index: Index) -> Kernel:
    return step_kernel(node.operand, node.factor, index)


@compile_node.register
def _(node: ir.ZeroIfEmpty, index: Index) -> Kernel:
    operand = compile_node(node.operand, index)
    return lambda block: operand(block)._replace(mask=None)


@compile_node.register
def _(node: ir.Coalesce, index: Index) -> Kernel:
    first, second = compile_node(node.first, index), compile_node(node.second, index)

    def coalesce(block: Block) -> Column:
        column = first(block)
        if column.mask is None:
            return column
        return columns.choose(column.mask, column, second(block))

    return coalesce


@compile_node.register
def _(node: ir.Select, index: Index) -> Kernel:
    condition = compile_test(node.condition, index)
    then, otherwise = compile_node(node.then, index), compile_node(node.otherwise, index)

    def select(block: Block) -> Column:
        told = condition(block)
        column = columns.choose(told.truth, then(block), otherwise(block))
        if told.known is None:
            return column
        mask = columns.both(told.known, column.mask)
        return Column(columns.blank(column.num, mask), column.den, mask)

    return select


def compare_gap(gap: Ints, operator: str, tolerance: Ints | int) -> Mask:
    """Return where a comparison holds, given `left - right` and a tolerance of at least 0."""
    match operator:
        case "=":
            held = abs(gap) <= tolerance
        case "<>":
            held = abs(gap) > tolerance
        case "<=":
            held = gap <= tolerance
        case ">=":
            held = gap >= -tolerance
        case "<":
            held = gap < tolerance
        case _:
            held = gap > -tolerance
    return held.astype(bool)


@singledispatch
def compile_test(test: ir.Test, index: Index) -> TestKernel:  # noqa: ARG001 – singledispatch base
    """Return the closure of a condition, without tolerance, in three-valued logic."""
    raise TypeError(test)


@compile_test.register
def _(test: ir.Present, index: Index) -> TestKernel:
    operand = compile_node(test.operand, index)
    return lambda block: Told(columns.present(operand(block)))


@compile_test.register
def _(test: ir.Compare, index: Index) -> TestKernel:
    left, right = compile_node(test.left, index), compile_node(test.right, index)
    operator = test.operator

    def compare(block: Block) -> Told:
        first, second = left(block), right(block)
        one, other, _ = columns.same_denominator(first, second)
        known = columns.both(first.mask, second.mask)
        truth = compare_gap(columns.safe_add(one, -other), operator, 0)
        return Told(truth if known is None else truth & known, known)

    return compare


@compile_test.register
def _(test: ir.Every, index: Index) -> TestKernel:
    tests = [compile_test(part, index) for part in test.tests]

    def every(block: Block) -> Told:
        told = [part(block) for part in tests]
        truth = np.logical_and.reduce([part.truth for part in told])
        if all(part.known is None for part in told):
            return Told(truth)
        false = np.logical_or.reduce([_known(part) & ~part.truth for part in told])
        return Told(truth, truth | false)

    return every


@compile_test.register
def _(test: ir.Some, index: Index) -> TestKernel:
    tests = [compile_test(part, index) for part in test.tests]

    def some(block: Block) -> Told:
        told = [part(block) for part in tests]
        truth = np.logical_or.reduce([part.truth for part in told])
        if all(part.known is None for part in told):
            return Told(truth)
        false = np.logical_and.reduce([_known(part) & ~part.truth for part in told])
        return Told(truth, truth | false)

    return some


@compile_test.register
def _(test: ir.Negation, index: Index) -> TestKernel:
    inner = compile_test(test.test, index)

    def negation(block: Block) -> Told:
        told = inner(block)
        return Told(_known(told) & ~told.truth, told.known)

    return negation


def _known(told: Told) -> Mask:
    return np.ones(len(told.truth), dtype=bool) if told.known is None else told.known
