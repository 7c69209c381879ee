"""« Accès accordés »: the consents of the organisation, each with its record, its readings, and its end."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from harmonia.api.consentements import access_consent, close, consents, may_consent
from harmonia.api.models import Fin
from harmonia.consultations.services import under_consent
from harmonia.portail.guards import member_only, organisme_of, row_of


@require_GET
@member_only
def consentements(request: HttpRequest) -> HttpResponse:
    """List the consents, those that are open first."""
    rows = sorted(consents(organisme_of(request)), key=lambda one: not one.est_vivant)
    context = {"consentements": rows, "peut_revoquer": may_consent(row_of(request)), "page": "consentements"}
    return render(request, "ministere/consentements.html", context)


@require_GET
@member_only
def consentement(request: HttpRequest, consentement_id: uuid.UUID) -> HttpResponse:
    """Show the record of a consent, and what was read under it."""
    row = access_consent(organisme_of(request), consentement_id)
    context = {
        "consentement": row,
        "lectures": under_consent(row.pk),
        "peut_revoquer": may_consent(row_of(request)) and row.est_vivant,
        "page": "consentements",
    }
    return render(request, "ministere/consentement.html", context)


@require_POST
@member_only
def revoquer(request: HttpRequest, consentement_id: uuid.UUID) -> HttpResponse:
    """End a consent at once."""
    row = access_consent(organisme_of(request), consentement_id)
    if not may_consent(row_of(request)):
        raise PermissionDenied(
            "Un accès se révoque par un responsable comptable, un responsable hiérarchique "
            "ou l'administrateur de l'organisme : prévenez l'un d'eux."
        )
    close(row, Fin.REVOQUE)
    messages.success(request, f"L'accès de {row.client.name} est révoqué : il ne lit plus rien.")
    return redirect("consentement", row.pk)
