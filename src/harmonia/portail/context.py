"""What every page knows: which portal, where the person works."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from harmonia.organismes.access import membership, memberships_of
from harmonia.tenancy.porte import porte


def portal(request: HttpRequest) -> dict[str, Any]:
    """Return the door and the organisation of the person."""
    return {
        "portail": settings.PORTAIL,
        "porte": porte(),
        "rattachement": membership(request),
        "rattachements": memberships_of(request),
        "page": "",
    }
