"""The portals that may ask organisations for a consent; declared by who deploys, never by themselves."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from oauth2_provider.models import Application


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a portal must keep to itself: its identifier and its secret, which is not kept here."""

    identifiant: str
    secret: str


def declare(nom: str, retours: Sequence[str], identifiant: str = "", secret: str = "") -> Credentials:
    """
    Declare a portal, or correct what is known of it; its former secret stops working.

    *retours* are the exact addresses to which a code may be sent.  What is not given is drawn.
    """
    drawn = Credentials(identifiant or secrets.token_urlsafe(24), secret or secrets.token_urlsafe(48))
    known: dict[str, Any] = {
        "name": nom,
        "redirect_uris": " ".join(retours),
        "client_secret": drawn.secret,
        "hash_client_secret": True,
        "client_type": Application.CLIENT_CONFIDENTIAL,
        "authorization_grant_type": Application.GRANT_AUTHORIZATION_CODE,
        "skip_authorization": False,
    }
    application = Application(client_id=drawn.identifiant, **known)
    application.pk = (
        Application.objects.filter(client_id=drawn.identifiant).values_list("pk", flat=True).first()
    )
    application.full_clean(exclude=["client_id"])
    Application.objects.update_or_create(client_id=drawn.identifiant, defaults=known)
    return drawn
