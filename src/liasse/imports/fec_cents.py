"""
Read the amounts of a block of FEC lines, by whole columns.

Amounts that follow one plain form are read at once; the others one distinct text at a time.  What cannot
be read raises `OddBlockError`.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import concat, mul, sub
from typing import Final

from liasse.imports.fec_columns import FecLayout
from liasse.imports.fec_cut import Columns, OddBlockError
from liasse.imports.fec_rows import MAX_DIGITS, SENS, RowChecker, clean, decimal_mark, parse_amount

_MASK: Final = bytes.maketrans(b"0123456789.", b"0000000000,")
_TOO_LONG: Final = b"0" * 13
"""Amounts with so many digits may exceed `MAX_AMOUNT`: they are looked at one by one."""
_SHORT_ZEROS: Final = (b"\n\n", b"\n0\n")
_CACHE_SIZE: Final = 50_000


AMOUNT_ROLES: Final = {
    "debit_credit": frozenset({"debit", "credit"}),
    "montant_sens": frozenset({"montant", "sens"}),
    "montant": frozenset({"montant"}),
}
"""The columns read, by the way amounts are written."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """The amounts of a block, in cents, line after line; defects are counted."""

    debits: list[int]
    credits: list[int]
    soldes: list[int]
    negative: int = 0
    both: int = 0


class _Cents(dict[bytes, int]):
    """Amounts already read, by their text; what is not an amount is odd."""

    def __init__(self, checker: RowChecker) -> None:
        super().__init__({b"": 0})
        self._checker = checker

    def __missing__(self, raw: bytes) -> int:
        text = clean(raw)
        value = parse_amount(text, self._checker.decode) if text else None
        if value is None:
            raise OddBlockError
        self._checker.decimals |= decimal_mark(text)
        if len(self) > _CACHE_SIZE:
            self.clear()
            self[b""] = 0
        self[raw] = value
        return value


class _Sens(dict[bytes, int]):
    """Sides by their text: 1 is debit, -1 credit; what is neither is odd."""

    def __missing__(self, raw: bytes) -> int:
        side = SENS.get(clean(raw))
        if side is None:
            raise OddBlockError
        self[raw] = side
        return side


class AmountReader:
    """Read the amounts of blocks, in the way of the layout."""

    def __init__(self, layout: FecLayout, checker: RowChecker) -> None:
        self._mode = layout.mode
        self._checker = checker
        self._known = _Cents(checker)
        self._sens = _Sens()

    def read(self, columns: Columns, count: int) -> Amounts:
        """
        Read the amounts of a block.

        Raises:
            OddBlockError: some amount cannot be read, or is missing.
        """
        if self._mode == "debit_credit":
            return self._debit_credit(columns, count)
        joined = _join(columns["montant"])
        if b"\n\n" in joined:
            raise OddBlockError
        montants = self._cents(joined, count)
        if self._mode == "montant":
            debits = [max(0, montant) for montant in montants]
            return Amounts(debits, list(map(sub, debits, montants)), montants)
        sides = list(map(self._sens.__getitem__, columns["sens"]))
        soldes = list(map(mul, montants, sides))
        debits = [montant if side > 0 else 0 for montant, side in zip(montants, sides, strict=True)]
        negative = sum(montant < 0 for montant in montants) if _may_be_negative(joined) else 0
        return Amounts(debits, list(map(sub, debits, soldes)), soldes, negative)

    def filled(self, columns: Columns) -> list[bool] | None:
        """Tell which lines have an amount; None when they all have one."""
        sides = [columns[role] for role in ("debit", "credit", "montant") if role in columns]
        if any(map(all, sides)):
            return None
        flags = list(map(any, zip(*sides, strict=True)))
        return None if all(flags) else flags

    def _debit_credit(self, columns: Columns, count: int) -> Amounts:
        debit, credit = _join(columns["debit"]), _join(columns["credit"])
        if b"\n\n" in debit and b"\n\n" in credit and not all(map(concat, _texts(debit), _texts(credit))):
            raise OddBlockError
        debits, credits_ = self._cents(debit, count), self._cents(credit, count)
        soldes = list(map(sub, debits, credits_))
        negative = both = 0
        if any(map(mul, debits, credits_)):
            both = sum(map(bool, map(mul, debits, credits_)))
        if _may_be_negative(debit) or _may_be_negative(credit):
            negative = sum(debit < 0 or credit < 0 for debit, credit in zip(debits, credits_, strict=True))
        return Amounts(debits, credits_, soldes, negative, both)

    def _cents(self, joined: bytes, count: int) -> list[int]:
        """
        Read a column of amounts in cents.

        When every text is digits, a mark and two digits (three counts prove it), with a sign before them or
        none, the marks are dropped from the whole column at once.
        """
        plain = joined
        if not _is_plain(plain, count):
            for zero in _SHORT_ZEROS:
                # Twice: two neighbours share an end of line.
                plain = plain.replace(zero, b"\n,00\n").replace(zero, b"\n,00\n")
            if not _is_plain(plain, count):
                return list(map(self._known.__getitem__, _texts(joined)))
        self._checker.decimals |= {mark for mark in (",", ".") if mark.encode() in joined}
        return list(map(int, plain.translate(None, b",.").split()))


def _join(texts: list[bytes]) -> bytes:
    """Join the texts of a column, each between two ends of line, without the spaces around or inside."""
    joined = b"\n%b\n" % b"\n".join(texts)
    if b" " not in joined:
        return joined
    if max(map(len, texts)) > MAX_DIGITS:
        raise OddBlockError
    return joined.translate(None, b" ")


def _texts(joined: bytes) -> list[bytes]:
    """Undo `_join`."""
    return joined[1:-1].split(b"\n")


def _may_be_negative(joined: bytes) -> bool:
    """Tell whether some amount has a minus: a hyphen, parentheses, or the typographic sign."""
    return b"-" in joined or b"(" in joined or not joined.isascii()


def _is_plain(joined: bytes, count: int) -> bool:
    """Tell whether each amount is digits, few enough to be under `MAX_AMOUNT`, a mark and two digits."""
    mask = joined.translate(_MASK)
    if not mask.count(b",00\n") == count == mask.count(b",") or _TOO_LONG in mask:
        return False
    signs = mask.translate(None, b"0,\n")
    return not signs or (
        not signs.strip(b"+-") and all(mask.count(sign) == mask.count(b"\n" + sign) for sign in (b"+", b"-"))
    )
