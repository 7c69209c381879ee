"""« Liste de travail »: dossiers put aside from the follow-up or by a file, and what is done to them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Final

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from harmonia.campagnes.models import Campagne
from harmonia.dossiers.models import Dossier
from harmonia.dossiers.workflow import workflow
from harmonia.instruction.envois import write_to_all
from harmonia.instruction.models import ExportGroupe
from harmonia.instruction.taches import send_notices
from harmonia.instruction.travail import (
    MOST,
    NATURES,
    ask_export,
    assign,
    bulk_actions,
    exports,
    listed,
    move_all,
    officers,
    officers_of,
    organismes_of,
    put,
    read_list,
    readable,
    take_off,
    users_of,
)
from harmonia.portail.autorite.taches import make_export
from harmonia.portail.exports import CSV, as_csv
from harmonia.portail.guards import authority_only, too_many
from harmonia.tenancy.scope import current

PEOPLE: Final = (
    ("SIREN", 12),
    ("Organisme", 40),
    ("Nom", 28),
    ("Courriel", 34),
    ("Identifiant", 20),
    ("Profils", 50),
)


@require_GET
@authority_only
def travail(request: HttpRequest) -> HttpResponse:
    """Show the list, and what may be done to the dossiers that are ticked."""
    rows = list(listed())
    known = officers_of([row.pk for row in rows])
    context = {
        "lignes": [(row, workflow().etapes[row.etape], known.get(row.pk)) for row in rows],
        "campagnes": Campagne.objects.exclude(ouverte_le=None),
        "actions": bulk_actions(),
        "agents": officers(),
        "natures": NATURES.items(),
        "exports": exports(),
        "jeton": uuid.uuid4(),
        "page": "travail",
    }
    return render(request, "portail/autorite/travail.html", context)


@require_POST
@authority_only
def retenir(request: HttpRequest) -> HttpResponse:
    """Put dossiers on the list: ticked in a page, all that it shows, or named by the SIREN of a file."""
    ids = _numbers(request.POST.getlist("affiche" if "tous" in request.POST else "dossier"))
    given = request.FILES.get("fichier")
    if given is not None:
        campagne = Campagne.objects.filter(pk=request.POST.get("campagne") or 0).first()
        if campagne is None:
            raise Http404("Cette campagne n'existe pas.")
        found = read_list(given.read(), campagne)
        ids = list(found.dossiers)
        for constat in found.constats[:20]:
            messages.warning(request, constat)
    if not ids:
        messages.error(request, "Aucun dossier : cochez-en, ou donnez un fichier de SIREN.")
        return redirect("travail")
    total = put(ids)
    messages.success(request, f"Liste de travail : {len(ids)} retenus, {total} en tout.")
    return redirect("travail")


def _numbers(texts: list[str]) -> list[int]:
    return [int(one) for one in texts if one.isdigit()][:MOST]


@require_POST
@authority_only
def agir(request: HttpRequest) -> HttpResponse:
    """Do something to the dossiers ticked; none ticked does nothing."""
    act = _ACTS.get(request.POST.get("acte", ""))
    if act is None:
        raise Http404("Cette action n'existe pas.")
    wanted = set(_numbers(request.POST.getlist("dossier")))
    rows = [row for row in listed() if row.pk in wanted]
    if not rows:
        messages.error(request, "Cochez d'abord les dossiers.")
        return redirect("travail")
    return act(request, rows)


def _remove(_request: HttpRequest, rows: list[Dossier]) -> HttpResponse:
    take_off([row.pk for row in rows])
    return redirect("travail")


def _move(request: HttpRequest, rows: list[Dossier]) -> HttpResponse:
    code, motif = request.POST.get("action", ""), request.POST.get("motif", "")
    made = move_all(rows, code, motif, _token(request))
    done = sum(one.fait for one in made)
    action = workflow().actions.get(code)
    if not made or action is None:
        messages.error(request, "Choisissez une action.")
        return redirect("travail")
    context = {"effets": made, "faits": done, "titre": action.titre, "page": "travail"}
    return render(request, "portail/autorite/travail_effets.html", context)


def _assign(request: HttpRequest, rows: list[Dossier]) -> HttpResponse:
    wanted = request.POST.get("responsable", "")
    officer = next((one for one in officers() if str(one.pk) == wanted), None)
    count = assign(rows, officer)
    name = officer.nom if officer is not None else "personne"
    messages.success(request, f"Responsable d'affaire : {name}, pour {count} dossiers.")
    return redirect("travail")


def _write(request: HttpRequest, rows: list[Dossier]) -> HttpResponse:
    objet, texte = request.POST.get("objet", "").strip(), request.POST.get("texte", "").strip()
    if not objet or not texte or len(objet) > 160:
        messages.error(request, "Un courriel groupé a un objet (160 caractères au plus) et un texte.")
        return redirect("travail")
    limited = too_many(request, "message")
    if limited is not None:
        return limited
    organismes = organismes_of(rows)
    _, count = write_to_all(organismes, objet, texte)
    transaction.on_commit(send_notices.defer)
    messages.success(request, f"{count} courriels partent vers {len(organismes)} organismes.")
    return redirect("travail")


def _export(request: HttpRequest, rows: list[Dossier]) -> HttpResponse:
    nature = request.POST.get("nature", "")
    if nature not in NATURES:
        raise Http404("Cet export n'existe pas.")
    kept = readable(rows)
    if not kept:
        messages.error(request, "Aucun de ces dossiers n'est transmis : leurs valeurs ne se lisent pas.")
        return redirect("travail")
    row, is_new = ask_export(rows, nature, _token(request))
    if is_new:
        scope = current()
        transaction.on_commit(
            lambda: make_export.defer(export_id=row.pk, role=scope.role.value, user_id=scope.user_id)
        )
    return redirect("travail_export", row.pk)


def _people(_request: HttpRequest, rows: list[Dossier]) -> HttpResponse:
    lines = [
        (
            one.organisme.siren,
            one.organisme.nom,
            one.user.nom,
            one.user.email,
            one.user.username,
            ", ".join(one.profils),
        )
        for one in users_of(rows)
    ]
    answer = HttpResponse(as_csv(PEOPLE, lines), content_type=CSV)
    answer["Content-Disposition"] = 'attachment; filename="utilisateurs.csv"'
    return answer


Act = Callable[[HttpRequest, list[Dossier]], HttpResponse]
_ACTS: Final[dict[str, Act]] = {
    "retirer": _remove,
    "etape": _move,
    "responsable": _assign,
    "courriel": _write,
    "exporter": _export,
    "utilisateurs": _people,
}


def _token(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("jeton", ""))
    except ValueError as error:
        raise Http404("La demande est incomplète : rechargez la page.") from error


@require_GET
@authority_only
def export(request: HttpRequest, export_id: int) -> HttpResponse:
    """Follow an export: a page that looks again by itself, or its state as data."""
    row = _mine(export_id)
    if "etat" in request.GET:
        return JsonResponse({"etat": row.etat, "faits": row.faits, "total": len(row.dossiers)})
    answer = render(request, "portail/autorite/travail_export.html", {"un": row, "page": "travail"})
    if row.etat == "demandee":
        answer["Refresh"] = "3"
    return answer


@require_GET
@authority_only
def fichier(_request: HttpRequest, export_id: int) -> HttpResponse:
    """Give an export that is ready."""
    row = _mine(export_id)
    body = ExportGroupe.objects.filter(pk=row.pk, etat="prete").values_list("contenu", flat=True).first()
    if body is None:
        raise Http404("Cet export n'est pas prêt.")
    answer = HttpResponse(bytes(body), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{row.nom}"'
    return answer


def _mine(export_id: int) -> ExportGroupe:
    row: ExportGroupe | None = ExportGroupe.objects.filter(pk=export_id).defer("contenu").first()
    if row is None:
        raise Http404("Cet export n'existe pas, ou n'est pas le vôtre.")
    return row
