"""What every page knows: which portal, where the person works."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest

from harmonia.organismes.access import membership, memberships_of

NAMES: Final = {
    "federation": ("Harmonia.coop", "Fédération des coopératives d'HLM"),
    "ministere": ("Harmonia.gouv", "Ministère chargé du logement"),
}


def portal(request: HttpRequest) -> dict[str, Any]:
    """Return the name of the portal and the organisation of the person."""
    name, authority = NAMES[settings.PORTAIL]
    return {
        "portail": settings.PORTAIL,
        "nom_portail": name,
        "autorite": authority,
        "rattachement": membership(request),
        "rattachements": memberships_of(request),
        "page": "",
    }
