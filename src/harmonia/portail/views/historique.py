"""The tab « Historique »: sealed reports and versions, checked and compared; the past."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET

from harmonia.consultations.services import Read, note
from harmonia.dossiers.access import access_content, access_dossier
from harmonia.dossiers.editions import NATURES
from harmonia.dossiers.evaluation import live, restitution_plan
from harmonia.dossiers.history import past_moment, sealed_sections, shifts_since
from harmonia.dossiers.models import Dossier, RapportScelle, VersionScellee
from harmonia.dossiers.reports import Shift, difference, is_intact
from harmonia.portail.restitution import OWN
from harmonia.portail.verification import cell_url
from harmonia.portail.views.verification import frame

SHOWN: Final = 300
"""Changes shown at once on the page of a past state; the export holds them all."""


@login_required
@require_GET
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """List the sealed reports and versions, each checked again."""
    dossier = access_content(dossier_id)
    reports = list(RapportScelle.objects.filter(dossier=dossier).select_related("par")[:60])
    versions = VersionScellee.objects.filter(dossier=dossier).select_related("par")
    context = frame(dossier, live(dossier), "verification_historique") | {
        "rapports": [
            (report, is_intact(report), reports[rank + 1] if rank + 1 < len(reports) else None)
            for rank, report in enumerate(reports)
        ],
        "versions": [(version, is_intact(version)) for version in versions],
        "maintenant": timezone.localtime(),
    }
    return render(request, "portail/verification/historique.html", context)


@login_required
@require_GET
def report(request: HttpRequest, dossier_id: int, rapport_id: int) -> HttpResponse:
    """Show a sealed report as it was, and what changed since the one before."""
    dossier = access_content(dossier_id)
    rows = RapportScelle.objects.filter(dossier=dossier).select_related("par")
    row = rows.filter(pk=rapport_id).first()
    if row is None:
        raise Http404("Ce rapport n'existe pas dans ce dossier.")
    other_id = request.GET.get("avec", "")
    before = rows.filter(pk=int(other_id)).first() if other_id.isdigit() else None
    if before is None:
        before = rows.filter(pk__lt=row.pk).first()
    context = {
        "dossier": dossier,
        "rapport": row,
        "contenu": row.contenu,
        "intact": is_intact(row),
        "autres": [other for other in rows.defer("contenu")[:60] if other.pk != row.pk],
        "avant": before,
        **(_compared(dossier, before, row) if before is not None else {}),
    }
    return render(request, "portail/verification/rapport.html", context)


def _compared(dossier: Dossier, before: RapportScelle, after: RapportScelle) -> dict[str, Any]:
    first, last = sorted((before, after), key=lambda one: one.pk)
    changed = difference(first, last)
    plan = restitution_plan(dossier)
    names = {slot.key: slot.libelle for slot in plan.slots if slot.table in OWN} if plan else {}
    return {
        "premier": first,
        "second": last,
        "difference": changed,
        "agregats": [(names.get(one.nom, one.nom), one, _delta(one)) for one in changed.agregats],
    }


def _delta(shift: Shift) -> int | None:
    if isinstance(shift.avant, int) and isinstance(shift.apres, int):
        return shift.apres - shift.avant
    return None


@login_required
@require_GET
def version(request: HttpRequest, dossier_id: int, numero: int) -> HttpResponse:
    """Show a sealed version: it stays readable while a correction is prepared."""
    dossier = access_dossier(dossier_id)
    row = VersionScellee.objects.filter(dossier=dossier, numero=numero).select_related("par").first()
    if row is None:
        raise Http404("Cette version n'existe pas, ou n'est pas à vous de la lire.")
    note(Read(dossier.organisme_id, dossier.pk, f"{dossier.campagne.titre}, version scellée {numero}"))
    context = {
        "dossier": dossier,
        "version": row,
        "intact": is_intact(row),
        "sections": sealed_sections(dossier, row),
        "verdicts": Counter(one["resultat"] for one in row.verification.get("controles", [])),
    }
    return render(request, "portail/verification/version.html", context)


@login_required
@require_GET
def past(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Show the dossier as it stood at a moment: what changed since, and its exports."""
    dossier = access_content(dossier_id)
    moment = read_moment(request.GET.get("le", ""))
    context: dict[str, Any] = {
        "dossier": dossier,
        "moment": moment,
        "demande": request.GET.get("le", ""),
        "natures": list(NATURES.items()),
    }
    if moment is not None:
        found = past_moment(dossier, moment)
        changes = shifts_since(dossier, found)
        context |= {
            "passe": found,
            "nombre": len(changes),
            "changements": [(change, cell_url(dossier.pk, change.cle)) for change in changes[:SHOWN]],
            "caches": max(0, len(changes) - SHOWN),
        }
    return render(request, "portail/verification/passe.html", context)


def read_moment(text: str) -> datetime | None:
    """Read a moment of an address, in the time of Paris; None when it is none."""
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    if found is None:
        return None
    return timezone.make_aware(found) if timezone.is_naive(found) else found
