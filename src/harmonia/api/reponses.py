"""What the API answers: JSON in UTF-8, never kept by a cache; problems as RFC 9457 writes them, in French."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.http import HttpResponse

PROBLEM: Final = "application/problem+json"


def answer(content: Mapping[str, Any], status: int = 200) -> HttpResponse:
    """Return an answer."""
    return _sent(json.dumps(content, ensure_ascii=False).encode(), status, "application/json")


def sealed(content: bytes, empreinte: str) -> HttpResponse:
    """Return a sealed document, whose tag is its digest."""
    response = _sent(content, 200, "application/json")
    response.headers["ETag"] = f'"{empreinte}"'
    return response


def unchanged(empreinte: str) -> HttpResponse:
    """Say that what the portal has already is the last."""
    response = _sent(b"", 304, "application/json")
    response.headers["ETag"] = f'"{empreinte}"'
    return response


def nobody() -> HttpResponse:
    """Refuse a token, whatever is wrong with it."""
    response = problem(
        401,
        "Jeton refusé",
        "Ce jeton n'ouvre rien : il est absent, inconnu, expiré, ou son consentement est clos.",
    )
    response.headers["WWW-Authenticate"] = 'Bearer realm="harmonia", error="invalid_token"'
    return response


def nothing() -> HttpResponse:
    """Say that nothing can be read under this consent, whatever the reason."""
    return problem(
        404, "Rien à lire", "Aucune transmission ne se lit sous ce consentement, ou pas sous ce numéro."
    )


def unreadable(detail: str) -> HttpResponse:
    """Refuse a body that does not follow the contract."""
    return problem(400, "Demande illisible", detail)


def method_not_allowed(methods: Sequence[str]) -> HttpResponse:
    """Refuse a method, before anything is looked at."""
    response = problem(405, "Méthode refusée", f"Cette adresse se lit par {', '.join(methods)}.")
    response.headers["Allow"] = ", ".join(methods)
    return response


def too_many_demands() -> HttpResponse:
    """Ask a portal to wait, before anything is looked at."""
    response = problem(
        429,
        "Trop de demandes",
        "Ce portail a demandé trop de jetons en une minute. Réessayez dans une minute.",
    )
    response.headers["Retry-After"] = "60"
    return response


def problem(status: int, title: str, detail: str) -> HttpResponse:
    """Return a problem."""
    content = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return _sent(json.dumps(content, ensure_ascii=False).encode(), status, PROBLEM)


def _sent(content: bytes, status: int, kind: str) -> HttpResponse:
    response = HttpResponse(content, status=status, content_type=kind)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
