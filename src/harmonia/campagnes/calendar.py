"""One calendar: from the assembly and the due date follow the reminders, the freeze and the days left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from harmonia.campagnes.models import CalendrierOrganisme, Campagne


@dataclass(frozen=True, slots=True)
class Jalon:
    """A date of the line, with what it is; `passe` when it is behind us."""

    code: str
    titre: str
    le: date
    passe: bool


def due_date(campagne: Campagne, calendrier: CalendrierOrganisme | None) -> date:
    """Return the due date of an organisation: its own when it has one, else the collection's."""
    if calendrier is not None and calendrier.echeance is not None:
        return calendrier.echeance
    return campagne.echeance


def days_left(due: date, today: date) -> int:
    """
    Return the days that remain; negative when it is late.

    >>> days_left(date(2023, 7, 31), date(2023, 7, 29))
    2
    """
    return (due - today).days


def timeline(campagne: Campagne, calendrier: CalendrierOrganisme | None, today: date) -> tuple[Jalon, ...]:
    """Return the whole line of an organisation, in order of date."""
    due = due_date(campagne, calendrier)
    dates: list[tuple[str, str, date | None]] = [
        ("ouverture", "Ouverture", campagne.ouverte_le.date() if campagne.ouverte_le else None),
        ("assemblee", "Assemblée générale", calendrier.assemblee_le if calendrier else None),
        *(
            (f"relance_{days}", f"Rappel à {days} jour{'s' if days > 1 else ''}", due - timedelta(days))
            for days in reminders(campagne)
        ),
        ("echeance", "Échéance", due),
        ("gel", "Gel des saisies", campagne.gel),
    ]
    line = [Jalon(code, titre, le, le < today) for code, titre, le in dates if le is not None]
    return tuple(sorted(line, key=lambda jalon: jalon.le))


def reminders(campagne: Campagne) -> tuple[int, ...]:
    """Return how many days before the due date each reminder leaves, the first one first."""
    return tuple(sorted((int(part) for part in campagne.relances.split(",") if part.strip()), reverse=True))
