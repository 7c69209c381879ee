"""The drawer of a cell: notice, explanation, origin, past, years before, controls; fragments of a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from harmonia.dossiers.access import access_content
from harmonia.dossiers.alerts import Alert, alerts, checks_by_table
from harmonia.dossiers.cell_history import Past, comments_on, past_of
from harmonia.dossiers.evaluation import Held, Live, live
from harmonia.dossiers.models import Dossier, Origine
from harmonia.dossiers.workflow import workflow
from harmonia.portail.grille import place_of, shown, text_of
from harmonia.portail.layout import WORDS
from harmonia.portail.rapatriement import copy_of
from harmonia.portail.views.api import may_type
from liasse import (
    Evaluation,
    Gravite,
    Kind,
    Outcome,
    Slot,
    Trace,
    decode,
    explain,
    explain_row,
    format_french,
    say_sum,
)

YEARS: Final = 4
_DEEP: Final = 6
_WIDE: Final = 60
_STATES: Final = {
    Outcome.CONFORME: ("ok", "satisfait"),
    Outcome.ECART: ("bad", "écart"),
    Outcome.SANS_OBJET: ("none", "sans objet"),
    Outcome.NON_EVALUABLE: ("none", "non évaluable"),
}
CERTITUDES: Final = {
    "F": "trouvé dans un texte",
    "P": "trouvé en partie dans un texte",
    "M": "usage de la profession",
    "C": "convention du projet",
}
GRAVITES: Final = {
    Gravite.BLOQUANT: ("bad", "Bloquant"),
    Gravite.A_JUSTIFIER: ("warn", "À justifier"),
    Gravite.INFORMATION: ("part", "Information"),
}


@dataclass(frozen=True, slots=True)
class Node:
    """A figure of an explanation, ready to be drawn; `key` is the cell to go to, when there is one."""

    libelle: str
    code: str
    montant: str
    signe: str
    formule: str
    key: str
    origine: str
    enfants: tuple[Node, ...]
    caches: int


@dataclass(frozen=True, slots=True)
class Year:
    """What a cell held in an exercice."""

    exercice: int
    montant: str
    part: int


@dataclass(frozen=True, slots=True)
class Change:
    """A line of the history of a cell."""

    past: Past
    avant: str
    apres: str
    origine: str
    remettre: str


@dataclass(frozen=True, slots=True)
class Told:
    """An alert with its two sides and its cells, as people read them."""

    alert: Alert
    marque: str
    gravite: str
    gauche: str
    droite: str
    ecart: str
    cellules: tuple[tuple[str, str, str, str], ...]


@login_required
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Return everything that is known of a cell."""
    dossier = access_content(dossier_id)
    state = live(dossier)
    key = request.GET.get("cle", "")
    reference, row = place_of(state, key)
    position = state.plan.index.get(reference)
    if position is None or not state.plan.slots[position].table:
        raise Http404(f"Ce formulaire n'a pas de cellule « {key} ».")
    slot = state.plan.slots[position]
    table = state.plan.model.tables[slot.table]
    line = table.lignes[slot.ligne]
    column = line.section.colonnes[slot.colonne]
    trace = (
        explain(state.evaluation, reference) if row is None else explain_row(state.evaluation, reference, row)
    )
    context = {
        "dossier": dossier,
        "key": key,
        "slot": slot,
        "libelle": line.libelle or line.section.titre,
        "colonne": column,
        "notices": [text for text in (line.notice, column.notice) if text],
        "certitude": CERTITUDES.get(slot.certitude, ""),
        "montant": text_of(state, key),
        "unite": slot.unit.symbol if slot.unit.code not in WORDS else "",
        "arbre": _node(state, _condensed(trace), 0),
        "annees": _years(dossier, state, key),
        "histoire": _history(dossier, slot, key),
        "copie": copy_of(dossier, state, key),
        "commentaires": comments_on(dossier, key),
        "controles": list(_controls(state, slot.table, reference)),
        "modifiable": workflow().etapes[dossier.etape].modifiable and may_type(request, dossier),
    }
    return render(request, "portail/cellule.html", context)


@login_required
def checks(request: HttpRequest, dossier_id: int, code: str) -> HttpResponse:
    """Return the gaps of a table, with their sides, cells and « pistes »."""
    dossier = access_content(dossier_id)
    state = live(dossier)
    if code not in state.plan.tables:
        raise Http404(f"Ce formulaire n'a pas de table « {code} ».")
    told = [_told(state, one) for one in alerts(dossier, state, code, guess=True)]
    satisfied = sum(
        state.judgements[at].outcome is Outcome.CONFORME for at in checks_by_table(state.plan).get(code, ())
    )
    context = {"dossier": dossier, "code": code, "alertes": told, "satisfaits": satisfied}
    return render(request, "portail/controles.html", context)


def _told(state: Live, alert: Alert) -> Told:
    finding = alert.finding
    left, right, gap = say_sum(finding) if finding.ecart is not None else ("", "", "")
    marque, gravite = GRAVITES[alert.gravite]
    if alert.justifiee:
        marque, gravite = "ok", "Justifié"
    return Told(alert, marque, gravite, left, right, gap, tuple(_cells(state, alert.cellules)))


def _cells(state: Live, keys: tuple[str, ...]) -> Iterator[tuple[str, str, str, str]]:
    """Yield the key, table, label and text of cells."""
    for key in keys[:_WIDE]:
        reference, row = place_of(state, key)
        if reference not in state.plan.index:
            continue
        slot = state.plan.slot(reference)
        line = state.plan.model.tables[slot.table].lignes.get(slot.ligne) if slot.table else None
        label = line.libelle if line is not None and line.libelle else slot.libelle
        if row is not None:
            label = f"{state.evaluation.facts.rows[slot.section][row].cle} – {slot.libelle}"
        yield key, slot.table, label, text_of(state, key) or "vide"


def _condensed(trace: Trace) -> Trace:
    """Leave out the steps that only carry a value along: the cell, its formula, then the accounts."""
    while len(trace.enfants) == 1 and _only_carries(trace, trace.enfants[0]):
        child = trace.enfants[0]
        trace = Trace(
            trace.cle,
            trace.libelle,
            trace.valeur,
            trace.unite,
            child.origine,
            child.formule or trace.formule,
            trace.reference,
            trace.certitude,
            trace.motif,
            child.enfants,
            trace.signe,
            trace.ligne,
            trace.exercice,
        )
    return trace


def _only_carries(trace: Trace, child: Trace) -> bool:
    beside = {f"selon_balance({trace.cle})", f"declare({trace.cle})"}
    return child.cle in beside or child.cle == trace.formule


def _node(state: Live, trace: Trace, level: int) -> Node:
    kept = trace.enfants[:_WIDE] if level < _DEEP else ()
    slot = state.plan.slots[state.plan.index[trace.cle]] if trace.cle in state.plan.index else None
    is_cell = slot is not None and bool(slot.table) and not slot.section and not trace.exercice
    return Node(
        trace.libelle or trace.cle,
        trace.cle,
        _amount(state.evaluation, trace, slot),
        "−" if trace.signe < 0 else "",
        trace.formule,
        trace.cle if is_cell and slot is not None and slot.nature is not None else "",
        f"exercice {trace.exercice}" if trace.exercice else trace.origine.value.replace("_", " "),
        tuple(_node(state, _condensed(child), level + 1) for child in kept),
        len(trace.enfants) - len(kept),
    )


def _amount(evaluation: Evaluation, trace: Trace, slot: Slot | None) -> str:
    if trace.valeur is None:
        return "vide"
    if slot is not None and trace.unite.code in WORDS:
        if slot.section or trace.exercice or trace.unite.code == "texte":
            return "renseigné"
        return shown(evaluation, evaluation.plan.index[slot.key], None)
    return format_french(trace.valeur, trace.unite.code)


def _years(dossier: Dossier, state: Live, key: str) -> list[Year]:
    """Return what the cell held this year and the years before, oldest first, with bars to scale."""
    found: list[tuple[int, str, int]] = [_held(dossier, state, key, "")]
    reference, row = place_of(state, key)
    name = ""
    if row is not None:
        name = state.evaluation.facts.rows[state.plan.slot(reference).section][row].cle
    evaluation = state.evaluation.facts.precedent
    while evaluation is not None and len(found) < YEARS:
        found.append(_held_then(evaluation, reference, name))
        evaluation = evaluation.facts.precedent
    largest = max((abs(value) for _, _, value in found), default=0)
    return [Year(year, text, 100 * abs(value) // largest if largest else 0) for year, text, value in found][
        ::-1
    ]


def _held(dossier: Dossier, state: Live, key: str, empty: str) -> tuple[int, str, int]:
    reference, row = place_of(state, key)
    value = state.evaluation.at(reference, row)
    kept = 0 if state.plan.slot(reference).unit.code in WORDS else value or 0
    return dossier.campagne.exercice, text_of(state, key) or empty, kept


def _held_then(evaluation: Evaluation, reference: str, name: str) -> tuple[int, str, int]:
    plan, year = evaluation.plan, evaluation.facts.exercice
    position = plan.index.get(reference)
    if position is None:
        return year, "", 0
    slot, row = plan.slots[position], None
    if slot.section:
        rows = [one.cle for one in evaluation.facts.rows.get(slot.section, ())]
        if name not in rows:
            return year, "", 0
        row = rows.index(name)
    value = evaluation.at(reference, row)
    return year, shown(evaluation, position, row), 0 if slot.unit.code in WORDS else value or 0


def _history(dossier: Dossier, slot: Slot, key: str) -> list[Change]:
    labels = dict(Origine.choices)
    return [
        Change(
            one,
            _say(slot, one.avant) or "vide",
            _say(slot, one.apres) or "vide",
            str(labels.get(one.origine, one.origine)),
            _say(slot, one.avant),
        )
        for one in past_of(dossier, key)
    ]


def _say(slot: Slot, held: Held) -> str:
    """Return the text of a value of the journal."""
    if held.valeur is None:
        return ""
    if held.texte is not None:
        return held.texte
    kind = Kind(slot.unit.code, slot.choix)
    if slot.unit.code not in WORDS:
        return format_french(held.valeur, slot.unit.code, symbol=False)
    value: Any = decode(held.valeur, kind)
    if slot.unit.code == "date":
        return f"{value:%d/%m/%Y}"
    if slot.unit.code == "oui_non":
        return "oui" if value else "non"
    return str(slot.choix.get(str(value), value))


def _controls(state: Live, table: str, reference: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield the mark, code, title and state of the controls that look at a cell."""
    for position in checks_by_table(state.plan).get(table, ()):
        check = state.plan.checks[position]
        if reference in check.cells:
            mark, words = _STATES[state.judgements[position].outcome]
            yield mark, check.control.code, check.control.titre, words
