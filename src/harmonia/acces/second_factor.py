"""Who must have a second factor, and whether a session has shown it."""

from __future__ import annotations

from typing import Any, Final

from allauth.account.authentication import get_authentication_records
from allauth.mfa.signals import authenticator_added
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest

from harmonia.acces.models import User

ENROLLED: Final = "second_facteur"
"""The key of the session in which a second factor was set up: it has shown it by doing so."""


def must_have(user: User) -> bool:
    """Tell whether a person works for the authority, and so must have a second factor."""
    return bool(settings.SECOND_FACTOR_REQUIRED) and user.est_autorite


def is_shown(request: HttpRequest) -> bool:
    """
    Tell whether the person has a second factor, and showed it in this very session.

    Asked of the database each time: what was removed elsewhere counts no more, and a session opened by
    password alone before the factor was set up elsewhere is not let in by it.
    """
    user = request.user
    if not is_mfa_enabled(user):
        return False
    if request.session.get(ENROLLED) == user.pk:
        return True
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, user))


@receiver(authenticator_added)
def _remember(request: HttpRequest, user: User, **_more: Any) -> None:  # noqa: ANN401 - a signal
    request.session[ENROLLED] = user.pk
