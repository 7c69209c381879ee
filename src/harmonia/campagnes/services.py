"""What the authority writes of a collection, and an organisation of its own calendar."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from harmonia.campagnes.calendar import family_limits
from harmonia.campagnes.models import CalendrierOrganisme, Campagne
from harmonia.organismes.models import Organisme

_log = structlog.get_logger(__name__)


class AlreadyAskedError(Exception):
    """The opening of this collection was already asked for."""


def ask_opening(campagne_id: int) -> Campagne:
    """
    Note that the opening was asked for; two clicks, two tabs or two people ask once.

    A demand that led to nothing (a worker that was lost) may be made again after a while.

    Raises:
        AlreadyAskedError: it was.
    """
    with transaction.atomic():
        campagne = Campagne.objects.select_for_update().get(pk=campagne_id)
        if campagne.ouverte_le is not None or campagne.est_en_ouverture:
            raise AlreadyAskedError(campagne.titre)
        campagne.ouverture_demandee_le = timezone.now()
        campagne.save(update_fields=["ouverture_demandee_le"])
    _log.info("campagne_opening_asked", campagne=campagne_id)
    return campagne


def set_assembly(campagne: Campagne, organisme_id: int, on: date | None) -> CalendrierOrganisme:
    """Keep the date of an organisation's general assembly; None when it is not known any more."""
    row, _ = CalendrierOrganisme.objects.update_or_create(
        campagne=campagne, organisme_id=organisme_id, defaults={"assemblee_le": on}
    )
    return row


def grant_delay(campagne: Campagne, organisme_id: int, until: date | None, motif: str) -> CalendrierOrganisme:
    """Give an organisation a due date of its own, or take it back; reminders and freeze follow."""
    row, _ = CalendrierOrganisme.objects.update_or_create(
        campagne=campagne,
        organisme_id=organisme_id,
        defaults={"echeance": until, "motif": motif.strip() if until else ""},
    )
    _log.info("delay_granted", campagne=campagne.pk, organisme=organisme_id, until=str(until))
    return row


def set_limits(campagne: Campagne, limits: Mapping[str, date]) -> None:
    """Give some families a due date of their own, and take it from the others; calendars follow."""
    campagne.limites = ",".join(f"{famille}:{day.isoformat()}" for famille, day in sorted(limits.items()))
    campagne.save(update_fields=["limites"])
    follow_limits(campagne)


def follow_limits(campagne: Campagne) -> None:
    """Bring the calendars of a collection to the due dates of the families; a late member gets its own."""
    rows = CalendrierOrganisme.objects.filter(campagne=campagne)
    limits = family_limits(campagne)
    rows.exclude(organisme__famille__in=limits).exclude(limite=None).update(limite=None)
    for famille, day in limits.items():
        members = must_file(campagne).filter(famille=famille)
        there = rows.filter(organisme__famille=famille)
        there.update(limite=day)
        missing = members.exclude(pk__in=there.values("organisme_id"))
        CalendrierOrganisme.objects.bulk_create(
            [CalendrierOrganisme(campagne=campagne, organisme=one, limite=day) for one in missing],
            ignore_conflicts=True,
        )


def must_file(campagne: Campagne) -> QuerySet[Organisme]:
    """
    Return the organisations that owe a filing in a collection.

    Those of its families that were there before the exercice closed and were not gone by then: one that is
    absorbed later still owes it, through the one that absorbs it.
    """
    closing = date(campagne.exercice, 12, 31)
    there = (Q(entre_le=None) | Q(entre_le__lte=closing)) & (Q(sorti_le=None) | Q(sorti_le__gt=closing))
    rows: QuerySet[Organisme] = Organisme.objects.filter(there, famille__in=campagne.familles.split(","))
    return rows
