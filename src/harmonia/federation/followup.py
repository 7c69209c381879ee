"""The list of the federation: where each dossier is, what is late, what waits for an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import OuterRef, QuerySet, Subquery

from harmonia.campagnes.calendar import days_left, due_date
from harmonia.campagnes.models import CalendrierOrganisme, Campagne
from harmonia.documents.exchange import unread
from harmonia.dossiers.access import REVIEW
from harmonia.dossiers.models import Dossier, Transition
from harmonia.dossiers.workflow import Etape, workflow

ANSWERS: Final = ("demander_retour", "accepter_retour", "refuser_retour", "renvoyer")


@dataclass(frozen=True, slots=True)
class Follow:
    """A dossier of the list; `reste` counts the days before its due date, negative when it is late."""

    dossier: Dossier
    etape: Etape
    echeance: date
    reste: int
    retour_demande: bool
    messages: int

    @property
    def est_transmis(self) -> bool:
        """Tell whether the organisation has validated."""
        return self.dossier.rang >= REVIEW

    @property
    def est_en_retard(self) -> bool:
        """Tell whether the due date is behind and the dossier is not there."""
        return self.reste < 0 and not self.est_transmis

    @property
    def retard(self) -> int:
        """How many days late."""
        return max(0, -self.reste)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; empty for everything."""

    campagne: Campagne | None = None
    etape: str = ""
    nom: str = ""
    retard: bool = False
    retours: bool = False
    tri: str = "nom"


SORTS: Final[Mapping[str, str]] = {
    "nom": "Organisme",
    "etape": "Étape",
    "completude": "Complétude",
    "echeance": "Échéance",
}


def follow(filters: Filters, today: date) -> list[Follow]:
    """Return the dossiers of the list, in order: those of a collection, read in three queries."""
    rows = _rows(filters)
    calendars = {
        (row.campagne_id, row.organisme_id): row
        for row in CalendrierOrganisme.objects.filter(campagne=filters.campagne)
    }
    waiting = unread()
    found = []
    for dossier in rows:
        due = due_date(dossier.campagne, calendars.get((dossier.campagne_id, dossier.organisme_id)))
        found.append(
            Follow(
                dossier,
                workflow().etapes[dossier.etape],
                due,
                days_left(due, today),
                dossier.derniere == ANSWERS[0],  # type: ignore[attr-defined]  # annotated
                waiting.get(dossier.pk, 0),
            )
        )
    if filters.retard:
        found = [one for one in found if one.est_en_retard]
    if filters.retours:
        found = [one for one in found if one.retour_demande]
    return sorted(found, key=_key(filters.tri))


def _rows(filters: Filters) -> QuerySet[Dossier]:
    last = Transition.objects.filter(dossier=OuterRef("pk"), action__in=ANSWERS).order_by("-id")
    rows: QuerySet[Dossier] = Dossier.objects.select_related("campagne", "organisme").annotate(
        derniere=Subquery(last.values("action")[:1])
    )
    if filters.campagne is not None:
        rows = rows.filter(campagne=filters.campagne)
    if filters.etape:
        rows = rows.filter(etape=filters.etape)
    if filters.nom:
        words = filters.nom.split()
        digits = filters.nom.replace(" ", "")
        if digits.isdigit():
            rows = rows.filter(organisme__siren__startswith=digits)
        else:
            for word in words:
                rows = rows.filter(organisme__nom__icontains=word)
    return rows


def _key(tri: str) -> Callable[[Follow], tuple[object, ...]]:
    keys: dict[str, Callable[[Follow], tuple[object, ...]]] = {
        "etape": lambda one: (one.dossier.rang, one.dossier.organisme.nom),
        "completude": lambda one: (one.dossier.completude, one.dossier.organisme.nom),
        "echeance": lambda one: (one.est_transmis, one.echeance, one.dossier.organisme.nom),
    }
    return keys.get(tri, lambda one: (one.dossier.organisme.nom,))


def counts(campagne: Campagne) -> list[tuple[Etape, int]]:
    """Return how many dossiers are at each step."""
    steps = list(Dossier.objects.filter(campagne=campagne).values_list("etape", flat=True))
    return [(etape, steps.count(code)) for code, etape in workflow().etapes.items()]
