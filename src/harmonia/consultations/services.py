"""The one place that writes who read what; called wherever somebody outside an organisation reads."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection
from django.utils import timezone

from harmonia.acces.models import NOM_SQL
from harmonia.consultations.models import Consultation, Droit, Nature
from harmonia.tenancy.scope import Role, current

QUARTER: Final = 15
"""Minutes within which the same reading by the same reader is one line."""

_NAME: Final = f"COALESCE((SELECT {NOM_SQL} FROM acces_user u WHERE u.id = %s), %s)"  # noqa: S608 - our own constant
_NOTE: Final = (
    "INSERT INTO consultations_consultation (organisme_id, dossier_id, user_id, qui, droit, nature, objet,"  # noqa: S608 - our own constants
    f" consentement_id, le, quart) VALUES (%s, %s, %s, {_NAME}, %s, %s, %s, %s, %s, %s)"
    " ON CONFLICT DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class Read:
    """What was read: whose, in which dossier, which thing, under which right, how."""

    organisme_id: int
    dossier_id: int | None
    objet: str
    droit: Droit = Droit.AUTORITE
    nature: Nature = Nature.LECTURE


def note(read: Read, qui: str = "") -> None:
    """
    Write that the open scope read something of an organisation; nothing for its own people.

    *qui* names another portal; a person of the authority is named by the account.
    """
    scope = current()
    if not (scope.role.est_autorite or scope.role is Role.TIERS):
        return
    user_id, now = scope.user_id or None, timezone.now()
    who = (user_id, qui or "Traitement du portail")
    what = (read.droit.value, read.nature.value, read.objet[:200])
    when = (scope.consentement or None, now, quarter(now))
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [read.organisme_id, read.dossier_id, user_id, *who, *what, *when])


def quarter(moment: datetime) -> datetime:
    """
    Return when the quarter of an hour of a moment began.

    >>> quarter(datetime(2023, 7, 12, 10, 44, 59)).isoformat()
    '2023-07-12T10:30:00'
    """
    return moment.replace(minute=moment.minute - moment.minute % QUARTER, second=0, microsecond=0)


def readings(organisme_id: int, limit: int) -> list[Consultation]:
    """Return who read what an organisation gave, the last first."""
    rows = Consultation.objects.filter(organisme_id=organisme_id).select_related("user")
    return list(rows[:limit])


def under_consent(consent_id: uuid.UUID) -> list[Consultation]:
    """Return what was read under a consent, the last first."""
    return list(Consultation.objects.filter(consentement_id=consent_id))
