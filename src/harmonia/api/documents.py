"""Records that both sides can show, as data: a consent, the server of authorizations."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse

from harmonia.api.models import Consentement
from liasse.echanges import moment

CONSENT_FORMAT = "harmonia.consentement/1"


def consent_document(consent: Consentement) -> dict[str, Any]:
    """Return the record of a consent, as the portal that it was given to may keep and show it."""
    return {
        "format": CONSENT_FORMAT,
        "id": str(consent.pk),
        "portail": {"nom": consent.client.name, "client": consent.client.client_id},
        "organisme": {"siren": consent.siren, "nom": consent.nom},
        "exercice": consent.exercice,
        "questionnaire": consent.questionnaire,
        "provisoire": consent.provisoire,
        "donne_le": moment(consent.donne_le),
        "donne_par": {"nom": consent.donne_par.nom, "qualite": consent.qualite},
        "expire_le": moment(consent.expire_le),
        "texte": consent.texte,
    }


def server_document() -> dict[str, Any]:
    """Return what a client must know of the authorization server (RFC 8414)."""

    def at(name: str) -> str:
        return f"{settings.SITE}{reverse(name)}"

    return {
        "issuer": settings.SITE,
        "authorization_endpoint": at("oauth_autoriser"),
        "token_endpoint": at("oauth_jeton"),
        "revocation_endpoint": at("oauth_revoquer"),
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "authorization_response_iss_parameter_supported": True,
        "service_documentation": at("api_openapi"),
    }
