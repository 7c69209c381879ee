"""« Procédures »: what follows a filing that is missing or insufficient, one act after the other."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Final

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from harmonia.campagnes.models import Campagne
from harmonia.instruction.chronologie import chronology, open_procedures
from harmonia.instruction.etapes import TypeActe, deroule
from harmonia.instruction.models import Procedure, Saisine
from harmonia.instruction.procedure import Affaire, DemandeActe, RefusedActError, affaire, running, take
from harmonia.instruction.taches import send_notices
from harmonia.ministere.courriers import print_letter
from harmonia.ministere.taches import prepare_referral
from harmonia.portail.autorite.organismes import access_organisme
from harmonia.portail.guards import authority_only, person
from harmonia.portail.impression import MissingLibraryError

REFERRAL: Final = "saisine"
"""The step to which a referral file belongs."""


@require_GET
@authority_only
def procedures(request: HttpRequest) -> HttpResponse:
    """List the open procedures, those that wait for an officer first."""
    etape = request.GET.get("etape", "")
    rows = open_procedures()
    kept = [one for one in rows if not etape or one.procedure.etape == etape]
    context = {
        "lignes": kept,
        "etapes": deroule().etapes,
        "comptes": [
            (one, sum(row.procedure.etape == one.code for row in rows))
            for one in deroule().etapes.values()
            if any(one.code in kind.de for kind in deroule().actes.values())
        ],
        "etape": etape,
        "closes": Procedure.objects.exclude(close_le=None).select_related("organisme", "campagne")[:20],
        "page": "procedures",
    }
    return render(request, "ministere/procedures.html", context)


@authority_only
def procedure(request: HttpRequest, campagne_id: int, organisme_id: int) -> HttpResponse:
    """Show the procedure of an organisation in a collection; POST takes an act."""
    case = _case(campagne_id, organisme_id)
    if request.method == "POST":
        return _take(request, case)
    return render(request, "ministere/procedure.html", _context(request, case))


def _case(campagne_id: int, organisme_id: int) -> Affaire:
    campagne = Campagne.objects.filter(pk=campagne_id).first()
    if campagne is None:
        raise Http404("Cette campagne n'existe pas.")
    return affaire(campagne, access_organisme(organisme_id))


def _take(request: HttpRequest, case: Affaire) -> HttpResponse:
    given = request.POST
    try:
        demande = DemandeActe(
            given.get("code", ""),
            uuid.UUID(given.get("jeton", "")),
            int(given.get("version", "")),
            given.get("motif", ""),
            given.get("texte", ""),
            parse_date(given.get("echeance", "")),
            given.get("avance", ""),
        )
    except ValueError:
        messages.error(request, "La demande est incomplète : rechargez la page, puis recommencez.")
        return render(request, "ministere/procedure.html", _context(request, case))
    try:
        acte = take(case, demande, print_letter)
    except (RefusedActError, MissingLibraryError) as refusal:
        messages.error(request, str(refusal))
        return render(request, "ministere/procedure.html", _context(request, case))
    transaction.on_commit(send_notices.defer)
    if deroule().actes[acte.code].vers == REFERRAL:
        officer = person(request).pk
        transaction.on_commit(lambda: prepare_referral.defer(acte_id=acte.pk, user_id=officer))
    messages.success(request, f"{acte.titre} : c'est fait, la lettre part.")
    return redirect("procedure", case.campagne.pk, case.organisme.pk)


def _context(request: HttpRequest, case: Affaire) -> dict[str, object]:
    given = request.POST
    past = Procedure.objects.filter(campagne=case.campagne, organisme=case.organisme).exclude(close_le=None)
    return {
        "affaire": case,
        "organisme": case.organisme,
        "campagne": case.campagne,
        "procedure": case.procedure,
        "etape": deroule().etapes.get(case.etape),
        "actes": [_offer(kind) for kind in deroule().possible(case.etape)],
        "court": running(case.procedure),
        "version": case.procedure.version if case.procedure is not None else 0,
        "faits": chronology(case.procedure) if case.procedure is not None else (),
        "passees": [(one, deroule().etapes[one.etape], chronology(one), _referrals(one)) for one in past],
        "saisi": given,
        "page": "procedures",
    }


def _referrals(row: Procedure) -> list[Saisine]:
    rows = Saisine.objects.filter(procedure=row).select_related("par").defer("contenu", "manifeste")
    return list(rows)


def _offer(kind: TypeActe) -> tuple[TypeActe, uuid.UUID, str]:
    due = timezone.localdate() + timedelta(kind.delai) if kind.delai else None
    return kind, uuid.uuid4(), due.isoformat() if due else ""


@require_GET
@authority_only
def referral(_request: HttpRequest, saisine_id: int) -> HttpResponse:
    """Give a referral file as it was sealed."""
    row = Saisine.objects.filter(pk=saisine_id).select_related("organisme", "procedure__campagne").first()
    if row is None:
        raise Http404("Ce dossier de saisine n'existe pas.")
    name = f"saisine-{row.organisme.siren}-{row.procedure.campagne.exercice}.zip"
    answer = HttpResponse(bytes(row.contenu), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
