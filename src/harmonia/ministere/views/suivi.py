"""« Suivi »: who was expected, who has transmitted, on time or late, who is insufficient; exports."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final, NamedTuple
from urllib.parse import urlencode

from django.contrib import messages
from django.core.cache import cache
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET, require_POST

from harmonia.campagnes.models import Campagne
from harmonia.dossiers.workflow import workflow
from harmonia.instruction.suivi import AXES, SITUATIONS, Attendu, Decompte, Filtre, counted, follow, total
from harmonia.instruction.travail import put
from harmonia.ministere.graphiques import LEGEND, MOST, follow_spec, say_follow
from harmonia.organismes.models import Famille
from harmonia.organismes.territoires import name_of_departement, name_of_region, regions
from harmonia.portail.autorite.suivi import postponed
from harmonia.portail.exports import CSV, XLSX, Cells, as_csv, as_workbook
from harmonia.portail.graphiques import draw
from harmonia.portail.guards import authority_only

PAGE: Final = 100
"""Organisations listed at once."""

ORGANISMES: Final = (
    ("SIREN", 12),
    ("Organisme", 44),
    ("Famille", 9),
    ("Région", 26),
    ("Département", 24),
    ("Étape", 18),
    ("Situation", 24),
    ("Échéance", 12),
    ("Transmis le", 12),
    ("Jours de retard", 10),
    ("Recevable", 10),
    ("Procédure", 20),
    ("Responsable d'affaire", 26),
)
COMPTES: Final = (
    ("Groupe", 44),
    ("Attendus", 10),
    ("Transmis", 10),
    *((titre, 14) for titre in SITUATIONS.values()),
    ("Recevables", 12),
    ("Taux", 8),
)
"""The columns of each export, with their widths in a spreadsheet."""


class Asked(NamedTuple):
    """What a page is asked for: a collection, an axis, a filter."""

    campagne: Campagne | None
    axe: str
    filtre: Filtre

    def query(self, **more: str) -> str:
        """Return the address of the same with something else."""
        said = {"campagne": str(self.campagne.pk) if self.campagne else "", "axe": self.axe}
        said |= {name: getattr(self.filtre, name) for name in self.filtre.__slots__}
        return urlencode({name: value for name, value in (said | more).items() if value})


def asked(request: HttpRequest) -> Asked:
    """Read what a page is asked for; the last opened collection unless told otherwise."""
    rows = Campagne.objects.exclude(ouverte_le=None)
    wanted = request.GET.get("campagne", "")
    found = rows.filter(pk=int(wanted)).first() if wanted.isdigit() else None
    axe = request.GET.get("axe", "famille")
    return Asked(found or rows.first(), axe if axe in AXES else "famille", Filtre.read(request.GET.dict()))


@require_GET
@authority_only
def suivi(request: HttpRequest) -> HttpResponse:
    """Show the figures of a collection, and the list of its organisations."""
    wanted = asked(request)
    rows = follow(wanted.campagne) if wanted.campagne else []
    kept = [one for one in rows if wanted.filtre.keeps(one)]
    whole, groups = total(rows), counted(rows, wanted.axe)
    query = wanted.query()
    context = {
        "campagne": wanted.campagne,
        "campagnes": Campagne.objects.exclude(ouverte_le=None),
        "axe": wanted.axe,
        "axes": AXES.items(),
        "ensemble": whole,
        "groupes": groups,
        "coupe": len(groups) > MOST,
        "titres": SITUATIONS.items(),
        "legende": LEGEND,
        "phrase": say_follow(whole, groups),
        "image": f"{wanted.query(v=_digest(groups))}",
        "hauteur": 44 + 30 * min(len(groups), MOST),
        "filtre": wanted.filtre,
        "familles": Famille.choices,
        "regions": sorted(regions().items(), key=lambda one: one[1]),
        "lignes": _page(request, kept),
        "nombre": len(kept),
        "question": query,
        "etapes": workflow().etapes,
        "prorogations": postponed(wanted.campagne),
        "page": "suivi",
    }
    return render(request, "ministere/suivi.html", context)


def _page(request: HttpRequest, rows: Sequence[Attendu]) -> Page[Attendu]:
    return Paginator(rows, PAGE).get_page(request.GET.get("page", "1"))


def _digest(groups: Sequence[Decompte]) -> str:
    return hashlib.sha256(repr(groups).encode()).hexdigest()[:16]


@require_GET
@authority_only
def graphique(request: HttpRequest) -> HttpResponse:
    """Draw the figures of a collection; the address says of which state, so that a browser may keep it."""
    wanted = asked(request)
    if wanted.campagne is None:
        raise Http404("Aucune campagne n'est ouverte.")
    rows = follow(wanted.campagne)
    groups = counted(rows, wanted.axe)
    digest = _digest(groups)
    body: str | None = cache.get(f"suivi-{digest}")
    if body is None:
        title = f"Dépôts par {AXES[wanted.axe].lower()}"
        body = draw(follow_spec(groups), title, say_follow(total(rows), groups))
        cache.set(f"suivi-{digest}", body, 3600)
    answer = HttpResponse(body, content_type="image/svg+xml")
    if request.GET.get("v") == digest:
        patch_cache_control(answer, private=True, max_age=3600)
    return answer


@require_POST
@authority_only
def retenir(request: HttpRequest) -> HttpResponse:
    """Put the whole result of the list on the work list."""
    wanted = asked(request)
    rows = follow(wanted.campagne) if wanted.campagne else []
    total = put(one.dossier_id for one in rows if one.dossier_id and wanted.filtre.keeps(one))
    messages.success(request, f"Liste de travail : {total} dossiers.")
    return redirect("travail")


# ── Exports ──────────────────────────────────────────────────────────────────────────────────────


@require_GET
@authority_only
def exporter(request: HttpRequest, quoi: str, forme: str) -> HttpResponse:
    """Export the organisations of the list, or the counts, as a spreadsheet reads them."""
    wanted = asked(request)
    if wanted.campagne is None or quoi not in {"organismes", "comptes"} or forme not in {"csv", "xlsx"}:
        raise Http404("Cet export n'existe pas.")
    rows = follow(wanted.campagne)
    columns: Sequence[tuple[str, int]] = ORGANISMES if quoi == "organismes" else COMPTES
    lines = (
        [_cells(one) for one in rows if wanted.filtre.keeps(one)]
        if quoi == "organismes"
        else [_counts(one) for one in (*counted(rows, wanted.axe), total(rows))]
    )
    about = f"{wanted.campagne.titre} · {timezone.localtime():%d/%m/%Y %H:%M}"
    body = as_csv(columns, lines) if forme == "csv" else as_workbook("Suivi", about, columns, lines)
    answer = HttpResponse(body, content_type=CSV if forme == "csv" else XLSX)
    name = f"suivi-{quoi}-{wanted.campagne.exercice}.{forme}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _cells(one: Attendu) -> Cells:
    row = one.organisme
    etape = workflow().etapes.get(one.etape)
    return (
        row.siren,
        row.nom,
        row.famille,
        name_of_region(row.region),
        name_of_departement(row.departement),
        etape.titre if etape else "Pas de dossier",
        one.titre,
        f"{one.echeance:%d/%m/%Y}",
        f"{one.transmis_le:%d/%m/%Y}" if one.transmis_le else "",
        one.retard,
        "oui" if one.recevable else "",
        one.procedure_titre,
        one.responsable,
    )


def _counts(one: Decompte) -> Cells:
    return (one.titre, one.attendus, one.transmis, *one.nombres, one.recevables, one.taux)
