"""Fiscal years (exercices): the twelve months, or other length, that a set of accounts covers."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from functools import lru_cache


@dataclass(frozen=True, slots=True, order=True)
class Exercice:
    """A fiscal year, named by the year in which it closes (`Exercice.of_year(2022)`)."""

    start: date
    end: date

    @classmethod
    def of_year(cls, year: int) -> Exercice:
        """Return the calendar year *year*."""
        return cls(date(year, 1, 1), date(year, 12, 31))

    @property
    def year(self) -> int:
        """The year in which the exercice closes."""
        return self.end.year

    def previous(self) -> Exercice:
        """Return the exercice of the year before, calendar-wise."""
        return Exercice.of_year(self.year - 1)

    def __str__(self) -> str:
        return str(self.year)


@dataclass(frozen=True, slots=True)
class Validity:
    """The exercices, by year, for which something holds; None is open-ended."""

    de: int | None = None
    a: int | None = None

    def covers(self, year: int) -> bool:
        """Tell whether *year* is inside."""
        return (self.de is None or self.de <= year) and (self.a is None or year <= self.a)


_LAST_DAY = date.max.toordinal()


@lru_cache(maxsize=65_536)
def add_months(day: int, months: int) -> int | None:
    """
    Return the ordinal of the same day some months later, the last day of the month when it has no such day.

    None when no calendar goes that far.

    >>> date.fromordinal(add_months(date(2023, 5, 31).toordinal(), 1)).isoformat()
    '2023-06-30'
    """
    if not 1 <= day <= _LAST_DAY:
        return None
    start = date.fromordinal(day)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        return None
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last)).toordinal()


@lru_cache(maxsize=65_536)
def months_between(first: int, last: int) -> int | None:
    """
    Return the tenths of months from the start of one day to the end of another, both as ordinals.

    Negative when the second day comes before; days beyond whole months count for a thirtieth each.  None
    when one of them is no day of the calendar.

    >>> months_between(date(2022, 1, 1).toordinal(), date(2022, 12, 31).toordinal())
    120
    """
    if not (1 < first <= _LAST_DAY and 1 <= last < _LAST_DAY):
        return None
    if last < first - 1:
        months = months_between(last + 1, first - 1)
        return None if months is None else -months
    start, end = date.fromordinal(first), date.fromordinal(last + 1)
    whole = (end.year - start.year) * 12 + end.month - start.month
    whole -= end.day < start.day
    reached = add_months(first, whole)
    days = last + 1 - (first if reached is None else reached)
    return whole * 10 + min(10, (days * 10 + 15) // 30)
