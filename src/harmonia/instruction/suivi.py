"""Who was expected, who transmitted, on time or late, who is insufficient: by family, département, région."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from django.db.models import Min
from django.utils import timezone

from harmonia.campagnes.calendar import days_left, due_date
from harmonia.campagnes.models import CalendrierOrganisme, Campagne
from harmonia.campagnes.services import must_file
from harmonia.dossiers.access import REVIEW
from harmonia.dossiers.models import Dossier, Transition
from harmonia.instruction.etapes import deroule
from harmonia.instruction.models import Examen, Procedure, Responsable, Sens
from harmonia.organismes.models import Famille, Organisme
from harmonia.organismes.territoires import name_of_departement, name_of_region


class Situation(StrEnum):
    """Where an organisation is with its duty: each is in one of these."""

    A_TEMPS = "a_temps"
    TARDIF = "tardif"
    INSUFFISANT = "insuffisant"
    ATTENDU = "attendu"
    RETARD = "retard"


SITUATIONS: Final[Mapping[Situation, str]] = {
    Situation.A_TEMPS: "Transmis à temps",
    Situation.TARDIF: "Transmis en retard",
    Situation.INSUFFISANT: "Insuffisant",
    Situation.ATTENDU: "Attendu, dans le délai",
    Situation.RETARD: "Non transmis, en retard",
}
AXES: Final[Mapping[str, str]] = {
    "famille": "Famille",
    "region": "Région",
    "departement": "Département",
}


@dataclass(frozen=True, slots=True)
class Attendu:
    """
    An organisation that owes a filing, and what became of it.

    `transmis_le` is the day of the first transmission; `recevable` the last verdict, none when empty.
    """

    organisme: Organisme
    dossier_id: int
    etape: str
    echeance: date
    transmis_le: date | None
    insuffisant: bool
    recevable: bool
    procedure: str
    responsable: str
    aujourdhui: date

    @property
    def situation(self) -> Situation:
        """Where the organisation is."""
        if self.insuffisant:
            return Situation.INSUFFISANT
        if self.transmis_le is not None:
            return Situation.A_TEMPS if self.transmis_le <= self.echeance else Situation.TARDIF
        return Situation.RETARD if self.aujourdhui > self.echeance else Situation.ATTENDU

    @property
    def titre(self) -> str:
        """The same in words."""
        return SITUATIONS[self.situation]

    @property
    def manque(self) -> bool:
        """Tell whether a procedure may be opened: late, or insufficient."""
        return self.situation in {Situation.RETARD, Situation.INSUFFISANT}

    @property
    def procedure_titre(self) -> str:
        """The step of the procedure that is open, in words; empty when none is."""
        return deroule().etapes[self.procedure].titre if self.procedure else ""

    @property
    def retard(self) -> int:
        """How many days late: until the transmission, or until today."""
        return max(0, -days_left(self.echeance, self.transmis_le or self.aujourdhui))


@dataclass(frozen=True, slots=True)
class Decompte:
    """A group of organisations, counted; every one is in one situation."""

    code: str
    titre: str
    situations: Mapping[Situation, int]
    recevables: int

    @property
    def attendus(self) -> int:
        """How many owe a filing."""
        return sum(self.situations.values())

    @property
    def transmis(self) -> int:
        """How many have transmitted."""
        return self.attendus - self.manquants

    @property
    def manquants(self) -> int:
        """How many have not."""
        return self.situations[Situation.ATTENDU] + self.situations[Situation.RETARD]

    @property
    def taux(self) -> int:
        """How many have transmitted, of a hundred; rounded, but a hundred only when nobody is missing."""
        if not self.attendus:
            return 0
        near = (200 * self.transmis + self.attendus) // (2 * self.attendus)
        return min(near, 99) if self.manquants else near

    @property
    def nombres(self) -> tuple[int, ...]:
        """The counts in the order of the columns."""
        return tuple(self.situations[one] for one in Situation)


def follow(campagne: Campagne, today: date | None = None) -> list[Attendu]:
    """Return who owes a filing in a collection, by name; six queries however many there are."""
    day = today or timezone.localdate()
    dossiers = {row.organisme_id: row for row in Dossier.objects.filter(campagne=campagne)}
    due = {row.pk: row for row in must_file(campagne)}
    rows = due | {row.pk: row for row in _outside(dossiers, due)}
    calendars = {row.organisme_id: row for row in CalendrierOrganisme.objects.filter(campagne=campagne)}
    known = _Known(campagne)
    made = [
        _attendu(campagne, row, dossiers.get(pk), calendars.get(pk), known, day) for pk, row in rows.items()
    ]
    return sorted(made, key=lambda one: one.organisme.nom)


def _outside(dossiers: Iterable[int], due: Mapping[int, Organisme]) -> list[Organisme]:
    """Return the organisations that have a dossier without being due by the register."""
    missing = [pk for pk in dossiers if pk not in due]
    return list(Organisme.objects.filter(pk__in=missing, sorti_le=None)) if missing else []


class _Known:
    """What was transmitted, judged and undertaken in a collection, by dossier and organisation."""

    def __init__(self, campagne: Campagne) -> None:
        arrivals = (
            Transition.objects.filter(dossier__campagne=campagne, de__regex="^[1-3]_", vers__regex="^[4-9]_")
            .order_by()
            .values("dossier")
            .annotate(first=Min("le"))
        )
        self.arrivals: dict[int, datetime] = {row["dossier"]: row["first"] for row in arrivals}
        verdicts = Examen.objects.filter(dossier__campagne=campagne).order_by("id")
        self.verdicts: dict[int, str] = dict(verdicts.values_list("dossier", "sens"))
        opened = Procedure.objects.filter(campagne=campagne, close_le=None)
        self.procedures: dict[int, str] = dict(opened.values_list("organisme", "etape"))
        officers = Responsable.objects.filter(dossier__campagne=campagne).select_related("responsable")
        self.officers: dict[int, str] = {
            row.dossier_id: row.responsable.nom for row in officers if row.responsable is not None
        }

    def verdict(self, dossier: Dossier | None) -> str:
        """Return the verdict on what was transmitted last; empty while it is examined."""
        if dossier is None or dossier.rang == REVIEW:
            return ""
        return self.verdicts.get(dossier.pk, "")


def _attendu(
    campagne: Campagne,
    row: Organisme,
    dossier: Dossier | None,
    calendar: CalendrierOrganisme | None,
    known: _Known,
    day: date,
) -> Attendu:
    pk = dossier.pk if dossier is not None else 0
    first = known.arrivals.get(pk)
    if first is None and dossier is not None and dossier.rang >= REVIEW:
        first = dossier.etape_le
    verdict = known.verdict(dossier)
    return Attendu(
        row,
        pk,
        dossier.etape if dossier is not None else "",
        due_date(campagne, calendar),
        timezone.localdate(first) if first is not None else None,
        verdict == Sens.INSUFFISANT,
        verdict == Sens.RECEVABLE,
        known.procedures.get(row.pk, ""),
        known.officers.get(pk, ""),
        day,
    )


# ── Counted ──────────────────────────────────────────────────────────────────────────────────────

_KEYS: Final[Mapping[str, Callable[[Attendu], tuple[str, str]]]] = {
    "famille": lambda one: (one.organisme.famille, str(Famille(one.organisme.famille).label)),
    "region": lambda one: (one.organisme.region, name_of_region(one.organisme.region)),
    "departement": lambda one: (one.organisme.departement, name_of_departement(one.organisme.departement)),
}


def counted(rows: Iterable[Attendu], axe: str) -> list[Decompte]:
    """Count by family, région or département, in alphabetical order."""
    groups: dict[tuple[str, str], list[Attendu]] = {}
    for row in rows:
        groups.setdefault(_KEYS[axe](row), []).append(row)
    made = [_compte(code, titre, group) for (code, titre), group in groups.items()]
    return sorted(made, key=lambda one: (not one.code, one.titre))


def total(rows: Sequence[Attendu]) -> Decompte:
    """Count them all."""
    return _compte("", "Ensemble", rows)


def _compte(code: str, titre: str, rows: Sequence[Attendu]) -> Decompte:
    situations = dict.fromkeys(Situation, 0)
    for row in rows:
        situations[row.situation] += 1
    return Decompte(code, titre, situations, sum(row.recevable for row in rows))


# ── Narrowed ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Filtre:
    """What a list is narrowed to; empty for everything."""

    situation: str = ""
    famille: str = ""
    region: str = ""
    departement: str = ""
    nom: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Filtre:
        """Read a filter from the words of an address; what is not known is nothing."""
        made = cls(
            given.get("situation", ""),
            given.get("famille", ""),
            given.get("region", "")[:2],
            given.get("departement", "")[:3],
            given.get("nom", "").strip()[:80],
        )
        return replace(
            made,
            situation=made.situation if made.situation in set(Situation) else "",
            famille=made.famille if made.famille in Famille.values else "",
        )

    def keeps(self, one: Attendu) -> bool:
        """Tell whether a row is in the list."""
        row = one.organisme
        exact = (
            (self.situation, one.situation.value),
            (self.famille, row.famille),
            (self.region, row.region),
            (self.departement, row.departement),
        )
        if any(wanted and wanted != there for wanted, there in exact):
            return False
        digits = self.nom.replace(" ", "")
        if digits.isdigit():
            return row.siren.startswith(digits)
        words = self.nom.casefold().split()
        there = f"{row.nom} {row.commune}".casefold()
        return all(word in there for word in words)
