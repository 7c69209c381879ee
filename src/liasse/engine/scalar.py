"""
Nodes to Python closures over the list of values of one filing.

A closure returns an integer (a `Fraction` once a quotient is inside), or None when missing; a test
returns True, False, or None when a missing value leaves it unknown.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import singledispatch
from typing import Any, Final, cast

from liasse.amounts import round_half_up
from liasse.compiler import nodes as ir
from liasse.compiler.plan import ROW_KEY
from liasse.exercices import add_months, months_between

Number = int | Fraction
Values = Sequence[Any]
Kernel = Callable[[Values], Number | None]
TestKernel = Callable[[Values], bool | None]
Index = Mapping[str, int]


def step_kernel(node: ir.Node, factor: Fraction, index: Index) -> Callable[[Values], int | None]:
    """Return the closure of a step: the node, rounded half up to the unit of its slot where needed."""
    kernel = compile_node(node, index)
    ratio = node.factor / factor
    top, bottom = ratio.numerator, ratio.denominator
    if _is_whole(node):
        if bottom == 1:
            return kernel if top == 1 else _times(kernel, top)  # type: ignore[return-value]
        return lambda values: None if (v := kernel(values)) is None else round_half_up(int(v) * top, bottom)

    def rounded(values: Values) -> int | None:
        value = kernel(values)
        if value is None:
            return None
        exact = Fraction(value) * ratio
        return round_half_up(exact.numerator, exact.denominator)

    return rounded


def _times(kernel: Kernel, multiplier: int) -> Kernel:
    return lambda values: None if (value := kernel(values)) is None else value * multiplier


def _added(present: list[Number]) -> Number:
    return sum(present)


def _largest(present: list[Number]) -> Number:
    return max(present)


def _smallest(present: list[Number]) -> Number:
    return min(present)


def _is_whole(node: ir.Node) -> bool:
    """Tell whether a node always gives an integer: no quotient and no mean inside, unless rounded."""
    if isinstance(node, ir.Quotient | ir.Mean):
        return False
    if isinstance(node, ir.Rounded):
        return True
    return all(_is_whole(child) for child in ir.children(node) if isinstance(child, ir.Node))


@singledispatch
def compile_node(node: ir.Node, index: Index) -> Kernel:  # noqa: ARG001 – singledispatch base
    """Return the closure of a node."""
    raise TypeError(node)


@compile_node.register
def _(node: ir.Ref, index: Index) -> Kernel:
    position = index[node.key]
    if node.zero:
        return lambda values: values[position] or 0
    return lambda values: values[position]


@compile_node.register
def _(node: ir.RowRef, index: Index) -> Kernel:
    position, row = index[node.key], index[ROW_KEY]
    if node.zero:
        return lambda values: values[position][values[row]] or 0

    def on_row(values: Values) -> Number | None:
        value: int | None = values[position][values[row]]
        return value

    return on_row


@compile_node.register
def _(node: ir.RowTotal, index: Index) -> Kernel:
    read = next(part for part in ir.outside_totals(node.operand) if isinstance(part, ir.RowRef))
    position, row = index[read.key], index[ROW_KEY]
    operand = compile_node(node.operand, index)
    where = compile_test(node.where, index) if node.where is not None else None

    def kept(values: list[Any]) -> list[Number | None]:
        outer, found = values[row], []
        for number in range(len(values[position])):
            values[row] = number
            if where is None or where(values):
                found.append(operand(values))
        values[row] = outer
        return found

    return _row_total(node.how, kept, 0 if node.zero else None)


def _row_total(how: str, kept: Callable[[list[Any]], list[Number | None]], empty: int | None) -> Kernel:
    if how == "nombre":
        return lambda values: len(kept(cast("list[Any]", values)))
    reduce = {"somme": _added, "max": _largest, "min": _smallest}[how]

    def total(values: Values) -> Number | None:
        present = [value for value in kept(cast("list[Any]", values)) if value is not None]
        return reduce(present) if present else empty

    return total


@compile_node.register
def _(node: ir.DateFunction, index: Index) -> Kernel:
    left, right = compile_node(node.left, index), compile_node(node.right, index)
    function = DATE_FUNCTIONS[node.function]

    def dated(values: Values) -> Number | None:
        first, second = left(values), right(values)
        return None if first is None or second is None else function(int(first), int(second))

    return dated


DATE_FUNCTIONS: Final[Mapping[str, Callable[[int, int], int | None]]] = {
    "mois": months_between,
    "ajoute_mois": add_months,
}
"""What each function of dates computes, on ordinals."""


@compile_node.register
def _(_node: ir.Nothing, _index: Index) -> Kernel:
    return lambda _values: None


def _plain_positions(node: ir.Sum, index: Index) -> tuple[list[int], list[int]] | None:
    """Return the positions added and subtracted when a sum is only plain references, else None."""
    plus: list[int] = []
    minus: list[int] = []
    for multiplier, term in node.terms:
        if not isinstance(term, ir.Ref) or multiplier not in {1, -1} or node.has_constant:
            return None
        (plus if multiplier == 1 else minus).append(index[term.key])
    return plus, minus


@compile_node.register
def _(node: ir.Sum, index: Index) -> Kernel:
    if not node.terms:
        constant = node.constant
        return lambda _values: constant
    plain = _plain_positions(node, index)
    if plain is None:
        return _general_sum(node, index)
    plus, minus = plain
    if all(isinstance(term, ir.Ref) and term.zero for _, term in node.terms):
        return _zero_sum(plus, minus)
    return _missing_sum(plus, minus)


def _zero_sum(plus: list[int], minus: list[int]) -> Kernel:
    def total(values: Values) -> int:
        result = 0
        for position in plus:
            result += values[position] or 0
        for position in minus:
            result -= values[position] or 0
        return result

    return total


def _missing_sum(plus: list[int], minus: list[int]) -> Kernel:
    def total(values: Values) -> int | None:
        result = 0
        seen = False
        for position in plus:
            value = values[position]
            if value is not None:
                result += value
                seen = True
        for position in minus:
            value = values[position]
            if value is not None:
                result -= value
                seen = True
        return result if seen else None

    return total


def _general_sum(node: ir.Sum, index: Index) -> Kernel:
    terms = [(multiplier, compile_node(term, index)) for multiplier, term in node.terms]
    constant, has_constant = node.constant, node.has_constant

    def total(values: Values) -> Number | None:
        result: Number = constant
        seen = has_constant
        for multiplier, kernel in terms:
            value = kernel(values)
            if value is not None:
                result += multiplier * value
                seen = True
        return result if seen else None

    return total


@compile_node.register
def _(node: ir.Mean, index: Index) -> Kernel:
    terms = [(multiplier, compile_node(term, index)) for multiplier, term in node.terms]

    def mean(values: Values) -> Number | None:
        present = [m * value for m, kernel in terms if (value := kernel(values)) is not None]
        return Fraction(sum(present), len(present)) if present else None

    return mean


@compile_node.register
def _(node: ir.Extreme, index: Index) -> Kernel:
    terms = [(multiplier, compile_node(term, index)) for multiplier, term in node.terms]
    choose = _largest if node.is_max else _smallest

    def extreme(values: Values) -> Number | None:
        present: list[Number] = [m * value for m, kernel in terms if (value := kernel(values)) is not None]
        return choose(present) if present else None

    return extreme


@compile_node.register
def _(node: ir.Product, index: Index) -> Kernel:
    left, right = compile_node(node.left, index), compile_node(node.right, index)

    def product(values: Values) -> Number | None:
        first, second = left(values), right(values)
        return None if first is None or second is None else first * second

    return product


@compile_node.register
def _(node: ir.Quotient, index: Index) -> Kernel:
    left, right = compile_node(node.left, index), compile_node(node.right, index)

    def quotient(values: Values) -> Number | None:
        first, second = left(values), right(values)
        return None if first is None or not second else Fraction(first) / second

    return quotient


@compile_node.register
def _(node: ir.Absolute, index: Index) -> Kernel:
    operand = compile_node(node.operand, index)

    def absolute(values: Values) -> Number | None:
        value = operand(values)
        if value is None:
            return None
        return -value if value < 0 else value

    return absolute


@compile_node.register
def _(node: ir.Rounded, index: Index) -> Kernel:
    return step_kernel(node.operand, node.factor, index)


@compile_node.register
def _(node: ir.ZeroIfEmpty, index: Index) -> Kernel:
    operand = compile_node(node.operand, index)
    return lambda values: 0 if (value := operand(values)) is None else value


@compile_node.register
def _(node: ir.Coalesce, index: Index) -> Kernel:
    if isinstance(node.first, ir.Ref) and isinstance(node.second, ir.Ref):
        return _first_of(node.first, node.second, index)
    first, second = compile_node(node.first, index), compile_node(node.second, index)

    def coalesce(values: Values) -> Number | None:
        value = first(values)
        return second(values) if value is None else value

    return coalesce


def _first_of(first: ir.Ref, second: ir.Ref, index: Index) -> Kernel:
    """Read one slot, or another where it is empty: a typed cell, or what the balance gives."""
    typed, filled = index[first.key], compile_node(second, index)
    if first.zero:
        return compile_node(first, index)
    return lambda values: filled(values) if (value := values[typed]) is None else value


@compile_node.register
def _(node: ir.Select, index: Index) -> Kernel:
    condition = compile_test(node.condition, index)
    then, otherwise = compile_node(node.then, index), compile_node(node.otherwise, index)

    def select(values: Values) -> Number | None:
        told = condition(values)
        if told is None:
            return None
        return then(values) if told else otherwise(values)

    return select


COMPARE: Final[Mapping[str, Callable[[Number, Number], bool]]] = {
    "=": lambda gap, t: -t <= gap <= t,
    "<>": lambda gap, t: gap < -t or gap > t,
    "<=": lambda gap, t: gap <= t,
    ">=": lambda gap, t: gap >= -t,
    "<": lambda gap, t: gap < t,
    ">": lambda gap, t: gap > -t,
}
"""Each comparison on `gap = left - right` with a tolerance of at least 0."""

EXACTLY: Final[Mapping[str, Callable[[Number, Number], bool]]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
"""Each comparison of two sides, without tolerance."""


@singledispatch
def compile_test(test: ir.Test, index: Index) -> TestKernel:  # noqa: ARG001 – singledispatch base
    """Return the closure of a condition, without tolerance, in three-valued logic."""
    raise TypeError(test)


@compile_test.register
def _(test: ir.Present, index: Index) -> TestKernel:
    operand = compile_node(test.operand, index)
    return lambda values: operand(values) is not None


@compile_test.register
def _(test: ir.Compare, index: Index) -> TestKernel:
    left, right = compile_node(test.left, index), compile_node(test.right, index)
    holds = EXACTLY[test.operator]

    def compare(values: Values) -> bool | None:
        first, second = left(values), right(values)
        return None if first is None or second is None else holds(first, second)

    return compare


@compile_test.register
def _(test: ir.Every, index: Index) -> TestKernel:
    tests = [compile_test(part, index) for part in test.tests]

    def every(values: Values) -> bool | None:
        known: bool | None = True
        for part in tests:
            told = part(values)
            if told is None:
                known = None
            elif not told:
                return False
        return known

    return every


@compile_test.register
def _(test: ir.Some, index: Index) -> TestKernel:
    tests = [compile_test(part, index) for part in test.tests]

    def some(values: Values) -> bool | None:
        known: bool | None = False
        for part in tests:
            told = part(values)
            if told:
                return True
            if told is None:
                known = None
        return known

    return some


@compile_test.register
def _(test: ir.Negation, index: Index) -> TestKernel:
    inner = compile_test(test.test, index)
    return lambda values: None if (told := inner(values)) is None else not told
