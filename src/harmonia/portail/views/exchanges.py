"""The espace d'échange of a dossier, its attachments, and what pages show of its calendar."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from harmonia.campagnes.calendar import days_left, due_date, freeze_date, timeline, year_of
from harmonia.campagnes.models import CalendrierOrganisme, Notification
from harmonia.documents.exchange import RefusedFileError, access_document, post, thread
from harmonia.documents.prorogations import requests_of
from harmonia.documents.store import pieces
from harmonia.dossiers.access import access_dossier
from harmonia.dossiers.models import Dossier
from harmonia.portail.forms import MessageForm
from harmonia.portail.guards import posted, too_many


@login_required
def echanges(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Show the thread; POST writes in it."""
    dossier = access_dossier(dossier_id)
    form = MessageForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        limited = too_many(request, "message")
        if limited is not None:
            return limited
        joint = form.cleaned_data["joint"]
        try:
            post(
                dossier.pk,
                dossier.organisme_id,
                form.cleaned_data["texte"],
                cle=request.POST.get("cle", ""),
                joint=joint if isinstance(joint, UploadedFile) else None,
            )
        except RefusedFileError as refusal:
            form.add_error("joint" if joint else "texte", str(refusal))
        else:
            messages.success(request, "Votre message est envoyé.")
            return redirect("echanges", dossier_id)
    context = {
        "dossier": dossier,
        "fil": thread(dossier.pk),
        "form": form,
        "cle": request.GET.get("cle", "")[:120],
        "page": "echanges",
    }
    return render(request, "portail/echanges.html", context)


@require_GET
@login_required
def document(request: HttpRequest, document_id: uuid.UUID) -> HttpResponse:  # noqa: ARG001 - the scope says who
    """Hand a document over, always as a file to keep, never shown by the browser in our name."""
    found = access_document(document_id)
    answer = HttpResponse(pieces(found), content_type=found.type)
    answer.headers["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=found.nom) or "attachment"
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def calendar_of(dossier: Dossier) -> CalendrierOrganisme | None:
    """Return what is particular to the organisation of a dossier, if anything is."""
    rows = CalendrierOrganisme.objects.filter(campagne_id=dossier.campagne_id)
    found: CalendrierOrganisme | None = rows.filter(organisme_id=dossier.organisme_id).first()
    return found


def line(dossier: Dossier, row: CalendrierOrganisme | None) -> dict[str, object]:
    """Return what a page shows of the calendar of a dossier."""
    today = timezone.localdate()
    due = due_date(dossier.campagne, row)
    return {
        "dossier": dossier,
        "calendrier": row,
        "dates": timeline(dossier.campagne, row, today, dossier.famille),
        "aujourdhui": today,
        "echeance": due,
        "annee": year_of(dossier.campagne, dossier.famille),
        "prorogations": requests_of(dossier.campagne_id, dossier.organisme_id),
        "gel": freeze_date(dossier.campagne, row),
        "reste": days_left(due, today),
        "retard": max(0, -days_left(due, today)),
        "envois": Notification.objects.filter(
            campagne_id=dossier.campagne_id, organisme_id=dossier.organisme_id
        ),
    }
