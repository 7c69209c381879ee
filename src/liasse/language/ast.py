"""The tree of a formula.  Positions take no part in equality, so that `parse(print(tree)) == tree`."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Node:
    """Any node; `start` and `length` locate it in the text of the formula."""

    start: int = field(default=0, compare=False, repr=False, kw_only=True)
    length: int = field(default=1, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A constant; `unit` is empty, `pourcent` (3 %) or `euro` (50000 €)."""

    value: Fraction
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Text(Node):
    """A quoted word, `'LOC'`: one of the choices of a cell."""

    value: str


@dataclass(frozen=True, slots=True)
class Empty(Node):
    """The word `vide`."""


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A dotted name: `N`, `A010.NET`, `ACT.A010.NET`, `CAF`."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Range(Node):
    """Lines between two codes, `ACT.A010..A350.NET`; `first` may carry the table, `column` may be empty."""

    first: Name
    last: str
    column: str = ""


@dataclass(frozen=True, slots=True)
class Accounts(Node):
    """A selection of accounts by roots."""

    included: tuple[str, ...]
    excluded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Filtered(Node):
    """Rows of a keyed section that meet a condition, `Q10.PART.C15 si C04 = 'ACC'`; an argument only."""

    operand: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function applied to arguments."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Unary(Node):
    """`-x` or `non x`."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """`+ - * /`, a comparison, `et`, `ou`, or `de` (a proportion)."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Choice(Node):
    """`si condition alors then sinon otherwise`."""

    condition: Node
    then: Node
    otherwise: Node


def children(node: Node) -> tuple[Node, ...]:
    """
    Return the parts of a node that may hold formulas, in the order of the text.

    >>> children(Choice(Name(("A",)), Empty(), Name(("B",))))
    (Name(parts=('A',)), Empty(), Name(parts=('B',)))
    """
    match node:
        case Call():
            return node.arguments
        case Unary():
            return (node.operand,)
        case Binary():
            return (node.left, node.right)
        case Choice():
            return (node.condition, node.then, node.otherwise)
        case Filtered():
            return (node.operand, node.condition)
        case _:
            return ()
