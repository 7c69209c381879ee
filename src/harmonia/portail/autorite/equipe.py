"""« Équipe »: who works for the authority, invited and let go by its administrators."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from harmonia.acces.models import Mission, User
from harmonia.acces.staff import LastStaffError, set_active, set_mission, staff
from harmonia.organismes.invitations import invite, waiting
from harmonia.portail.guards import authority_administrator_only, posted, too_many
from harmonia.portail.views.users import INVITATION_ACTS, act_on_invitation

MISSIONS = [(str(code), str(label)) for code, label in Mission.choices if code]


class StaffForm(forms.Form):
    """Whom to invite to the team."""

    courriel = forms.EmailField(label="Adresse électronique", max_length=254)
    prenom = forms.CharField(label="Prénom", max_length=150, required=False)
    nom = forms.CharField(label="Nom", max_length=150, required=False)
    mission = forms.ChoiceField(label="Mission", choices=MISSIONS)


@authority_administrator_only
def equipe(request: HttpRequest) -> HttpResponse:
    """List the team and its invitations; POST invites."""
    form = StaffForm(posted(request))
    if request.method == "POST" and form.is_valid():
        limited = too_many(request, "invitation")
        if limited is not None:
            return limited
        given = form.cleaned_data
        made = invite(
            given["courriel"], (), mission=given["mission"], prenom=given["prenom"], nom=given["nom"]
        )
        messages.success(request, f"L'invitation part pour {made.courriel}.")
        return redirect("equipe")
    context = {
        "membres": staff(),
        "invitations": waiting(None),
        "missions": MISSIONS,
        "actes_invitation": INVITATION_ACTS,
        "form": form,
        "page": "equipe",
    }
    return render(request, "portail/autorite/equipe.html", context)


@require_POST
@authority_administrator_only
def agir(request: HttpRequest, user_id: int, acte: str) -> HttpResponse:
    """Close or open an account of the team, or change its mission."""
    row = User.objects.filter(pk=user_id).exclude(mission=Mission.AUCUNE).first()
    if row is None or acte not in {"fermer", "rouvrir", "mission"}:
        raise Http404("Cette personne n'est pas de l'équipe.")
    try:
        if acte == "mission":
            set_mission(row, request.POST.get("mission", ""))
            messages.success(request, f"{row.nom} : {row.get_mission_display()}.")
        else:
            set_active(row, active=acte == "rouvrir")
            messages.success(
                request, f"Le compte de {row.nom} est {'rouvert' if row.is_active else 'fermé'}."
            )
    except LastStaffError as refusal:
        messages.error(request, str(refusal))
    return redirect("equipe")


@require_POST
@authority_administrator_only
def agir_invitation(request: HttpRequest, invitation_id: uuid.UUID, acte: str) -> HttpResponse:
    """Send an invitation again, or withdraw it."""
    return act_on_invitation(request, None, invitation_id, acte) or redirect("equipe")
