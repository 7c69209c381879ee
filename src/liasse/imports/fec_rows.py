"""
One record of a FEC: every check of article A47 A-1 on a single line, each defect reported.

This is the careful path; `fec_blocks` takes the regular lines by whole blocks and leaves the odd ones here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from liasse.amounts import MAX_AMOUNT, format_french, parse_decimal
from liasse.imports.fec_columns import DATES, MANDATORY, NAMES, FecLayout
from liasse.imports.issues import IssueLog

MAX_DIGITS: Final = 40
"""A longer text is not an amount."""

_MAX_PLAIN: Final = 12
_THOUSAND: Final = 3

SENS: Final = {b"D": 1, b"C": -1, b"+1": 1, b"-1": -1, b"1": 1, b"+": 1, b"-": -1, b"d": 1, b"c": -1}

_BLANKS: Final = b" \t\r\n\x1a\x0b\x0c"
_ISO_DATE: Final = re.compile(rb"(\d{4})-(\d{2})-(\d{2})(?:T00:00:00(?:Z|[+-]\d\d:\d\d)?)?\Z")
_FRENCH_DATE: Final = re.compile(rb"(\d{2})/(\d{2})/(\d{4})\Z")
_AMBIGUOUS: Final = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}[+-]?\Z")


def clean(value: bytes) -> bytes:
    """
    Drop what surrounds a value without being part of it: blanks, then pairs of quotes.

    Cleaning twice is cleaning once, so both paths of the reader may clean when it suits them.

    >>> clean(b' "101000 " ')
    b'101000'
    """
    value = value.strip(_BLANKS)
    while len(value) >= 2 and value[:1] == b'"' and value[-1:] == b'"':
        value = value[1:-1].replace(b'""', b'"').strip(_BLANKS)
    return value


def is_regular_account(compte: bytes) -> bool:
    """Tell whether the first three characters are digits, as the French chart has it."""
    return compte[:3].isdigit() and len(compte) >= 3


def parse_amount(raw: bytes, decode: Callable[[bytes], str]) -> int | None:
    """
    Read an amount in cents, or None.

    A point followed by exactly three digits could be a thousands separator: it is refused, never guessed.
    """
    plain = _plain_cents(raw)
    if plain is not None:
        return plain
    if len(raw) > MAX_DIGITS:
        return None
    text = decode(raw)
    if _AMBIGUOUS.match(text):
        return None
    value = parse_decimal(text)
    return value if value is not None and abs(value) <= MAX_AMOUNT else None


def _plain_cents(raw: bytes) -> int | None:
    """Read the usual amounts: at most twelve digits, a mark or none, decimals other than three."""
    whole, _, decimals = raw.replace(b".", b",").partition(b",")
    if not whole.isdigit() or len(whole) > _MAX_PLAIN or len(decimals) == _THOUSAND or len(raw) > MAX_DIGITS:
        return None
    decimals = decimals.rstrip(b"0")
    if not decimals:
        return int(whole) * 100
    return int(whole + decimals.ljust(2, b"0")) if len(decimals) <= 2 and decimals.isdigit() else None


def decimal_mark(raw: bytes) -> set[str]:
    """
    Return the decimal mark of an amount, if it has one.

    >>> decimal_mark(b"1.234,50"), decimal_mark(b"12")
    ({','}, set())
    """
    if b"," not in raw and b"." not in raw:
        return set()
    return {"," if raw.rfind(b",") > raw.rfind(b".") else "."}


@dataclass(frozen=True, slots=True)
class Period:
    """The dates that an exercice accepts; None is open."""

    first: date | None = None
    last: date | None = None

    def __contains__(self, day: date) -> bool:
        return (self.first is None or day >= self.first) and (self.last is None or day <= self.last)

    def __str__(self) -> str:
        start = f"du {self.first:%d/%m/%Y} " if self.first else ""
        return f"{start}au {self.last:%d/%m/%Y}" if self.last else start.strip()


def parse_date(raw: bytes) -> tuple[date | None, bool]:
    """
    Read a date, and tell whether it is written AAAAMMJJ.

    >>> parse_date(b"20221231"), parse_date(b"31/12/2022"), parse_date(b"20221331")
    ((datetime.date(2022, 12, 31), True), (datetime.date(2022, 12, 31), False), (None, False))
    """
    regular = len(raw) == 8 and raw.isdigit()
    if regular:
        parts: tuple[bytes, ...] = (raw[:4], raw[4:6], raw[6:])
    elif iso := _ISO_DATE.match(raw):
        parts = iso.groups()
    elif french := _FRENCH_DATE.match(raw):
        parts = french.groups()[::-1]
    else:
        return None, False
    try:
        return date(int(parts[0]), int(parts[1]), int(parts[2])), regular
    except ValueError:
        return None, False


@dataclass(frozen=True, slots=True)
class FecRow:
    """A record that could be taken, as bytes; amounts in cents."""

    journal: bytes
    journal_lib: bytes
    numero: bytes
    date: bytes
    compte: bytes
    compte_lib: bytes
    auxiliaire: bytes
    piece: bytes
    libelle: bytes
    debit: int
    credit: int


class RowChecker:
    """Check records one at a time against a layout and, when it is known, the exercice."""

    def __init__(
        self,
        layout: FecLayout,
        log: IssueLog,
        period: Period,
        decode: Callable[[bytes], str],
        *,
        iso_dates: bool = False,
    ) -> None:
        self.layout = layout
        self.log = log
        self.period = period
        self.decode = decode
        self.decimals: set[str] = set()
        self.irregular_dates = False
        self._iso_dates = iso_dates
        self._index = layout.positions
        self._mandatory = [role for role in MANDATORY if role in layout.positions]
        self._dates = [role for role in DATES if role in layout.positions]
        self._known_dates: dict[bytes, date | None] = {}

    def check(self, values: Sequence[bytes], ligne: int) -> FecRow | None:
        """Return the record, or None when an amount or the account cannot be read; report every defect."""
        values = [clean(value) for value in values]
        amounts = self._amounts(values, ligne)
        if amounts is None:
            return None
        if not self._get(values, "compte"):
            message = f"Montant sans compte ({self._show(values)})."
            self.log.add("I115", message, ligne=ligne, colonne="CompteNum", valeur=self._show(values))
            return None
        self._check_blanks(values, ligne)
        self._check_dates(values, ligne)
        self._check_signs(amounts, ligne)
        return self._row(values, amounts)

    def _row(self, values: Sequence[bytes], amounts: tuple[int, int]) -> FecRow:
        get = self._get
        return FecRow(
            get(values, "journal"), get(values, "journal_lib"), get(values, "numero"), get(values, "date"),
            get(values, "compte"), get(values, "compte_lib"), get(values, "auxiliaire"), get(values, "piece"),
            get(values, "libelle"), *amounts,
        )  # fmt: skip

    def _get(self, values: Sequence[bytes], role: str) -> bytes:
        index = self._index.get(role)
        return b"" if index is None else values[index]

    def _show(self, values: Sequence[bytes]) -> str:
        return self.decode(b" | ".join(value for value in values if value)[:400])

    def _amounts(self, values: Sequence[bytes], ligne: int) -> tuple[int, int] | None:
        if self.layout.mode == "debit_credit":
            return self._debit_credit(values, ligne)
        return self._montant(values, ligne)

    def _debit_credit(self, values: Sequence[bytes], ligne: int) -> tuple[int, int] | None:
        raw_debit, raw_credit = self._get(values, "debit"), self._get(values, "credit")
        if not raw_debit and not raw_credit:
            self._no_amount(values, ligne)
            return None
        debit, credit = (
            self._amount(raw_debit, "debit", values, ligne),
            self._amount(raw_credit, "credit", values, ligne),
        )
        return None if debit is None or credit is None else (debit, credit)

    def _montant(self, values: Sequence[bytes], ligne: int) -> tuple[int, int] | None:
        raw = self._get(values, "montant")
        if not raw:
            self._no_amount(values, ligne)
            return None
        montant = self._amount(raw, "montant", values, ligne)
        if montant is None:
            return None
        if self.layout.mode == "montant":
            return (montant, 0) if montant >= 0 else (0, -montant)
        sens = SENS.get(self._get(values, "sens"))
        if sens is None:
            shown = self.decode(self._get(values, "sens"))
            message = f"Le sens « {shown} » n’est ni D ni C, ni +1 ni -1 ({self._show(values)})."
            self.log.add("I111", message, ligne=ligne, colonne="Sens", valeur=shown)
            return None
        return (montant, 0) if sens > 0 else (0, montant)

    def _no_amount(self, values: Sequence[bytes], ligne: int) -> None:
        shown = self._show(values)
        self.log.add("I130", f"Aucun montant ({shown}).", ligne=ligne, valeur=shown)

    def _amount(self, raw: bytes, role: str, values: Sequence[bytes], ligne: int) -> int | None:
        """Read one amount; a blank one is nothing only because the other side is filled."""
        if not raw:
            return 0
        value = parse_amount(raw, self.decode)
        if value is None:
            shown, name = self.decode(raw[:MAX_DIGITS]), NAMES[role]
            message = f"« {shown} » dans {name} n’est pas un montant ({self._show(values)})."
            self.log.add("I110", message, ligne=ligne, colonne=name, valeur=self.decode(raw))
        else:
            self.decimals |= decimal_mark(raw)
        return value

    def _check_blanks(self, values: Sequence[bytes], ligne: int) -> None:
        for role in self._mandatory:
            if not values[self._index[role]]:
                name = NAMES[role]
                message = f"Le champ obligatoire {name} est vide."
                self.log.add("I114", message, ligne=ligne, colonne=name)

    def _check_dates(self, values: Sequence[bytes], ligne: int) -> None:
        for role in self._dates:
            raw = values[self._index[role]]
            if raw:
                self._check_date(raw, role, ligne)

    def _check_date(self, raw: bytes, role: str, ligne: int) -> None:
        day, regular = parse_date(raw)
        name = NAMES[role]
        if day is None:
            shown = self.decode(raw[:60])
            message = f"« {shown} » dans {name} n’est pas une date AAAAMMJJ."
            self.log.add("I112", message, ligne=ligne, colonne=name, valeur=shown)
            return
        if not regular and not self._iso_dates:
            self.irregular_dates = True
        if role == "date" and day not in self.period:
            message = f"L’écriture est datée du {day:%d/%m/%Y}, hors de l’exercice ({self.period})."
            self.log.add("I113", message, ligne=ligne, colonne=name, valeur=self.decode(raw))

    def _check_signs(self, amounts: tuple[int, int], ligne: int) -> None:
        debit, credit = amounts
        if debit < 0 or credit < 0:
            self.log.add("I117", "Un montant est négatif.", ligne=ligne, valeur=_shown(amounts))
        if debit and credit:
            self.log.add("I118", "Débit et crédit sont servis ensemble.", ligne=ligne, valeur=_shown(amounts))


def _shown(amounts: tuple[int, int]) -> str:
    return f"débit {format_french(amounts[0])}, crédit {format_french(amounts[1])}"
