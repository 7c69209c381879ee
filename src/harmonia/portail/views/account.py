"""« Mon compte »: who I am here, and where to change my password, address and second factor."""

from __future__ import annotations

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from harmonia.organismes.access import memberships
from harmonia.portail.guards import person


@login_required
def compte(request: HttpRequest) -> HttpResponse:
    """Show the account."""
    user = person(request)
    context = {
        "rattachements": [] if user.est_autorite else memberships(user.pk),
        "second_facteur": is_mfa_enabled(user),
        "page": "compte",
    }
    return render(request, "portail/compte.html", context)
