"""A postponed assembly: the decision is sent, accepted or refused, and the due date follows (R11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import structlog
from django.core.files import File
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from harmonia.campagnes.calendar import due_date
from harmonia.campagnes.models import CalendrierOrganisme, Campagne
from harmonia.campagnes.services import grant_delay
from harmonia.documents.models import EtatProrogation, Prorogation
from harmonia.documents.services import deposit
from harmonia.tenancy.porte import porte
from harmonia.tenancy.scope import current

_log = structlog.get_logger(__name__)


class ProrogationError(Exception):
    """A request or an answer that cannot be; its words are for the person who made it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an organisation asks for: when its assembly will be held, and until when it would file."""

    assemblee_le: date
    echeance: date
    motif: str


def ask(
    campagne: Campagne, organisme_id: int, dossier_id: int, asked: Asked, decision: File[bytes]
) -> Prorogation:
    """
    Send the decision that puts the assembly off.  The authority reads it at once, whatever the step.

    Raises:
        ProrogationError: one waits already, nothing is said, or the date is not later.
        RefusedFileError: the file is not admitted.
    """
    calendar = CalendrierOrganisme.objects.filter(campagne=campagne, organisme_id=organisme_id).first()
    due = due_date(campagne, calendar)
    if not asked.motif.strip():
        raise ProrogationError(f"Donnez le motif en quelques mots : {porte().le} le lira.")
    if asked.echeance <= due:
        raise ProrogationError(f"L'échéance est déjà le {due:%d/%m/%Y} : demandez une date qui la suit.")
    if asked.assemblee_le > asked.echeance:
        raise ProrogationError("L'échéance demandée ne peut pas venir avant l'assemblée reportée.")
    try:
        with transaction.atomic():
            return Prorogation.objects.create(
                campagne=campagne,
                organisme_id=organisme_id,
                document=deposit(decision, organisme_id, dossier_id, partage=True),
                assemblee_le=asked.assemblee_le,
                echeance_demandee=asked.echeance,
                motif=asked.motif.strip(),
                par_id=current().user_id,
            )
    except IntegrityError as error:
        raise ProrogationError("Une demande attend déjà une réponse : retirez-la d'abord.") from error


def withdraw(campagne: Campagne, organisme_id: int) -> None:
    """Take back the request that waits; twice is once."""
    _waiting(campagne, organisme_id).update(etat=EtatProrogation.RETIREE)


def accept(campagne: Campagne, organisme_id: int, until: date, reponse: str = "") -> Prorogation:
    """
    Accept the request that waits, until the day asked for or another one: the due date moves at once.

    Raises:
        ProrogationError: none waits, or the day is before the due date.
    """
    with transaction.atomic():
        row = _answered(campagne, organisme_id, EtatProrogation.ACCEPTEE, reponse)
        calendar = CalendrierOrganisme.objects.filter(campagne=campagne, organisme_id=organisme_id).first()
        due = due_date(campagne, calendar)
        if until <= due:
            raise ProrogationError(f"L'échéance est déjà le {due:%d/%m/%Y} : accordez une date qui la suit.")
        row.echeance = until
        row.save(update_fields=["etat", "reponse", "repondu_par", "repondu_le", "echeance"])
        grant_delay(campagne, organisme_id, until, f"prorogation : {row.motif}"[:200])
    _log.info("prorogation_accepted", prorogation=row.pk, until=str(until))
    return row


def refuse(campagne: Campagne, organisme_id: int, reponse: str) -> Prorogation:
    """
    Refuse the request that waits, with a reason; the due date stays.

    Raises:
        ProrogationError: none waits, or no reason is given.
    """
    if not reponse.strip():
        raise ProrogationError("Donnez le motif du refus : l'organisme le lira.")
    with transaction.atomic():
        row = _answered(campagne, organisme_id, EtatProrogation.REFUSEE, reponse)
        row.save(update_fields=["etat", "reponse", "repondu_par", "repondu_le"])
    _log.info("prorogation_refused", prorogation=row.pk)
    return row


def requests_of(campagne_id: int, organisme_id: int) -> list[Prorogation]:
    """Return the requests of an organisation in a collection, the last first."""
    rows = Prorogation.objects.filter(campagne_id=campagne_id, organisme_id=organisme_id)
    return list(rows.select_related("document", "par", "repondu_par").defer("document__contenu"))


def waiting(campagne: Campagne) -> list[Prorogation]:
    """Return the requests of a collection that wait for an answer, the first one first."""
    rows = Prorogation.objects.filter(campagne=campagne, etat=EtatProrogation.DEMANDEE)
    return list(rows.select_related("organisme").order_by("id"))


def _waiting(campagne: Campagne, organisme_id: int) -> QuerySet[Prorogation]:
    return Prorogation.objects.filter(
        campagne=campagne, organisme_id=organisme_id, etat=EtatProrogation.DEMANDEE
    )


def _answered(campagne: Campagne, organisme_id: int, etat: EtatProrogation, reponse: str) -> Prorogation:
    row: Prorogation | None = _waiting(campagne, organisme_id).select_for_update().first()
    if row is None:
        raise ProrogationError("Aucune demande n'attend de réponse : rechargez la page.")
    row.etat, row.reponse = etat, reponse.strip()
    row.repondu_par_id, row.repondu_le = current().user_id, timezone.now()
    return row
