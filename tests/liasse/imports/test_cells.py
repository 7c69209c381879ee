"""Cells of a balance: exact cents, or a refusal."""

from __future__ import annotations

from datetime import date

import pytest

from liasse.imports.balance_cells import (
    Cell,
    ExcelError,
    Notation,
    account_text,
    cents_of_number,
    is_account,
    is_amount,
    is_error,
    shown,
)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0.1 + 0.2, 30),
        (1234.56, 123456),
        (-0.005, None),
        (12.345, None),
        (12.3400000001, 1234),
        (1e14, None),
        (float("inf"), None),
        (float("nan"), None),
        (7, 700),
        (10**16, None),
        (8.7 * 3, 2610),
    ],
)
def test_a_float_is_a_number_of_cents_or_nothing(number: float, expected: int | None) -> None:
    """Only the noise of binary arithmetic is forgiven."""
    assert expected == cents_of_number(number)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 234,50", 123450),
        ("1\u202f234,50 €", 123450),
        ("(12,00)", -1200),
        ("12,00-", -1200),
        ("12,00 C", -1200),
        ("12,00 D", 1200),
        ("12,00 CR", -1200),
        ("1.234.567", 123456700),
        ("1.234.567,89", 123456789),
        ("1e5", None),
        ("abc", None),
        ("1" * 80, None),
        ("9" * 17, None),
    ],
)
def test_an_amount_is_read_as_accountants_write_it(text: str, expected: int | None) -> None:
    """Thousands, signs, sides and currency are understood; the rest is refused."""
    assert (expected, False) == Notation().read(text)


@pytest.mark.parametrize(
    ("others", "text", "expected"),
    [
        ([], "1.234", (None, True)),
        (["5,50"], "1,230", (123, False)),
        (["5,50"], "1,234", (None, False)),
        (["1.234,50"], "1.234", (123400, False)),
        (["1,234.50"], "1,234", (123400, False)),
        (["1.234.567"], "1.234", (123400, False)),
        (["1.234,50", "1.5"], "1.234", (None, True)),
    ],
)
def test_a_lone_mark_is_settled_by_the_rest_of_the_file(
    others: list[str], text: str, expected: tuple[int | None, bool]
) -> None:
    """A mark before three digits is a decimal or a thousands mark only when the file shows it elsewhere."""
    assert expected == Notation.learn([*others, text]).read(text)


@pytest.mark.parametrize(
    ("cell", "text", "account", "amount"),
    [
        (101000.0, "101000", True, True),
        (101.5, "101,5", False, True),
        ("  0101 ", "0101", True, True),
        ('="4110"', '="4110"', True, False),
        ("411-A", "411-A", True, False),
        ("12,50", "12,50", False, True),
        (True, "VRAI", False, False),
        (False, "FAUX", False, False),
        (None, "", False, False),
        (date(2022, 12, 31), "31/12/2022", False, False),
        (ExcelError("#REF!"), "#REF!", False, False),
        ("CLIENTS", "CLIENTS", False, False),
    ],
)
def test_a_cell_is_told_from_another(cell: Cell, text: str, account: bool, amount: bool) -> None:  # noqa: FBT001
    """A cell is shown as its user knows it, and may be an account, an amount, both or neither."""
    assert (text, account, amount) == (shown(cell), is_account(cell), is_amount(cell))


def test_an_account_keeps_its_zeros() -> None:
    """Only what surrounds an account is dropped."""
    assert ("0101", "41100000") == (account_text('="0101"'), account_text("'41100000 "))


def test_an_error_is_an_error_as_a_value_or_as_text() -> None:
    """Spreadsheet errors are recognised in both languages."""
    assert (True, True, True, False) == (
        is_error(ExcelError("x")),
        is_error("#REF!"),
        is_error("#VALEUR!"),
        is_error("#5"),
    )
