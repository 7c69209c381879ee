"""« Suivi »: the dossiers, their steps and dates; values from step 4 on, on the organisation's own pages."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from harmonia.campagnes.models import Campagne
from harmonia.campagnes.services import grant_delay
from harmonia.documents.exchange import unread
from harmonia.dossiers.access import access_dossier, may_read
from harmonia.dossiers.models import Dossier, Transition
from harmonia.dossiers.transitions import pending_return
from harmonia.dossiers.workflow import workflow
from harmonia.federation.followup import SORTS, Filters, counts, follow
from harmonia.organismes.members import members
from harmonia.organismes.models import Contact
from harmonia.portail.guards import authority_only
from harmonia.portail.views.dossier import validation
from harmonia.portail.views.exchanges import calendar_of, line
from harmonia.portail.views.home import step_marks


class DelayForm(forms.Form):
    """A due date of its own for an organisation."""

    echeance = forms.DateField(
        label="Nouvelle échéance",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Vide : l'échéance de la campagne. Rappels et gel suivent.",
    )
    motif = forms.CharField(label="Motif, lu par l'organisme", max_length=200, required=False)


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


@require_GET
@authority_only
def dossier(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Show where a dossier is; the box of the steps and the way to its values only once it is transmitted."""
    row = access_dossier(dossier_id)
    calendar = calendar_of(row)
    context = {
        **line(row, calendar),
        "etape": workflow().etapes[row.etape],
        "etapes": step_marks(row),
        "lisible": may_read(row),
        "membres": [one for one in members(row.organisme) if one.actif],
        "contacts": Contact.objects.filter(organisme=row.organisme),
        "non_lus": unread([row.pk]).get(row.pk, 0),
        "delai": DelayForm(
            initial={"echeance": calendar.echeance, "motif": calendar.motif} if calendar else None
        ),
        "page": "suivi",
        **(validation(request, row) if may_read(row) else _told(row)),
    }
    return render(request, "federation/dossier.html", context)


def _told(row: Dossier) -> dict[str, object]:
    """Return what was said of a dossier that is with its organisation: steps and reasons, nothing to do."""
    passed = Transition.objects.filter(dossier=row).select_related("par").order_by("-id")[:8]
    return {"passages": passed, "demande": pending_return(row), "offres": [], "signatures": {}}


@require_POST
@authority_only
def delai(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Give an organisation a due date of its own, or take it back."""
    row = access_dossier(dossier_id)
    form = DelayForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Cette date ne se lit pas : choisissez-la dans le calendrier.")
    elif form.cleaned_data["echeance"] and not form.cleaned_data["motif"].strip():
        messages.error(request, "Donnez le motif du délai : l'organisme le lira.")
    else:
        until = form.cleaned_data["echeance"]
        grant_delay(row.campagne, row.organisme_id, until, form.cleaned_data["motif"])
        told = f"Nouvelle échéance : {until:%d/%m/%Y}." if until else "L'échéance est celle de la campagne."
        messages.success(request, told)
    return redirect("suivi_dossier", dossier_id)
