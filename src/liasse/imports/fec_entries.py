"""
Follow the entries of a FEC line after line: whether each balances, and their numbers follow each other.

The lines of an entry usually stand together: an entry is closed when the number or the journal changes, and
what it leaves unbalanced waits in `EntryChecks` for lines that may come later.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, chain, compress
from operator import lt, ne, or_
from typing import Final

from liasse.imports.fec_rows import clean
from liasse.imports.fec_totals import EntryChecks

_MAX_NUMBER: Final = 15


class EntryFollower:
    """The entry under way: its journal, its number, what its lines add up to, and where it starts."""

    def __init__(self, checks: EntryChecks) -> None:
        self._checks = checks
        self._journal = b""
        self._numero = b""
        self._run = 0
        self._run_line = 0

    def follow(
        self, journals: list[bytes], numeros: list[bytes], soldes: list[int], lignes: Sequence[int]
    ) -> None:
        """Check that each entry balances and note the numbers, looking only where the number changes."""
        changes = list(map(ne, numeros, chain((self._numero,), numeros)))
        if journals.count(self._journal) != len(journals):
            changes = list(map(or_, changes, map(ne, journals, chain((self._journal,), journals))))
        running = list(accumulate(soldes, initial=self._run))
        if any(compress(running, changes)):
            self._close_entries(journals, numeros, changes, running, lignes)
        else:
            self._run = running[-1]
            if True in changes:
                self._run_line = lignes[len(changes) - 1 - changes[::-1].index(True)]
        self._note_numbers(list(compress(journals, changes)), list(compress(numeros, changes)))
        self._journal, self._numero = journals[-1], numeros[-1]

    def _close_entries(
        self,
        journals: list[bytes],
        numeros: list[bytes],
        changes: list[bool],
        running: list[int],
        lignes: Sequence[int],
    ) -> None:
        close = self._checks.close
        base, start, journal, numero = 0, self._run_line, self._journal, self._numero
        for index in compress(range(len(changes)), changes):
            if running[index] != base:
                close(journal, numero, running[index] - base, start)
            base, start, journal, numero = running[index], lignes[index], journals[index], numeros[index]
        self._run = running[-1] - base
        self._run_line = start

    def _note_numbers(self, journals: list[bytes], numeros: list[bytes]) -> None:
        """Note entry numbers: as one interval when they follow each other, which is the usual case."""
        checks = self._checks
        if not numeros:
            return
        digits, count = b"".join(numeros), len(numeros)
        same_length = len(digits) == len(numeros[0]) * count and len(numeros[0]) <= _MAX_NUMBER
        if same_length and digits.isdigit() and journals.count(journals[0]) == count:
            first, last = int(numeros[0]), int(numeros[-1])
            if last - first == count - 1 and all(map(lt, numeros, numeros[1:])):
                checks.overall.add(b"", first, last)
                checks.by_journal.add(clean(journals[0]) + b" ", first, last)
                return
        for journal, numero in zip(journals, numeros, strict=True):
            checks.number(journal, numero)

    def follow_one(self, journal: bytes, numero: bytes, solde: int, ligne: int) -> None:
        """Check entries on the careful path, one record at a time."""
        if numero != self._numero or journal != self._journal:
            self.finish()
            self._journal, self._numero, self._run_line = journal, numero, ligne
            self._checks.number(journal, numero)
        self._run += solde

    def finish(self) -> None:
        """Close the entry under way."""
        if self._run:
            self._checks.close(self._journal, self._numero, self._run, self._run_line)
            self._run = 0
