"""
The cells of a balance: accounts and amounts as they are written in text files and spreadsheets.

Amounts become integers of cents.  A float enters here and nowhere else: a spreadsheet stores its numbers so;
its shortest decimal writing (`repr`) is what the accountant typed or what the formula gave.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from liasse.amounts import MAX_AMOUNT, parse_decimal


@dataclass(frozen=True, slots=True)
class ExcelError:
    """An error value in a spreadsheet cell, such as `#REF!`."""

    text: str


Cell = str | int | float | bool | date | ExcelError | None

_NOISE: Final = Decimal("0.0001")
"""A float this close to a cent (in cents, so a millionth of a euro) is that cent: `0.1 + 0.2`."""

_EXACT_FLOAT: Final = 10**13
"""Beyond, a double no longer tells cents apart with certainty."""

_ERRORS: Final = re.compile(
    r"(#(REF!|DIV/0!|VALUE!|VALEUR!|NAME\?|NOM\?|N/A|N/D|NUM!|NOMBRE!|NULL!|NUL!)|Err:\d+)\Z"
)
_ACCOUNT: Final = re.compile(r"\d[0-9A-Za-z]*(?:[ .\-_/][0-9A-Za-z]+)*\Z")
_SIDE: Final = re.compile(r"(.*\d)\s*(?:(D|DB|DR)|(C|CR))\.?\Z", re.IGNORECASE | re.DOTALL)
_SPACES: Final = re.compile(r"[\s\u00a0\u202f\u2009'\u2019]")
_CURRENCY: Final = re.compile(r"(?:€|EUR|\u20ac)\s*\Z|\A\s*€", re.IGNORECASE)
_THREE: Final = re.compile(r"[-+(]?([1-9]\d{0,2})([.,])\d{3}[-+)]?\Z")
_GROUPS: Final = re.compile(r"[-+(]?\d{1,3}([.,])\d{3}(?:\1\d{3})+[-+)]?\Z")
_MARK: Final = re.compile(r"([.,])(\d+)\D*\Z")
MAX_TEXT: Final = 60


def shown(cell: Cell) -> str:
    """Write a cell as a user would recognise it."""
    if cell is None:
        return ""
    if isinstance(cell, ExcelError):
        return cell.text
    if isinstance(cell, bool):
        return "VRAI" if cell else "FAUX"
    if isinstance(cell, float):
        return (
            str(int(cell)) if cell.is_integer() and abs(cell) < _EXACT_FLOAT else repr(cell).replace(".", ",")
        )
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    return str(cell).strip(" \t\r\n\u00a0\u202f\ufeff")


def account_text(cell: Cell) -> str:
    """
    Write an account as text: `101000.0` in a spreadsheet is account 101000; zeros are kept.

    >>> account_text(101000.0), account_text('="0101"'), account_text(" '4110 ")
    ('101000', '0101', '4110')
    """
    text = shown(cell)
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    return text.strip("\"'’ \u00a0\u202f\t")


def is_account(cell: Cell) -> bool:
    """Tell whether a cell can be an account number: a digit first, and not written like an amount."""
    if isinstance(cell, bool | date | ExcelError) or (isinstance(cell, float) and not cell.is_integer()):
        return False
    text = account_text(cell)
    return 0 < len(text) <= 24 and _ACCOUNT.match(text) is not None and not re.search(r"[.,]\d{1,2}\Z", text)


def is_amount(cell: Cell) -> bool:
    """Tell whether a cell holds a number that is written like an amount, or like an account."""
    if isinstance(cell, bool):
        return False
    if isinstance(cell, int | float):
        return True
    return isinstance(cell, str) and len(cell) <= MAX_TEXT and Notation().read(cell)[0] is not None


def is_error(cell: Cell) -> bool:
    """Tell whether a cell is a spreadsheet error, as such or as text."""
    return isinstance(cell, ExcelError) or (isinstance(cell, str) and _ERRORS.match(cell.strip()) is not None)


def cents_of_number(number: float) -> int | None:
    """
    Convert a number of a spreadsheet to cents exactly; None when it does not fall on a cent.

    >>> cents_of_number(0.1 + 0.2), cents_of_number(12.345)
    (30, None)
    """
    if isinstance(number, int):
        return number * 100 if abs(number) * 100 <= MAX_AMOUNT else None
    if not abs(number) < _EXACT_FLOAT:
        return None
    cents = Decimal(repr(number)) * 100
    nearest = cents.to_integral_value()
    return int(nearest) if abs(cents - nearest) <= _NOISE else None


@dataclass(frozen=True, slots=True)
class Notation:
    """
    How the amounts of a file are written, learnt from all of them: marks seen as decimal, and as thousands.

    Learnt before the first amount is read, so that the order of the lines does not matter.
    """

    decimal: frozenset[str] = frozenset()
    thousands: frozenset[str] = frozenset()

    @classmethod
    def learn(cls, texts: Iterable[str]) -> Notation:
        """Learn from every amount of a file written as text."""
        decimal, thousands = set(), set()
        for text in texts:
            body = _SPACES.sub("", text)
            groups = _GROUPS.match(body)
            if groups:
                thousands.add(groups[1])
                continue
            mark = _MARK.search(body)
            if mark and "," in body and "." in body:
                decimal.add(mark[1])
                thousands.add("," if mark[1] == "." else ".")
            elif mark and not _THREE.match(body):
                decimal.add(mark[1])
        return cls(frozenset(decimal), frozenset(thousands))

    @property
    def name(self) -> str:
        """The decimal mark, as shown to the user."""
        names = {",": "virgule", ".": "point"}
        return " et ".join(names[mark] for mark in sorted(self.decimal)) or "sans objet"

    def read(self, text: str) -> tuple[int | None, bool]:
        """
        Read an amount written as text; return cents or None, and whether it is ambiguous.

        >>> Notation().read("1 234,50 C"), Notation().read("1.234")
        ((-123450, False), (None, True))
        """
        body = _CURRENCY.sub("", text.strip())
        side = _SIDE.match(body)
        if side:
            value, ambiguous = self.read(side[1])
            return (-value if value is not None and side[3] else value), ambiguous
        body = _SPACES.sub("", body)
        if len(body) > MAX_TEXT:
            return None, False
        three, groups = _THREE.match(body), _GROUPS.match(body)
        mark = three[2] if three else groups[1] if groups else ""
        if mark and (groups or mark in self.thousands) and mark not in self.decimal:
            return _bounded(parse_decimal(body.replace(mark, ""))), False
        if three and mark not in self.decimal:
            return None, True
        if three and mark in self.thousands:
            return None, True
        return _bounded(parse_decimal(body)), False


def _bounded(value: int | None) -> int | None:
    return value if value is not None and abs(value) <= MAX_AMOUNT else None
