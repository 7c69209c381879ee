"""« Lancer la vérification »: the button, the anomalies, what is missing, justifications and decisions."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from harmonia.documents.exchange import RefusedFileError
from harmonia.documents.models import Document
from harmonia.documents.services import deposit
from harmonia.dossiers.access import access_content
from harmonia.dossiers.anomalies import (
    Anomaly,
    Summary,
    anomalies,
    anomaly_at,
    hypotheses,
    never_said,
    summary,
)
from harmonia.dossiers.completeness import TableState, completeness
from harmonia.dossiers.evaluation import Live, live
from harmonia.dossiers.justifications import (
    Decision,
    Given,
    JustificationError,
    admitted,
    decide,
    justify,
    largest_gap,
    last_year,
    may_decide,
    may_justify,
)
from harmonia.dossiers.models import Dossier, Justification, RapportScelle
from harmonia.dossiers.reports import last_report, verify_and_seal
from harmonia.dossiers.workflow import workflow
from harmonia.organismes.access import membership
from harmonia.portail.groupes import groups
from harmonia.portail.verification import (
    GRAVITES,
    LIMIT,
    RESULTATS,
    AnomalyShown,
    Wanted,
    anchor,
    findings_shown,
    grouped,
    missing_cells,
    sentence,
    shown,
)
from harmonia.tenancy.porte import porte
from liasse import Outcome, parse_decimal

TABS: Final = (
    ("verification", "Anomalies"),
    ("verification_completude", "Complétude"),
    ("verification_sf", "QDIS SF"),
    ("verification_ae", "QDIS AE"),
    ("verification_historique", "Historique"),
)
RESTITUTED: Final = {"verification_sf", "verification_ae"}
"""The tabs that are only there when something is computed from the form."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab: a page of its own, with its address."""

    titre: str
    url: str
    courant: bool


def frame(dossier: Dossier, state: Live, page: str) -> dict[str, Any]:
    """Return what every tab shows: the sentence, the last report, the tabs."""
    gaps = anomalies(dossier, state)
    counts = summary(state, gaps)
    last = last_report(dossier)
    return {
        "dossier": dossier,
        "etape": workflow().etapes[dossier.etape],
        "phrase": sentence(counts),
        "synthese": counts,
        "ecarts": gaps,
        "dernier": last,
        "depasse": last is not None and _moved(last, state, counts),
        "onglets": _tabs(dossier, page, counts),
    }


def _moved(last: RapportScelle, state: Live, counts: Summary) -> bool:
    """Tell whether values or justifications changed since a report."""
    sealed = (last.curseur, last.bloquants, last.a_justifier)
    return sealed != (state.cursor, counts.bloquants, counts.a_justifier)


def _tabs(dossier: Dossier, page: str, counts: Summary) -> tuple[Tab, ...]:
    left = counts.bloquants + counts.a_justifier
    titles = {"verification": f"Anomalies ({left})" if left else "Anomalies"}
    return tuple(
        Tab(titles.get(name, titre), reverse(name, args=[dossier.pk]), name == page)
        for name, titre in TABS
        if dossier.campagne.restitution or name not in RESTITUTED
    )


@login_required
@require_POST
def launch(_request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Verify, seal the dated report, and show it."""
    dossier = access_content(dossier_id)
    verify_and_seal(dossier)
    return redirect("verification", dossier_id)


@login_required
@require_GET
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """List what the controls found, as the filter says."""
    dossier = access_content(dossier_id)
    state = live(dossier)
    context = frame(dossier, state, "verification")
    wanted = Wanted.read(request.GET.dict())
    rows = listed(dossier, state, wanted, context["ecarts"])
    tables = sorted({table for one in context["ecarts"] for table in one.tables})
    context |= {
        "voulu": wanted,
        "groupes": grouped(state.plan, rows[:LIMIT], wanted.groupe),
        "nombre": len(rows),
        "caches": max(0, len(rows) - LIMIT),
        "gravites": [(one.value, words) for one, words in GRAVITES.items()],
        "resultats": [(one.value, words) for one, words in RESULTATS.items()],
        "tables": tables if wanted.resultat is Outcome.ECART else sorted(state.plan.model.tables),
    }
    return render(request, "portail/verification/anomalies.html", context)


def listed(
    dossier: Dossier, state: Live, wanted: Wanted, gaps: tuple[Anomaly, ...] | None = None
) -> list[AnomalyShown]:
    """Return the rows that a filter asks for."""
    if gaps is None or wanted.resultat is not Outcome.ECART:
        gaps = anomalies(dossier, state, frozenset({wanted.resultat}))
    return wanted.keep(shown(dossier, one) for one in gaps)


@login_required
@require_GET
def detail(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Show one anomaly whole: as a page, or as the fragment that opens in its row."""
    dossier = access_content(dossier_id)
    state = live(dossier)
    anomaly = anomaly_at(dossier, state, request.GET.get("lieu", ""))
    if anomaly is None:
        raise Http404("Ce contrôle n'existe pas dans ce formulaire.")
    former = last_year(dossier).get(anomaly.lieu)
    writes = may_justify(dossier) and _may_write(request)
    context = {
        "dossier": dossier,
        "ligne": shown(dossier, anomaly),
        "anomaly": anomaly,
        "constats": list(findings_shown(dossier, state, anomaly)),
        "pistes": hypotheses(state, anomaly),
        "avant": former,
        "document": _document(anomaly.justification),
        "reste": _left(anomaly),
        "reprise": former.texte if former is not None and "reprendre" in request.GET else "",
        "peut_justifier": writes,
        "autres": len(never_said(dossier, state, anomaly)) if writes else 0,
        "peut_decider": may_decide(dossier),
        "retour": request.GET.get("retour", "")[:200],
    }
    if "fragment" in request.GET:
        return render(request, "portail/verification/detail.html", context)
    return render(request, "portail/verification/anomalie.html", context)


def _left(anomaly: Anomaly) -> int:
    """Return what a justification leaves unexplained, in cents; 0 when it says no amount, or all of it."""
    said = anomaly.justification
    if said is None or said.montant is None or anomaly.finding.unite != "euro":
        return 0
    return max(0, largest_gap(anomaly.judgement) - abs(said.montant))


def _document(row: Justification | None) -> Document | None:
    if row is None or row.document_id is None:
        return None
    return Document.objects.defer("contenu").filter(pk=row.document_id).first()


def _may_write(request: HttpRequest) -> bool:
    row = membership(request)
    return row is not None and row.peut_saisir


@login_required
@require_POST
def justify_gap(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Keep a justification: words, an amount, a document."""
    dossier = access_content(dossier_id)
    if not _may_write(request):
        raise Http404("Vos droits ne permettent pas de justifier.")
    state = live(dossier)
    lieu = request.POST.get("lieu", "")
    anomaly = anomaly_at(dossier, state, lieu)
    if anomaly is None or anomaly.outcome is not Outcome.ECART:
        messages.info(
            request, f"{lieu}\u00a0: l'écart a disparu entre-temps, il n'y a plus rien à justifier."
        )
        return _back(request, dossier)
    try:
        given = _given(request, dossier, anomaly)
        others = never_said(dossier, state, anomaly) if "toutes" in request.POST else ()
        justify(dossier, state, anomaly.check, anomaly.judgement, given)
        for check, judgement in others:
            justify(dossier, state, check, judgement, Given(given.texte, None, given.document_id))
    except (JustificationError, RefusedFileError) as error:
        messages.error(request, str(error))
        return redirect(shown(dossier, anomaly).url)
    more = f" et {len(others)} autre{'s' if len(others) > 1 else ''} ligne{'s' if len(others) > 1 else ''}"
    messages.success(request, f"Justification enregistrée pour {lieu}{more if others else ''}.")
    return _back(request, dossier)


def _given(request: HttpRequest, dossier: Dossier, anomaly: Anomaly) -> Given:
    texte = admitted(dossier, request.POST.get("texte", ""))
    montant = _amount(request.POST.get("montant", ""))
    upload = request.FILES.get("document")
    former = anomaly.justification
    kept: uuid.UUID | None = former.document_id if former is not None and "garder" in request.POST else None
    if upload is not None:
        kept = deposit(upload, dossier.organisme_id, dossier.pk).pk
    return Given(texte, montant, kept)


def _amount(text: str) -> int | None:
    if not text.strip():
        return None
    value = parse_decimal(text.strip().removesuffix("€"))
    if value is None:
        raise JustificationError(
            f"«\u00a0{text}\u00a0» n'est pas un montant\u00a0: écrivez par exemple 1\u202f234,56."
        )
    return value


@login_required
@require_POST
def decide_gap(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Accept a justification, refuse it, or accept it up to a ceiling."""
    dossier = access_content(dossier_id)
    if not may_decide(dossier):
        raise Http404(f"Une justification se juge à l'étape 4, par {porte().le}.")
    try:
        _decide(request, dossier)
    except JustificationError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Décision enregistrée\u00a0: l'organisme la lit dès maintenant.")
    return _back(request, dossier)


def _decide(request: HttpRequest, dossier: Dossier) -> None:
    decision, row_id = request.POST.get("decision", ""), request.POST.get("justification", "")
    if decision not in set(Decision) or not row_id.isdigit():
        raise JustificationError("Choisissez\u00a0: accepter, refuser, ou accepter jusqu'à un montant.")
    ceiling = _amount(request.POST.get("plafond", ""))
    decide(dossier, int(row_id), Decision(decision), ceiling, request.POST.get("motif", ""))


def _back(request: HttpRequest, dossier: Dossier) -> HttpResponseRedirect:
    """Go back to the list with its filter, opened where one was."""
    query = request.POST.get("retour", "")[:200]
    wanted = Wanted.read(dict(part.partition("=")[::2] for part in query.split("&") if part))
    lieu = request.POST.get("lieu", "")
    address = reverse("verification", args=[dossier.pk])
    place = f"#{anchor(lieu)}" if lieu else ""
    return redirect(f"{address}{'?' if wanted.query else ''}{wanted.query}{place}")


@login_required
@require_GET
def complete(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Show, table by table, what is missing."""
    dossier = access_content(dossier_id)
    state = live(dossier)
    progress = completeness(dossier, state)
    missing = [table for table in progress.tables if table.is_missing]
    context = frame(dossier, state, "verification_completude") | {
        "completude": progress,
        "manquantes": [(table, missing_cells(dossier, state, table.code)) for table in missing],
        "incompletes": [
            (table, missing_cells(dossier, state, table.code))
            for table in progress.tables
            if table.state is TableState.EN_COURS and table.remplies < table.attendues
        ],
        "groupes": groups(progress),
    }
    return render(request, "portail/verification/completude.html", context)
