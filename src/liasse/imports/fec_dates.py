"""Check the dates of a block of FEC lines by whole columns: each distinct text is looked at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from liasse.imports.fec_columns import MANDATORY
from liasse.imports.fec_rows import RowChecker, clean, parse_date
from liasse.imports.fec_totals import MAX_PENDING, FecTotals

_NONE: Final[Mapping[str, int]] = {}


class DateColumn:
    """The texts of one column of dates already met: the good ones, and the defect of the others."""

    def __init__(self, role: str, checker: RowChecker, totals: FecTotals) -> None:
        self.role = role
        self._checker = checker
        self._totals = totals
        self._good: set[bytes] = set()
        self._bad: dict[bytes, str] = {}

    def defects(self, values: list[bytes]) -> Mapping[str, int]:
        """Return how many times each defect is met, by code."""
        if self._good.issuperset(values):
            return _NONE
        if len(self._good) + len(self._bad) > MAX_PENDING:
            self._good.clear()
            self._bad.clear()
        is_constant = values.count(values[0]) == len(values)
        for raw in {values[0]} if is_constant else set(values):
            if raw not in self._good and raw not in self._bad:
                self._look_at(raw)
        if not self._bad:
            return _NONE
        if is_constant:
            code = self._bad.get(values[0])
            return {code: len(values)} if code else _NONE
        found = Counter(map(self._bad.get, values))
        return {code: times for code, times in found.items() if code}

    def _look_at(self, raw: bytes) -> None:
        code = self._defect(clean(raw))
        if code:
            self._bad[raw] = code
        else:
            self._good.add(raw)

    def _defect(self, raw: bytes) -> str:
        if not raw:
            return "I114" if self.role in MANDATORY else ""
        if self.role == "date" and len(self._totals.dates) < MAX_PENDING:
            self._totals.dates.add(raw)
        day, regular = parse_date(raw)
        if day is None:
            return "I112"
        if not regular:
            self._checker.irregular_dates = True
        return "I113" if self.role == "date" and day not in self._checker.period else ""
