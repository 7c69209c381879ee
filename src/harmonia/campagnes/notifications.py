"""
What a collection tells people by mail: written down first, sent then, never made twice.

A row is the promise of one mail to one address; the constraints of the table refuse a second one.  It is
sent in a transaction of its own that marks it: two workers never send the same row, and a mail server that
fails leaves the row for the next try.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Q
from django.utils import timezone

from harmonia.acces.models import Mission
from harmonia.campagnes.models import Campagne, Genre, Notification
from harmonia.organismes.models import Contact, Organisme, Rattachement, Theme
from harmonia.tenancy.mail import send, send_each
from harmonia.tenancy.scope import Role, Scope, open_scope

HEARD: Final = (Theme.DIRECTION, Theme.COMPTABILITE)
"""The contacts who are written to beside the users."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """An address; with the account when it is that of a user."""

    courriel: str
    user_id: int | None


def recipients(organisme_id: int) -> tuple[Recipient, ...]:
    """Return whom to write to: the people of an organisation, its contacts for accounts and direction."""
    rows = Rattachement.objects.filter(
        organisme_id=organisme_id, actif=True, user__is_active=True, user__mission=Mission.AUCUNE
    )
    found = {
        email.lower(): Recipient(email.lower(), user_id)
        for email, user_id in rows.exclude(user__email="").values_list("user__email", "user_id")
    }
    contacts = Contact.objects.filter(organisme_id=organisme_id, theme__in=HEARD)
    for email in contacts.values_list("courriel", flat=True):
        found.setdefault(email.lower(), Recipient(email.lower(), None))
    return tuple(found.values())


def promise(campagne: Campagne, organisme_id: int, genre: Genre, echeance: date, jours: int = 0) -> int:
    """Write down one message per address, and return how many are new; what was promised stays as it is."""
    known = set(
        Notification.objects.filter(
            Q(echeance=echeance) | Q(genre=Genre.OUVERTURE),
            campagne=campagne,
            organisme_id=organisme_id,
            genre=genre,
            jours=jours,
        ).values_list("courriel", flat=True)
    )
    rows = [
        Notification(
            campagne=campagne,
            organisme_id=organisme_id,
            user_id=one.user_id,
            courriel=one.courriel,
            genre=genre,
            jours=jours,
            echeance=echeance,
        )
        for one in recipients(organisme_id)
        if one.courriel not in known
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def send_promised(campagne_id: int | None = None) -> int:
    """
    Send every message that waits, each in its own transaction, and return how many left.

    An address that fails does not hold up the others.

    Raises:
        OSError: some failed; they will be tried again by the next call.
    """
    return send_each(_waiting(campagne_id), _send)


def _waiting(campagne_id: int | None) -> Iterable[int]:
    with open_scope(Scope(Role.SYSTEME)):
        rows = Notification.objects.filter(envoyee_le=None)
        if campagne_id is not None:
            rows = rows.filter(campagne_id=campagne_id)
        return list(rows.values_list("pk", flat=True))


def _send(number: int) -> bool:
    with open_scope(Scope(Role.SYSTEME)):
        row = (
            Notification.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("campagne", "organisme", "user")
            .filter(pk=number, envoyee_le=None)
            .first()
        )
        if row is None:
            return False
        row.envoyee_le = timezone.now()
        row.save(update_fields=["envoyee_le"])
        send(f"campagnes/courriels/{row.genre}.txt", row.courriel, _context(row, row.campagne, row.organisme))
        return True


def _context(row: Notification, campagne: Campagne, organisme: Organisme) -> dict[str, object]:
    return {
        "notification": row,
        "campagne": campagne,
        "organisme": organisme,
        "prenom": row.user.first_name if row.user else "",
        "identifiant": row.user.username if row.user else "",
    }
