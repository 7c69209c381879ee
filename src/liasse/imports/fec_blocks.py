"""
The fast path of the FEC reader: whole blocks of regular lines, column by column.

A block is cut once and its columns are strided slices; each check runs over a whole column inside the
interpreter's C loops (`set.issuperset`, `map`, `accumulate`), so that pure Python keeps up with a
compiled parser.  Anything unexpected raises `OddBlockError` *before* any total is touched: the lines are
then taken one at a time by `RowChecker`, which reports.  Both paths feed the same `FecTotals`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import accumulate, chain, compress
from operator import mul, ne, or_, sub
from typing import Final

from liasse.amounts import MAX_AMOUNT
from liasse.imports.fec_columns import DATES, MANDATORY, FecLayout
from liasse.imports.fec_rows import RowChecker, is_regular_account, parse_amount, parse_date
from liasse.imports.fec_totals import MAX_PENDING, CompteTotals, FecTotals, Openings

_NEEDED: Final = (
    "journal",
    "journal_lib",
    "numero",
    "date",
    "compte",
    "compte_lib",
    "auxiliaire",
    "debit",
    "credit",
)
_MASK: Final = bytes.maketrans(b"0123456789.", b"0000000000,")
_CACHE_SIZE: Final = 50_000
_MAX_NUMBER: Final = 15
_FIRST_SHOWN: Final = b"!"
"""Blank fields, and those that begin with a blank, sort before the first visible character."""


class OddBlockError(Exception):
    """A block that is not regular: to be read line by line."""


class _Amounts(dict[bytes, int]):
    """Amounts already read, by their text; what is not a plain positive amount is odd."""

    def __init__(self, checker: RowChecker) -> None:
        super().__init__({b"": 0})
        self._checker = checker

    def __missing__(self, raw: bytes) -> int:
        value = parse_amount(raw, self._checker.decode)
        if value is None or value < 0:
            raise OddBlockError
        if b"," in raw or b"." in raw:
            self._checker.decimals.add("," if raw.rfind(b",") > raw.rfind(b".") else ".")
        if len(self) > _CACHE_SIZE:
            self.clear()
            self[b""] = 0
        self[raw] = value
        return value


class _Comptes(dict[bytes, CompteTotals]):
    """Accounts by their text in the file; a new one is noted, an irregular one is odd."""

    def __init__(self, totals: FecTotals) -> None:
        super().__init__()
        self._totals = totals
        self.created: list[bytes] = []

    def __missing__(self, raw: bytes) -> CompteTotals:
        known = self._totals.comptes.get(raw)
        if known is None:
            if not is_regular_account(raw) or not raw.isalnum():
                raise OddBlockError
            known = CompteTotals()
            self.created.append(raw)
        self[raw] = known
        return known

    def forget(self) -> None:
        """Drop the accounts created by a block that turned out odd."""
        for raw in self.created:
            del self[raw]
        self.created.clear()


class BlockReader:
    """Take blocks of regular lines into the totals."""

    def __init__(self, layout: FecLayout, checker: RowChecker, totals: FecTotals, openings: Openings) -> None:
        self.is_possible = layout.mode == "debit_credit" and all(role in layout.positions for role in _NEEDED)
        self._width = layout.width
        self._stride = layout.width + 1 + layout.has_trailing
        self._separator = layout.separator.encode()
        self._end = self._separator + b"\n" + self._separator
        self._may_quote = layout.is_quoted or layout.separator in (";", ",")
        elsewhere = ("journal", "journal_lib", "compte", *DATES)
        self._filled = [role for role in MANDATORY if role in layout.positions and role not in elsewhere]
        read = {*_NEEDED, *MANDATORY, *DATES}
        self._read = {role: index for role, index in layout.positions.items() if role in read}
        self._is_last_read = layout.has_trailing or layout.width - 1 in self._read.values()
        self._checker = checker
        self._totals = totals
        self._openings = openings
        self._amounts = _Amounts(checker)
        self._comptes = _Comptes(totals)
        self._good_dates: dict[str, set[bytes]] = {role: set() for role in DATES}
        self.journal = b""
        self.numero = b""
        self.run = 0
        self.run_line = 0

    def take(self, block: bytes, ligne: int) -> int:
        """
        Add a block of whole lines, the first of which is number *ligne*; return how many lines it had.

        The CR of CRLF stays at the end of the last field, which is seldom one that is read: dropping it from
        the whole block would cost as much as cutting it.

        Raises:
            OddBlockError: some line is not regular; nothing was added.
        """
        if self._may_quote and b'"' in block:
            raise OddBlockError
        if self._is_last_read:
            block = block.replace(b"\r\n", b"\n")
        fields = block.replace(b"\n", self._end).split(self._separator)
        fields.pop()
        stride = self._stride
        count, rest = divmod(len(fields), stride)
        if rest or fields[stride - 1 :: stride].count(b"\n") != count:
            raise OddBlockError
        if stride > self._width + 1 and any(fields[self._width :: stride]):
            raise OddBlockError
        column = {role: fields[index::stride] for role, index in self._read.items()}
        try:
            self._take_columns(column, count, ligne)
        except OddBlockError:
            self._comptes.forget()
            raise
        return count

    def _take_columns(self, column: dict[str, list[bytes]], count: int, ligne: int) -> None:
        if min(min(column[role]) for role in self._filled) < _FIRST_SHOWN:
            raise OddBlockError
        self._check_dates(column)
        opening = self._opening(column)
        debit_cents, credit_cents = self._read_amounts(column, count)
        soldes = list(map(sub, debit_cents, credit_cents))
        debit, credit = sum(debit_cents), sum(credit_cents)
        if debit > MAX_AMOUNT or credit > MAX_AMOUNT or any(map(mul, debit_cents, credit_cents)):
            raise OddBlockError
        comptes = list(map(self._comptes.__getitem__, column["compte"]))
        # From here on nothing is odd: the totals may change.
        self._register(column, ligne)
        if opening:
            _add_openings(comptes, column["auxiliaire"], soldes)
            self._totals.has_opening = True
            self._note_openings(column)
        else:
            _add_movements(comptes, column["auxiliaire"], soldes)
        self._follow_entries(column["journal"], column["numero"], soldes, ligne)
        self._totals.debit += debit
        self._totals.credit += credit
        self._totals.taken += count

    def _check_dates(self, column: dict[str, list[bytes]]) -> None:
        checked = column["date"]
        for role, good in self._good_dates.items():
            values = column.get(role, ())
            if role == "lettrage_date" and not any(values):
                continue
            if (role != "date" and values == checked) or good.issuperset(values):
                continue
            for raw in set(values) - good:
                if raw or role in MANDATORY:
                    self._check_date(raw, role)
            if len(good) > MAX_PENDING:
                good.clear()
            good.update(values)

    def _check_date(self, raw: bytes, role: str) -> None:
        day, regular = parse_date(raw)
        if day is None or (role == "date" and day not in self._checker.period):
            raise OddBlockError
        if not regular:
            self._checker.irregular_dates = True
        if role == "date" and len(self._totals.dates) < MAX_PENDING:
            self._totals.dates.add(raw)

    def _opening(self, column: dict[str, list[bytes]]) -> bool:
        """Tell whether all the lines are opening entries; a mixture is odd."""
        journals, labels = _distinct(column["journal"]), _distinct(column["journal_lib"])
        if not all(journals) or not all(labels):
            raise OddBlockError
        by_code = set(map(self._openings.of_code, journals))
        by_label = set(map(self._openings.of_label, labels))
        if by_code == {False} and by_label == {False}:
            return False
        if by_code == {True} or by_label == {True}:
            return True
        raise OddBlockError

    def _note_openings(self, column: dict[str, list[bytes]]) -> None:
        for code, label in set(zip(column["journal"], column["journal_lib"], strict=True)):
            self._openings.covers(code, label)

    def _read_amounts(self, column: dict[str, list[bytes]], count: int) -> tuple[list[int], list[int]]:
        debit_cents, credit_cents = column["debit"], column["credit"]
        if b"" in debit_cents and (b"", b"") in zip(debit_cents, credit_cents, strict=True):
            raise OddBlockError
        return self._cents(debit_cents, count), self._cents(credit_cents, count)

    def _cents(self, texts: list[bytes], count: int) -> list[int]:
        """
        Read a column of amounts in cents.

        When every text is digits, a mark and two digits (three counts prove it), the marks are dropped
        from the whole column at once; otherwise each distinct text is read once.
        """
        joined = b"\n".join(texts)
        mask = joined.translate(_MASK) + b"\n"
        if mask.count(b",00\n") == count == mask.count(b",") and not mask.translate(None, b"0,\n"):
            if b"," in joined:
                self._checker.decimals.add(",")
            if b"." in joined:
                self._checker.decimals.add(".")
            return list(map(int, joined.translate(None, b",.").split(b"\n")))
        return list(map(self._amounts.__getitem__, texts))

    def _register(self, column: dict[str, list[bytes]], ligne: int) -> None:
        """Give the accounts met for the first time their label, and their place in the totals."""
        created = self._comptes.created
        if created:
            for raw in created:
                index = column["compte"].index(raw)
                totals = self._comptes[raw]
                totals.libelle, totals.ligne = column["compte_lib"][index], ligne + index
                self._totals.comptes[raw] = totals
            created.clear()

    def _follow_entries(
        self, journals: list[bytes], numeros: list[bytes], soldes: list[int], ligne: int
    ) -> None:
        """Check that each entry balances and note the numbers, looking only where the number changes."""
        changes = list(map(ne, numeros, chain((self.numero,), numeros)))
        if journals.count(self.journal) != len(journals):
            changes = list(map(or_, changes, map(ne, journals, chain((self.journal,), journals))))
        running = list(accumulate(soldes, initial=self.run))
        if any(compress(running, changes)):
            self._close_entries(journals, numeros, changes, running, ligne)
        else:
            self.run = running[-1]
            if True in changes:
                self.run_line = ligne + len(changes) - 1 - changes[::-1].index(True)
        self._note_numbers(list(compress(journals, changes)), list(compress(numeros, changes)))
        self.journal, self.numero = journals[-1], numeros[-1]

    def _close_entries(
        self, journals: list[bytes], numeros: list[bytes], changes: list[bool], running: list[int], ligne: int
    ) -> None:
        close = self._totals.checks.close
        base, start, journal, numero = 0, self.run_line, self.journal, self.numero
        for index in compress(range(len(changes)), changes):
            if running[index] != base:
                close(journal, numero, running[index] - base, start)
            base, start, journal, numero = running[index], ligne + index, journals[index], numeros[index]
        self.run = running[-1] - base
        self.run_line = start

    def _note_numbers(self, journals: list[bytes], numeros: list[bytes]) -> None:
        """Note entry numbers: as one interval when they follow each other, which is the usual case."""
        checks = self._totals.checks
        if not numeros:
            return
        digits, count = b"".join(numeros), len(numeros)
        same_length = len(digits) == len(numeros[0]) * count and len(numeros[0]) <= _MAX_NUMBER
        if same_length and digits.isdigit() and journals.count(journals[0]) == count:
            first, last = int(numeros[0]), int(numeros[-1])
            if last - first == count - 1 and sorted(numeros) == numeros and len(set(numeros)) == count:
                checks.overall.add(b"", first, last)
                checks.by_journal.add(journals[0] + b" ", first, last)
                return
        for journal, numero in zip(journals, numeros, strict=True):
            checks.number(journal, numero)

    def follow_one(self, journal: bytes, numero: bytes, solde: int, ligne: int) -> None:
        """Check entries on the careful path, one record at a time."""
        if numero != self.numero or journal != self.journal:
            self.finish()
            self.journal, self.numero, self.run_line = journal, numero, ligne
            self._totals.checks.number(journal, numero)
        self.run += solde

    def finish(self) -> None:
        """Close the entry under way."""
        if self.run:
            self._totals.checks.close(self.journal, self.numero, self.run, self.run_line)
            self.run = 0


def _distinct(values: list[bytes]) -> Collection[bytes]:
    """Return the distinct values of a column, which is often constant."""
    first = values[0]
    return (first,) if values.count(first) == len(values) else set(values)


def _add_movements(
    comptes: Sequence[CompteTotals], auxiliaires: Sequence[bytes], soldes: Sequence[int]
) -> None:
    """Add movements; a regular line is a debit or a credit, which its sign tells."""
    for totals, auxiliaire, solde in zip(comptes, auxiliaires, soldes, strict=True):
        if solde > 0:
            totals.debit += solde
        else:
            totals.credit -= solde
        if auxiliaire:
            totals.auxiliaires[auxiliaire] += solde


def _add_openings(
    comptes: Sequence[CompteTotals], auxiliaires: Sequence[bytes], soldes: Sequence[int]
) -> None:
    for totals, auxiliaire, solde in zip(comptes, auxiliaires, soldes, strict=True):
        totals.ouverture += solde
        if auxiliaire:
            totals.auxiliaires[auxiliaire] += solde
