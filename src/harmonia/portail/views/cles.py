"""The public keys of the portal, for whoever checks what it signed."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from harmonia.transmissions.cles import published


@require_safe
def cles(_request: HttpRequest) -> HttpResponse:
    """Give the keys, those of the past included; nothing of them is secret."""
    text = json.dumps(published(), ensure_ascii=False, indent=1) + "\n"
    answer = HttpResponse(text, content_type="application/json")
    answer["Cache-Control"] = "public, max-age=300"
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
