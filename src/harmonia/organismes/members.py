"""Who works for an organisation: profiles given, access cut and given back, the last administrator kept."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import structlog
from django.http import Http404

from harmonia.organismes.models import PROFILS, Organisme, Rattachement
from harmonia.tenancy.porte import porte

_log = structlog.get_logger(__name__)

LAST: Final = (
    "C'est le dernier administrateur de l'organisme : donnez d'abord ce profil à quelqu'un d'autre, "
    "ou demandez {au} d'en inviter un."
)


class LastAdministratorError(Exception):
    """An organisation must keep somebody who manages its users; its words are for who asked."""

    def __init__(self) -> None:
        super().__init__(LAST.format(au=porte().au))


def members(organisme: Organisme) -> list[Rattachement]:
    """Return the people of an organisation, by name."""
    rows = Rattachement.objects.filter(organisme=organisme).select_related("user")
    return list(rows.order_by("user__last_name", "user__first_name", "pk"))


def access_member(organisme: Organisme, rattachement_id: int) -> Rattachement:
    """
    Return a person of the organisation.

    Raises:
        Http404: there is none.
    """
    rows = Rattachement.objects.filter(organisme=organisme, pk=rattachement_id)
    row: Rattachement | None = rows.select_related("user", "organisme").first()
    if row is None:
        raise Http404("Cette personne n'est pas de votre organisme.")
    return row


def set_profiles(row: Rattachement, profils: Collection[str]) -> None:
    """
    Give a person these profiles, and no other.

    Raises:
        LastAdministratorError: nobody would manage the users any more.
    """
    if "administrateur" not in profils:
        _keep_an_administrator(row)
    for name in PROFILS:
        setattr(row, name, name in profils)
    row.save(update_fields=list(PROFILS))
    _log.info("profiles_set", rattachement=row.pk, profils=sorted(profils))


def suspend(row: Rattachement) -> None:
    """
    Cut a person's access at once; the profiles are kept for the day it comes back.

    Raises:
        LastAdministratorError: nobody would manage the users any more.
    """
    _keep_an_administrator(row)
    row.actif = False
    row.save(update_fields=["actif"])
    _log.info("member_suspended", rattachement=row.pk)


def resume(row: Rattachement) -> None:
    """Give access back."""
    row.actif = True
    row.save(update_fields=["actif"])
    _log.info("member_resumed", rattachement=row.pk)


def detach(row: Rattachement) -> None:
    """
    Take a person out of the organisation; the account stays, with what it did.

    Raises:
        LastAdministratorError: nobody would manage the users any more.
    """
    _keep_an_administrator(row)
    _log.info("member_detached", rattachement=row.pk, user=row.user_id, organisme=row.organisme_id)
    row.delete()


def _keep_an_administrator(row: Rattachement) -> None:
    """Two administrators who leave together wait for each other: the rows are locked."""
    rows = Rattachement.objects.select_for_update().filter(
        organisme_id=row.organisme_id, administrateur=True, actif=True, user__is_active=True
    )
    left = [one for one in rows.order_by("pk") if one.pk != row.pk]
    if row.administrateur and row.actif and not left:
        raise LastAdministratorError
