"""Fill a dossier by import or « reprise »: what is given, what will change, apply, undo."""

from __future__ import annotations

import csv
import io
import uuid
from typing import Any, BinaryIO, Final, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from harmonia.dossiers import imports
from harmonia.dossiers.access import access_content
from harmonia.dossiers.choices import taken
from harmonia.dossiers.differences import Differences
from harmonia.dossiers.evaluation import Live, live
from harmonia.dossiers.models import Dossier, EtatImport, ImportDepose, SourceImport
from harmonia.dossiers.plans import form_for
from harmonia.dossiers.services import LockedError, Outcome
from harmonia.dossiers.taches import ask
from harmonia.dossiers.workflow import workflow
from harmonia.organismes.access import membership
from harmonia.portail.apercu import applied, counts, effect, groups, proposed
from harmonia.portail.rapatriement import of_import, proposed_words
from harmonia.rapatriement import services as rapatriement
from liasse import Plan, YearReader, format_french
from liasse.echanges import ROLES, places

ROLE_NAMES: Final = {
    "compte": "N° de compte",
    "libelle": "Libellé",
    "auxiliaire": "Compte auxiliaire",
    "auxiliaire_lib": "Libellé de l'auxiliaire",
    "sens": "Sens (D ou C)",
    "ouverture_debit": "Ouverture, débit",
    "ouverture_credit": "Ouverture, crédit",
    "ouverture": "Ouverture, signée",
    "debit": "Mouvements, débit",
    "credit": "Mouvements, crédit",
    "solde_debit": "Solde débiteur",
    "solde_credit": "Solde créditeur",
    "solde": "Solde signé",
}
_SHOWN_ISSUES: Final = 200


def mine(request: HttpRequest, dossier_id: int) -> Dossier:
    """
    Return a dossier that the person may fill.

    Raises:
        Http404: it is not theirs.
        PermissionDenied: their profiles do not let them type.
    """
    dossier = access_content(dossier_id)
    profiles = membership(request)
    if profiles is None or profiles.organisme_id != dossier.organisme_id:
        raise Http404("Ce dossier n'est pas le vôtre.")
    if not profiles.peut_saisir:
        raise PermissionDenied("Votre profil ne permet pas de remplir le dossier.")
    return dossier


def _import(dossier: Dossier, import_id: int) -> ImportDepose:
    depose = (
        ImportDepose.objects.filter(pk=import_id, dossier=dossier).select_related("document", "par").first()
    )
    if depose is None:
        raise Http404("Cet import n'existe pas.")
    return depose


def _frame(dossier: Dossier) -> dict[str, Any]:
    return {"dossier": dossier, "etape": workflow().etapes[dossier.etape], "jeton": uuid.uuid4()}


@login_required
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Choose a file, or see the imports made; POST deposits the file."""
    dossier = mine(request, dossier_id)
    if request.method == "POST":
        return _deposit(request, dossier)
    former = (
        ImportDepose.objects.filter(dossier=dossier)
        .defer("lu", "rapport", "reconnu")
        .select_related("par")[:30]
    )
    return render(request, "portail/import.html", {**_frame(dossier), "anciens": former, "onglet": "import"})


def _deposit(request: HttpRequest, dossier: Dossier) -> HttpResponse:
    given = request.FILES.get("fichier")
    if given is None:
        messages.error(request, "Choisissez d'abord un fichier.")
        return redirect("import", dossier.pk)
    try:
        depose = imports.deposit(
            dossier,
            cast("BinaryIO", given.file),
            given.name or "fichier",
            given.content_type or "application/octet-stream",
            given.size or 0,
            _token(request),
        )
    except imports.ImportRefusedError as refused:
        messages.error(request, str(refused))
        return redirect("import", dossier.pk)
    if depose.etat == EtatImport.DEPOSE and depose.progression == 0:
        ask(depose, request.user.pk or 0)
    return redirect("import_detail", dossier.pk, depose.pk)


def _token(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("jeton", ""))
    except ValueError:
        return uuid.uuid4()


@login_required
@require_http_methods(["GET", "POST"])
def reprise(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Say what a « reprise » does; POST compares with last year's dossier."""
    dossier = mine(request, dossier_id)
    if request.method == "POST":
        try:
            depose = imports.begin_reprise(dossier, _token(request))
        except imports.ImportRefusedError as refused:
            messages.error(request, str(refused))
            return redirect("reprise", dossier.pk)
        return redirect("import_detail", dossier.pk, depose.pk)
    former = (
        ImportDepose.objects.filter(dossier=dossier, source=SourceImport.REPRISE)
        .defer("lu", "rapport", "reconnu")
        .select_related("par")[:30]
    )
    return render(request, "portail/import.html", {**_frame(dossier), "anciens": former, "onglet": "reprise"})


@login_required
@never_cache
@require_GET
def detail(request: HttpRequest, dossier_id: int, import_id: int) -> HttpResponse:
    """Show an import: what was recognised, what would change, or what it changed."""
    dossier = mine(request, dossier_id)
    return _page(request, dossier, _import(dossier, import_id), None)


def _page(
    request: HttpRequest, dossier: Dossier, depose: ImportDepose, chosen: frozenset[str] | None
) -> HttpResponse:
    context = {**_frame(dossier), "depose": depose, "onglet": depose.source, "E": EtatImport}
    context |= _recognised(dossier, depose)
    if depose.etat == EtatImport.LU:
        state = live(dossier)
        context |= _preview(dossier, depose, state, chosen)
    elif depose.etat == EtatImport.APPLIQUE:
        context |= applied(depose.bilan)
    if depose.source == SourceImport.RAPATRIEMENT:
        context |= of_import(dossier, depose)
    return render(request, "portail/import_detail.html", context)


def _recognised(dossier: Dossier, depose: ImportDepose) -> dict[str, Any]:
    issues = depose.rapport
    apercu = depose.reconnu.get("apercu")
    columns = []
    if apercu:
        by_name = {name: role for role, name in apercu["colonnes"].items()}
        by_name |= {name: role for role, name in (depose.options.get("colonnes") or {}).items()}
        columns = [
            (name, header, by_name.get(name, ""))
            for name, header in zip(apercu["noms"], apercu["entetes"], strict=True)
        ]
    return {
        "defauts": issues[:_SHOWN_ISSUES],
        "graves": sum(1 for one in issues if one["grave"]),
        "defauts_tus": sum(depose.reconnu.get("tues", {}).values()) + max(0, len(issues) - _SHOWN_ISSUES),
        "colonnes": columns,
        "apercu": apercu,
        "roles": [(role, _role_name(role)) for role in ROLES],
        "exercices": [dossier.campagne.exercice - back for back in range(3)],
    }


def _role_name(role: str) -> str:
    before = role.removeprefix("precedent_")
    return f"{ROLE_NAMES[before]} N-1" if before != role else ROLE_NAMES[role]


def _preview(
    dossier: Dossier, depose: ImportDepose, state: Live, chosen: frozenset[str] | None
) -> dict[str, Any]:
    found = imports.differences(dossier, depose, state)
    is_reprise = depose.source == SourceImport.REPRISE
    tables = groups(state.plan, found, chosen)
    return {
        "groupes": [one for one in tables if one.cochees or not is_reprise],
        "autres": [one for one in tables if is_reprise and not one.cochees],
        "peu": len(tables) < 3,
        "comptes": counts(one for one in found.ecarts if one.table),
        "egales": sum(found.egales.values()),
        "calculees": found.calculees,
        "ecrasees": sum(1 for one in found.ecarts if one.propose and one.yours is not None and one.table),
        "balance_ecart": next((one for one in found.ecarts if not one.table), None),
        "curseur": state.cursor,
        "sans_ligne": _unplaced(state.plan, depose),
        "suivies": sum(1 for one in found.ecarts if one.suit),
        **_effect(dossier, depose, state, found, chosen),
    }


def _effect(
    dossier: Dossier,
    depose: ImportDepose,
    state: Live,
    found: Differences,
    chosen: frozenset[str] | None,
) -> dict[str, Any]:
    ticked = proposed(found) if chosen is None else chosen
    _, after = imports.imagined(dossier, state, found, ticked)
    return {
        "prises": len(taken(found, ticked)),
        "effet": effect(state, after, {one.table for one in found.ecarts if one.table}),
        "proposees": proposed_words(depose, after),
    }


def _unplaced(plan: Plan, depose: ImportDepose) -> list[tuple[str, str, str]]:
    """Return the accounts of the balance that no line of the form takes."""
    if depose.balance is None:
        return []
    balance = YearReader(form_for(plan)).year({"balance": depose.balance.contenu}).balance
    return [
        (ligne.compte, ligne.libelle, format_french(ligne.solde, symbol=False))
        for ligne in balance or ()
        if ligne.solde and not places(plan, ligne)
    ]


@login_required
@never_cache
@require_GET
def progress(request: HttpRequest, dossier_id: int, import_id: int) -> HttpResponse:
    """Tell how far the reading is."""
    dossier = mine(request, dossier_id)
    row = (
        ImportDepose.objects.filter(pk=import_id, dossier=dossier).values_list("etat", "progression").first()
    )
    if row is None:
        raise Http404("Cet import n'existe pas.")
    return JsonResponse({"etat": row[0], "progression": row[1]})


@login_required
@require_POST
def read_again(request: HttpRequest, dossier_id: int, import_id: int) -> HttpResponse:
    """Read the file again with the exercice and the columns that the person chose."""
    dossier = mine(request, dossier_id)
    depose = _import(dossier, import_id)
    options: dict[str, Any] = {}
    columns = {
        str(role): name
        for name, role in request.POST.items()
        if name.startswith("Colonne ") and role in ROLES
    }
    if columns:
        options["colonnes"] = columns
    exercice = request.POST.get("exercice", "")
    if exercice.isascii() and exercice.isdigit() and len(exercice) == 4:
        options["exercice"] = int(exercice)
    try:
        depose = imports.read_again(depose, options)
    except imports.ImportRefusedError as refused:
        messages.error(request, str(refused))
    else:
        ask(depose, request.user.pk or 0)
    return redirect("import_detail", dossier.pk, import_id)


def _chosen(request: HttpRequest) -> frozenset[str]:
    return frozenset(request.POST.getlist("choix"))


@login_required
@require_POST
def totals(request: HttpRequest, dossier_id: int, import_id: int) -> HttpResponse:
    """Return the effect of the choice being made, for the page to show."""
    dossier = mine(request, dossier_id)
    depose = _import(dossier, import_id)
    if depose.etat != EtatImport.LU:
        raise Http404("Cet import n'est plus à choisir.")
    state = live(dossier)
    found = imports.differences(dossier, depose, state)
    context = _effect(dossier, depose, state, found, _chosen(request))
    return render(request, "portail/import_effet.html", context)


@login_required
@require_POST
def apply(request: HttpRequest, dossier_id: int, import_id: int) -> HttpResponse:
    """Take what is ticked, all or none; a second click changes nothing."""
    dossier = mine(request, dossier_id)
    depose = _import(dossier, import_id)
    cursor = request.POST.get("curseur", "")
    choice = imports.Choice(
        _chosen(request), int(cursor) if cursor.isdecimal() else 0, bool(request.POST.get("confirme"))
    )
    try:
        with transaction.atomic():
            if depose.source == SourceImport.RAPATRIEMENT:
                rapatriement.apply(dossier, depose, choice, request.POST.getlist("justification"))
            else:
                imports.apply(dossier, depose, choice)
    except (imports.ImportRefusedError, LockedError) as refused:
        messages.error(request, str(refused))
        return _page(request, dossier, _import(dossier, import_id), choice.chosen)
    return redirect("import_detail", dossier.pk, import_id)


@login_required
@require_POST
def cancel(request: HttpRequest, dossier_id: int, import_id: int) -> HttpResponse:
    """Undo an import, or set aside one that is not applied."""
    dossier = mine(request, dossier_id)
    depose = _import(dossier, import_id)
    try:
        with transaction.atomic():
            depose, outcome = _undo(dossier, depose)
    except LockedError as refused:
        messages.error(request, str(refused))
        return redirect("import_detail", dossier.pk, import_id)
    if outcome is not None and outcome.conflits:
        left = len(outcome.conflits)
        messages.warning(
            request,
            f"{left} cellule{'s ont' if left > 1 else ' a'} changé depuis l'import : elle"
            f"{'s gardent leur' if left > 1 else ' garde sa'} valeur d'aujourd'hui.",
        )
    return redirect("import_detail", dossier.pk, import_id)


def _undo(dossier: Dossier, depose: ImportDepose) -> tuple[ImportDepose, Outcome | None]:
    if depose.source == SourceImport.RAPATRIEMENT:
        return rapatriement.undo(dossier, depose)
    return imports.cancel(dossier, depose)


@login_required
@require_GET
def report(request: HttpRequest, dossier_id: int, import_id: int) -> HttpResponse:
    """Give everything wrong with the file as a CSV that a spreadsheet opens."""
    depose = _import(mine(request, dossier_id), import_id)
    stream = io.StringIO()
    stream.write("\ufeff")
    writer = csv.writer(stream, delimiter=";")
    writer.writerow(["Gravité", "Ligne", "Colonne", "Défaut", "Que faire", "Valeur lue", "Code"])
    for one in depose.rapport:
        line = one["ligne"] or ""
        cells = (
            one["gravite"],
            line,
            one["colonne"],
            one["message"],
            one["remede"],
            one["valeur"],
            one["code"],
        )
        writer.writerow([_inert(str(cell)) for cell in cells])
    for code, times in depose.reconnu.get("tues", {}).items():
        writer.writerow(["", "", "", f"{times} autres défauts du même genre", "", "", code])
    name = f"rapport-import-{timezone.localdate():%Y%m%d}-{depose.pk}.csv"
    return HttpResponse(
        stream.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _inert(text: str) -> str:
    """Make sure that a spreadsheet takes a text for a text, and never for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
