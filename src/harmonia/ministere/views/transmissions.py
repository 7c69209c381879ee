"""What a dossier transmitted, and what will go along with the next transmission."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from harmonia.consultations.models import Nature
from harmonia.consultations.services import Read, note
from harmonia.documents.exchange import RefusedFileError
from harmonia.dossiers.access import access_dossier
from harmonia.dossiers.models import Dossier
from harmonia.ministere.forms import PieceForm, ReserveForm
from harmonia.ministere.impression import print_receipt
from harmonia.portail.guards import member_only, row_of, too_many
from harmonia.portail.impression import MissingLibraryError
from harmonia.transmissions.models import Transmission
from harmonia.transmissions.pieces import (
    PieceError,
    attach,
    may_prepare,
    missing,
    reserve_of,
    set_reserve,
    standing_pieces,
    withdraw,
)
from harmonia.transmissions.provisoires import standing_provisional
from harmonia.transmissions.services import access_transmission, transmissions_of

JSON = "application/json"


@login_required
@require_GET
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """List the versions that were transmitted, and what goes along with the next one."""
    return _page(request, access_dossier(dossier_id))


def _page(request: HttpRequest, dossier: Dossier, **bound: forms.Form) -> HttpResponse:
    preparing = may_prepare(dossier)
    context = {
        "dossier": dossier,
        "transmissions": transmissions_of(dossier),
        "provisoire": standing_provisional(dossier),
        "preparable": preparing,
        "reserve": reserve_of(dossier) if preparing else "",
        "pieces": standing_pieces(dossier) if preparing else [],
        "manque": missing(dossier) if preparing else "",
        "piece_form": bound.get("piece_form") or PieceForm(),
        "reserve_form": bound.get("reserve_form") or ReserveForm(initial={"reserve": reserve_of(dossier)}),
    }
    return render(request, "ministere/transmissions.html", context)


# ── What goes along ──────────────────────────────────────────────────────────────────────────────


@require_POST
@member_only
def joindre(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Join a document to the next transmission."""
    dossier = _mine(request, dossier_id)
    limited = too_many(request, "message")
    if limited is not None:
        return limited
    form = PieceForm(request.POST, request.FILES)
    if form.is_valid():
        upload = form.cleaned_data["document"]
        assert isinstance(upload, UploadedFile)
        try:
            attach(dossier, upload, form.cleaned_data["nature"])
        except (PieceError, RefusedFileError) as refusal:
            form.add_error("document", str(refusal))
        else:
            messages.success(request, "La pièce est jointe : elle partira avec la transmission.")
            return redirect("transmissions", dossier_id)
    return _page(request, dossier, piece_form=form)


@require_POST
@member_only
def retirer(request: HttpRequest, dossier_id: int, piece_id: int) -> HttpResponse:
    """Leave a document out of the next transmission."""
    try:
        withdraw(_mine(request, dossier_id), piece_id)
    except PieceError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "La pièce ne partira pas.")
    return redirect("transmissions", dossier_id)


@require_POST
@member_only
def reserver(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Say under what reserve the dossier will be transmitted."""
    dossier = _mine(request, dossier_id)
    form = ReserveForm(request.POST)
    if form.is_valid():
        try:
            set_reserve(dossier, form.cleaned_data["reserve"])
        except PieceError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "La réserve est enregistrée.")
        return redirect("transmissions", dossier_id)
    return _page(request, dossier, reserve_form=form)


def _mine(request: HttpRequest, dossier_id: int) -> Dossier:
    """
    Return the dossier of the organisation, for who fills it.

    Raises:
        Http404: it is another's.
        PermissionDenied: their profiles do not let them fill it.
    """
    dossier, profiles = access_dossier(dossier_id), row_of(request)
    if profiles.organisme_id != dossier.organisme_id:
        raise Http404("Ce dossier n'est pas le vôtre.")
    if not profiles.peut_saisir:
        raise PermissionDenied("Votre profil ne permet pas de préparer la transmission.")
    return dossier


# ── Files to keep ────────────────────────────────────────────────────────────────────────────────


@login_required
@require_GET
def accuse_pdf(request: HttpRequest, dossier_id: int, numero: int) -> HttpResponse:
    """Give the receipt as a PDF, that carries the signed document."""
    made = _made(dossier_id, numero)
    try:
        body = print_receipt(made)
    except MissingLibraryError as error:
        messages.error(request, str(error))
        return redirect("transmissions", dossier_id)
    return _file(made, "accuse", "pdf", body, "application/pdf")


@login_required
@require_GET
def accuse_json(_request: HttpRequest, dossier_id: int, numero: int) -> HttpResponse:
    """Give the receipt as it was signed."""
    made = _made(dossier_id, numero)
    return _file(made, "accuse", "json", made.accuse.encode(), JSON)


@login_required
@require_GET
def instantane(_request: HttpRequest, dossier_id: int, numero: int) -> HttpResponse:
    """Give the snapshot as it was sealed."""
    made = _made(dossier_id, numero)
    return _file(made, "instantane", "json", made.instantane.encode(), JSON)


def _made(dossier_id: int, numero: int) -> Transmission:
    """Return a version to be handed over; that the ministry took it is noted."""
    made = access_transmission(access_dossier(dossier_id), numero)
    if made is None:
        raise Http404("Cette version n'a pas été transmise.")
    what = f"Transmission, version {numero}"
    note(Read(made.organisme_id, made.dossier_id, what, nature=Nature.EXPORT))
    return made


def _file(made: Transmission, what: str, extension: str, body: bytes, kind: str) -> HttpResponse:
    who, year = made.dossier.organisme.siren, made.dossier.campagne.exercice
    name = f"{what}-{who}-{year}-v{made.numero}.{extension}"
    answer = HttpResponse(body, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
