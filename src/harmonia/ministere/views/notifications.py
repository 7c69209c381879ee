"""« Notifications »: the letters that an organisation received, and its observations in its time."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from harmonia.documents.exchange import KINDS, RefusedFileError
from harmonia.instruction.chronologie import Fait, chronology
from harmonia.instruction.etapes import deroule
from harmonia.instruction.models import Procedure
from harmonia.instruction.procedure import RefusedActError, may_answer, observe
from harmonia.portail.guards import member_only, organisme_of, row_of, too_many


class SeveralFiles(forms.ClearableFileInput):
    """A field that takes several files at once."""

    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """Several files, or none; what each may be is said when it is kept."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:  # noqa: ANN401 - Django's
        """Return the files, each checked by itself."""
        return [super(SeveralFilesField, self).clean(one, initial) for one in data or []]


class ObservationForm(forms.Form):
    """What an organisation answers."""

    texte = forms.CharField(
        label="Vos observations", widget=forms.Textarea(attrs={"rows": 6}), max_length=20_000
    )
    pieces = SeveralFilesField(
        label="Documents",
        required=False,
        widget=SeveralFiles(attrs={"multiple": True, "accept": ",".join(f".{one}" for one in KINDS)}),
        help_text=f"10 Mo au plus chacun : {', '.join(KINDS)}.",
    )


@member_only
def notifications(request: HttpRequest) -> HttpResponse:
    """Show the procedures of the organisation, and what may still be answered."""
    return render(request, "ministere/notifications.html", _context(request, ObservationForm()))


@require_POST
@member_only
def repondre(request: HttpRequest, procedure_id: int) -> HttpResponse:
    """Keep the observations of the organisation, within its deadline."""
    row = Procedure.objects.filter(pk=procedure_id, organisme=organisme_of(request)).first()
    if row is None:
        raise Http404("Cette procédure n'est pas celle de votre organisme.")
    limited = too_many(request, "message")
    if limited is not None:
        return limited
    form = ObservationForm(request.POST, request.FILES)
    if form.is_valid() and row_of(request).peut_saisir:
        try:
            observe(row, form.cleaned_data["texte"], form.cleaned_data["pieces"])
        except RefusedActError as refusal:
            form.add_error("texte", str(refusal))
        except RefusedFileError as refusal:
            form.add_error("pieces", str(refusal))
        else:
            messages.success(request, "Vos observations sont enregistrées : le ministère les lit.")
            return redirect("notifications")
    elif form.is_valid():
        form.add_error(
            "texte", "Votre profil lit ces lettres, mais ne répond pas : demandez à un responsable."
        )
    return render(request, "ministere/notifications.html", _context(request, form), status=400)


def _context(request: HttpRequest, form: ObservationForm) -> dict[str, object]:
    rows = Procedure.objects.filter(organisme=organisme_of(request)).select_related("campagne")
    listed = []
    for row in rows:
        facts = chronology(row)
        listed.append((row, deroule().etapes[row.etape], facts, may_answer(row, last_act(facts))))
    return {
        "procedures": listed,
        "form": form,
        "page": "notifications",
        "peut_repondre": row_of(request).peut_saisir,
    }


def last_act(facts: tuple[Fait, ...]) -> Any:  # noqa: ANN401 - an act or nothing
    """Return the last act of a procedure."""
    return next((fact.acte for fact in reversed(facts) if fact.acte is not None), None)
