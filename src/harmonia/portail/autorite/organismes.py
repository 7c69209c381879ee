"""The members: list, identity, contacts, users; the first administrator is invited from here."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from harmonia.acces.models import Mission
from harmonia.instruction.registre import history
from harmonia.organismes.fiche import keep_identity
from harmonia.organismes.models import Contact, Famille, Organisme
from harmonia.portail.forms import InvitationForm, OrganismeForm
from harmonia.portail.guards import authority_administrator_only, authority_only, person, posted
from harmonia.portail.views.organisme import edit_contact, remove_contact
from harmonia.portail.views.users import (
    act_on_invitation,
    act_on_member,
    edit_member,
    people,
    send_invitation,
)
from harmonia.tenancy.porte import porte


@require_GET
@authority_only
def organismes(request: HttpRequest) -> HttpResponse:
    """List the organisations; search by name, SIREN or town."""
    words = request.GET.get("nom", "").strip()[:80]
    famille = request.GET.get("famille", "")
    rows = _counted()
    for word in words.split():
        rows = rows.filter(Q(nom__icontains=word) | Q(siren__startswith=word) | Q(commune__icontains=word))
    if famille in Famille.values:
        rows = rows.filter(famille=famille)
    context = {
        "organismes": rows,
        "nom": words,
        "famille": famille,
        "familles": Famille.choices,
        "administrateur": person(request).mission == Mission.ADMINISTRATEUR,
        "page": "organismes",
    }
    return render(request, "portail/autorite/organismes.html", context)


def _counted() -> QuerySet[Organisme]:
    active = Q(rattachements__actif=True)
    return Organisme.objects.annotate(
        utilisateurs=Count("rattachements", filter=active, distinct=True),
        administrateurs=Count(
            "rattachements", filter=active & Q(rattachements__administrateur=True), distinct=True
        ),
    )


@authority_administrator_only
def nouvel_organisme(request: HttpRequest) -> HttpResponse:
    """Create an organisation; then its first administrator is invited."""
    form = OrganismeForm(posted(request), initial={"famille": porte().familles[0]})
    if request.method == "POST" and form.is_valid():
        row = keep_identity(Organisme(), form.cleaned_data)
        messages.success(request, f"{row.nom} est créé. Invitez maintenant son premier administrateur.")
        return redirect("suivi_organisme", row.pk)
    context = {"form": form, "titre": "Nouvel organisme", "page": "organismes", "retour": "organismes"}
    return render(request, "portail/organisme_form.html", context)


@authority_only
def organisme(request: HttpRequest, organisme_id: int) -> HttpResponse:
    """Show an organisation, its contacts and its users; POST invites (administrators only)."""
    row = access_organisme(organisme_id)
    manages = person(request).mission == Mission.ADMINISTRATEUR
    alone = not row.rattachements.filter(actif=True, administrateur=True).exists()
    form = InvitationForm(posted(request), initial={"profils": ["administrateur"] if alone else ["saisie"]})
    if request.method == "POST":
        return _invite(request, row, form)
    context = {
        **people(row),
        "organisme": row,
        "contacts": Contact.objects.filter(organisme=row),
        "evenements": history(row),
        "dossiers": row.dossiers.select_related("campagne").order_by("-campagne__exercice"),
        "administrateur": manages,
        "form": form,
        "page": "organismes",
    }
    return render(request, "portail/autorite/organisme.html", context)


@authority_administrator_only
def _invite(request: HttpRequest, row: Organisme, form: InvitationForm) -> HttpResponse:
    if form.is_valid():
        return send_invitation(request, form, row) or redirect("suivi_organisme", row.pk)
    context = {**people(row), "organisme": row, "form": form, "administrateur": True, "page": "organismes"}
    return render(request, "portail/autorite/organisme.html", context)


@authority_administrator_only
def modifier(request: HttpRequest, organisme_id: int) -> HttpResponse:
    """Correct the identity of an organisation."""
    row = access_organisme(organisme_id)
    form = OrganismeForm(posted(request), instance=row)
    if request.method == "POST" and form.is_valid():
        keep_identity(row, form.cleaned_data)
        messages.success(request, "La fiche est enregistrée.")
        return redirect("suivi_organisme", row.pk)
    context = {"form": form, "organisme": row, "titre": row.nom, "page": "organismes"}
    return render(request, "portail/organisme_form.html", context)


@authority_administrator_only
def contact(request: HttpRequest, organisme_id: int, contact_id: int = 0) -> HttpResponse:
    """Add or correct a contact."""
    row = access_organisme(organisme_id)
    return edit_contact(request, row, contact_id, "suivi_organisme", row.pk)


@require_POST
@authority_administrator_only
def retirer_contact(request: HttpRequest, organisme_id: int, contact_id: int) -> HttpResponse:
    """Remove a contact."""
    remove_contact(request, access_organisme(organisme_id), contact_id)
    return redirect("suivi_organisme", organisme_id)


@authority_administrator_only
def utilisateur(request: HttpRequest, organisme_id: int, rattachement_id: int) -> HttpResponse:
    """Change the profiles of somebody."""
    row = access_organisme(organisme_id)
    return edit_member(request, row, rattachement_id, "suivi_organisme", row.pk)


@require_POST
@authority_administrator_only
def agir_utilisateur(
    request: HttpRequest, organisme_id: int, rattachement_id: int, acte: str
) -> HttpResponse:
    """Suspend, give back or take away an access."""
    act_on_member(request, access_organisme(organisme_id), rattachement_id, acte)
    return redirect("suivi_organisme", organisme_id)


@require_POST
@authority_administrator_only
def agir_invitation(
    request: HttpRequest, organisme_id: int, invitation_id: uuid.UUID, acte: str
) -> HttpResponse:
    """Send an invitation again, or withdraw it."""
    row = access_organisme(organisme_id)
    return act_on_invitation(request, row, invitation_id, acte) or redirect("suivi_organisme", row.pk)


def access_organisme(organisme_id: int) -> Organisme:
    """
    Return an organisation.

    Raises:
        Http404: there is none.
    """
    row: Organisme | None = Organisme.objects.filter(pk=organisme_id).first()
    if row is None:
        raise Http404("Cet organisme n'existe pas.")
    return row
