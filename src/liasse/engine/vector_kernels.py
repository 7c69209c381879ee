"""Nodes to closures over numpy columns: the counterpart of `scalar`, filings side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import singledispatch
from typing import Any, NamedTuple, Protocol

import numpy as np

from liasse.compiler import nodes as ir
from liasse.engine import columns
from liasse.engine.columns import Column, Ints, Mask
from liasse.engine.scalar import DATE_FUNCTIONS

Index = Mapping[str, int]


class Lookup(Protocol):
    """An array of slots down and filings (or rows) across, or what reads like one."""

    def __getitem__(self, position: int) -> Any:  # noqa: ANN401 – an array of integers or of booleans
        """Return the values of a slot."""


class Block(NamedTuple):
    """
    The values of some filings: slots down, filings across; missing values hold 0.

    `bounds` holds a bound on the size of each slot, 0 where values are Python integers already.
    `rows` holds the columns of keyed sections, every row of every filing one after the other; `sections`
    says whose they are.  A block seen by the rows of a section knows the filings it comes from (`outer`)
    and which of them each row belongs to (`filing`).
    """

    values: Lookup
    present: Lookup
    width: int
    rows: dict[int, Column]
    sections: Mapping[str, RowSet]
    bounds: list[int]
    outer: Block | None = None
    filing: Ints | None = None

    def on_rows(self, section: str) -> Block:
        """Return the same filings as the rows of a section see them."""
        filing = self.sections[section].filing
        return Block(
            Gathered(self.values, filing),
            Gathered(self.present, filing),
            len(filing),
            self.rows,
            self.sections,
            self.bounds,
            self,
            filing,
        )


class RowSet(NamedTuple):
    """The rows of one section: how many filing by filing, and the filing of each row."""

    counts: Ints
    filing: Ints

    def totals(self, num: Ints) -> Ints:
        """Add *num*, one number per row, filing by filing."""
        if num.dtype != object and columns.bound(num) * max(1, len(num)) >= columns.LIMIT:
            num = num.astype(object)
        running = np.concatenate([np.zeros(1, dtype=num.dtype), np.cumsum(num)])
        ends = np.cumsum(self.counts)
        total: Ints = running[ends] - running[ends - self.counts]
        return total


class Gathered:
    """Slots read row by row: each row sees the values of its filing."""

    def __init__(self, array: Lookup, filing: Ints) -> None:
        self._array = array
        self._filing = filing

    def __getitem__(self, position: int) -> Any:  # noqa: ANN401 – an array of integers or of booleans
        """Return the values of a slot, one per row."""
        return self._array[position][self._filing]


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
def _(node: ir.RowRef, index: Index) -> Kernel:
    position = index[node.key]
    if node.zero:
        return lambda block: block.rows[position]._replace(mask=None)
    return lambda block: block.rows[position]


@compile_node.register
def _(node: ir.RowTotal, index: Index) -> Kernel:
    operand = compile_node(node.operand, index)
    where = compile_test(node.where, index) if node.where is not None else None
    section, how, zero = node.section, node.how, node.zero

    def total(block: Block) -> Column:
        if block.outer is not None and block.filing is not None:
            return columns.take(total(block.outer), block.filing)
        on_rows = block.on_rows(section)
        kept = np.ones(on_rows.width, dtype=bool)
        if where is not None:
            told = where(on_rows)
            kept = told.truth & _known(told)
        rows = block.sections[section]
        if how == "nombre":
            return Column(rows.totals(kept.astype(np.int64)))
        column = operand(on_rows)
        kept = kept & columns.present(column)
        mask = rows.totals(kept.astype(np.int64)) > 0
        return _reduced(column, kept, rows, how)._replace(mask=None if zero else mask)

    return total


def _reduced(column: Column, kept: Mask, rows: RowSet, how: str) -> Column:
    """Add, or take the largest or smallest of, the rows kept; 0 where none is."""
    if column.den is not None:
        return _reduced_exactly(column, kept, rows, how)
    if how == "somme":
        return Column(rows.totals(np.where(kept, column.num, 0)))
    result = np.zeros(len(rows.counts), dtype=column.num.dtype)
    found = np.flatnonzero(kept)
    filings, first = np.unique(rows.filing[found], return_index=True)
    best = np.maximum if how == "max" else np.minimum
    if len(found):
        result[filings] = best.reduceat(column.num[found], first)
    return Column(result)


def _reduce(values: list[Fraction], how: str) -> Fraction:
    if how == "somme":
        return sum(values, Fraction(0))
    return max(values) if how == "max" else min(values)


def _reduced_exactly(column: Column, kept: Mask, rows: RowSet, how: str) -> Column:
    """Reduce quotients one by one: rare, and exact."""
    found: list[list[Fraction]] = [[] for _ in rows.counts]
    for row in np.flatnonzero(kept):
        assert column.den is not None  # the caller's case
        found[rows.filing[row]].append(Fraction(int(column.num[row]), int(column.den[row])))
    exact = [_reduce(values, how) if values else Fraction(0) for values in found]
    num = np.array([value.numerator for value in exact], dtype=object)
    return Column(num, np.array([value.denominator for value in exact], dtype=object))


@compile_node.register
def _(node: ir.DateFunction, index: Index) -> Kernel:
    left, right = compile_node(node.left, index), compile_node(node.right, index)
    function = DATE_FUNCTIONS[node.function]

    def dated(block: Block) -> Column:
        first, second = left(block), right(block)
        mask = columns.present(first) & columns.present(second)
        found = [
            function(int(one), int(other)) if there else None
            for one, other, there in zip(first.num, second.num, mask, strict=True)
        ]
        known = np.array([value is not None for value in found], dtype=bool)
        return Column(np.array([value or 0 for value in found], dtype=np.int64), None, known)

    return dated


@compile_node.register
def _(_node: ir.Nothing, _index: Index) -> Kernel:
    def nothing(block: Block) -> Column:
        zeros = np.zeros_like(block.values[0])
        return Column(zeros, None, np.zeros(block.width, dtype=bool))

    return nothing


@compile_node.register
def _(node: ir.Sum, index: Index) -> Kernel:
    total = _general_sum(node, index)
    if all(isinstance(term, ir.Ref) for _, term in node.terms) and not node.has_constant:
        return _linear(node, index, total)
    return total


def _general_sum(node: ir.Sum, index: Index) -> Kernel:
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


def _linear(node: ir.Sum, index: Index, safe: Kernel) -> Kernel:
    """
    Add references: missing values hold 0, so that numbers add without looking at masks.

    The sum is left to *safe* where int64 might overflow.
    """
    parts = [
        (multiplier, index[term.key], term.zero)
        for multiplier, term in node.terms
        if isinstance(term, ir.Ref)
    ]
    masked = [position for _, position, zero in parts if not zero]
    always = len(masked) < len(parts)

    def total(block: Block) -> Column:
        values, bounds = block.values, block.bounds
        if sum(abs(multiplier) * bounds[position] for multiplier, position, _ in parts) >= columns.LIMIT:
            return safe(block)
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


def _any_present(present: Lookup, positions: list[int]) -> Mask:
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
