"""Fiscal years (exercices): the twelve months, or other length, that a set of accounts covers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


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
