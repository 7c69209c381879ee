"""The home page of a dossier: its tables, its calendar, who is there, what may be done next."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from harmonia.acces.models import User
from harmonia.campagnes.calendar import days_left, due_date, timeline
from harmonia.campagnes.models import CalendrierOrganisme
from harmonia.dossiers.access import REVIEW, access_content
from harmonia.dossiers.completeness import TableProgress, completeness
from harmonia.dossiers.corrections import in_force
from harmonia.dossiers.evaluation import live
from harmonia.dossiers.models import Dossier, Signature, Transition
from harmonia.dossiers.presence import present
from harmonia.dossiers.reports import last_report
from harmonia.dossiers.transitions import Demand, RefusedError, digest, move, pending_return, signatures
from harmonia.dossiers.workflow import Action, workflow
from harmonia.instruction.examen import standing_verdict
from harmonia.organismes.access import membership
from harmonia.portail.groupes import groups
from harmonia.portail.rapatriement import may_bring, standing
from harmonia.portail.views.home import step_marks


@login_required
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Show a dossier."""
    dossier = access_content(dossier_id)
    state = live(dossier)
    calendar = CalendrierOrganisme.objects.filter(
        campagne_id=dossier.campagne_id, organisme_id=dossier.organisme_id
    ).first()
    today = timezone.localdate()
    due = due_date(dossier.campagne, calendar)
    progress = completeness(dossier, state)
    etape = workflow().etapes[dossier.etape]
    context = {
        "dossier": dossier,
        "etape": etape,
        "etapes": step_marks(dossier),
        "completude": progress,
        "groupes": groups(progress),
        "bloquants": progress.bloquants,
        "a_justifier": progress.a_justifier,
        "echeance": due,
        "reste": days_left(due, today),
        "retard": max(0, -days_left(due, today)),
        "dates": timeline(dossier.campagne, calendar, today, dossier.famille),
        "presents": present(dossier),
        "rapport": last_report(dossier),
        "modifiable": etape.modifiable and membership(request) is not None,
        "a_continuer": next((table for table in progress.tables if _is_next(table)), None),
        "rapatriable": may_bring(dossier),
        **standing(dossier, state),
        **validation(request, dossier),
    }
    return render(request, "portail/dossier.html", context)


def _is_next(table: TableProgress) -> bool:
    return table.est_due and table.percent < 100


# ── Validation ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Offer:
    """An action that the person may try, with the token that makes a double click count once."""

    action: Action
    jeton: uuid.UUID


def validation(request: HttpRequest, dossier: Dossier) -> dict[str, object]:
    """Return what the box of the steps shows: what may be done, by whom it was signed, what was said."""
    offers = [Offer(action, uuid.uuid4()) for action in workflow().possible(dossier.etape, profils(request))]
    pending, signed = pending_return(dossier), signatures(dossier)
    hidden = {"demarrer"} | ({"demander_retour"} if pending else {"accepter_retour", "refuser_retour"})
    hidden |= _signed(dossier, offers, signed)
    screens = dict.fromkeys(offer.action.ecran for offer in offers if offer.action.ecran)
    return {
        "ecrans": tuple(screens),
        "avis": standing_verdict(dossier),
        "correction": in_force(dossier),
        "offres": [offer for offer in offers if offer.action.code not in hidden and not offer.action.ecran],
        "signatures": signed,
        "demande": pending,
        "passages": Transition.objects.filter(dossier=dossier).select_related("par").order_by("-id")[:8],
        "actions": workflow().actions,
    }


def _signed(dossier: Dossier, offers: Sequence[Offer], standing: Mapping[str, Signature]) -> frozenset[str]:
    """Return which of these only sign, when the signature stands over the values of now."""
    given = {f"signature:{role}": row for role, row in standing.items()}
    found = {
        offer.action.code: given[effect]
        for offer in offers
        if offer.action.vers == dossier.etape
        for effect in given.keys() & set(offer.action.effets)
    }
    now = digest(live(dossier)) if found else ""
    return frozenset(code for code, row in found.items() if row.empreinte == now)


def profils(request: HttpRequest) -> frozenset[str]:
    """Return the names under which the person acts on a dossier."""
    user, row = request.user, membership(request)
    if isinstance(user, User) and user.est_autorite:
        return frozenset({settings.PORTAIL})
    if row is None:
        return frozenset()
    return frozenset(name for name in ("saisie", "comptable", "hierarchique") if getattr(row, name))


@require_POST
@login_required
def act(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Move a dossier; a refusal is told in words and changes nothing."""
    dossier = access_content(dossier_id)
    try:
        demand = Demand(
            request.POST.get("action", ""),
            uuid.UUID(request.POST.get("jeton", "")),
            int(request.POST.get("version", "")),
            request.POST.get("motif", ""),
        )
    except ValueError:
        messages.error(request, "La demande est incomplète : rechargez la page, puis recommencez.")
        return redirect("dossier", dossier_id)
    try:
        moved = move(dossier, demand, profils(request))
    except RefusedError as refusal:
        messages.error(request, str(refusal))
        return redirect("dossier", dossier_id)
    messages.success(request, _told(demand.action, moved))
    user = request.user
    if isinstance(user, User) and user.est_autorite and moved.rang < REVIEW:
        return redirect("suivi")
    return redirect("dossier", dossier_id)


def _told(action: str, dossier: Dossier) -> str:
    done = workflow().actions[action].fait
    if done:
        return done
    titre = workflow().etapes[dossier.etape].titre
    return f"C'est fait : le dossier est à l'étape « {titre} »."
