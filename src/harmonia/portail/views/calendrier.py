"""The calendar of an organisation in a collection: its assembly, and the prorogation that it asks for."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from harmonia.campagnes.models import CalendrierOrganisme
from harmonia.campagnes.services import set_assembly
from harmonia.documents import prorogations
from harmonia.documents.exchange import RefusedFileError
from harmonia.documents.prorogations import Asked, ProrogationError
from harmonia.dossiers.access import access_dossier
from harmonia.dossiers.models import Dossier
from harmonia.dossiers.workflow import workflow
from harmonia.portail.forms import AssemblyForm, ProrogationForm
from harmonia.portail.guards import member_only, posted
from harmonia.portail.views.exchanges import calendar_of, line
from harmonia.transmissions.pieces import NOT_APPROVED, PieceError, put_off


@member_only
def calendrier(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Show the whole line of an organisation in a collection; POST keeps the date of its assembly."""
    dossier = access_dossier(dossier_id)
    row = calendar_of(dossier)
    form = AssemblyForm(posted(request), initial={"assemblee_le": row.assemblee_le if row else None})
    if request.method == "POST" and form.is_valid():
        set_assembly(dossier.campagne, dossier.organisme_id, form.cleaned_data["assemblee_le"])
        messages.success(request, "La date est enregistrée ; échéance et rappels suivent.")
        return redirect("calendrier", dossier_id)
    return _page(request, dossier, row, form, ProrogationForm())


@require_POST
@member_only
def prorogation(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Send the decision that puts the assembly off."""
    dossier = access_dossier(dossier_id)
    form = ProrogationForm(request.POST, request.FILES)
    if form.is_valid() and _asked(request, dossier, form):
        return redirect("calendrier", dossier_id)
    row = calendar_of(dossier)
    dates = AssemblyForm(initial={"assemblee_le": row.assemblee_le if row else None})
    return _page(request, dossier, row, dates, form)


@require_POST
@member_only
def retirer_prorogation(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Take back the request that waits."""
    dossier = access_dossier(dossier_id)
    prorogations.withdraw(dossier.campagne, dossier.organisme_id)
    messages.success(request, "La demande de prorogation est retirée.")
    return redirect("calendrier", dossier_id)


def _asked(request: HttpRequest, dossier: Dossier, form: ProrogationForm) -> bool:
    given = form.cleaned_data
    asked = Asked(given["assemblee_reportee_le"], given["echeance"], given["motif"])
    try:
        with transaction.atomic():
            made = prorogations.ask(
                dossier.campagne, dossier.organisme_id, dossier.pk, asked, given["decision"]
            )
            if workflow().with_effect("transmet"):
                put_off(dossier, made.document)
    except (ProrogationError, PieceError) as refusal:
        form.add_error(None, str(refusal))
        return False
    except RefusedFileError as refusal:
        form.add_error("decision", str(refusal))
        return False
    messages.success(request, "La demande est envoyée avec la décision. Vous lirez la réponse ici.")
    if workflow().with_effect("transmet"):
        messages.info(request, f"La décision partira avec la transmission, sous réserve : « {NOT_APPROVED} »")
    return True


def _page(
    request: HttpRequest,
    dossier: Dossier,
    row: CalendrierOrganisme | None,
    form: AssemblyForm,
    asking: ProrogationForm,
) -> HttpResponse:
    context = {**line(dossier, row), "form": form, "demande_prorogation": asking}
    return render(request, "portail/calendrier.html", context)
