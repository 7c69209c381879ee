"""One calendar: from the assembly and the due date follow the reminders, the freeze and the days left."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from harmonia.campagnes.models import CalendrierOrganisme, Campagne
from harmonia.tenancy.porte import COMMON, Annee, porte


@dataclass(frozen=True, slots=True)
class Jalon:
    """A date of the line, with what it is; `passe` when it is behind us."""

    code: str
    titre: str
    le: date
    passe: bool


def due_date(campagne: Campagne, calendrier: CalendrierOrganisme | None) -> date:
    """
    Return the due date of an organisation: the one it was granted, else its family's, else the collection's.

    Where the collection says so, some months after the assembly, if that is earlier than the collection's.
    """
    own = (calendrier.echeance or calendrier.limite) if calendrier is not None else None
    if own is not None:
        return own
    if calendrier is not None and calendrier.assemblee_le and campagne.mois_apres_assemblee is not None:
        return min(campagne.echeance, months_after(calendrier.assemblee_le, campagne.mois_apres_assemblee))
    return campagne.echeance


def months_after(day: date, months: int) -> date:
    """
    Return the same day some months later, or the last of a shorter month.

    >>> months_after(date(2023, 5, 31), 1), months_after(date(2022, 12, 15), 1)
    (datetime.date(2023, 6, 30), datetime.date(2023, 1, 15))
    """
    year, month = divmod(day.month - 1 + months, 12)
    last = monthrange(day.year + year, month + 1)[1]
    return date(day.year + year, month + 1, min(day.day, last))


def freeze_date(campagne: Campagne, calendrier: CalendrierOrganisme | None) -> date | None:
    """
    Return the last day on which values may change; it moves as far as the due date was put off.

    Enforced by `dossiers.services`, which computes the same in SQL.
    """
    if campagne.gel is None:
        return None
    own = calendrier.echeance if calendrier is not None else None
    return campagne.gel + max(timedelta(0), (own or campagne.echeance) - campagne.echeance)


def reminder_due(campagne: Campagne, due: date, today: date) -> int | None:
    """
    Return the reminder of the day, as its days before the due date; none before the first or once late.

    When several are behind, only the last one counts; one whose day came before the opening never leaves.
    """
    opened = campagne.ouverte_le.date() if campagne.ouverte_le else today
    if today > due:
        return None
    passed = [days for days in reminders(campagne) if opened < due - timedelta(days) <= today]
    return min(passed, default=None)


def days_left(due: date, today: date) -> int:
    """
    Return the days that remain; negative when it is late.

    >>> days_left(date(2023, 7, 31), date(2023, 7, 29))
    2
    """
    return (due - today).days


def timeline(
    campagne: Campagne, calendrier: CalendrierOrganisme | None, today: date, famille: str = ""
) -> tuple[Jalon, ...]:
    """Return the whole line of an organisation, in order of date; *famille* adds the days of its year."""
    due = due_date(campagne, calendrier)
    year = year_of(campagne, famille)
    opened = campagne.ouverte_le.date() if campagne.ouverte_le else None
    dates: list[tuple[str, str, date | None]] = [
        ("ouverture", "Ouverture", opened),
        ("assemblee", year.assemblee, calendrier.assemblee_le if calendrier else None),
        *(("jalon", title, inyear_of(campagne, day)) for day, title in year.jalons),
        *(
            (f"relance_{days}", f"Rappel à {days} jour{'s' if days > 1 else ''}", due - timedelta(days))
            for days in reminders(campagne)
            if opened is None or opened < due - timedelta(days)
        ),
        ("echeance", "Échéance", due),
        ("gel", "Gel des saisies", freeze_date(campagne, calendrier)),
    ]
    line = [Jalon(code, titre, le, le < today) for code, titre, le in dates if le is not None]
    return tuple(sorted(line, key=lambda jalon: jalon.le))


def inyear_of(campagne: Campagne, day: str) -> date:
    """Return a day, given as month and day, of the year in which the collection is due."""
    month, number = day.split("-")
    return date(campagne.echeance.year, int(month), int(number))


def family_limits(campagne: Campagne) -> dict[str, date]:
    """
    Return the due dates that some families have of their own.

    >>> family_limits(Campagne(limites="OPH:2023-07-15"))
    {'OPH': datetime.date(2023, 7, 15)}
    """
    parts = (part.partition(":") for part in campagne.limites.split(",") if part)
    return {famille: date.fromisoformat(day) for famille, _, day in parts}


def usual_limits(campagne: Campagne) -> dict[str, date]:
    """Return those that the door gives them, for a new collection."""
    known = porte().questionnaires.get(campagne.questionnaire)
    years = known.annees if known else {}
    return {famille: inyear_of(campagne, year.limite) for famille, year in years.items() if year.limite}


def year_of(campagne: Campagne, famille: str) -> Annee:
    """Return the year of a family, as the door describes it."""
    known = porte().questionnaires.get(campagne.questionnaire)
    return known.annee(famille) if known else COMMON


def reminders(campagne: Campagne) -> tuple[int, ...]:
    """Return how many days before the due date each reminder leaves, the first one first."""
    return tuple(sorted((int(part) for part in campagne.relances.split(",") if part.strip()), reverse=True))
