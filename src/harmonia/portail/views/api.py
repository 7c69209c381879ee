"""What the JSON endpoints of the entry page share: who may, what is refused, in which words."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

from harmonia.dossiers.access import access_content
from harmonia.dossiers.models import Dossier
from harmonia.dossiers.services import LockedError
from harmonia.organismes.access import membership

View = Callable[..., HttpResponse]


class RefusalError(Exception):
    """A request that cannot be served; its words are for the person."""


def refusal(etat: str, message: str, status: int) -> JsonResponse:
    """Return an answer that says no."""
    return JsonResponse({"etat": etat, "message": message}, status=status)


def api(view: View) -> View:
    """
    Serve a POST of JSON: the view gets the dossier and the body.

    Without a session the answer is 401, for the page to keep what is typed and propose to sign in again.
    """

    @wraps(view)
    def served(request: HttpRequest, dossier_id: int) -> HttpResponse:
        if request.method != "POST":
            return refusal("methode", "Cette adresse se lit par POST.", 405)
        if not request.user.is_authenticated:
            return refusal("session", "Votre session a expiré.", 401)
        try:
            body = _body(request)
            if body.get("moi") not in {None, request.user.pk}:
                return refusal(
                    "personne", f"Vous êtes maintenant connecté sous le nom de {request.user}.", 403
                )
            return view(request, access_content(dossier_id), body)
        except LockedError as error:
            return refusal("verrouille", str(error), 409)
        except (Http404, PermissionError) as error:
            return refusal("introuvable", str(error) or "Ce dossier n'est pas le vôtre.", 404)
        except RefusalError as error:
            return refusal("refus", str(error), 400)

    return served


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body or b"{}")
    except ValueError as error:
        raise RefusalError("La demande n'est pas lisible.") from error
    if not isinstance(body, dict):
        raise RefusalError("La demande n'est pas lisible.")
    return body


def may_type(request: HttpRequest, dossier: Dossier) -> bool:
    """Tell whether the person may change the values of the dossier, whatever its step."""
    row = membership(request)
    return row is not None and row.organisme_id == dossier.organisme_id and row.peut_saisir


def check_may_type(request: HttpRequest, dossier: Dossier) -> None:
    """
    Refuse somebody who only reads.

    Raises:
        RefusalError: no profile of entry.
    """
    if not may_type(request, dossier):
        raise RefusalError("Votre profil lit ce dossier, mais n'y saisit pas.")


def text(body: dict[str, Any], name: str) -> str:
    """Return a text of the body."""
    value = body.get(name, "")
    if not isinstance(value, str):
        raise RefusalError(f"« {name} » doit être un texte.")
    return value


def number(body: dict[str, Any], name: str, default: int = 0) -> int:
    """Return a whole number of the body."""
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**62:
        raise RefusalError(f"« {name} » doit être un nombre entier.")
    return value
