"""
What is kept of a FEC while it goes by: totals per account and auxiliary, never the lines.

Keys stay bytes until the end, when the encoding is known.  Two `FecTotals` of two parts of the same file
add up (`absorb`), so a big file can be read in parts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from liasse.imports.fec_columns import fold
from liasse.imports.fec_rows import FecRow, clean
from liasse.ledger.balance import Balance, LigneBalance

MAX_PENDING: Final = 100_000
"""Unbalanced entries followed at one time; beyond, the check is given up and said."""

MAX_INTERVALS: Final = 20_000

Decode = Callable[[bytes], str]

_OPENING_CODE: Final = re.compile(
    r"(?:an|ano|anc|ran|ouv|ouverture|reouv|bo|anouv\w*|ranouv\w*|an\d{1,4}|ran\d{1,4})\Z"
)
_NUMBER: Final = re.compile(rb"(.*?)(\d{1,15})\D{0,4}\Z", re.DOTALL)


def is_opening_code(code: str) -> bool:
    """
    Tell whether a journal code is one of those used for opening entries (à-nouveaux).

    >>> is_opening_code("A-N"), is_opening_code("VE"), is_opening_code("RAN")
    (True, False, True)
    """
    return _OPENING_CODE.match(fold(code)) is not None


def is_opening_label(label: str) -> bool:
    """Tell whether a journal label names opening entries, such as « À nouveaux » or « Ouverture »."""
    folded = fold(label)
    return "nouveau" in folded or "ouverture" in folded


class Openings:
    """Which journals hold the opening entries, by code or by label; *declared* codes replace recognition."""

    def __init__(self, decode: Decode, declared: Collection[str] | None = None) -> None:
        self._decode = decode
        self._declared = None if declared is None else {code.strip().casefold() for code in declared}
        self._by_code: dict[bytes, bool] = {}
        self._by_label: dict[bytes, bool] = {}
        self.recognised: dict[bytes, bytes] = {}

    def of_code(self, code: bytes) -> bool:
        """Tell whether the code alone makes an opening journal."""
        known = self._by_code.get(code)
        if known is None:
            text = self._decode(clean(code))
            declared = self._declared
            known = is_opening_code(text) if declared is None else text.casefold() in declared
            self._by_code[code] = known
        return known

    def of_label(self, label: bytes) -> bool:
        """Tell whether the label alone makes an opening journal."""
        known = self._by_label.get(label)
        if known is None:
            known = self._declared is None and is_opening_label(self._decode(label))
            if len(self._by_label) < MAX_INTERVALS:
                self._by_label[label] = known
        return known

    def covers(self, code: bytes, label: bytes) -> bool:
        """Tell whether a journal holds opening entries, and remember it for display."""
        if self.of_code(code) or self.of_label(label):
            self.recognised.setdefault(clean(code), clean(label))
            return True
        return False


@dataclass(slots=True)
class Intervals:
    """The entry numbers seen, as intervals per key (a prefix, or a journal and a prefix)."""

    spans: dict[bytes, list[list[int]]] = field(default_factory=dict)
    count: int = 0
    is_abandoned: bool = False

    def add(self, key: bytes, first: int, last: int) -> None:
        """Add the numbers from *first* to *last*."""
        if self.is_abandoned:
            return
        spans = self.spans.get(key)
        if spans is None:
            spans = self.spans[key] = []
        elif spans[-1][0] <= first <= spans[-1][1] + 1:
            spans[-1][1] = max(last, spans[-1][1])
            return
        spans.append([first, last])
        self.count += 1
        if self.count > MAX_INTERVALS:
            self._compact()

    def _compact(self) -> None:
        self.spans = {key: _merged(spans) for key, spans in self.spans.items()}
        self.count = sum(map(len, self.spans.values()))
        if self.count > MAX_INTERVALS // 2:
            self.is_abandoned = True
            self.spans = {}

    def absorb(self, other: Intervals) -> None:
        """Add the numbers seen in another part of the file."""
        self.is_abandoned |= other.is_abandoned
        for key, spans in other.spans.items():
            for first, last in spans:
                self.add(key, first, last)

    def gaps(self) -> list[tuple[bytes, int, int]]:
        """Return the missing numbers, as (key, first, last)."""
        return [
            (key, before[1] + 1, after[0] - 1)
            for key, spans in sorted(self.spans.items())
            for before, after in _pairs(_merged(spans))
        ]


def _pairs(spans: list[list[int]]) -> Iterable[tuple[list[int], list[int]]]:
    return pairwise(spans)


def _merged(spans: list[list[int]]) -> list[list[int]]:
    """Sort intervals and merge those that touch."""
    result: list[list[int]] = []
    for first, last in sorted(spans):
        if result and first <= result[-1][1] + 1:
            result[-1][1] = max(last, result[-1][1])
        else:
            result.append([first, last])
    return result


@dataclass(slots=True)
class EntryChecks:
    """Per-entry checks: balance of each (journal, number), and continuity of numbers."""

    pending: dict[tuple[bytes, bytes], list[int]] = field(default_factory=dict)
    is_abandoned: bool = False
    overall: Intervals = field(default_factory=Intervals)
    by_journal: Intervals = field(default_factory=Intervals)

    def close(self, journal: bytes, numero: bytes, total: int, ligne: int) -> None:
        """Take note of what some lines of an entry leave unbalanced; other lines may come later."""
        if self.is_abandoned:
            return
        if not (journal.isalnum() and numero.isalnum()):
            journal, numero = clean(journal), clean(numero)
        key = (journal, numero)
        known = self.pending.get(key)
        if known is not None:
            known[0] += total
            if not known[0]:
                del self.pending[key]
            return
        self.pending[key] = [total, ligne]
        if len(self.pending) > MAX_PENDING:
            self.is_abandoned = True
            self.pending.clear()

    def number(self, journal: bytes, numero: bytes) -> None:
        """Take note of one entry number."""
        if self.overall.is_abandoned and self.by_journal.is_abandoned:
            return
        match = _NUMBER.match(clean(numero)[:60])
        if match is not None:
            prefix, value = match[1], int(match[2])
            self.overall.add(prefix, value, value)
            self.by_journal.add(clean(journal) + b" " + prefix, value, value)

    def absorb(self, other: EntryChecks, offset: int) -> None:
        """Add what was seen in a later part of the file."""
        self.is_abandoned |= other.is_abandoned
        for (journal, numero), (total, ligne) in other.pending.items():
            self.close(journal, numero, total, ligne + offset)
        if self.is_abandoned:
            self.pending.clear()
        self.overall.absorb(other.overall)
        self.by_journal.absorb(other.by_journal)


class CompteTotals:
    """Totals of one account, in cents; `debit` and `credit` are movements, without the opening."""

    __slots__ = ("auxiliaires", "credit", "debit", "libelle", "ligne", "ouverture")

    def __init__(self) -> None:
        self.debit = 0
        self.credit = 0
        self.ouverture = 0
        self.libelle = b""
        self.ligne = 0
        self.auxiliaires: defaultdict[bytes, int] = defaultdict(int)

    def absorb(self, other: CompteTotals) -> None:
        """Add the totals of the same account in another part of the file."""
        self.debit += other.debit
        self.credit += other.credit
        self.ouverture += other.ouverture
        self.libelle = self.libelle or other.libelle
        for auxiliaire, solde in other.auxiliaires.items():
            self.auxiliaires[auxiliaire] += solde


class FecTotals:
    """Totals of a FEC or of a part of it."""

    def __init__(self) -> None:
        self.comptes: dict[bytes, CompteTotals] = {}
        self.checks = EntryChecks()
        self.debit = 0
        self.credit = 0
        self.taken = 0
        self.has_opening = False
        self.dates: set[bytes] = set()
        self.has_unnamed = False
        """Some account was met without a label, which a later line may give."""

    def compte(self, numero: bytes, libelle: bytes, ligne: int) -> CompteTotals:
        """Return the totals of an account, made at its first line."""
        totals = self.comptes.get(numero)
        if totals is None:
            totals = self.comptes[numero] = CompteTotals()
            totals.ligne = ligne
        if not totals.libelle:
            totals.libelle = libelle
            self.has_unnamed |= not libelle
        return totals

    def add(self, row: FecRow, ligne: int, *, is_opening: bool) -> None:
        """Add one record."""
        totals = self.compte(row.compte, row.compte_lib, ligne)
        net = row.debit - row.credit
        if is_opening:
            totals.ouverture += net
            self.has_opening = True
        else:
            totals.debit += row.debit
            totals.credit += row.credit
        if row.auxiliaire:
            totals.auxiliaires[row.auxiliaire] += net
        self.debit += row.debit
        self.credit += row.credit
        self.taken += 1
        if row.date and len(self.dates) < MAX_PENDING:
            self.dates.add(row.date)

    def absorb(self, other: FecTotals, offset: int) -> None:
        """Add the totals of a later part of the file, whose lines were counted from *offset*."""
        for numero, totals in other.comptes.items():
            self.compte(numero, totals.libelle, totals.ligne + offset).absorb(totals)
        self.checks.absorb(other.checks, offset)
        self.debit += other.debit
        self.credit += other.credit
        self.taken += other.taken
        self.has_opening |= other.has_opening
        self.dates |= other.dates

    def balance(self, decode: Decode) -> Balance:
        """Build the balance générale; spellings of an account that decode alike are one account."""
        merged: dict[str, CompteTotals] = {}
        for numero, totals in self.comptes.items():
            name = decode(clean(numero))
            known = merged.get(name)
            if known is None:
                merged[name] = totals
            else:
                known.absorb(totals)
        lignes = tuple(self._ligne(name, merged[name], decode) for name in sorted(merged))
        auxiliaires = {
            name: _auxiliaires(merged[name].auxiliaires, decode)
            for name in sorted(merged)
            if merged[name].auxiliaires
        }
        filled = {name: pairs for name, pairs in auxiliaires.items() if pairs}
        return Balance(lignes, has_ouverture=self.has_opening, has_mouvements=True, auxiliaires=filled)

    def _ligne(self, name: str, totals: CompteTotals, decode: Decode) -> LigneBalance:
        return LigneBalance(
            name,
            totals.ouverture + totals.debit - totals.credit,
            decode(clean(totals.libelle)),
            totals.ouverture if self.has_opening else None,
            totals.debit,
            totals.credit,
        )


def _auxiliaires(totals: Mapping[bytes, int], decode: Decode) -> tuple[tuple[str, int], ...]:
    merged: dict[str, int] = {}
    for raw, solde in totals.items():
        name = decode(clean(raw))
        if name:
            merged[name] = merged.get(name, 0) + solde
    return tuple(sorted(merged.items()))
