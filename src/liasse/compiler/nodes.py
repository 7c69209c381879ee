"""
Resolved formulas: every name is a slot key, every number an integer with a known factor.

A node stands for `integer * factor` in the base units of its dimension, so that evaluation is
integer arithmetic: the factors are gone once the plan is built.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import gcd

ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Node:
    """A value; `factor` turns its integer into the true quantity."""

    factor: Fraction


@dataclass(frozen=True, slots=True)
class Ref(Node):
    """The value of a slot; with `zero`, a missing value reads as 0 (controls, §6.0)."""

    key: str
    zero: bool = False


@dataclass(frozen=True, slots=True)
class RowRef(Node):
    """The value of a column of a keyed section on the row being read."""

    key: str
    zero: bool = False


@dataclass(frozen=True, slots=True)
class RowTotal(Node):
    """
    The sum, the largest, the smallest or the number (`how`) of a value over the rows of a section.

    Rows where `where` is not known to be true are left out; missing values are ignored; the result is
    missing when nothing is left, except a number, which is 0; so is, with `zero`, any of them.
    """

    section: str
    how: str
    operand: Node
    where: Test | None
    zero: bool = False


@dataclass(frozen=True, slots=True)
class DateFunction(Node):
    """`mois(a, b)`: months from a to b; `ajoute_mois(a, n)`: the date n months after a."""

    function: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Nothing(Node):
    """`vide`."""


@dataclass(frozen=True, slots=True)
class Sum(Node):
    """`constant + Σ multiplier * term`; missing terms are ignored, the sum is missing if all are."""

    terms: tuple[tuple[int, Node], ...]
    constant: int = 0
    has_constant: bool = False


@dataclass(frozen=True, slots=True)
class Mean(Node):
    """The mean of the present terms; exact."""

    terms: tuple[tuple[int, Node], ...]


@dataclass(frozen=True, slots=True)
class Product(Node):
    """`left * right`, missing if either is."""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Quotient(Node):
    """`left / right`, exact; missing if either is missing or `right` is zero."""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Extreme(Node):
    """The largest (`is_max`) or smallest of the present terms."""

    terms: tuple[tuple[int, Node], ...]
    is_max: bool


@dataclass(frozen=True, slots=True)
class Absolute(Node):
    """The absolute value."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Rounded(Node):
    """The operand rounded half up to a multiple of `factor`."""

    operand: Node


@dataclass(frozen=True, slots=True)
class ZeroIfEmpty(Node):
    """The operand, or 0 when it is missing."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Coalesce(Node):
    """The first operand, or the second when the first is missing."""

    first: Node
    second: Node


@dataclass(frozen=True, slots=True)
class Select(Node):
    """`then` or `otherwise`; missing when the condition cannot be told."""

    condition: Test
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Test:
    """A condition: true, false, or (a missing value inside) unknown."""


@dataclass(frozen=True, slots=True)
class Present(Test):
    """True when the operand is not missing; never unknown."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Compare(Test):
    """
    A comparison of two values brought to one factor.

    `unit` is the unit in which the gap is shown; `threshold` is true when the formula prints a
    threshold (a rate or an amount), which replaces the tolerance of §6.0.
    """

    operator: str
    left: Node
    right: Node
    unit: str
    threshold: bool


@dataclass(frozen=True, slots=True)
class Every(Test):
    """`et`."""

    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Some(Test):
    """`ou`."""

    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Negation(Test):
    """`non`."""

    test: Test


def common_factor(factors: list[Fraction]) -> Fraction:
    """Return the largest factor of which all are whole multiples."""
    result = factors[0]
    for factor in factors[1:]:
        top = gcd(result.numerator * factor.denominator, factor.numerator * result.denominator)
        result = Fraction(top, result.denominator * factor.denominator)
    return result


def scaled_terms(nodes: list[tuple[int, Node]]) -> tuple[Fraction, tuple[tuple[int, Node], ...]]:
    """Bring signed nodes to one factor: the factor, and the terms with whole multipliers."""
    factor = common_factor([node.factor for _, node in nodes])
    return factor, tuple((sign * int(node.factor / factor), node) for sign, node in nodes)


def make_sum(parts: list[tuple[int, Node]]) -> Node:
    """Add signed nodes, flattening nested sums; `vide` adds nothing."""
    kept = [(sign, node) for sign, node in parts if not isinstance(node, Nothing)]
    if not kept:
        return Nothing(ONE)
    factor, terms = scaled_terms(kept)
    flat: list[tuple[int, Node]] = []
    constant, has_constant = 0, False
    for multiplier, node in terms:
        if isinstance(node, Sum):
            flat.extend((multiplier * inner, term) for inner, term in node.terms)
            constant += multiplier * node.constant
            has_constant = has_constant or node.has_constant
        else:
            flat.append((multiplier, node))
    if len(flat) == 1 and flat[0][0] == 1 and not has_constant:
        return flat[0][1]
    return Sum(factor, tuple(flat), constant, has_constant)


def make_constant(value: Fraction) -> Sum:
    """Return the node of a constant in base units."""
    factor = Fraction(1, value.denominator)
    return Sum(factor, (), value.numerator, has_constant=True)


def rescaled(node: Node, by: Fraction) -> Node:
    """Multiply a node by a constant other than zero, exactly, without any arithmetic at run time."""
    if isinstance(node, Nothing):
        return node
    sign = 1 if by > 0 else -1
    if isinstance(node, Sum):
        terms = tuple((sign * multiplier, term) for multiplier, term in node.terms)
        return Sum(node.factor * abs(by), terms, sign * node.constant, node.has_constant)
    return Sum(node.factor * abs(by), ((sign, node),))


def children(item: Node | Test) -> tuple[Node | Test, ...]:
    """Return what a node or a test is made of, in order."""
    match item:
        case Ref() | RowRef():
            return ()
        case Sum() | Mean() | Extreme():
            return tuple([node for _, node in item.terms])
        case Product() | Quotient() | Compare() | DateFunction():
            return (item.left, item.right)
        case Absolute() | Rounded() | ZeroIfEmpty() | Present():
            return (item.operand,)
        case Coalesce():
            return (item.first, item.second)
        case RowTotal():
            return (item.operand,) if item.where is None else (item.operand, item.where)
        case Select():
            return (item.condition, item.then, item.otherwise)
        case Every() | Some():
            return item.tests
        case Negation():
            return (item.test,)
        case _:
            return ()


def walk(item: Node | Test) -> Iterator[Node | Test]:
    """Yield a node or test and everything under it, in order."""
    yield item
    for child in children(item):
        yield from walk(child)


def outside_totals(item: Node | Test) -> Iterator[Node | Test]:
    """Yield a node or test and what is under it, in order, without entering the totals of rows."""
    yield item
    if not isinstance(item, RowTotal):
        for child in children(item):
            yield from outside_totals(child)


def amount_references(item: Node | Test) -> tuple[str, ...]:
    """Return the keys of the slots whose amounts enter a value: not those that only decide a choice."""
    return tuple(dict.fromkeys(part.key for part in _amounts(item) if isinstance(part, Ref | RowRef)))


def _amounts(item: Node | Test) -> Iterator[Node | Test]:
    match item:
        case Select():
            parts: tuple[Node | Test, ...] = (item.then, item.otherwise)
        case RowTotal():
            parts = (item.operand,)
        case Present():
            parts = ()
        case _:
            parts = children(item)
    yield item
    for part in parts:
        yield from _amounts(part)


def references(item: Node | Test) -> tuple[str, ...]:
    """Return the keys of the slots read, in order of first appearance."""
    found: dict[str, None] = {}
    waiting = [item]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Ref | RowRef):
            found[part.key] = None
        else:
            waiting.extend(reversed(children(part)))
    return tuple(found)
