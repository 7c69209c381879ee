"""The home page of a dossier: its tables, its calendar, what may be done next."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from harmonia.campagnes.calendar import days_left, due_date, timeline
from harmonia.campagnes.models import CalendrierOrganisme
from harmonia.dossiers.access import access_content
from harmonia.dossiers.completeness import completeness
from harmonia.dossiers.evaluation import live
from harmonia.dossiers.workflow import workflow
from harmonia.portail.views.home import step_marks


@login_required
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Show a dossier."""
    dossier = access_content(dossier_id)
    state = live(dossier)
    calendar = CalendrierOrganisme.objects.filter(
        campagne_id=dossier.campagne_id, organisme_id=dossier.organisme_id
    ).first()
    today = timezone.localdate()
    due = due_date(dossier.campagne, calendar)
    progress = completeness(dossier, state)
    context = {
        "dossier": dossier,
        "etape": workflow().etapes[dossier.etape],
        "etapes": step_marks(dossier),
        "completude": progress,
        "groupes": [
            ("A", "Comptes annuels et états réglementaires", [t for t in progress.tables if t.groupe == "A"]),
            ("B", "Tableaux 1 à 13", [t for t in progress.tables if t.groupe == "B"]),
        ],
        "echeance": due,
        "reste": days_left(due, today),
        "dates": timeline(dossier.campagne, calendar, today),
        "jeton": uuid.uuid4(),
    }
    return render(request, "portail/dossier.html", context)
