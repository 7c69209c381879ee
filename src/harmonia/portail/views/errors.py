"""What people read when a page cannot be given: what happened, and what to do."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - the signature is Django's
    """Tell that the page was too old, or came from elsewhere."""
    return render(request, "403_csrf.html", status=403)
