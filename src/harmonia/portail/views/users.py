"""« Utilisateurs »: who works for an organisation, as its administrator or the authority manages it."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from harmonia.organismes.invitations import InvitationError, invite, resend, waiting, withdraw
from harmonia.organismes.members import (
    LastAdministratorError,
    access_member,
    detach,
    members,
    resume,
    set_profiles,
    suspend,
)
from harmonia.organismes.models import PROFILS, Invitation, Organisme, Rattachement
from harmonia.portail.forms import InvitationForm, ProfilesForm
from harmonia.portail.guards import organisme_administrator_only, organisme_of, posted, too_many

INVITATION_ACTS = (("renvoyer", "Renvoyer"), ("annuler", "Retirer"))


@organisme_administrator_only
def utilisateurs(request: HttpRequest) -> HttpResponse:
    """List the people and the invitations; POST invites."""
    organisme = organisme_of(request)
    form = InvitationForm(posted(request), initial={"profils": ["saisie"]})
    if request.method == "POST" and form.is_valid():
        return send_invitation(request, form, organisme) or redirect("utilisateurs")
    context = {**people(organisme), "form": form, "page": "utilisateurs", "organisme": organisme}
    return render(request, "portail/utilisateurs.html", context)


def people(organisme: Organisme) -> dict[str, object]:
    """Return what the page of the users shows of an organisation."""
    return {
        "membres": members(organisme),
        "invitations": waiting(organisme),
        "profils": PROFILS,
        "actes_invitation": INVITATION_ACTS,
    }


def send_invitation(request: HttpRequest, form: InvitationForm, organisme: Organisme) -> HttpResponse | None:
    """Invite somebody to an organisation; the page that asks to wait when that was done too often."""
    limited = too_many(request, "invitation")
    if limited is not None:
        return limited
    given = form.cleaned_data
    made = invite(
        given["courriel"], given["profils"], organisme=organisme, prenom=given["prenom"], nom=given["nom"]
    )
    messages.success(
        request, f"L'invitation part pour {made.courriel}. Le lien sert une fois, pendant 14 jours."
    )
    return None


@organisme_administrator_only
def utilisateur(request: HttpRequest, rattachement_id: int) -> HttpResponse:
    """Change the profiles of somebody."""
    return edit_member(request, organisme_of(request), rattachement_id, "utilisateurs")


def edit_member(
    request: HttpRequest, organisme: Organisme, rattachement_id: int, back: str, *args: object
) -> HttpResponse:
    """Show somebody's profiles, or change them and go back to the list."""
    row = access_member(organisme, rattachement_id)
    held = [name for name in PROFILS if getattr(row, name)]
    form = ProfilesForm(posted(request), initial={"profils": held})
    if request.method == "POST" and form.is_valid():
        try:
            set_profiles(row, form.cleaned_data["profils"])
        except LastAdministratorError as refusal:
            form.add_error("profils", str(refusal))
        else:
            messages.success(request, f"Les profils de {row.user.nom} sont enregistrés.")
            return redirect(back, *args)
    context = {
        "membre": row,
        "form": form,
        "organisme": organisme,
        "actes": [
            ("suspendre", "Suspendre l'accès", "") if row.actif else ("retablir", "Rétablir l'accès", ""),
            ("retirer", "Retirer de l'organisme", "btn--danger"),
        ],
        "page": "utilisateurs",
    }
    return render(request, "portail/utilisateur.html", context)


ACTS: dict[str, tuple[Callable[[Rattachement], None], str]] = {
    "suspendre": (suspend, "L'accès de {} est suspendu ; ses profils sont gardés."),
    "retablir": (resume, "L'accès de {} est rétabli."),
    "retirer": (detach, "{} ne fait plus partie de l'organisme. Son compte et ce qu'il a fait restent."),
}


@require_POST
@organisme_administrator_only
def agir_utilisateur(request: HttpRequest, rattachement_id: int, acte: str) -> HttpResponse:
    """Suspend, give back or take away an access."""
    act_on_member(request, organisme_of(request), rattachement_id, acte)
    return redirect("utilisateurs")


def act_on_member(request: HttpRequest, organisme: Organisme, rattachement_id: int, acte: str) -> None:
    """
    Do one of `ACTS`, and tell what was done or why not.

    Raises:
        Http404: no such act, or nobody of that number.
    """
    if acte not in ACTS:
        raise Http404("Cette action n'existe pas.")
    row = access_member(organisme, rattachement_id)
    act, told = ACTS[acte]
    nom = row.user.nom
    try:
        act(row)
    except LastAdministratorError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, told.format(nom))


@require_POST
@organisme_administrator_only
def agir_invitation(request: HttpRequest, invitation_id: uuid.UUID, acte: str) -> HttpResponse:
    """Send an invitation again, or withdraw it."""
    return act_on_invitation(request, organisme_of(request), invitation_id, acte) or redirect("utilisateurs")


def act_on_invitation(
    request: HttpRequest, organisme: Organisme | None, invitation_id: uuid.UUID, acte: str
) -> HttpResponse | None:
    """
    Send again or withdraw; return the page that asks to wait when that was done too often.

    Raises:
        Http404: no such act, or no such invitation.
    """
    found = Invitation.objects.filter(pk=invitation_id, organisme=organisme).first()
    if found is None or acte not in {"renvoyer", "annuler"}:
        raise Http404("Cette invitation n'existe pas, ou n'est pas de votre organisme.")
    if acte == "annuler":
        withdraw(found)
        messages.success(request, f"L'invitation de {found.courriel} est retirée : son lien ne sert plus.")
        return None
    limited = too_many(request, "invitation")
    if limited is not None:
        return limited
    try:
        resend(found)
        messages.success(request, f"L'invitation repart pour {found.courriel}.")
    except InvitationError as refusal:
        messages.error(request, str(refusal))
    return None
