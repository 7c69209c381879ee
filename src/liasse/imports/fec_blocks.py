"""
The fast path of the FEC reader: whole blocks of lines, column by column.

Each check runs over a whole column inside the interpreter's C loops (`set.issuperset`, `map`,
`accumulate`), so that pure Python keeps up with a compiled parser.  A block is refused with `OddBlockError`
*before* any total is touched when one of its lines is not understood, or has a defect that is to be
reported: the lines are then taken one at a time by `RowChecker`.  Once `MAX_ISSUES` defects of a code are
reported the next ones are only counted, here: a ledger with the same defect on every line stays fast.  Both
paths feed the same `FecTotals`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import compress
from operator import not_, or_
from typing import Final

from liasse.imports.fec_cents import AMOUNT_ROLES, AmountReader, Amounts
from liasse.imports.fec_columns import DATES, MANDATORY, FecLayout
from liasse.imports.fec_cut import BlockCutter, Columns, OddBlockError
from liasse.imports.fec_dates import DateColumn
from liasse.imports.fec_entries import EntryFollower
from liasse.imports.fec_rows import RowChecker, clean, is_regular_account
from liasse.imports.fec_totals import CompteTotals, FecTotals, Openings

_NEEDED: Final = frozenset({"journal", "journal_lib", "numero", "compte", "compte_lib", "auxiliaire"})
_FIRST_SHOWN: Final = b"#"
"""Blank fields, and those that begin with a blank or a quote, sort before."""


class _Comptes(dict[bytes, CompteTotals]):
    """Accounts by their text in the file; a new one is noted, no account at all is odd."""

    def __init__(self, layout: FecLayout, checker: RowChecker, totals: FecTotals) -> None:
        super().__init__()
        self._header = layout.headers[layout.positions["compte"]] if layout.has_header else ""
        self._decode = checker.decode
        self._totals = totals
        self.created: dict[bytes, bytes] = {}
        """The new accounts of the block: clean number to its first text."""
        self._spellings: list[bytes] = []

    def __missing__(self, raw: bytes) -> CompteTotals:
        numero = clean(raw)
        known = self._totals.comptes.get(numero)
        if known is None:
            if not numero or self._decode(numero) == self._header:
                raise OddBlockError
            self._spellings.append(raw)
            first = self.created.setdefault(numero, raw)
            known = CompteTotals() if first is raw else self[first]
        self[raw] = known
        return known

    def keep(self) -> None:
        """Keep the accounts created by the block."""
        self.created.clear()
        self._spellings.clear()

    def forget(self) -> None:
        """Drop the accounts created by a block that turned out odd."""
        for raw in self._spellings:
            self.pop(raw, None)
        self.keep()


class BlockReader:
    """Take blocks of lines into the totals."""

    def __init__(self, layout: FecLayout, checker: RowChecker, totals: FecTotals, openings: Openings) -> None:
        amounts = AMOUNT_ROLES[layout.mode]
        self.is_possible = bool(layout.separator)
        found = layout.positions
        elsewhere = ("journal", "journal_lib", "compte", *DATES)
        self._filled = [role for role in MANDATORY if role in found and role not in elsewhere]
        self._journal_fields = [role for role in ("journal", "journal_lib") if role in found]
        self._dates = [DateColumn(role, checker, totals) for role in DATES if role in found]
        read = _NEEDED | amounts | {*self._filled} | {column.role for column in self._dates}
        self._cutter = BlockCutter(layout, read)
        self._amounts = AmountReader(layout, checker)
        self._comptes = _Comptes(layout, checker, totals)
        self._log = checker.log
        self._totals = totals
        self._openings = openings
        self.entries = EntryFollower(totals.checks)

    def take(self, block: bytes, ligne: int) -> int:
        """
        Add a block of whole lines, the first of which is number *ligne*; return how many lines it had.

        Raises:
            OddBlockError: some line is to be read alone; nothing was added.
        """
        columns, lignes = self._cutter.cut(block, ligne)
        columns, lignes, without_amount = self._leave_out(columns, lignes)
        try:
            comptes = list(map(self._comptes.__getitem__, columns["compte"]))
            amounts = self._amounts.read(columns, len(lignes))
            defects = self._defects(columns, amounts, without_amount)
        except OddBlockError:
            self._comptes.forget()
            raise
        # From here on nothing is odd: the totals may change.
        for code, times in defects.items():
            self._log.add_silenced(code, times)
        self._name_comptes(columns, comptes, lignes)
        self._add_up(columns, comptes, amounts)
        self.entries.follow(columns["journal"], columns["numero"], amounts.soldes, lignes)
        return block.count(b"\n")

    def _leave_out(self, columns: Columns, lignes: Sequence[int]) -> tuple[Columns, Sequence[int], int]:
        """Leave out the lines without any amount; return how many they are."""
        filled = self._amounts.filled(columns)
        if filled is None:
            return columns, lignes, 0
        out = list(compress(columns["compte"], map(not_, filled)))
        if len(out) == len(filled) or not all(compte[:1].isdigit() for compte in out):
            raise OddBlockError
        kept = {role: list(compress(values, filled)) for role, values in columns.items()}
        return kept, list(compress(lignes, filled)), len(out)

    def _defects(self, columns: Columns, amounts: Amounts, without_amount: int) -> Counter[str]:
        """
        Count the defects of the block, by code.

        Raises:
            OddBlockError: some of them are to be reported with their line.
        """
        found = Counter({"I130": without_amount, "I117": amounts.negative, "I118": amounts.both})
        found["I119"] = sum(not is_regular_account(numero) for numero in self._comptes.created)
        found["I114"] = sum(_blanks(columns[role]) for role in self._filled)
        for role in self._journal_fields:
            values = columns[role]
            found["I114"] += sum(values.count(value) for value in _distinct(values) if not clean(value))
        regular: list[bytes] | None = None
        for column in self._dates:
            values = columns[column.role]
            if values != regular:
                defects = column.defects(values)
                found.update(defects)
                regular = regular if defects else values
        if any(times and not self._log.is_full(code) for code, times in found.items()):
            raise OddBlockError
        return found

    def _name_comptes(self, columns: Columns, comptes: Iterable[CompteTotals], lignes: Sequence[int]) -> None:
        """Give the accounts met for the first time their place in the totals, and their label."""
        totals, labels = self._totals, columns["compte_lib"]
        for numero, raw in self._comptes.created.items():
            index = columns["compte"].index(raw)
            compte = totals.comptes[numero] = self._comptes[raw]
            compte.libelle, compte.ligne = clean(labels[index]), lignes[index]
            totals.has_unnamed |= not compte.libelle
        self._comptes.keep()
        if totals.has_unnamed and any(labels):
            for compte, label in zip(comptes, labels, strict=True):
                if not compte.libelle:
                    compte.libelle = clean(label)

    def _add_up(self, columns: Columns, comptes: list[CompteTotals], amounts: Amounts) -> None:
        totals = self._totals
        opening = self._opening(columns["journal"], columns["journal_lib"])
        auxiliaires = columns["auxiliaire"]
        if opening is None and not (amounts.negative or amounts.both):
            _add_movements(comptes, auxiliaires, amounts.soldes)
        else:
            _add_sides(comptes, amounts, opening or [False] * len(comptes))
            _add_auxiliaires(comptes, auxiliaires, amounts.soldes)
            totals.has_opening |= opening is not None
        totals.debit += sum(amounts.debits)
        totals.credit += sum(amounts.credits)
        totals.taken += len(comptes)

    def _opening(self, journals: list[bytes], labels: list[bytes]) -> list[bool] | None:
        """Tell which lines are opening entries; None when none is."""
        by_code = {code: self._openings.of_code(code) for code in _distinct(journals)}
        by_label = {label: self._openings.of_label(label) for label in _distinct(labels)}
        if not (any(by_code.values()) or any(by_label.values())):
            return None
        flags = list(map(or_, map(by_code.__getitem__, journals), map(by_label.__getitem__, labels)))
        for code, label in dict.fromkeys(compress(zip(journals, labels, strict=True), flags)):
            self._openings.covers(code, label)
        return flags


def _distinct(values: list[bytes]) -> Collection[bytes]:
    """Return the distinct values of a column, which is often constant."""
    first = values[0]
    return (first,) if values.count(first) == len(values) else set(values)


def _blanks(values: list[bytes]) -> int:
    """Count the blank fields of a column."""
    if min(values) >= _FIRST_SHOWN:
        return 0
    empty = values.count(b"")
    if empty == len(values):
        return empty
    return sum(value < _FIRST_SHOWN and not clean(value) for value in values)


def _add_movements(
    comptes: Iterable[CompteTotals], auxiliaires: Iterable[bytes], soldes: Iterable[int]
) -> None:
    """Add regular movements: each is a debit or a credit, which its sign tells."""
    for compte, auxiliaire, solde in zip(comptes, auxiliaires, soldes, strict=True):
        if solde > 0:
            compte.debit += solde
        else:
            compte.credit -= solde
        if auxiliaire:
            compte.auxiliaires[auxiliaire] += solde


def _add_sides(comptes: Iterable[CompteTotals], amounts: Amounts, opening: Iterable[bool]) -> None:
    """Add any lines: opening entries, negative amounts, debit and credit together."""
    for compte, debit, credit, is_opening in zip(
        comptes, amounts.debits, amounts.credits, opening, strict=True
    ):
        if is_opening:
            compte.ouverture += debit - credit
        else:
            compte.debit += debit
            compte.credit += credit


def _add_auxiliaires(
    comptes: Iterable[CompteTotals], auxiliaires: Iterable[bytes], soldes: Iterable[int]
) -> None:
    for compte, auxiliaire, solde in compress(zip(comptes, auxiliaires, soldes, strict=True), auxiliaires):
        compte.auxiliaires[auxiliaire] += solde
