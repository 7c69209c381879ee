"""What a person may see: their organisations, and the one they are working for."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.request import HttpRequest as Request

from harmonia.organismes.models import Organisme, Rattachement
from harmonia.tenancy.scope import Role, Scope, open_scope

CHOSEN = "organisme"
"""The key of the session that says for which organisation the person works."""


def memberships(user_id: int) -> list[Rattachement]:
    """Return the organisations of a person, by name; needs no scope."""
    with open_scope(Scope(Role.PERSONNE, user_id)):
        rows = Rattachement.objects.filter(user_id=user_id, actif=True).select_related("organisme")
        return list(rows.order_by("organisme__nom"))


def choose(request: Request, organisme_id: int) -> Organisme | None:
    """Work for an organisation from now on; None when the person does not belong to it."""
    user_id = request.user.pk
    assert user_id is not None
    for row in memberships(user_id):
        if row.organisme_id == organisme_id:
            request.session[CHOSEN] = organisme_id
            return row.organisme
    return None


def membership(request: HttpRequest) -> Rattachement | None:
    """Return the profiles of the person in the organisation of the request, if any."""
    found = getattr(request, "rattachement", None)
    return found if isinstance(found, Rattachement) else None


def memberships_of(request: HttpRequest) -> list[Rattachement]:
    """Return the organisations between which the person of the request may switch."""
    found: list[Rattachement] = getattr(request, "rattachements", [])
    return found
