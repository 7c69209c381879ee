"""The organisation's own page, and the switch between organisations."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from harmonia.organismes.access import choose
from harmonia.organismes.fiche import access_contact, drop_contact, keep_contact, keep_identity
from harmonia.organismes.models import Contact, Organisme
from harmonia.portail.forms import ContactForm, OwnOrganismeForm
from harmonia.portail.guards import member_only, organisme_administrator_only, organisme_of, posted, row_of


@member_only
def organisme(request: HttpRequest) -> HttpResponse:
    """Show the identity and the contacts."""
    context = {
        "organisme": organisme_of(request),
        "contacts": Contact.objects.filter(organisme=organisme_of(request)),
        "administrateur": row_of(request).administrateur,
        "page": "organisme",
    }
    return render(request, "portail/organisme.html", context)


@organisme_administrator_only
def modifier_organisme(request: HttpRequest) -> HttpResponse:
    """Correct the address and the activity."""
    row = organisme_of(request)
    form = OwnOrganismeForm(posted(request), instance=row)
    if request.method == "POST" and form.is_valid():
        keep_identity(row, form.cleaned_data)
        messages.success(request, "La fiche de l'organisme est enregistrée.")
        return redirect("organisme")
    context = {"form": form, "organisme": row, "page": "organisme", "titre": "Adresse et activité"}
    return render(request, "portail/organisme_form.html", context)


@organisme_administrator_only
def contact(request: HttpRequest, contact_id: int = 0) -> HttpResponse:
    """Add or correct a contact."""
    return edit_contact(request, organisme_of(request), contact_id, "organisme")


@require_POST
@organisme_administrator_only
def retirer_contact(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Remove a contact."""
    remove_contact(request, organisme_of(request), contact_id)
    return redirect("organisme")


def edit_contact(
    request: HttpRequest, owner: Organisme, contact_id: int, back: str, *args: object
) -> HttpResponse:
    """Show a contact, or keep it and go back."""
    row = access_contact(owner, contact_id) if contact_id else Contact(organisme=owner)
    form = ContactForm(posted(request), instance=row)
    if request.method == "POST" and form.is_valid():
        keep_contact(row, form.cleaned_data)
        messages.success(request, f"Le contact {row.nom} est enregistré.")
        return redirect(back, *args)
    context = {"form": form, "organisme": owner, "page": "organisme", "titre": row.nom or "Nouveau contact"}
    return render(request, "portail/organisme_form.html", context)


def remove_contact(request: HttpRequest, owner: Organisme, contact_id: int) -> None:
    """Remove a contact, and tell it."""
    row = access_contact(owner, contact_id)
    drop_contact(row)
    messages.success(request, f"Le contact {row.nom} est retiré.")


@require_POST
@member_only
def choisir(request: HttpRequest) -> HttpResponse:
    """Work for another of one's organisations."""
    wanted = request.POST.get("organisme", "")
    chosen = choose(request, int(wanted)) if wanted.isdigit() else None
    if chosen is None:
        raise Http404("Vous n'êtes pas rattaché à cet organisme.")
    messages.success(request, f"Vous travaillez maintenant pour {chosen.nom}.")
    return redirect("accueil")
