"""
Exact arithmetic on numpy columns: integers or quotients, with a mask of presence.

Integers are int64 as long as a bound on their size allows it, Python integers in an object array
beyond; results are the same, always exact.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]

LIMIT: Final = 2**62
"""Results whose size may reach this are computed with Python integers."""


class Column(NamedTuple):
    """
    One value per filing: `num / den`, present where `mask` is true.

    `den` is None for whole numbers, else positive; `mask` is None when every value is present.  Where
    a value is missing its number is 0.
    """

    num: Ints
    den: Ints | None = None
    mask: Mask | None = None


def bound(ints: Ints) -> int:
    """Return the largest absolute value, as a Python integer."""
    if ints.size == 0:
        return 0
    return max(abs(int(ints.max())), abs(int(ints.min())))


def bounds(ints: Ints) -> list[int]:
    """Return the largest absolute value of each row of a matrix, as Python integers."""
    if ints.size == 0:
        return [0] * len(ints)
    highest, lowest = ints.max(axis=1), ints.min(axis=1)
    return [max(abs(int(high)), abs(int(low))) for high, low in zip(highest, lowest, strict=True)]


def safe_multiply(left: Ints, right: Ints | int) -> Ints:
    """Multiply exactly, passing to Python integers when int64 might overflow."""
    if isinstance(right, int) and right == 1:
        return left
    other = abs(right) if isinstance(right, int) else bound(right)
    if left.dtype != object and bound(left) * other >= LIMIT:
        left = left.astype(object)
    if isinstance(right, np.ndarray) and right.dtype != object and left.dtype == object:
        right = right.astype(object)
    return left * right


def safe_add(left: Ints, right: Ints) -> Ints:
    """Add exactly, passing to Python integers when int64 might overflow."""
    if object not in (left.dtype, right.dtype) and bound(left) + bound(right) >= LIMIT:
        left = left.astype(object)
    return left + right


def both(first: Mask | None, second: Mask | None) -> Mask | None:
    """Return the filings present on both sides."""
    if first is None:
        return second
    return first if second is None else first & second


def either(first: Mask | None, second: Mask | None) -> Mask | None:
    """Return the filings present on at least one side."""
    if first is None or second is None:
        return None
    return first | second


def blank(num: Ints, mask: Mask | None) -> Ints:
    """Put 0 where a value is missing."""
    return num if mask is None else np.where(mask, num, 0)


def scale(column: Column, multiplier: int) -> Column:
    """Multiply by a whole constant."""
    return column if multiplier == 1 else column._replace(num=safe_multiply(column.num, multiplier))


def add(left: Column, right: Column) -> Column:
    """Add, ignoring what is missing (missing values hold 0)."""
    mask = either(left.mask, right.mask)
    if left.den is None and right.den is None:
        return Column(safe_add(left.num, right.num), None, mask)
    first, second, den = same_denominator(left, right)
    return Column(safe_add(first, second), den, mask)


def same_denominator(left: Column, right: Column) -> tuple[Ints, Ints, Ints | None]:
    """Bring two columns to one denominator: the two numerators and it."""
    if left.den is None and right.den is None:
        return left.num, right.num, None
    one = np.ones_like(left.num)
    first_den = one if left.den is None else left.den
    second_den = one if right.den is None else right.den
    first = safe_multiply(left.num, second_den)
    second = safe_multiply(right.num, first_den)
    return first, second, safe_multiply(first_den, second_den)


def multiply(left: Column, right: Column) -> Column:
    """Multiply; missing where either is."""
    mask = both(left.mask, right.mask)
    num = blank(safe_multiply(left.num, right.num), mask)
    dens = [den for den in (left.den, right.den) if den is not None]
    if not dens:
        return Column(num, None, mask)
    return Column(num, dens[0] if len(dens) == 1 else safe_multiply(dens[0], dens[1]), mask)


def divide(left: Column, right: Column) -> Column:
    """Divide; missing where either is, and where the divisor is zero."""
    defined = right.num != 0
    mask = both(both(left.mask, right.mask), None if bool(defined.all()) else defined.astype(bool))
    bottom = np.where(defined, right.num, 1)
    sign = np.where(bottom < 0, -1, 1)
    num = safe_multiply(left.num, sign)
    den = abs(bottom)
    if right.den is not None:
        num = safe_multiply(num, right.den)
    if left.den is not None:
        den = safe_multiply(den, left.den)
    return Column(blank(num, mask), den, mask)


def choose(where: Mask, first: Column, second: Column) -> Column:
    """Take *first* where *where* is true, *second* elsewhere."""
    mask: Mask | None = None
    if first.mask is not None or second.mask is not None:
        mask = np.where(where, present(first), present(second)).astype(bool)
    num = np.where(where, first.num, second.num)
    if first.den is None and second.den is None:
        return Column(num, None, mask)
    one = np.ones_like(first.num)
    dens = [one if column.den is None else column.den for column in (first, second)]
    return Column(num, np.where(where, *dens), mask)


def take(column: Column, positions: Ints) -> Column:
    """Return the values at some positions, in that order."""
    den = None if column.den is None else column.den[positions]
    return Column(column.num[positions], den, None if column.mask is None else column.mask[positions])


def present(column: Column) -> Mask:
    """Return the mask of presence, spelled out."""
    if column.mask is None:
        return np.ones(len(column.num), dtype=bool)
    return column.mask


def round_half_up(column: Column, top: int, bottom: int) -> Ints:
    """Return `column * top / bottom` rounded to the nearest integer, halves away from zero."""
    num = safe_multiply(column.num, top)
    if column.den is None and bottom == 1:
        return num
    den = np.full_like(num, bottom) if column.den is None else safe_multiply(column.den, bottom)
    if bound(num) * 2 + bound(den) >= LIMIT or den.dtype == object:
        num, den = num.astype(object), den.astype(object)
    magnitude = (2 * abs(num) + den) // (2 * den)
    rounded: Ints = np.where(num < 0, -magnitude, magnitude)
    return rounded
