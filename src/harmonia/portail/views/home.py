"""The first page: where am I, what is left, what do I do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from harmonia.acces.models import User
from harmonia.campagnes.calendar import days_left, due_date
from harmonia.campagnes.models import CalendrierOrganisme
from harmonia.documents.exchange import unread
from harmonia.dossiers.models import Dossier
from harmonia.dossiers.workflow import Etape, workflow


@dataclass(frozen=True, slots=True)
class StepMark:
    """A step of the line: done, current or to come."""

    etape: Etape
    etat: str


@dataclass(frozen=True, slots=True)
class Band:
    """One questionnaire of the first page."""

    dossier: Dossier
    etape: Etape
    etapes: tuple[StepMark, ...]
    echeance: date
    reste: int
    messages: int


@login_required
def accueil(request: HttpRequest) -> HttpResponse:
    """Show the dossiers of the organisation, or send the authority to its own page."""
    assert isinstance(request.user, User)
    if request.user.est_autorite:
        return redirect("suivi")
    dossiers = Dossier.objects.select_related("campagne").order_by("-campagne__exercice")
    calendars = {row.campagne_id: row for row in CalendrierOrganisme.objects.all()}
    today = timezone.localdate()
    waiting = unread()
    bands = [
        _band(dossier, calendars.get(dossier.campagne_id), today, waiting.get(dossier.pk, 0))
        for dossier in dossiers
    ]
    return render(request, "portail/accueil.html", {"bandes": bands, "page": "accueil"})


def step_marks(dossier: Dossier) -> tuple[StepMark, ...]:
    """Return the line of the steps of a dossier."""
    return tuple(
        StepMark(
            etape,
            "courante" if etape.code == dossier.etape else "fait" if etape.rang < dossier.rang else "venir",
        )
        for etape in _line(dossier)
    )


def _line(dossier: Dossier) -> tuple[Etape, ...]:
    """Return the steps of the line; the verdict of a dossier takes the place of the hoped one."""
    current = workflow().etapes[dossier.etape]
    return tuple(current if etape.code == current.variante else etape for etape in workflow().ligne)


def _band(dossier: Dossier, calendar: CalendrierOrganisme | None, today: date, messages: int) -> Band:
    due = due_date(dossier.campagne, calendar)
    etape, line = workflow().etapes[dossier.etape], step_marks(dossier)
    return Band(dossier, etape, line, due, days_left(due, today), messages)
