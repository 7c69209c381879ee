"""« Examen »: the verdict with its reasons, and the request for correction with the cells that it opens."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date

from harmonia.campagnes.calendar import due_date
from harmonia.dossiers.access import access_content
from harmonia.dossiers.anomalies import anomalies, summary
from harmonia.dossiers.corrections import requests_of, say_targets
from harmonia.dossiers.evaluation import Live, live
from harmonia.dossiers.models import Dossier, Transition
from harmonia.dossiers.transitions import Demand, RefusedError, move, pending_return
from harmonia.dossiers.workflow import workflow
from harmonia.instruction.envois import write_to_all
from harmonia.instruction.examen import points, read_opened, reasons, verdicts
from harmonia.instruction.models import MotifExamen
from harmonia.instruction.taches import send_notices
from harmonia.portail.guards import authority_only
from harmonia.portail.verification import sentence
from harmonia.portail.views.dossier import profils
from harmonia.portail.views.exchanges import calendar_of

WORDS: Final = {
    "juger_recevable": "le ministère juge vos états recevables.",
    "juger_insuffisant": "le ministère juge vos états insuffisants, pour les motifs ci-dessous.",
    "demander_correction": "le ministère demande une correction ; seules les cellules qu'il ouvre changent.",
}
"""What each decision is, as the organisation is told."""


@authority_only
def examen(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Show what an officer decides on; POST decides."""
    dossier = access_content(dossier_id)
    state = live(dossier)
    if request.method == "POST":
        return _decide(request, dossier, state)
    return render(request, "ministere/examen.html", _context(request, dossier, state))


def _decide(request: HttpRequest, dossier: Dossier, state: Live) -> HttpResponse:
    given = request.POST
    action = given.get("action", "")
    if action not in WORDS:
        raise Http404("Cette décision n'existe pas.")
    joint: dict[str, object] = {}
    if action == "juger_insuffisant":
        joint = {"motifs": reasons(given.dict())}
    if action == "demander_correction":
        opened = read_opened(state.plan, given.getlist("cle"), given.get("autres", ""))
        if opened.refus:
            return _refused(request, dossier, state, " ".join(opened.refus))
        joint = {"cles": opened.cles, "pour_le": _day(given.get("pour_le", ""))}
    try:
        demand = Demand(
            action,
            uuid.UUID(given.get("jeton", "")),
            int(given.get("version", "")),
            given.get("motif", ""),
            joint,
        )
        move(dossier, demand, profils(request))
    except ValueError:
        return _refused(request, dossier, state, "La demande est incomplète : rechargez la page.")
    except RefusedError as refusal:
        return _refused(request, dossier, state, str(refusal))
    _tell(dossier, action, demand)
    told = workflow().actions[action].fait
    messages.success(request, told or f"Dossier : {workflow().etapes[dossier.etape].titre.lower()}.")
    return redirect("suivi_dossier", dossier.pk)


def _tell(dossier: Dossier, action: str, demand: Demand) -> None:
    """Write to the organisation what was decided; the page says the rest."""
    title, who = workflow().actions[action].titre, dossier.campagne.titre
    lines = [f"{who} : {WORDS[action]}"]
    if demand.motif.strip():
        lines.append(f"« {demand.motif.strip()} »")
    lines += [
        f"– {MotifExamen(code).label} : {texte}" for code, texte in demand.joint.get("motifs", {}).items()
    ]
    if demand.joint.get("pour_le"):
        lines.append(f"À corriger avant le {demand.joint['pour_le']:%d/%m/%Y}.")
    lines.append(f"Votre dossier : {settings.SITE}/dossiers/{dossier.pk}/")
    write_to_all([dossier.organisme], f"{who} : {title.lower()}", "\n\n".join(lines))
    transaction.on_commit(send_notices.defer)


def _refused(request: HttpRequest, dossier: Dossier, state: Live, message: str) -> HttpResponse:
    """Show the page again as it was filled."""
    messages.error(request, message)
    dossier.refresh_from_db(fields=["etape", "rang", "version"])
    return render(request, "ministere/examen.html", _context(request, dossier, state))


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _context(request: HttpRequest, dossier: Dossier, state: Live) -> dict[str, object]:
    given = request.POST
    possible = {one.code for one in workflow().possible(dossier.etape, profils(request))}
    found = anomalies(dossier, state)
    counts = summary(state, found)
    hints = _hints(dossier, counts.bloquants, counts.a_justifier)
    asked = requests_of(dossier)
    return {
        "dossier": dossier,
        "etape": workflow().etapes[dossier.etape],
        "possibles": possible,
        "demande": pending_return(dossier),
        "phrase": sentence(counts),
        "points": points(dossier, state),
        "motifs": [
            (code, titre, given.get(f"texte_{code}", hints.get(code, "")), f"motif_{code}" in given)
            for code, titre in MotifExamen.choices
        ],
        "cochees": set(given.getlist("cle")),
        "saisi": given,
        "jeton": uuid.uuid4(),
        "avis": verdicts(dossier),
        "corrections": [(one, say_targets(state.plan, one.cles)) for one in asked],
        "page": "suivi",
    }


def _hints(dossier: Dossier, blocking: int, waiting: int) -> dict[str, str]:
    """Return the words that the figures suggest for each reason; the officer ticks, or does not."""
    due = due_date(dossier.campagne, calendar_of(dossier))
    first = (
        Transition.objects.filter(dossier=dossier, de__regex="^[1-3]_", vers__regex="^[4-9]_")
        .order_by("id")
        .first()
    )
    found = {}
    if first is not None and timezone.localdate(first.le) > due:
        late = (timezone.localdate(first.le) - due).days
        found["retard"] = (
            f"Transmis le {timezone.localdate(first.le):%d/%m/%Y}, {_many(late, 'jour')} après l'échéance."
        )
    if blocking:
        found["incoherences"] = f"{_many(blocking, 'incohérence bloquante')} à la vérification."
    if waiting:
        found["justifications"] = f"Sans justification suffisante : {_many(waiting, 'écart')}."
    return found


def _many(count: int, words: str) -> str:
    plural = " ".join(f"{word}s" for word in words.split()) if count > 1 else words
    return f"{count} {plural}"
