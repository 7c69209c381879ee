"""The pages of the federation's analysts."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from harmonia.dossiers.models import Dossier


@login_required
def suivi(request: HttpRequest) -> HttpResponse:
    """List the dossiers with their step; below step 4 there is nothing more to read."""
    dossiers = Dossier.objects.select_related("campagne", "organisme").order_by("organisme__nom")
    return render(request, "federation/suivi.html", {"dossiers": dossiers, "page": "suivi"})
