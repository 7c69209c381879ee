"""« Qui a vu mes données »: every reading by somebody outside the organisation."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from harmonia.consultations.services import readings
from harmonia.portail.guards import member_only, organisme_of

SHOWN: Final = 500
"""Readings shown at once, the last ones."""


@require_GET
@member_only
def consultations(request: HttpRequest) -> HttpResponse:
    """List who read what, when, and under which right."""
    rows = readings(organisme_of(request).pk, SHOWN)
    return render(request, "portail/consultations.html", {"consultations": rows, "page": "consultations"})
