"""What goes along with the next transmission: documents, and the reserve under which it is made."""

from __future__ import annotations

from typing import Final

from django.core.files import File
from django.utils import timezone

from harmonia.documents.models import Document
from harmonia.documents.services import deposit
from harmonia.dossiers.access import REVIEW
from harmonia.dossiers.models import Dossier
from harmonia.dossiers.services import lock
from harmonia.tenancy.scope import Role, current
from harmonia.transmissions.models import Nature, PieceJointe, ReserveTransmission

MAX_RESERVE: Final = 1_000
NOT_APPROVED: Final = "Comptes non encore approuvés par l'assemblée générale."
"""The reserve that is offered when the assembly was put off."""


class PieceError(Exception):
    """A document or a reserve that cannot be; its words are for the person who asked."""


def may_prepare(dossier: Dossier) -> bool:
    """Tell whether the open scope may change what will go along: the organisation, before it transmits."""
    scope = current()
    return (
        scope.role is Role.ORGANISME and scope.organisme_id == dossier.organisme_id and dossier.rang < REVIEW
    )


def standing_pieces(dossier: Dossier) -> list[PieceJointe]:
    """Return the documents that will go along."""
    rows = PieceJointe.objects.filter(dossier=dossier, retiree_le=None).select_related("document", "par")
    return list(rows.defer("document__contenu"))


def reserve_of(dossier: Dossier) -> str:
    """Return the reserve under which the dossier will be transmitted; empty when there is none."""
    row = ReserveTransmission.objects.filter(dossier=dossier).first()
    return row.texte if row is not None else ""


def missing(dossier: Dossier) -> str:
    """Say what an examination would find missing; empty when the assembly, or its delay, is proved."""
    natures = {one.nature for one in standing_pieces(dossier)}
    if Nature.PV in natures:
        return ""
    if not reserve_of(dossier):
        return (
            "Le procès-verbal de l'assemblée générale n'est pas joint. Si elle n'a pas encore eu lieu,"
            " transmettez sous réserve, avec la décision de prorogation."
        )
    if Nature.PROROGATION not in natures:
        return "Vous transmettez sous réserve : joignez la décision de prorogation."
    return ""


def attach(dossier: Dossier, upload: File[bytes], nature: str) -> PieceJointe:
    """
    Keep a document with the dossier; it goes along with the next transmission.

    Raises:
        PieceError: the dossier is transmitted, or the nature is unknown.
        RefusedFileError: the file is not admitted.
    """
    _ready(dossier)
    if nature not in Nature.values:
        raise PieceError("Dites quelle pièce vous joignez.")
    document = deposit(upload, dossier.organisme_id, dossier.pk)
    return PieceJointe.objects.create(
        dossier=dossier,
        organisme_id=dossier.organisme_id,
        document=document,
        nature=nature,
        par_id=current().user_id,
        le=timezone.now(),
    )


def put_off(dossier: Dossier, decision: Document) -> None:
    """
    Note that the assembly was put off: its decision goes along, and the transmission is under reserve.

    Raises:
        PieceError: the dossier is transmitted.
    """
    _ready(dossier)
    PieceJointe.objects.create(
        dossier=dossier,
        organisme_id=dossier.organisme_id,
        document=decision,
        nature=Nature.PROROGATION,
        par_id=current().user_id,
        le=timezone.now(),
    )
    if not reserve_of(dossier):
        set_reserve(dossier, NOT_APPROVED)


def withdraw(dossier: Dossier, piece_id: int) -> None:
    """
    Leave a document out of the next transmission; twice is once.

    Raises:
        PieceError: the dossier is transmitted.
    """
    _ready(dossier)
    PieceJointe.objects.filter(dossier=dossier, pk=piece_id, retiree_le=None).update(
        retiree_le=timezone.now()
    )


def set_reserve(dossier: Dossier, texte: str) -> None:
    """
    Say under what reserve the dossier will be transmitted; nothing lifts it.

    Raises:
        PieceError: the dossier is transmitted, or the text is too long.
    """
    _ready(dossier)
    said = texte.strip()
    if len(said) > MAX_RESERVE:
        raise PieceError(f"Le texte de la réserve dépasse {MAX_RESERVE} caractères.")
    if said != reserve_of(dossier):
        ReserveTransmission.objects.create(
            dossier=dossier,
            organisme_id=dossier.organisme_id,
            texte=said,
            par_id=current().user_id,
            le=timezone.now(),
        )


def _ready(dossier: Dossier) -> None:
    """Serialise with a transmission under way, then see that it did not happen."""
    lock(dossier.pk)
    dossier.refresh_from_db(fields=["etape", "rang"])
    if not may_prepare(dossier):
        raise PieceError("Le dossier est transmis : ce qui l'accompagne ne change plus.")
