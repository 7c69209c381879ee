"""Exports: anomalies, journal, the filing as data; the long ones are made in the background."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from harmonia.consultations.models import Nature
from harmonia.dossiers.access import access_content
from harmonia.dossiers.anomalies import anomalies, summary
from harmonia.dossiers.editions import NATURES, ask
from harmonia.dossiers.evaluation import live
from harmonia.dossiers.history import journal, past_evaluation, past_moment
from harmonia.dossiers.models import Dossier, Edition
from harmonia.portail.exports import (
    ANOMALIES,
    CSV,
    JOURNAL,
    PDF,
    XLSX,
    Exported,
    anomaly_cells,
    as_csv,
    as_workbook,
    file_name,
    filing_as_json,
    filing_as_xml,
    journal_cells,
)
from harmonia.portail.impression import MissingLibraryError, print_anomalies
from harmonia.portail.tasks import print_edition
from harmonia.portail.verification import Wanted
from harmonia.portail.views.historique import read_moment
from harmonia.portail.views.verification import listed
from harmonia.tenancy.scope import current

PRINTED: Final = 400
"""Anomalies printed at once; a filter gives the others."""


def _sent(exported: Exported) -> HttpResponse:
    response = HttpResponse(exported.contenu, content_type=exported.type)
    response["Content-Disposition"] = f'attachment; filename="{exported.nom}"'
    return response


@login_required
@require_GET
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """List what can be exported, before validation too."""
    dossier = access_content(dossier_id)
    editions = Edition.objects.filter(dossier=dossier).select_related("par").defer("contenu")[:6]
    context = {"dossier": dossier, "editions": editions, "maintenant": timezone.localtime()}
    return render(request, "portail/verification/exporter.html", context)


@login_required
@require_GET
def anomalies_as(request: HttpRequest, dossier_id: int, forme: str) -> HttpResponse:
    """Export the list of anomalies, as the filter says."""
    dossier = access_content(dossier_id, Nature.EXPORT)
    state = live(dossier)
    rows = listed(dossier, state, Wanted.read(request.GET.dict()))
    counts = summary(state, anomalies(dossier, state))
    name = file_name(dossier, "anomalies", forme)
    if forme == "csv":
        return _sent(Exported(name, CSV, as_csv(ANOMALIES, anomaly_cells(rows))))
    if forme == "xlsx":
        about = f"{dossier.organisme.nom} · {dossier.campagne.titre} · {timezone.localtime():%d/%m/%Y %H:%M}"
        return _sent(Exported(name, XLSX, as_workbook("Anomalies", about, ANOMALIES, anomaly_cells(rows))))
    try:
        body = print_anomalies(dossier, rows[:PRINTED], counts)
    except MissingLibraryError as error:
        messages.error(request, str(error))
        return redirect("verification", dossier_id)
    return _sent(Exported(name, PDF, body))


@login_required
@require_GET
def journal_as(_request: HttpRequest, dossier_id: int, forme: str) -> HttpResponse:
    """Export the journal of changes."""
    dossier = access_content(dossier_id, Nature.EXPORT)
    lines = journal_cells(journal(dossier))
    name = file_name(dossier, "journal", forme)
    if forme == "csv":
        return _sent(Exported(name, CSV, as_csv(JOURNAL, lines)))
    about = f"{dossier.organisme.nom} · {dossier.campagne.titre} · toutes les modifications"
    return _sent(Exported(name, XLSX, as_workbook("Journal", about, JOURNAL, lines)))


@login_required
@require_GET
def filing_as(request: HttpRequest, dossier_id: int, forme: str) -> HttpResponse:
    """Export the filing as data, as it is now or as it was."""
    dossier = access_content(dossier_id, Nature.EXPORT)
    moment = _moment(request)
    evaluation = (
        live(dossier).evaluation if moment is None else past_evaluation(dossier, past_moment(dossier, moment))
    )
    write = filing_as_xml if forme == "xml" else filing_as_json
    return _sent(write(dossier, evaluation))


def _moment(request: HttpRequest) -> datetime | None:
    text = request.GET.get("le", "") or request.POST.get("le", "")
    if not text:
        return None
    found = read_moment(text)
    if found is None:
        raise Http404(f"« {text} » n'est pas un moment : écrivez 2023-07-12T10:00.")
    return found


# ── In the background ────────────────────────────────────────────────────────────────────────────


@login_required
@require_POST
def ask_edition(request: HttpRequest, dossier_id: int, nature: str) -> HttpResponse:
    """Ask for a long file, and follow it."""
    dossier = access_content(dossier_id, Nature.EXPORT)
    moment = _moment(request)
    what = f"liasse{f'-au-{timezone.localtime(moment):%Y%m%d-%H%M}' if moment else ''}"
    edition, is_new = ask(dossier, nature, file_name(dossier, what, nature), moment)
    if is_new:
        scope = current()
        transaction.on_commit(
            lambda: print_edition.defer(
                edition_id=edition.pk,
                role=scope.role.value,
                user_id=scope.user_id,
                organisme_id=scope.organisme_id,
            )
        )
    return redirect("edition", dossier_id, edition.pk)


@login_required
@require_GET
def edition(request: HttpRequest, dossier_id: int, edition_id: int) -> HttpResponse:
    """Follow a long file: a page that looks again by itself, or its state as data."""
    dossier = access_content(dossier_id)
    row = _edition(dossier, edition_id)
    if "etat" in request.GET:
        return JsonResponse({"etat": row.etat, "avancement": row.avancement})
    context = {"dossier": dossier, "edition": row, "nature": NATURES[row.nature]}
    response = render(request, "portail/verification/edition.html", context)
    if row.etat == "demandee":
        response["Refresh"] = "4"
    return response


@login_required
@require_GET
def edition_file(_request: HttpRequest, dossier_id: int, edition_id: int) -> HttpResponse:
    """Give a long file that is ready."""
    dossier = access_content(dossier_id, Nature.EXPORT)
    row = Edition.objects.filter(dossier=dossier, pk=edition_id, etat="prete").first()
    if row is None or row.contenu is None:
        raise Http404("Ce fichier n'est pas prêt.")
    return _sent(Exported(row.nom, XLSX if row.nature == "xlsx" else PDF, bytes(row.contenu)))


def _edition(dossier: Dossier, edition_id: int) -> Edition:
    row = Edition.objects.filter(dossier=dossier, pk=edition_id).defer("contenu").first()
    if row is None:
        raise Http404("Ce fichier n'a pas été demandé, ou n'est pas de ce dossier.")
    return row
