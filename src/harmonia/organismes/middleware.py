"""Open the scope of each request: the authority's, an organisation's, or only the person's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from harmonia.acces.models import User
from harmonia.organismes.access import CHOSEN
from harmonia.organismes.models import Rattachement
from harmonia.tenancy.prepared import Prepared
from harmonia.tenancy.scope import Role, Scope, open_scope

Next = Callable[[HttpRequest], HttpResponse]

_PLACES: Final = Prepared(
    lambda user_id: (
        Rattachement.objects.filter(user_id=user_id, actif=True)
        .select_related("organisme")
        .order_by("organisme__nom")
    ),
    int,
)


class ScopeMiddleware:
    """
    Run a view in one transaction, in the scope of its user; the pages of the account have none.

    `request.rattachement` holds the profiles of the person in the organisation, `request.rattachements`
    those of every organisation between which the person may switch; an answer of 4xx or 5xx leaves nothing
    behind.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Open the scope and pass on; without a user, no scope is open and no row can be read."""
        user = request.user
        if not isinstance(user, User):
            return self.get_response(request)
        if request.path.startswith("/compte/"):
            if not user.est_autorite:
                with open_scope(Scope(Role.PERSONNE, user.pk)):
                    _place(request, user)
            return self.get_response(request)
        if user.est_autorite:
            with open_scope(Scope(Role(settings.PORTAIL), user.pk)):
                return self._answer(request)
        with open_scope(Scope(Role.PERSONNE, user.pk)):
            row = _place(request, user)
            if row is None:
                return self._answer(request)
            with open_scope(Scope(Role.ORGANISME, user.pk, row.organisme_id), last=True):
                return self._answer(request)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code >= 400:
            transaction.set_rollback(True)
        return response


def _place(request: HttpRequest, user: User) -> Rattachement | None:
    """Tell the request where its person works: the organisation last chosen, else the first one by name."""
    rows = _PLACES.rows(user.pk)
    chosen = request.session.get(CHOSEN)
    row = next((row for row in rows if row.organisme_id == chosen), rows[0] if rows else None)
    request.rattachements = rows  # type: ignore[attr-defined]
    request.rattachement = row  # type: ignore[attr-defined]
    return row
