"""Exact amounts: notation in and out, rounding, units."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liasse.amounts import combine, format_french, parse_decimal, round_half_up, to_decimal_string, unit

READ = [
    ("1 234 567,89", 123456789),
    ("1\u202f234\u00a0567,89", 123456789),
    ("1234567.89", 123456789),
    ("1.234.567,89", 123456789),
    ("1,234,567.89", 123456789),
    ("(1 234)", -123400),
    ("12-", -1200),
    ("+12", 1200),
    ("12+", 1200),
    ("\u221212", -1200),
    (",5", 50),
    ("5,", 500),
    ("0,10000", 10),
    ("(-12)", 1200),
]

REFUSED = ["", "-", "()", "abc", "1,234", "1,2,3", "12,34.56", "1.2345,6", "1e5", "--5", "١٢", "12 €"]


@pytest.mark.parametrize(("text", "expected"), READ)
def test_amounts_are_read_as_accountants_write_them(text: str, expected: int) -> None:
    """Spaces, comma or point, sign before or after, parentheses."""
    assert expected == parse_decimal(text)


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_not_exactly_one_amount_is_refused(text: str) -> None:
    """Nothing is guessed: a third decimal or a second mark is no amount."""
    assert parse_decimal(text) is None


@given(st.integers(-(10**15), 10**15), st.sampled_from(["euro", "nombre", "pourcent", "m2"]))
def test_what_is_written_in_french_is_read_back(value: int, code: str) -> None:
    """Out then in is the identity."""
    written = format_french(value, code, symbol=False)
    assert value == parse_decimal(written, unit(code).decimals)


@given(st.integers(-(10**15), 10**15))
def test_a_decimal_string_is_exact(value: int) -> None:
    """The form of JSON outputs."""
    assert Decimal(value) / 100 == Decimal(to_decimal_string(value))


@given(st.integers(-(10**12), 10**12), st.integers(-(10**6), 10**6).filter(bool))
def test_halves_are_rounded_away_from_zero(numerator: int, denominator: int) -> None:
    """Like the standard decimal library, without its precision limit."""
    exact = Fraction(numerator, denominator)
    whole = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal(1), ROUND_HALF_UP)
    if 2 * exact.denominator * abs(exact - int(exact)) != exact.denominator:
        assert abs(round_half_up(numerator, denominator) - exact) <= Fraction(1, 2)
    assert int(whole) == round_half_up(numerator, denominator)


def test_empty_is_written_empty() -> None:
    """Missing is never 0."""
    assert "" == format_french(None)


def test_a_quotient_of_units_has_their_dimensions() -> None:
    """`euro/logement` is not `euro`."""
    quotient = unit("euro/logement")
    assert ((("euro", 1), ("logement", -1)), "€/logement", 2) == (
        quotient.dimension,
        quotient.symbol,
        quotient.decimals,
    )
    assert unit("euro").dimension == combine(quotient.dimension, unit("logement").dimension)


@pytest.mark.parametrize("code", ["franc", "euro/franc", "franc/euro"])
def test_an_unknown_unit_is_refused(code: str) -> None:
    """The loader turns it into a problem of the model."""
    with pytest.raises(KeyError):
        unit(code)
