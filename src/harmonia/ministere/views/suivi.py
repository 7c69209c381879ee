"""« Suivi »: who must file, who has transmitted, who is late."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from harmonia.campagnes.calendar import days_left, due_date
from harmonia.campagnes.models import Campagne
from harmonia.dossiers.access import REVIEW
from harmonia.dossiers.models import Dossier
from harmonia.dossiers.opening import calendars_of
from harmonia.dossiers.workflow import workflow
from harmonia.portail.guards import authority_only


@require_GET
@authority_only
def suivi(request: HttpRequest) -> HttpResponse:
    """List the dossiers of a collection, the last one unless told otherwise: steps and dates, no value."""
    rows = Campagne.objects.exclude(ouverte_le=None)
    wanted = request.GET.get("campagne", "")
    campagne = (rows.filter(pk=int(wanted)).first() if wanted.isdigit() else None) or rows.first()
    context = {
        "campagne": campagne,
        "campagnes": rows,
        "lignes": _lines(campagne) if campagne else [],
        "page": "suivi",
    }
    return render(request, "ministere/suivi.html", context)


def _lines(campagne: Campagne) -> list[dict[str, object]]:
    calendars, today = calendars_of(campagne), timezone.localdate()
    found = []
    for dossier in Dossier.objects.filter(campagne=campagne).select_related("organisme"):
        due = due_date(campagne, calendars.get(dossier.organisme_id))
        found.append(
            {
                "dossier": dossier,
                "etape": workflow().etapes[dossier.etape],
                "echeance": due,
                "reste": days_left(due, today),
                "est_transmis": dossier.rang >= REVIEW,
            }
        )
    return sorted(found, key=lambda one: str(one["dossier"].organisme.nom))  # type: ignore[attr-defined]
