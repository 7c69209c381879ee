"""The endpoints that portals call: tokens, their revocation, and what a client must know of this server."""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET
from oauth2_provider.views import RevokeTokenView, TokenView

from harmonia.api.documents import server_document
from harmonia.api.reponses import answer, too_many_demands
from harmonia.portail.guards import is_within
from harmonia.tenancy.sql import ask

_IN_TURN: Final = "SELECT pg_advisory_xact_lock(hashtextextended(%s::text, 0))"
_UNKNOWN: Final = 401
"""What a portal is answered whose identifier or secret is wrong."""


class _Bounded:
    """
    Bounds what one address asks, by `ACCOUNT_RATE_LIMITS` as the accounts are.

    A portal that is not recognised is bounded much sooner: secrets are not guessed here.  What a portal that
    is known is refused (a consent that ended) does not count there, so that no organisation stops the others.
    """

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer, or ask to wait."""
        if not (is_within(request, "portail") and is_within(request, "portail_refuse", dry_run=True)):
            return too_many_demands()
        response = self.serve(request, *args, **kwargs)
        if response.status_code == _UNKNOWN:
            is_within(request, "portail_refuse")
        return response

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer."""
        response: HttpResponse = super().post(request, *args, **kwargs)  # type: ignore[misc]  # the toolkit's view
        return response


class JetonView(_Bounded, TokenView):  # type: ignore[misc]  # the toolkit has no types
    """The token endpoint (RFC 6749, 3.2): a code is used, and its token written, in one go."""

    http_method_names = ("post", "options")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """
        Give a token for a code or a refresh token.

        Two demands over the same one are served in turn: the second would look for what the first replaced.
        """
        given = request.POST.get("refresh_token") or request.POST.get("code") or ""
        with transaction.atomic():
            ask(_IN_TURN, [given])
            response: HttpResponse = self.authorization_flow_token_response(request, *args, **kwargs)
        return response


class RevocationView(_Bounded, RevokeTokenView):  # type: ignore[misc]  # idem
    """Where a portal gives a token back (RFC 7009)."""

    http_method_names = ("post", "options")


@require_GET
def serveur(_request: HttpRequest) -> HttpResponse:
    """Publish what a client must know of this server (RFC 8414)."""
    return answer(server_document())
