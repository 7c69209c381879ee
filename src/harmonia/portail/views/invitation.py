"""The page of an invitation's link: choose an identifier and a password, or join with the account one has."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from harmonia.acces.models import User
from harmonia.organismes.access import CHOSEN
from harmonia.organismes.invitations import Identity, InvitationError, accept, account_of, open_link
from harmonia.organismes.models import Invitation
from harmonia.portail.forms import AccountForm
from harmonia.portail.guards import posted, too_many
from harmonia.tenancy.scope import Role, Scope, open_scope


@never_cache
def invitation(request: HttpRequest, jeton: str) -> HttpResponse:
    """Answer the link; nothing is written until the person confirms."""
    limited = too_many(request, "invitation_opened", limit_get=True)
    if limited is not None:
        return limited
    with open_scope(Scope(Role.SYSTEME)):
        try:
            found = open_link(jeton)
            known = account_of(found)
        except InvitationError as refusal:
            return render(request, "portail/invitation_refusee.html", {"motif": str(refusal)}, status=410)
        return _answer(request, found, known)


def _answer(request: HttpRequest, found: Invitation, known: User | None) -> HttpResponse:
    form = None
    if known is None:
        start = {
            "prenom": found.prenom,
            "nom": found.nom,
            "identifiant": found.courriel.partition("@")[0].lower(),
        }
        form = AccountForm(posted(request), courriel=found.courriel, initial=start)
    if request.method == "POST" and (form is None or form.is_valid()):
        return _accept(request, found, form)
    context = {"invitation": found, "connu": known, "form": form}
    return render(request, "portail/invitation.html", context)


def _accept(request: HttpRequest, found: Invitation, form: AccountForm | None) -> HttpResponse:
    identity = None
    if form is not None:
        given = form.cleaned_data
        identity = Identity(given["identifiant"], given["mot_de_passe"], given["prenom"], given["nom"])
    try:
        with transaction.atomic():
            user = accept(found, identity)
    except InvitationError as refusal:
        assert form is not None
        form.add_error("identifiant", str(refusal))
        return render(request, "portail/invitation.html", {"invitation": found, "connu": None, "form": form})
    if request.user.is_authenticated and request.user.pk == user.pk:
        request.session[CHOSEN] = found.organisme_id
        messages.success(request, f"Vous travaillez maintenant pour {found.organisme}.")
        return redirect("accueil")
    messages.success(request, f"C'est fait. Connectez-vous avec l'identifiant « {user.username} ».")
    return redirect("account_login")
