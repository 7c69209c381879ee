"""
Who asks: the consent that a bearer token names, and a scope that sees what it covers and nothing else.

Whatever is wrong with a token (none, unknown, expired, revoked, another portal's, a consent that ended) has
one answer, by one path: the same queries, the same words, the same headers.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Final

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.oauth2_backends import get_oauthlib_core

from harmonia.api.consentements import of_scope
from harmonia.api.models import Consentement
from harmonia.api.reponses import method_not_allowed, nobody
from harmonia.tenancy.scope import Role, Scope, open_scope

View = Callable[..., HttpResponse]

_NONE: Final = uuid.UUID(int=0)


def protected(*methods: str) -> Callable[[View], View]:
    """Serve a view to the holder of a token, in the scope of its consent, which the view is given."""

    def decorate(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def served(request: HttpRequest, **kwargs: object) -> HttpResponse:
            if request.method not in methods:
                return method_not_allowed(methods)
            client_id, consent_id = _presented(request)
            with open_scope(Scope(Role.TIERS, consentement=str(consent_id))):
                rows = Consentement.objects.filter(pk=consent_id, client_id=client_id)
                consent = rows.select_related("client", "donne_par").first()
                return nobody() if consent is None else view(request, consent, **kwargs)

        return served

    return decorate


def _presented(request: HttpRequest) -> tuple[int, uuid.UUID]:
    """Return the portal of a token and the consent that it names; those of nobody if there is any doubt."""
    try:
        valid, asked = get_oauthlib_core().verify_request(request, scopes=[])
    except (ValueError, SuspiciousOperation):  # an address that oauthlib cannot read
        return 0, _NONE
    consent_id = of_scope(asked.access_token.scope) if valid else None
    return (asked.access_token.application_id, consent_id) if consent_id else (0, _NONE)
