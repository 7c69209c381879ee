"""
Values as a workbook holds them.

A number stands for the true quantity (12,34 % is 0.1234; 1 234,56 € is 1234.56): a double holds every cent
up to 2^53, and their sums to the cent up to a hundred billion euros.  A date is a serial day, a yes or no and
a choice are words, « vide » is the empty text in a formula and an empty cell elsewhere.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from liasse.amounts import to_decimal_string
from liasse.compiler.plan import Slot
from liasse.outputs.workbook_hidden import Scalar

DAY_ZERO: Final = 693_594
"""The ordinal of the day before the first one of a workbook (30 December 1899)."""

WORDS: Final = frozenset({"texte", "oui_non", "choix"})
"""Units whose cells hold words."""

_FORMATS: Final = {"pourcent": "0.00%", "date": "dd/mm/yyyy", "texte": "@", "oui_non": "@", "choix": "@"}


def number_format(code: str, decimals: int) -> str:
    """
    Return the format of a unit, in the neutral codes of workbooks.

    >>> number_format("euro", 2), number_format("logement", 0), number_format("pourcent", 2)
    ('#,##0.00', '#,##0', '0.00%')
    """
    if code in _FORMATS:
        return _FORMATS[code]
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def digits(factor: Fraction, most: int = 9) -> int:
    """
    Return how many decimals hold every multiple of a factor, *most* when none does.

    >>> digits(Fraction(1, 100)), digits(Fraction(1, 8)), digits(Fraction(1, 3))
    (2, 3, 9)
    """
    for count in range(most):
        if (factor * 10**count).denominator == 1:
            return count
    return most


def constant(value: Fraction) -> str:
    """
    Write an exact number in a formula.

    >>> constant(Fraction(1, 10)), constant(Fraction(-5)), constant(Fraction(1, 3))
    ('0.1', '-5', '(1/3)')
    """
    for count in range(16):
        scaled = value * 10**count
        if scaled.denominator == 1:
            return to_decimal_string(scaled.numerator, count)
    return f"({value.numerator}/{value.denominator})"


def choice_word(code: str, label: str) -> str:
    """Return what the list of a choice shows: `NEU – Neuf`."""
    return f"{code} – {label}" if label and label != code else code


def choice_words(slot: Slot) -> tuple[str, ...]:
    """Return the items of the list of a choice."""
    return tuple(choice_word(code, label) for code, label in slot.choix.items())


def shown_value(slot: Slot, value: int | None, words: str = "") -> Scalar:
    """Return what the cell of a slot holds for an encoded value; None when it is missing."""
    if value is None:
        return None
    code = slot.unit.code
    if code == "texte":
        return words
    if code == "oui_non":
        return "oui" if value else "non"
    if code == "choix":
        items = choice_words(slot)
        return items[value - 1] if 0 < value <= len(items) else None
    return plain_value(slot, value)


def plain_value(slot: Slot, value: int | None) -> float | int | None:
    """Return the number by which formulas know an encoded value."""
    if value is None:
        return None
    if slot.unit.code == "date":
        return value - DAY_ZERO
    return as_number(value * slot.unit.factor)


def as_number(value: Fraction | int) -> float | int:
    """Return the nearest number that a workbook holds."""
    exact = Fraction(value)
    return exact.numerator if exact.denominator == 1 else exact.numerator / exact.denominator
