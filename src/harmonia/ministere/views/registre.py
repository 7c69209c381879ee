"""« Registre »: who must file; a file is read, shown, then applied once."""

from __future__ import annotations

from datetime import date

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from harmonia.acces.models import Mission
from harmonia.instruction.models import ImportRegistre
from harmonia.instruction.registre import StaleError, apply, deposit, preview
from harmonia.instruction.registre_lecture import COLUMNS, MAX_BYTES
from harmonia.organismes.models import EvenementOrganisme, Famille, Organisme
from harmonia.portail.exports import CSV, as_csv
from harmonia.portail.guards import authority_administrator_only, authority_only, person, posted

SHOWN = 300
"""Lines of a preview that a page holds; the report has them all."""


class RegistreForm(forms.Form):
    """A file of the register."""

    fichier = forms.FileField(
        label="Fichier CSV ou XLSX",
        help_text="Une ligne de titres, puis une ligne par organisme. Une cellule vide ne change rien ; "
        "un tiret seul efface.",
    )
    effet = forms.DateField(
        label="Date d'effet",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Celle des changements dont la ligne ne donne pas la date.",
    )

    def clean_fichier(self) -> UploadedFile:  # type: ignore[type-arg]  # generic for the checker only
        """Refuse what is too big before reading it."""
        given: UploadedFile = self.cleaned_data["fichier"]  # type: ignore[type-arg]  # idem
        if (given.size or 0) > MAX_BYTES:
            raise forms.ValidationError(
                "Le fichier dépasse 5 Mo : un registre n'a qu'une ligne par organisme."
            )
        return given


@authority_only
def registre(request: HttpRequest) -> HttpResponse:
    """Show the register and its imports; POST reads a file (administrators only)."""
    form = RegistreForm(posted(request), request.FILES or None, initial={"effet": timezone.localdate()})
    if request.method == "POST":
        return _deposit(request, form)
    return render(request, "ministere/registre.html", _context(request, form))


@authority_administrator_only
def _deposit(request: HttpRequest, form: RegistreForm) -> HttpResponse:
    if not form.is_valid():
        return render(request, "ministere/registre.html", _context(request, form))
    given = form.cleaned_data["fichier"]
    made = deposit(str(given.name or "registre"), given.read(), form.cleaned_data["effet"])
    return redirect("registre_import", made.pk)


def _context(request: HttpRequest, form: RegistreForm) -> dict[str, object]:
    day = date(timezone.localdate().year - 1, 12, 31)
    there = Q(sorti_le=None) | Q(sorti_le__gt=day)
    counts = {
        row["famille"]: row["n"]
        for row in Organisme.objects.filter(there).order_by().values("famille").annotate(n=Count("pk"))
    }
    return {
        "form": form,
        "familles": [(code, counts.get(code, 0)) for code in Famille.values],
        "nombre": sum(counts.values()),
        "imports": ImportRegistre.objects.select_related("par").defer("lignes", "constats")[:20],
        "evenements": EvenementOrganisme.objects.select_related("organisme", "autre", "par")[:40],
        "colonnes": [titre for titre, _ in COLUMNS.values()],
        "administrateur": person(request).mission == Mission.ADMINISTRATEUR,
        "page": "registre",
    }


@require_GET
@authority_only
def apercu(request: HttpRequest, import_id: int) -> HttpResponse:
    """Show what a file would change, and what is wrong with it."""
    row = _import(import_id)
    shown = preview(row)
    moved = [ligne for ligne in shown.lignes if ligne.statut != "identique"]
    context = {
        "depose": row,
        "apercu": shown,
        "lignes": moved[:SHOWN],
        "reste": max(0, len(moved) - SHOWN),
        "constats": shown.constats[:SHOWN],
        "administrateur": person(request).mission == Mission.ADMINISTRATEUR,
        "page": "registre",
    }
    return render(request, "ministere/registre_import.html", context)


@require_POST
@authority_administrator_only
def appliquer(request: HttpRequest, import_id: int) -> HttpResponse:
    """Apply the lines without fault, once."""
    row = _import(import_id)
    try:
        done = apply(row, request.POST.get("apercu", ""))
    except StaleError as refusal:
        messages.error(request, str(refusal))
    else:
        said = (
            f"{done['nouveau']} organismes ajoutés, {done['modifie']} modifiés, {done['ecartees']} écartés."
        )
        messages.success(request, said)
    return redirect("registre_import", import_id)


@require_GET
@authority_only
def constats(_request: HttpRequest, import_id: int) -> HttpResponse:
    """Give what is wrong with a file as a file."""
    row = _import(import_id)
    columns = (("Ligne", 8), ("Colonne", 18), ("Constat", 90))
    lines = [(one.ligne, one.colonne, one.message) for one in preview(row).constats]
    answer = HttpResponse(as_csv(columns, lines), content_type=CSV)
    answer["Content-Disposition"] = f'attachment; filename="registre-{row.pk}-constats.csv"'
    return answer


def _import(import_id: int) -> ImportRegistre:
    row: ImportRegistre | None = ImportRegistre.objects.select_related("par").filter(pk=import_id).first()
    if row is None:
        raise Http404("Cet import n'existe pas.")
    return row
