"""The pieces of formulas: values that may be missing, conditions that may be unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from liasse.amounts import unit
from liasse.compiler import nodes as ir
from liasse.outputs.workbook_values import constant, digits

ALWAYS: Final = "TRUE"
NEVER: Final = "FALSE"
BLANK: Final = '""'

_FINE: Final = 9
"""Decimals to which quotients are compared."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where a formula stands: the sheet, and the row of a keyed section that it is about."""

    sheet: str
    section: str = ""
    row: int | None = None


class Part(NamedTuple):
    """A value: whether it is there, what it is (0 when it is not), and the decimals it is rounded to."""

    present: str
    value: str
    rounded: int = -1

    @property
    def or_blank(self) -> str:
        """The value, or the empty text."""
        return self.value if self.present == ALWAYS else f'IF({self.present},{self.value},"")'


class Told(NamedTuple):
    """A condition: known to be true, known to be false."""

    true: str
    false: str


def every(tests: Sequence[str]) -> str:
    """Join conditions that must all hold."""
    kept = [test for test in dict.fromkeys(tests) if test != ALWAYS]
    if NEVER in kept:
        return NEVER
    return f"AND({','.join(kept)})" if len(kept) > 1 else (kept or [ALWAYS])[0]


def some(tests: Sequence[str]) -> str:
    """Join conditions of which one must hold."""
    kept = [test for test in dict.fromkeys(tests) if test != NEVER]
    if ALWAYS in kept:
        return ALWAYS
    return f"OR({','.join(kept)})" if len(kept) > 1 else (kept or [NEVER])[0]


def negated(test: str) -> str:
    """Return the contrary of a condition that is never unknown."""
    return {ALWAYS: NEVER, NEVER: ALWAYS}.get(test, f"NOT({test})")


def choose(test: str, then: str, otherwise: str) -> str:
    """Write a choice, without the test when it is told."""
    if test == ALWAYS:
        return then
    return otherwise if test == NEVER else f"IF({test},{then},{otherwise})"


def is_whole(node: ir.Node) -> bool:
    """Tell whether a node is always a multiple of its factor: no quotient nor mean inside, unless rounded."""
    if isinstance(node, ir.Quotient | ir.Mean):
        return False
    if isinstance(node, ir.Rounded):
        return True
    return all(is_whole(part) for part in ir.children(node) if isinstance(part, ir.Node))


def gap_of(left: Part, right: Part, test: ir.Compare) -> str:
    """Return the difference of the two sides, freed of what doubles add to it."""
    exact = is_whole(test.left) and is_whole(test.right)
    return f"ROUND({left.value}-{right.value},{digits(test.left.factor) if exact else _FINE})"


def rounded_part(present: str, value: str, node: ir.Node) -> Part:
    """Free a value of what doubles add to it; one that is exact in no number of decimals is left as it is."""
    if not is_whole(node):
        return Part(present, value if value.startswith(("SUM", "MAX", "MIN")) else f"({value})")
    decimals = digits(node.factor, 12)
    return Part(present, f"ROUND({value},{decimals})", decimals)


def months_formula(first: str, last: str) -> str:
    """Return the formula of `liasse.exercices.months_between`, in months."""
    forward, backward = _forward(first, f"({last}+1)"), _forward(f"({last}+1)", first)
    return f"IF({last}<{first}-1,-{backward},{forward})/{constant(1 / unit('mois').factor)}"


def _forward(start: str, end: str) -> str:
    """Return tenths of months from the start of a day to the start of a later one."""
    whole = f"((YEAR({end})-YEAR({start}))*12+MONTH({end})-MONTH({start})-N(DAY({end})<DAY({start})))"
    return f"({whole}*10+MIN(10,INT((({end}-EDATE({start},{whole}))*10+15)/30)))"
