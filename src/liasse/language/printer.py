"""Tree to formula text, in one canonical form: `parse(print_formula(tree)) == tree`."""

from __future__ import annotations

from fractions import Fraction
from functools import singledispatch
from typing import Final

from liasse.language.ast import (
    Accounts,
    Binary,
    Call,
    Choice,
    Empty,
    Filtered,
    Name,
    Node,
    Number,
    Range,
    Text,
    Unary,
)

_LEVELS: Final = {
    "ou": 1,
    "et": 2,
    "=": 4,
    "<>": 4,
    "<": 4,
    "<=": 4,
    ">": 4,
    ">=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
    "de": 8,
}
_CHOICE, _NOT, _NEGATIVE, _ATOM = 0, 3, 7, 9

_SYMBOLS: Final = {"": "", "pourcent": " %", "euro": " €"}


def print_formula(node: Node) -> str:
    """
    Write a tree in canonical form.

    >>> from liasse.language.parser import parse
    >>> print_formula(parse("(A+B)*-( 2*C )"))
    '(A + B) * -(2 * C)'
    """
    return _print(node)


def level(node: Node) -> int:
    """Return the binding strength of a node; a higher one needs no parentheses inside a lower one."""
    if isinstance(node, Choice):
        return _CHOICE
    if isinstance(node, Unary):
        return _NOT if node.operator == "non" else _NEGATIVE
    if isinstance(node, Binary):
        return _LEVELS[node.operator]
    return _ATOM


def _wrap(node: Node, minimum: int) -> str:
    text = _print(node)
    return text if level(node) >= minimum else f"({text})"


@singledispatch
def _print(node: Node) -> str:
    raise TypeError(node)


@_print.register
def _(node: Number) -> str:
    if node.unit == "oui":
        return "oui"
    return decimal_text(node.value) + _SYMBOLS[node.unit]


def decimal_text(value: Fraction) -> str:
    """Write a decimal fraction exactly: `0.05`, `12`."""
    scale = 0
    while (value * 10**scale).denominator != 1:
        scale += 1
    digits = str(int(value * 10**scale)).rjust(scale + 1, "0")
    return f"{digits[:-scale]}.{digits[-scale:]}" if scale else digits


@_print.register
def _(_node: Empty) -> str:
    return "vide"


@_print.register
def _(node: Text) -> str:
    return f"'{node.value}'"


@_print.register
def _(node: Filtered) -> str:
    return f"{_print(node.operand)} si {_print(node.condition)}"


@_print.register
def _(node: Name) -> str:
    return ".".join(node.parts)


@_print.register
def _(node: Range) -> str:
    column = f".{node.column}" if node.column else ""
    return f"{_print(node.first)}..{node.last}{column}"


@_print.register
def _(node: Accounts) -> str:
    text = ", ".join(node.included)
    return f"{text} sauf {', '.join(node.excluded)}" if node.excluded else text


@_print.register
def _(node: Call) -> str:
    return f"{node.function}({', '.join(_print(argument) for argument in node.arguments)})"


@_print.register
def _(node: Unary) -> str:
    if node.operator == "non":
        return f"non {_wrap(node.operand, _NOT)}"
    return f"-{_wrap(node.operand, _NEGATIVE)}"


@_print.register
def _(node: Binary) -> str:
    own = level(node)
    if node.operator == "de":
        return f"{_print(node.left)} de {_wrap(node.right, _ATOM - 1)}"
    if own == _LEVELS["="]:
        return f"{_wrap(node.left, own + 1)} {node.operator} {_wrap(node.right, own + 1)}"
    return f"{_wrap(node.left, own)} {node.operator} {_wrap(node.right, own + 1)}"


@_print.register
def _(node: Choice) -> str:
    condition, then = _print(node.condition), _print(node.then)
    return f"si {condition} alors {then} sinon {_print(node.otherwise)}"
