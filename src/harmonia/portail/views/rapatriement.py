"""« Modifier le dossier » → « Rapatrier »: the accord, the fetch, the receipts."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from harmonia.dossiers import imports
from harmonia.dossiers.access import access_content
from harmonia.dossiers.evaluation import live, plan_for
from harmonia.dossiers.models import Dossier, Rapatriement
from harmonia.dossiers.workflow import workflow
from harmonia.organismes.access import membership
from harmonia.portail.guards import person
from harmonia.portail.rapatriement import MOST, accord_words, may_bring, shown, standing, waiting
from harmonia.portail.typography import typo
from harmonia.portail.views.imports import mine
from harmonia.rapatriement import acces, taches
from harmonia.rapatriement.coffre import seal
from harmonia.rapatriement.comparaison import is_intact
from harmonia.rapatriement.fautes import RapatriementError
from harmonia.rapatriement.lecture import source_questionnaires
from harmonia.rapatriement.models import AccesMinistere
from harmonia.rapatriement.services import receipts

NOM: Final = "Harmonia.gouv"
_SPACE: Final = uuid.UUID("8f2d7a52-0c55-4d0f-9a0b-5b8f6f2f8a11")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def rapatrier(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Say where the Rapatriement stands; POST fetches the last transmission, or asks for the accord first."""
    dossier = _bringing(request, dossier_id)
    if request.method == "POST":
        return _start(request, dossier)
    state, access = live(dossier), acces.alive(dossier)
    now = standing(dossier, state)
    context = {
        **now,
        "dossier": dossier,
        "etape": workflow().etapes[dossier.etape],
        "jeton": uuid.uuid4(),
        "manque": acces.missing(),
        "acces": access,
        "accord": accord_words(access) if access is not None else "",
        "lu_le": acces.last_reading(access) if access is not None else None,
        "accords": acces.history(dossier),
        "en_cours": waiting(dossier),
        "recus": receipts(dossier),
        "portail_ministere": settings.MINISTERE,
        "divergences": shown(dossier, state.plan, now["divergences"][:MOST]),
    }
    response = render(request, "portail/rapatrier.html", context)
    if settings.MINISTERE:  # the answer to this form may be a redirection there
        response._csp_update = {"form-action": [settings.MINISTERE]}  # type: ignore[attr-defined]  # noqa: SLF001 - django-csp's
    return response


def _bringing(request: HttpRequest, dossier_id: int) -> Dossier:
    """
    Return a dossier that the person may fill, and whose form takes over figures of the ministry's portal.

    Raises:
        Http404: it is not theirs, or takes over nothing.
        PermissionDenied: their profiles do not let them type.
    """
    dossier = mine(request, dossier_id)
    if not may_bring(dossier):
        raise Http404("Ce formulaire ne reprend rien d'un autre portail.")
    return dossier


def _start(request: HttpRequest, dossier: Dossier) -> HttpResponse:
    access = None if "accord" in request.POST else acces.alive(dossier)
    if access is not None:
        return _fetch(request, dossier, access, _token(request))
    (questionnaire, *_) = sorted(source_questionnaires(plan_for(dossier)))
    try:
        return redirect(acces.ask(dossier, questionnaire))
    except RapatriementError as error:
        messages.error(request, str(error))
        return redirect("rapatrier", dossier.pk)


def _token(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("jeton", ""))
    except ValueError:
        return uuid.uuid4()


def _fetch(request: HttpRequest, dossier: Dossier, access: AccesMinistere, jeton: uuid.UUID) -> HttpResponse:
    """Ask the worker to fetch, once for one token of the page."""
    depose = imports.begin_rapatriement(dossier, jeton, NOM, {"acces": access.pk})
    if depose.lot is None and depose.progression == 0:
        taches.ask(depose, person(request).pk)
    return redirect("import_detail", dossier.pk, depose.pk)


@login_required
@never_cache
@require_GET
def retour(request: HttpRequest) -> HttpResponse:
    """Come back from the ministry's portal, with an accord or without one."""
    if membership(request) is None:
        raise Http404("Cette page est celle d'un organisme.")
    state = request.GET.get("state", "")
    known = AccesMinistere.objects.filter(etat=acces.digest(state), par_id=person(request).pk).first()
    jeton = uuid.uuid5(_SPACE, acces.digest(state))
    try:
        access = acces.answered(person(request).pk, request.GET.dict())
    except RapatriementError as error:
        return _again(request, known, jeton, error)
    if access.clos_le is not None:
        messages.warning(request, "Vous n'avez pas donné votre accord : rien n'a été lu ni repris.")
        return redirect("rapatrier", access.dossier_id)
    return _fetch(request, mine(request, access.dossier_id), access, jeton)


def _again(
    request: HttpRequest, known: AccesMinistere | None, jeton: uuid.UUID, error: RapatriementError
) -> HttpResponse:
    """Show the Rapatriement of an answer that came back already; else say what is wrong with it."""
    if known is None:
        messages.error(request, str(error))
        return redirect("accueil")
    begun = imports.begun(known.dossier_id, jeton)
    if begun is not None:
        return redirect("import_detail", known.dossier_id, begun.pk)
    messages.error(request, str(error))
    return redirect("rapatrier", known.dossier_id)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def accord(request: HttpRequest, dossier_id: int) -> JsonResponse:
    """Say what is known of the accord; POST has the worker ask the ministry's portal, unless it just did."""
    dossier = _bringing(request, dossier_id)
    access = acces.alive(dossier)
    if access is None:
        return JsonResponse({"vivant": False, "attend": False, "dit": ""})
    asks = acces.needs_check(access)
    if asks and request.method == "POST":
        taches.ask_check(access, person(request).pk)
    return JsonResponse({"vivant": True, "attend": asks, "dit": typo(accord_words(access))})


@login_required
@require_POST
def oublier(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Close the access here at once, and have the token given back."""
    dossier = _bringing(request, dossier_id)
    access = acces.alive(dossier)
    if access is not None:
        with transaction.atomic():
            token = acces.forget(access, "clos depuis ce portail")
            if token:
                taches.rendre_jeton.defer(jeton=seal(token, "jeton rendu").hex())
        messages.success(request, "L'accès est clos : ce portail ne peut plus rien lire au ministère.")
    return redirect("rapatrier", dossier.pk)


# ── Receipts ─────────────────────────────────────────────────────────────────────────────────────


@login_required
@require_GET
def recu(request: HttpRequest, dossier_id: int, rapatriement_id: int) -> HttpResponse:
    """Show the receipt of a Rapatriement, table by table; to whoever reads the dossier."""
    dossier = access_content(dossier_id)
    kept = _receipt(dossier, rapatriement_id)
    proof: dict[str, Any] = kept.comparaison or {}
    tables = state_tables(dossier, proof)
    context = {
        "dossier": dossier,
        "recu": kept,
        "preuve": proof,
        "intacte": bool(proof) and is_intact(proof),
        "tables": tables,
        "inegales": sum(1 for table, _ in tables if not table["egales"]),
        "remplit": membership(request) is not None,
    }
    return render(request, "portail/rapatriement_recu.html", context)


def state_tables(dossier: Dossier, proof: dict[str, Any]) -> list[tuple[dict[str, Any], str]]:
    """Return the tables of a proof with their titles, those that differ first."""
    known = plan_for(dossier).model.tables
    tables = proof.get("tables", [])
    rows = [(one, known[one["table"]].titre if one["table"] in known else "") for one in tables]
    return sorted(rows, key=lambda row: row[0]["egales"])


@login_required
@require_GET
def recu_json(_request: HttpRequest, dossier_id: int, rapatriement_id: int) -> HttpResponse:
    """Give the proof as it was signed, with the ministry's countersign when there is one."""
    kept = _receipt(access_content(dossier_id), rapatriement_id)
    content = kept.contresignature or kept.comparaison
    if content is None:
        raise Http404("Ce Rapatriement n'a pas de preuve signée.")
    name = f"preuve-rapatriement-{kept.empreinte[:12]}.json"
    return JsonResponse(
        content,
        json_dumps_params={"ensure_ascii": False, "indent": 1},
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _receipt(dossier: Dossier, rapatriement_id: int) -> Rapatriement:
    rows = Rapatriement.objects.filter(dossier=dossier, pk=rapatriement_id).select_related("par")
    kept: Rapatriement | None = rows.first()
    if kept is None:
        raise Http404("Ce Rapatriement n'existe pas.")
    return kept
