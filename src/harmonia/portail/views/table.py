"""The page of a table: the printed form, ready to be typed into."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from harmonia.acces.models import User
from harmonia.dossiers.access import access_content
from harmonia.dossiers.cell_history import commented_keys, marks_of
from harmonia.dossiers.completeness import TableProgress, completeness
from harmonia.dossiers.corrections import in_force
from harmonia.dossiers.evaluation import Live, live, plan_for
from harmonia.dossiers.models import Dossier
from harmonia.dossiers.workflow import workflow
from harmonia.portail.grille import layout_in, neighbours, sections
from harmonia.portail.layout import Layout, table_codes
from harmonia.portail.search import find
from harmonia.portail.views.api import may_type
from harmonia.portail.views.saisie import alerts_plain

ADDRESSES = ("saisies", "evenements", "rangs", "neant", "annulation", "commentaires", "cellule", "lignes")


@login_required
def show(request: HttpRequest, dossier_id: int, code: str) -> HttpResponse:
    """Show a table of a dossier."""
    dossier = access_content(dossier_id)
    state = live(dossier)
    layout = _layout(state, code)
    codes = table_codes(state.plan)
    progress = {one.code: one for one in completeness(dossier, state).tables}
    etape = workflow().etapes[dossier.etape]
    context = {
        "dossier": dossier,
        "layout": layout,
        "etape": etape,
        "racine": reverse("table", args=[dossier.pk, code]).removesuffix(f"{code}/"),
        "groupes": _groups(state, codes, progress),
        "nommee_ici": layout.table.titre.startswith(code),
        "rang": codes.index(code) + 1,
        "nombre": len(codes),
        "modifiable": etape.modifiable and may_type(request, dossier),
        "page_json": _page(request, dossier, state, layout),
        "page": "dossier",
        **neighbours(codes, code),
        **_body(dossier, state, layout),
    }
    return render(request, "portail/table.html", context)


@login_required
def body(request: HttpRequest, dossier_id: int, code: str) -> HttpResponse:
    """Return the sections of a table alone, for a page whose rows moved."""
    dossier = access_content(dossier_id)
    state = live(dossier)
    context = {
        "dossier": dossier,
        "modifiable": workflow().etapes[dossier.etape].modifiable and may_type(request, dossier),
        **_body(dossier, state, _layout(state, code)),
    }
    return render(request, "portail/table_corps.html", context)


@login_required
def search(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Return the lines that match some words, or take an account."""
    dossier = access_content(dossier_id)
    found = find(plan_for(dossier), request.GET.get("q", "")[:80], request.GET.get("table", ""))
    return JsonResponse(
        {
            "lignes": [
                {
                    "table": one.table,
                    "titre": one.titre,
                    "ligne": one.ligne,
                    "libelle": one.libelle,
                    "comptes": one.comptes,
                    "cle": one.cle,
                    "adresse": reverse("table", args=[dossier.pk, one.table])
                    + (f"?cellule={one.cle}" if one.cle else ""),
                }
                for one in found
            ]
        }
    )


def _layout(state: Live, code: str) -> Layout:
    layout = layout_in(state, code)
    if layout is None:
        raise Http404(f"Ce formulaire n'a pas de table « {code} ».")
    return layout


def _body(dossier: Dossier, state: Live, layout: Layout) -> dict[str, Any]:
    code = layout.table.code
    correction = in_force(dossier)
    opened = correction.cles if correction is not None else None
    return {
        "layout": layout,
        "correction": correction,
        "ouvertes": [cle for cle in opened or () if cle.partition(".")[0] == code],
        "neant_possible": bool(layout.table.profil) and (opened is None or code in opened),
        "sections": sections(layout, state, marks_of(dossier, code), opened),
        "curseur": state.cursor,
        "neant": code in state.evaluation.facts.neant,
        "avant": state.evaluation.facts.precedent is not None,
    }


def _groups(
    state: Live, codes: tuple[str, ...], progress: dict[str, TableProgress]
) -> list[tuple[str, list[tuple[str, str, bool, TableProgress | None]]]]:
    """Return every table with its progress: the tables 1 to 13 first, then what is copied."""
    tables = state.plan.model.tables
    listed = [
        (code, tables[code].titre, tables[code].titre.startswith(code), progress.get(code)) for code in codes
    ]
    own = state.plan.model.questionnaire
    mine = [one for one in listed if tables[one[0]].place.file.startswith(f"{own}/")]
    others = [one for one in listed if one not in mine]
    if not mine or not others:
        return [("Tables", listed)]
    return [("B. Tableaux 1 à 13", mine), ("A. Comptes et états réglementaires", others)]


def _page(request: HttpRequest, dossier: Dossier, state: Live, layout: Layout) -> dict[str, Any]:
    """Return what the scripts of the page know."""
    assert isinstance(request.user, User)
    code = layout.table.code
    return {
        "dossier": dossier.pk,
        "table": code,
        "unite": layout.table.unite,
        "moi": request.user.pk,
        "curseur": state.cursor,
        "jeton": settings.CSRF_COOKIE_NAME,
        "connexion": reverse("account_login"),
        "alertes": alerts_plain(dossier, state, code),
        "commentaires": commented_keys(dossier, code),
        "adresses": {name: reverse(name, args=[dossier.pk]) for name in ADDRESSES}
        | {
            "corps": reverse("table_corps", args=[dossier.pk, code]),
            "controles": reverse("table_controles", args=[dossier.pk, code]),
            "page": reverse("table", args=[dossier.pk, "CODE"]),
        },
    }
