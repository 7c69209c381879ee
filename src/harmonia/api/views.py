"""The API: one answer for whatever is not covered; what was sealed is given as it is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from harmonia.api.comparaisons import NotComparableError, compare
from harmonia.api.contrat import SCHEMAS, openapi
from harmonia.api.documents import consent_document
from harmonia.api.jetons import protected
from harmonia.api.lecture import Version, current, tell, transmission, wants_other_than
from harmonia.api.models import Consentement
from harmonia.api.reponses import answer, nothing, problem, sealed, unchanged, unreadable
from harmonia.transmissions.models import Transmission
from liasse.echanges import schema


@protected("GET")
def consentement(_request: HttpRequest, consent: Consentement) -> HttpResponse:
    """Show the consent under which the token reads."""
    return answer(consent_document(consent))


@protected("GET")
def courante(request: HttpRequest, consent: Consentement) -> HttpResponse:
    """Give what was sealed last: a transmission, or a provisional version that the consent covers."""
    found = current(consent)
    if found is None:
        return nothing()
    tell(consent, found)
    return _whole(found) if wants_other_than(request, found.empreinte) else unchanged(found.empreinte)


@protected("GET")
def numerotee(_request: HttpRequest, consent: Consentement, numero: str) -> HttpResponse:
    """Give a transmission by its number."""
    found = transmission(consent, numero)
    if found is None:
        return nothing()
    tell(consent, found)
    return _whole(found)


def _whole(found: Version) -> HttpResponse:
    """Return what was sealed, and its receipt if any, byte for byte; the whole is canonical too."""
    if isinstance(found, Transmission):
        body = f'{{"accuse":{found.accuse},"instantane":{found.instantane}}}'
    else:
        body = f'{{"provisoire":{found.document}}}'
    return sealed(body.encode(), found.empreinte)


@protected("POST")
def comparer(request: HttpRequest, consent: Consentement) -> HttpResponse:
    """Countersign what another portal holds of a transmission."""
    try:
        made = compare(request.body, consent)
    except NotComparableError as error:
        return unreadable(str(error))
    return nothing() if made is None else answer(made)


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
