"""The API: one answer for whatever is not covered; nothing is computed, what was sealed is handed over."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from harmonia.api.contrat import SCHEMAS, openapi
from harmonia.api.documents import consent_document
from harmonia.api.jetons import protected
from harmonia.api.models import Consentement
from harmonia.api.reponses import answer, problem
from liasse.echanges import schema


@protected("GET")
def consentement(_request: HttpRequest, consent: Consentement) -> HttpResponse:
    """Show the consent under which the token reads."""
    return answer(consent_document(consent))


@require_GET
def contrat(_request: HttpRequest) -> HttpResponse:
    """Publish the contract."""
    return answer(openapi())


@require_GET
def un_schema(_request: HttpRequest, nom: str) -> HttpResponse:
    """Publish a schema."""
    if nom not in SCHEMAS:
        return problem(404, "Schéma inconnu", f"Schémas publiés : {', '.join(SCHEMAS)}.")
    return answer(schema(nom))
