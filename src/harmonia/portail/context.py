"""What every page knows: which portal, where the person works."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from harmonia.organismes.access import membership


def portal(request: HttpRequest) -> dict[str, Any]:
    """Return the name of the portal and the organisation of the person."""
    return {"portail": settings.PORTAIL, "rattachement": membership(request)}
