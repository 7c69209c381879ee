"""Opening a collection: each member gets its dossier, tied to that of the year before, and is told (R1)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from django.utils import timezone

from harmonia.campagnes.calendar import due_date, reminder_due
from harmonia.campagnes.models import CalendrierOrganisme, Campagne, Genre
from harmonia.campagnes.notifications import promise, send_promised
from harmonia.campagnes.services import follow_limits, must_file
from harmonia.dossiers.access import REVIEW
from harmonia.dossiers.models import Dossier
from harmonia.dossiers.workflow import workflow
from harmonia.tenancy.scope import Role, Scope, open_scope

LATE_NOTICE: Final = timedelta(days=30)
"""How long after the due date the notice of lateness may still leave, if the worker was down."""


def open_campagne(campagne: Campagne) -> list[Dossier]:
    """
    Make the dossiers that are missing, and return them; opening twice makes nothing twice.

    To be called in the scope of the authority or of the system.
    """
    if campagne.ouverte_le is None:
        campagne.ouverte_le = timezone.now()
        campagne.save(update_fields=["ouverte_le"])
    first = workflow().premiere
    there = set(Dossier.objects.filter(campagne=campagne).values_list("organisme_id", flat=True))
    members = must_file(campagne)
    before = _before(campagne)
    missing = [
        Dossier(
            campagne=campagne,
            organisme=organisme,
            famille=organisme.famille,
            etape=first.code,
            rang=first.rang,
            precedent_id=before.get(organisme.pk),
        )
        for organisme in members
        if organisme.pk not in there
    ]
    follow_limits(campagne)
    made: list[Dossier] = Dossier.objects.bulk_create(missing, ignore_conflicts=True)
    return made


def open_and_notify(campagne_id: int) -> int:
    """
    Open a collection: dossiers, the promise of one mail per address, the mails; return how many left.

    Idempotent: run twice or by two workers, each member has one dossier and each address one mail.  A run
    that was cut short is finished by the next one.

    Raises:
        OSError: the mail server failed; run again.
    """
    with open_scope(Scope(Role.SYSTEME)):
        campagne = Campagne.objects.get(pk=campagne_id)
        open_campagne(campagne)
        calendars = calendars_of(campagne)
        for organisme_id in Dossier.objects.filter(campagne=campagne).values_list("organisme_id", flat=True):
            due = due_date(campagne, calendars.get(organisme_id))
            promise(campagne, organisme_id, Genre.OUVERTURE, due)
    return send_promised(campagne_id)


def members_without_dossier(campagne: Campagne) -> int:
    """Return how many members joined after the opening, and still have no dossier."""
    members = must_file(campagne)
    return members.exclude(dossiers__campagne=campagne).count()


def calendars_of(campagne: Campagne) -> dict[int, CalendrierOrganisme]:
    """Return the calendars of a collection, by organisation."""
    return {row.organisme_id: row for row in CalendrierOrganisme.objects.filter(campagne=campagne)}


# ── Reminders ────────────────────────────────────────────────────────────────────────────────────


def remind(today: date) -> int:
    """
    Send the reminders of the day, once each, to who has not validated yet; return how many mails left.

    Raises:
        OSError: the mail server failed; run again.
    """
    with open_scope(Scope(Role.SYSTEME)):
        for campagne in Campagne.objects.filter(close_le=None).exclude(ouverte_le=None):
            _remind(campagne, today)
    return send_promised()


def _remind(campagne: Campagne, today: date) -> None:
    calendars = calendars_of(campagne)
    late = Dossier.objects.filter(campagne=campagne, rang__lt=REVIEW)
    for organisme_id in late.values_list("organisme_id", flat=True):
        due = due_date(campagne, calendars.get(organisme_id))
        days = reminder_due(campagne, due, today)
        if days is not None:
            promise(campagne, organisme_id, Genre.RELANCE, due, days)
        elif due < today <= due + LATE_NOTICE:
            promise(campagne, organisme_id, Genre.RETARD, due)


def _before(campagne: Campagne) -> dict[int, int]:
    rows = Dossier.objects.filter(
        campagne__questionnaire=campagne.questionnaire, campagne__exercice=campagne.exercice - 1
    )
    return dict(rows.values_list("organisme_id", "pk"))
