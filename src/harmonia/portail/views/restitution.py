"""The tabs « QDIS SF » and « QDIS AE »: the statement, its chart, the explanation of a figure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET

from harmonia.dossiers.access import access_content
from harmonia.dossiers.evaluation import estimate, live
from harmonia.dossiers.models import Dossier
from harmonia.portail import graphiques
from harmonia.portail.restitution import blocks, explanation, rule_of, statement_of, structure, waterfall
from harmonia.portail.views.verification import frame
from harmonia.tenancy.memory import Memory
from liasse import Evaluation


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of a statement: its title, its unit, how it is drawn and said."""

    titre: str
    draw: Callable[[Evaluation], str]
    say: Callable[[Evaluation], str]


def _structure(evaluation: Evaluation) -> str:
    pairs = structure(evaluation)
    return graphiques.draw(
        graphiques.structure_spec(pairs), CHARTS["SF"].titre, graphiques.say_structure(pairs)
    )


def _waterfall(evaluation: Evaluation) -> str:
    steps = waterfall(evaluation)
    return graphiques.draw(
        graphiques.waterfall_spec(steps), CHARTS["AE"].titre, graphiques.say_waterfall(steps)
    )


CHARTS: Final = {
    "SF": Chart(
        "Ce qui finance et ce qui est financé",
        _structure,
        lambda evaluation: graphiques.say_structure(structure(evaluation)),
    ),
    "AE": Chart(
        "Des marges à l'autofinancement net",
        _waterfall,
        lambda evaluation: graphiques.say_waterfall(waterfall(evaluation)),
    ),
}


def _restitution(dossier: Dossier) -> Evaluation:
    evaluation = estimate(dossier)
    if evaluation is None:
        raise Http404("Cette campagne ne donne pas lieu à un dossier individuel de situation.")
    return evaluation


@login_required
@require_GET
def sf(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Show the financial situation."""
    return _statement(request, access_content(dossier_id), "SF")


@login_required
@require_GET
def ae(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Show the operating analysis."""
    return _statement(request, access_content(dossier_id), "AE")


def _statement(request: HttpRequest, dossier: Dossier, code: str) -> HttpResponse:
    evaluation, state = _restitution(dossier), live(dossier)
    chart = CHARTS[code]
    image = reverse("verification_graphique", args=[dossier.pk, code])
    context = frame(dossier, state, f"verification_{code.lower()}") | {
        "etat": statement_of(evaluation, code),
        "exercice": dossier.campagne.exercice,
        "avec_precedent": evaluation.facts.precedent is not None,
        "graphique": chart.titre,
        "phrase_graphique": chart.say(evaluation),
        "image": f"{image}?v={state.cursor}-{state.before}",
        "marches": waterfall(evaluation) if code == "AE" else (),
        "blocs": blocks(evaluation) if code == "SF" else (),
    }
    return render(request, "portail/verification/etat.html", context)


@login_required
@require_GET
def explain_figure(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Show what a figure comes from: a page, or the fragment that opens under its line."""
    dossier = access_content(dossier_id)
    evaluation, key = _restitution(dossier), request.GET.get("cellule", "")
    if key not in evaluation.plan.index or evaluation.plan.slot(key).section:
        raise Http404("Ce chiffre n'existe pas dans ce dossier.")
    context = {
        "dossier": dossier,
        "branche": explanation(evaluation, key, dossier.pk),
        "regle": rule_of(evaluation, key),
        "retour": f"verification_{'ae' if key.startswith('AE.') else 'sf'}",
    }
    name = "branches" if "fragment" in request.GET else "explication"
    return render(request, f"portail/verification/{name}.html", context)


_drawn: Final[Memory[tuple[int, str, int, int], str]] = Memory(200)


@login_required
@require_GET
def chart(request: HttpRequest, dossier_id: int, code: str) -> HttpResponse:
    """Draw the chart of a statement; the address says of which state, so that a browser may keep it."""
    dossier = access_content(dossier_id)
    if code not in CHARTS:
        raise Http404("Ce graphique n'existe pas.")
    evaluation, state = _restitution(dossier), live(dossier)
    key = (dossier.pk, code, state.cursor, state.before)
    body = _drawn.get(key)
    if body is None:
        body = CHARTS[code].draw(evaluation)
        _drawn.keep(key, body)
    response = HttpResponse(body, content_type="image/svg+xml")
    if request.GET.get("v") == f"{state.cursor}-{state.before}":
        patch_cache_control(response, private=True, max_age=3600)
    return response
