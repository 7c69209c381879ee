"""The JSON endpoints of the entry page: save, hear of others, rows, « néant », undo, comments."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse

from harmonia.dossiers import services
from harmonia.dossiers.alerts import alerts
from harmonia.dossiers.cell_history import comment, lot_exists, row_of_lot
from harmonia.dossiers.evaluation import Live, live, plan_for
from harmonia.dossiers.events import events_since, say_present
from harmonia.dossiers.keys import Kept, read_key
from harmonia.dossiers.models import Dossier
from harmonia.dossiers.progress import keep_progress_now_and_then
from harmonia.dossiers.services import Conflict, Entry, Outcome
from harmonia.dossiers.starting import start
from harmonia.portail.grille import moved, text_of
from harmonia.portail.views.api import RefusalError, api, check_may_type, number, text

_MOST: Final = 5_000
_MOST_ROWS: Final = 500
_STRUCTURE: Final = {Kept.ROW, Kept.NEANT}


@api
def save(request: HttpRequest, dossier: Dossier, body: dict[str, Any]) -> HttpResponse:
    """Keep what was typed, and say all that moved on the page since it last heard."""
    check_may_type(request, dossier)
    entries = _entries(body)
    if entries:
        start(dossier, request.user.pk)
    outcome = services.save_entries(dossier, entries, lot=_lot(body))
    state = live(dossier)
    return JsonResponse(_outcome(state, outcome, request) | _news(dossier, state, body))


@api
def events(request: HttpRequest, dossier: Dossier, body: dict[str, Any]) -> HttpResponse:  # noqa: ARG001
    """Say what others did, and who is there."""
    state = live(dossier)
    keep_progress_now_and_then(dossier, state)
    return JsonResponse({"etat": "ok"} | _news(dossier, state, body))


@api
def rows(request: HttpRequest, dossier: Dossier, body: dict[str, Any]) -> HttpResponse:
    """Add rows to a keyed section, or remove one; the same act, sent again, is done once."""
    check_may_type(request, dossier)
    section, lot = text(body, "section"), _lot(body)
    if section not in plan_for(dossier).key_columns:
        raise RefusalError(f"Ce formulaire n'a pas de section « {section} ».")
    start(dossier, request.user.pk)
    if text(body, "action") == "retirer":
        made = number(body, "numero")
        services.remove_row(dossier, section, made, lot)
    else:
        made = _added(dossier, section, body, lot)
    return JsonResponse({"etat": "ok", "numero": made, "lot": str(lot)} | _news(dossier, live(dossier), body))


def _added(dossier: Dossier, section: str, body: dict[str, Any], lot: uuid.UUID) -> int:
    """Add rows, unless this very act already did: its answer was lost on the way."""
    count = number(body, "nombre", 1)
    if not 1 <= count <= _MOST_ROWS:
        raise RefusalError(f"Ajoutez de 1 à {_MOST_ROWS} lignes à la fois.")
    services.lock(dossier.pk)
    made = row_of_lot(dossier, section, lot)
    if made is not None:
        return made
    return services.add_row(dossier, section, number(body, "apres") or None, count, lot)


@api
def neant(request: HttpRequest, dossier: Dossier, body: dict[str, Any]) -> HttpResponse:
    """Declare that the table has nothing to say, or take it back."""
    check_may_type(request, dossier)
    table, wanted = text(body, "table"), body.get("neant") is True
    filled = services.filled_keys(dossier, table)
    if wanted and filled:
        what = "1 valeur" if filled == 1 else f"{filled} valeurs"
        raise RefusalError(f"Cette table contient {what} : videz-la avant de la déclarer « néant ».")
    start(dossier, request.user.pk)
    try:
        services.declare_neant(dossier, table, neant=wanted)
    except ValueError as error:
        raise RefusalError(str(error)) from error
    return JsonResponse({"etat": "ok"} | _news(dossier, live(dossier), body))


@api
def undo(request: HttpRequest, dossier: Dossier, body: dict[str, Any]) -> HttpResponse:
    """Put back what one act changed, where nobody changed it since."""
    check_may_type(request, dossier)
    lot = _lot(body)
    if not lot_exists(dossier, lot):
        raise RefusalError("Cette opération n'est pas dans le journal du dossier.")
    outcome = services.undo(dossier, lot)
    state = live(dossier)
    return JsonResponse(_outcome(state, outcome, request) | _news(dossier, state, body))


@api
def comments(request: HttpRequest, dossier: Dossier, body: dict[str, Any]) -> HttpResponse:
    """Leave a word on a cell."""
    cle = text(body, "cle")
    key = read_key(cle)
    if key is None or services.kind_of(plan_for(dossier), key) is None:
        raise RefusalError(f"« {cle} » n'est pas une cellule de ce formulaire.")
    try:
        made = comment(dossier, cle, text(body, "texte"))
    except ValueError as error:
        raise RefusalError(str(error)) from error
    return JsonResponse({"etat": "ok", "numero": made.pk, "par": str(request.user)})


def _entries(body: dict[str, Any]) -> list[Entry]:
    given = body.get("saisies", [])
    if not isinstance(given, list) or len(given) > _MOST:
        raise RefusalError(f"Envoyez {_MOST} saisies au plus à la fois.")
    made = []
    for one in given:
        if not isinstance(one, dict):
            raise RefusalError("La demande n'est pas lisible.")
        made.append(Entry(text(one, "cle"), text(one, "texte"), number(one, "version")))
    return made


def _lot(body: dict[str, Any]) -> uuid.UUID:
    try:
        return uuid.UUID(text(body, "lot")) if body.get("lot") else uuid.uuid4()
    except ValueError as error:
        raise RefusalError("« lot » n'est pas un identifiant.") from error


def _outcome(state: Live, outcome: Outcome, request: HttpRequest) -> dict[str, Any]:
    return {
        "etat": "ok",
        "ecrites": [[one.cle, one.version, text_of(state, one.cle)] for one in outcome.ecrites],
        "conflits": [_conflict(state, one, request.user.pk or 0) for one in outcome.conflits],
        "refus": [[one.cle, one.motif] for one in outcome.refus],
    }


def _conflict(state: Live, one: Conflict, user_id: int) -> dict[str, Any]:
    return {
        "cle": one.cle,
        "texte": text_of(state, one.cle),
        "version": one.version,
        "par": one.par,
        "le": one.le,
        "a_moi": one.par_id == user_id,
    }


def _news(dossier: Dossier, state: Live, body: dict[str, Any]) -> dict[str, Any]:
    """Return what moved in a table since a line of the journal: values, gaps, other people."""
    table, cursor = text(body, "table"), number(body, "curseur")
    if table not in state.plan.tables:
        raise RefusalError(f"Ce formulaire n'a pas de table « {table} ».")
    late = state.cursor > cursor
    heard = events_since(dossier, state, cursor, table) if late else []
    return {
        "curseur": state.cursor,
        "cellules": moved(state, table, state.changed_since(cursor)),
        "autres": [
            [one.cle, one.version, one.origine, one.par, one.par_id, one.tenue]
            for one in heard
            if (key := read_key(one.cle)) and key.kept not in _STRUCTURE
        ],
        "structure": any((key := read_key(one.cle)) and key.kept in _STRUCTURE for one in heard),
        "alertes": alerts_plain(dossier, state, table) if late else None,
        "presents": [
            [one.user_id, one.nom, one.table, one.cle]
            for one in say_present(dossier, table, text(body, "cle")[:120])
        ],
        "etape": dossier.etape,
    }


def alerts_plain(dossier: Dossier, state: Live, table: str) -> list[dict[str, Any]]:
    """Return the gaps of a table as the page keeps them."""
    return [
        {
            "lieu": one.lieu,
            "gravite": one.gravite.value,
            "justifiee": one.justifiee,
            "message": one.finding.message,
            "cellules": [cell for cell in one.cellules if cell.partition(".")[0] == table],
        }
        for one in alerts(dossier, state, table)
    ]
