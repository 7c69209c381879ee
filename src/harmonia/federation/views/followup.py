"""« Suivi »: the dossiers, their steps and dates."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from harmonia.campagnes.models import Campagne
from harmonia.dossiers.workflow import workflow
from harmonia.federation.followup import SORTS, Filters, counts, follow
from harmonia.portail.autorite.suivi import postponed
from harmonia.portail.guards import authority_only


@require_GET
@authority_only
def suivi(request: HttpRequest) -> HttpResponse:
    """List the dossiers of a collection, the last one unless told otherwise."""
    filters = _filters(request)
    rows = follow(filters, timezone.localdate())
    context = {
        "lignes": rows,
        "filtres": filters,
        "campagnes": Campagne.objects.all(),
        "etapes": workflow().etapes.values(),
        "comptes": counts(filters.campagne) if filters.campagne else [],
        "tris": SORTS,
        "retards": sum(1 for one in rows if one.est_en_retard),
        "prorogations": postponed(filters.campagne),
        "retours": [one for one in rows if one.retour_demande],
        "page": "suivi",
    }
    return render(request, "federation/suivi.html", context)


def _filters(request: HttpRequest) -> Filters:
    asked = request.GET
    wanted = asked.get("campagne", "")
    rows = Campagne.objects.exclude(ouverte_le=None)
    campagne = rows.filter(pk=int(wanted)).first() if wanted.isdigit() else None
    etape = asked.get("etape", "")
    tri = asked.get("tri", "nom")
    return Filters(
        campagne or rows.first(),
        etape if etape in workflow().etapes else "",
        asked.get("nom", "").strip()[:80],
        asked.get("retard") == "1",
        asked.get("retours") == "1",
        tri if tri in SORTS else "nom",
    )
