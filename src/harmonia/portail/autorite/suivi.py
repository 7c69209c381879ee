"""Where a dossier is, and its due date: what the authority sees of it at any step, on both doors."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from harmonia.campagnes.models import Campagne
from harmonia.campagnes.services import grant_delay
from harmonia.documents import prorogations
from harmonia.documents.exchange import unread
from harmonia.documents.models import Prorogation
from harmonia.documents.prorogations import ProrogationError
from harmonia.dossiers.access import access_dossier, may_read
from harmonia.dossiers.models import Dossier, Transition
from harmonia.dossiers.transitions import pending_return
from harmonia.dossiers.workflow import workflow
from harmonia.organismes.members import members
from harmonia.organismes.models import Contact
from harmonia.portail.forms import AnswerForm, day
from harmonia.portail.guards import authority_only
from harmonia.portail.views.dossier import validation
from harmonia.portail.views.exchanges import calendar_of, line
from harmonia.portail.views.home import step_marks


class DelayForm(forms.Form):
    """A due date of its own for an organisation."""

    echeance = forms.DateField(
        label="Nouvelle échéance",
        required=False,
        widget=day(),
        help_text="Vide : l'échéance de la campagne. Rappels et gel suivent.",
    )
    motif = forms.CharField(label="Motif, lu par l'organisme", max_length=200, required=False)


@require_GET
@authority_only
def dossier(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Show where a dossier is; the box of the steps and the way to its values only once it is transmitted."""
    return render(request, "portail/autorite/dossier.html", standing(request, access_dossier(dossier_id)))


def standing(request: HttpRequest, row: Dossier) -> dict[str, object]:
    """Return what the authority is shown of a dossier: nothing of its values."""
    calendar = calendar_of(row)
    dates = line(row, calendar)
    return {
        **dates,
        "reponse_prorogation": _answer(dates["prorogations"]),
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


def _answer(asked: object) -> AnswerForm:
    """Return the form of an answer, filled with what is asked for."""
    last = asked[0] if isinstance(asked, list) and asked else None
    return AnswerForm(initial={"echeance": last.echeance_demandee if last else None})


def _told(row: Dossier) -> dict[str, object]:
    """Return what was said of a dossier that is with its organisation: steps and reasons, nothing to do."""
    passed = Transition.objects.filter(dossier=row).select_related("par").order_by("-id")[:8]
    return {"passages": passed, "demande": pending_return(row), "offres": [], "signatures": {}}


@require_POST
@authority_only
def repondre_prorogation(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Accept the request of prorogation that waits, or refuse it; the due date follows."""
    row = access_dossier(dossier_id)
    try:
        told = _answered(row, request.POST.get("reponse_est", ""), AnswerForm(request.POST))
    except ProrogationError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, told)
    return redirect("suivi_dossier", dossier_id)


def _answered(row: Dossier, answer: str, form: AnswerForm) -> str:
    until = form.cleaned_data["echeance"] if form.is_valid() else None
    words = form.data.get("reponse", "")
    if answer != "accepter":
        prorogations.refuse(row.campagne, row.organisme_id, words[:500])
        return "La prorogation est refusée ; l'échéance ne change pas."
    if until is None:
        raise ProrogationError("Donnez la nouvelle échéance : choisissez-la dans le calendrier.")
    prorogations.accept(row.campagne, row.organisme_id, until, words[:500])
    return f"La prorogation est acceptée ; nouvelle échéance : {until:%d/%m/%Y}."


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


def postponed(campagne: Campagne | None) -> list[tuple[int, Prorogation]]:
    """Return the requests of prorogation that wait, each with its dossier."""
    asked = prorogations.waiting(campagne) if campagne else []
    rows = Dossier.objects.filter(campagne=campagne, organisme__in=[one.organisme_id for one in asked])
    dossiers = dict(rows.values_list("organisme_id", "pk")) if asked else {}
    return [(dossiers[one.organisme_id], one) for one in asked]
