"""
Invitations: how accounts are made.

A person is asked by e-mail; the link is signed, expires and serves once.  Who already has an account is
attached to the organisation with it; who has none chooses an identifier and a password.  Whoever invites
learns nothing about accounts: the answer is the same in both cases.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from harmonia.acces.models import Mission, User
from harmonia.organismes.models import PROFILS, Invitation, Organisme, Rattachement
from harmonia.tenancy.mail import send
from harmonia.tenancy.porte import porte
from harmonia.tenancy.scope import Role, Scope, current, open_scope

LASTS: Final = timedelta(days=14)
_SALT: Final = "harmonia.organismes.invitation"
_log = structlog.get_logger(__name__)


class InvitationError(Exception):
    """An invitation that cannot be used; its words are for the person who opened it."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What a new person chooses."""

    username: str
    password: str
    prenom: str
    nom: str


def invite(
    courriel: str,
    profils: Collection[str],
    *,
    organisme: Organisme | None = None,
    mission: str = "",
    prenom: str = "",
    nom: str = "",
) -> Invitation:
    """
    Write an invitation, and have it sent; one that waits for the same address is replaced.

    For an organisation, with profiles, or for the authority's staff, with a mission.
    """
    assert (organisme is None) == bool(mission), "an invitation is for an organisation or for the staff"
    address = courriel.strip().lower()
    waiting = Invitation.objects.filter(
        organisme=organisme, courriel__iexact=address, acceptee_le=None, annulee_le=None
    )
    waiting.update(annulee_le=timezone.now())
    made: Invitation = Invitation.objects.create(
        organisme=organisme,
        mission=mission,
        courriel=address,
        prenom=prenom.strip(),
        nom=nom.strip(),
        invite_par_id=current().user_id,
        expire_le=timezone.now() + LASTS,
        **{name: name in profils for name in PROFILS},
    )
    _dispatch(made)
    return made


def resend(invitation: Invitation) -> None:
    """
    Send the link again, with all its time before it.

    Raises:
        InvitationError: it was accepted or withdrawn.
    """
    if invitation.acceptee_le or invitation.annulee_le:
        raise InvitationError("Cette invitation a déjà servi ou a été retirée : invitez à nouveau.")
    invitation.expire_le = timezone.now() + LASTS
    invitation.save(update_fields=["expire_le"])
    _dispatch(invitation)


def withdraw(invitation: Invitation) -> None:
    """Make the link useless."""
    if invitation.acceptee_le is None and invitation.annulee_le is None:
        invitation.annulee_le = timezone.now()
        invitation.save(update_fields=["annulee_le"])


def waiting(organisme: Organisme | None) -> list[Invitation]:
    """Return the invitations without an answer, expired ones too."""
    rows = Invitation.objects.filter(organisme=organisme, acceptee_le=None, annulee_le=None)
    return list(rows.select_related("invite_par"))


# ── The link ─────────────────────────────────────────────────────────────────────────────────────


def token_of(invitation: Invitation) -> str:
    """Return what the link carries: the number of the invitation, signed."""
    return signing.Signer(salt=_SALT).sign(invitation.pk.hex)


def link_of(invitation: Invitation) -> str:
    """Return the whole address of the link."""
    return f"{settings.SITE}{reverse('invitation', args=[token_of(invitation)])}"


def send_invitation(invitation_id: uuid.UUID) -> None:
    """Send the mail of an invitation that still waits; to be called by a job."""
    with open_scope(Scope(Role.SYSTEME)):
        rows = Invitation.objects.select_related("organisme", "invite_par")
        found = rows.filter(pk=invitation_id).first()
        if found is None or not found.est_ouverte:
            return
        context = {
            "invitation": found,
            "lien": link_of(found),
            "connu": _account(found.courriel) is not None,
            "invite_par": found.invite_par.nom,
            "organisme": found.organisme,
        }
    send("organismes/courriels/invitation.txt", found.courriel, context)


def open_link(token: str) -> Invitation:
    """
    Return the invitation of a link; to be called in the scope of the system.

    Raises:
        InvitationError: the link is not ours, or serves no more.
    """
    try:
        number = uuid.UUID(signing.Signer(salt=_SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        raise InvitationError(
            "Ce lien est incomplet ou modifié. Ouvrez-le depuis le courriel, ou recopiez-le en entier."
        ) from None
    rows = Invitation.objects.select_related("organisme").select_for_update(of=("self",))
    found: Invitation | None = rows.filter(pk=number).first()
    if found is None or found.annulee_le is not None:
        raise InvitationError("Cette invitation a été retirée ou remplacée par une plus récente.")
    if found.acceptee_le is not None:
        raise InvitationError("Cette invitation a déjà servi : connectez-vous avec votre compte.")
    if not found.est_ouverte:
        raise InvitationError(
            "Cette invitation a expiré. Demandez à la personne qui vous a invité un nouvel envoi."
        )
    return found


def account_of(invitation: Invitation) -> User | None:
    """
    Return the account that the address already has, if any.

    Raises:
        InvitationError: that account cannot be used here.
    """
    user = _account(invitation.courriel)
    if user is None:
        return None
    if not user.is_active:
        raise InvitationError(f"Le compte de cette adresse est désactivé : écrivez {porte().au}.")
    if bool(invitation.mission) != user.est_autorite:
        raise InvitationError(
            "Cette adresse sert déjà à un compte qui ne peut pas être à la fois celui d'un organisme et "
            f"celui {porte().du} : demandez une invitation à une autre adresse."
        )
    return user


def accept(invitation: Invitation, identity: Identity | None) -> User:
    """
    Attach the person, with the account that the address has or with a new one.

    To be called in the scope of the system, on what `open_link` returned.

    Raises:
        InvitationError: the identifier or the address was taken meanwhile.
    """
    user = account_of(invitation) or _create(invitation, identity)
    if invitation.mission:
        User.objects.filter(pk=user.pk).update(mission=invitation.mission)
    else:
        _attach(invitation, user)
    invitation.acceptee_le, invitation.acceptee_par = timezone.now(), user
    invitation.save(update_fields=["acceptee_le", "acceptee_par"])
    _log.info("invitation_accepted", invitation=str(invitation.pk), user=user.pk)
    return user


def _create(invitation: Invitation, identity: Identity | None) -> User:
    if identity is None:
        raise InvitationError("Choisissez un identifiant et un mot de passe.")
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                identity.username,
                invitation.courriel,
                identity.password,
                first_name=identity.prenom,
                last_name=identity.nom,
                mission=Mission(invitation.mission),
            )
            EmailAddress.objects.create(user=user, email=invitation.courriel, verified=True, primary=True)
    except IntegrityError:
        raise InvitationError("Cet identifiant vient d'être pris : choisissez-en un autre.") from None
    return user


def _attach(invitation: Invitation, user: User) -> None:
    """Give the profiles of the invitation, on top of those already held; access comes back if it was cut."""
    assert invitation.organisme_id is not None
    row, _ = Rattachement.objects.get_or_create(user=user, organisme_id=invitation.organisme_id)
    given: Mapping[str, bool] = {name: getattr(row, name) or getattr(invitation, name) for name in PROFILS}
    for name, value in given.items():
        setattr(row, name, value)
    row.actif = True
    row.save()


def _account(courriel: str) -> User | None:
    return User.objects.filter(email__iexact=courriel).first()


def _dispatch(invitation: Invitation) -> None:
    from harmonia.organismes.taches import send_invitation as job  # noqa: PLC0415 - the job calls this module

    job.defer(invitation_id=str(invitation.pk))
    _log.info(
        "invitation_sent",
        invitation=str(invitation.pk),
        organisme=invitation.organisme_id,
        by=invitation.invite_par_id,
    )
