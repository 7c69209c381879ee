"""
Exact amounts: scaled integers, units, rounding and French notation.

Money is an integer of cents, a percentage an integer of hundredths; `None` is the missing
value and is never zero.  No float ever holds an amount.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

MISSING: Final = None
"""The missing value (« vide »).  A sum of missing values is missing."""

NARROW_SPACE: Final = "\u202f"
NO_BREAK_SPACE: Final = "\u00a0"
MINUS: Final = "\u2212"

MAX_AMOUNT: Final = 10**15
"""Largest scaled value accepted on input (10 000 milliards d'euros): the exactness limit of int64 plans."""

Dimension = tuple[tuple[str, int], ...]
"""A product of base dimensions with their exponents, sorted: `(("euro", 1), ("logement", -1))`."""

DIMENSIONLESS: Final[Dimension] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """
    A unit of a cell.

    A stored integer *v* stands for the true quantity `v * factor` in `dimension`.
    """

    code: str
    factor: Fraction
    dimension: Dimension
    decimals: int
    symbol: str


_BASE: Final[dict[str, Unit]] = {
    unit.code: unit
    for unit in (
        Unit("euro", Fraction(1, 100), (("euro", 1),), 2, "€"),
        Unit("pourcent", Fraction(1, 10_000), DIMENSIONLESS, 2, "%"),
        Unit("nombre", Fraction(1), DIMENSIONLESS, 0, ""),
        Unit("ratio", Fraction(1, 100), DIMENSIONLESS, 2, ""),
        Unit("taux", Fraction(1, 10_000), DIMENSIONLESS, 4, ""),
        Unit("logement", Fraction(1), (("logement", 1),), 0, "logements"),
        Unit("equivalent", Fraction(1, 100), (("logement", 1),), 2, "logements"),
        Unit("m2", Fraction(1, 100), (("m2", 1),), 2, "m²"),
        Unit("etp", Fraction(1, 100), (("etp", 1),), 2, "ETP"),
        Unit("jour", Fraction(1, 100), (("jour", 1),), 2, "jours"),
        Unit("annee", Fraction(1, 10), DIMENSIONLESS, 1, "ans"),
        Unit("mois", Fraction(1, 10), DIMENSIONLESS, 1, "mois"),
        Unit("date", Fraction(1), (("date", 1),), 0, ""),
        Unit("oui_non", Fraction(1), (("oui_non", 1),), 0, ""),
        Unit("choix", Fraction(1), (("choix", 1),), 0, ""),
        Unit("texte", Fraction(1), (("texte", 1),), 0, ""),
    )
}

UNIT_CODES: Final = tuple(_BASE)

_ONE_OF: Final = {"annee": "an", "etp": "ETP", "m2": "m²", "euro": "€", "pourcent": "%"}
"""How a unit reads under a fraction bar, where it differs from its code."""


def combine(left: Dimension, right: Dimension, sign: int = 1) -> Dimension:
    """Multiply (`sign=1`) or divide (`sign=-1`) two dimensions."""
    powers = dict(left)
    for name, power in right:
        powers[name] = powers.get(name, 0) + sign * power
    return tuple(sorted((name, power) for name, power in powers.items() if power))


def unit(code: str) -> Unit:
    """
    Return the unit named *code*: a base unit, or a quotient such as `euro/logement`.

    Raises:
        KeyError: the unit is unknown.
    """
    if code in _BASE:
        return _BASE[code]
    numerator, separator, denominator = code.partition("/")
    if not separator:
        raise KeyError(code)
    top, bottom = _BASE[numerator], _BASE[denominator]
    dimension = combine(top.dimension, bottom.dimension, -1)
    one = _ONE_OF.get(denominator, denominator)
    return Unit(code, top.factor, dimension, top.decimals, f"{top.symbol}/{one}")


def round_half_up(numerator: int, denominator: int) -> int:
    """
    Divide and round to the nearest integer, halves away from zero.

    >>> round_half_up(5, 2), round_half_up(-5, 2), round_half_up(7, 3)
    (3, -3, 2)
    """
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    quotient = (2 * abs(numerator) + denominator) // (2 * denominator)
    return quotient if numerator >= 0 else -quotient


_SPACES: Final = re.compile(r"[\s\u00a0\u202f\u2009']")
_NUMBER: Final = re.compile(r"(?:\d+(?:[.,]\d*)?|[.,]\d+)\Z")


def parse_decimal(text: str, decimals: int = 2) -> int | None:
    """
    Read a number as accountants write it and scale it by ten to the power *decimals*.

    Accepts spaces of any kind as thousands separators, comma or point as the decimal mark, a sign
    before or after, parentheses for a negative, and the typographic minus.  Never guesses: a text
    that is not exactly one number, or that has more decimals than asked, gives None.

    >>> parse_decimal("1 234 567,89"), parse_decimal("(1 234)"), parse_decimal("12-"), parse_decimal("1,2,3")
    (123456789, -123400, -1200, None)
    """
    body = _SPACES.sub("", text).replace(MINUS, "-")
    negative = False
    if body.startswith("(") and body.endswith(")"):
        negative, body = True, body[1:-1]
    if body[:1] in "+-" and body:
        negative, body = negative ^ (body[0] == "-"), body[1:]
    elif body[-1:] in "+-" and body:
        negative, body = negative ^ (body[-1] == "-"), body[:-1]
    if "," in body and "." in body:
        body = _drop_thousands(body)
    if not body.isascii() or not _NUMBER.match(body):
        return None
    whole, _, fraction = body.replace(",", ".").partition(".")
    fraction = fraction.rstrip("0")
    if len(fraction) > decimals:
        return None
    value = int((whole or "0") + fraction.ljust(decimals, "0"))
    return -value if negative else value


def _drop_thousands(body: str) -> str:
    """Drop the thousands mark when both comma and point are used: the last one is the decimal mark."""
    mark = "." if body.rindex(",") > body.rindex(".") else ","
    whole, last, fraction = body.rpartition("," if mark == "." else ".")
    groups = whole.split(mark)
    grouped = len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])
    return "".join(groups) + last + fraction if grouped else body


def to_decimal_string(value: int, decimals: int = 2) -> str:
    """
    Write a scaled integer as a plain decimal string, the form of JSON outputs.

    >>> to_decimal_string(-5), to_decimal_string(123456), to_decimal_string(7, 0)
    ('-0.05', '1234.56', '7')
    """
    sign = "-" if value < 0 else ""
    digits = str(abs(value)).rjust(decimals + 1, "0")
    if not decimals:
        return sign + digits
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}"


def format_french(value: int | None, code: str = "euro", *, symbol: bool = True) -> str:
    """
    Write a value as a French reader expects it: `1 234 567,89 €`, real minus sign, « vide » as empty text.

    >>> format_french(-123456789).replace(NARROW_SPACE, " ").replace(NO_BREAK_SPACE, " ")
    '−1 234 567,89 €'
    """
    if value is None:
        return ""
    of = unit(code)
    whole, _, fraction = to_decimal_string(abs(value), of.decimals).partition(".")
    text = f"{int(whole):,}".replace(",", NARROW_SPACE) + (f",{fraction}" if fraction else "")
    sign = MINUS if value < 0 else ""
    tail = f"{NO_BREAK_SPACE}{of.symbol}" if symbol and of.symbol else ""
    return f"{sign}{text}{tail}"
