"""The espace d'échange of a dossier: a thread between the organisation and the authority, with files."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404
from django.utils import timezone

from harmonia.consultations.models import Droit
from harmonia.consultations.services import Read, note
from harmonia.documents.models import Cote, Document, Message
from harmonia.tenancy.scope import Role, current

MAX_BYTES: Final = 10 * 1024 * 1024
MAX_WORDS: Final = 8000


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of file that may be joined: its media type, and how its bytes begin (empty: it is text)."""

    media: str
    begins: tuple[bytes, ...] = ()


_ZIP: Final = (b"PK\x03\x04",)
KINDS: Final = {
    "pdf": Kind("application/pdf", (b"%PDF-",)),
    "png": Kind("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "jpg": Kind("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": Kind("image/jpeg", (b"\xff\xd8\xff",)),
    "xlsx": Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _ZIP),
    "docx": Kind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", _ZIP),
    "ods": Kind("application/vnd.oasis.opendocument.spreadsheet", _ZIP),
    "odt": Kind("application/vnd.oasis.opendocument.text", _ZIP),
    "csv": Kind("text/csv"),
    "txt": Kind("text/plain"),
}


class RefusedFileError(Exception):
    """A file that may not be joined; its words are for the person who sent it."""


def post(
    dossier_id: int, organisme_id: int, texte: str, *, cle: str = "", joint: UploadedFile[Any] | None = None
) -> Message:
    """
    Write a message in the thread of a dossier, in the name of the open scope.

    Raises:
        RefusedFileError: the attachment, or the lack of words, forbids it.
    """
    words = texte.strip()
    if not words:
        raise RefusedFileError("Écrivez quelques mots : un document seul ne dit pas ce que vous en attendez.")
    if len(words) > MAX_WORDS:
        raise RefusedFileError(f"Votre message dépasse {MAX_WORDS} caractères : joignez plutôt un document.")
    scope = current()
    document = None if joint is None else _keep(joint, dossier_id, organisme_id, scope.user_id)
    made: Message = Message.objects.create(
        organisme_id=organisme_id,
        dossier_id=dossier_id,
        cote=_side(),
        texte=words,
        cle=cle[:120],
        document=document,
        par_id=scope.user_id,
    )
    return made


def thread(dossier_id: int) -> list[Message]:
    """Return the messages of a dossier, in order, and mark as read those of the other side."""
    rows = Message.objects.filter(dossier_id=dossier_id).select_related("par")
    messages = list(rows.select_related("document").defer("document__contenu"))
    unread = [one.pk for one in messages if one.lu_le is None and one.cote != _side()]
    if unread:
        Message.objects.filter(pk__in=unread).update(lu_le=timezone.now())
    return messages


def unread(dossier_ids: list[int] | None = None) -> dict[int, int]:
    """Return how many messages of the other side wait to be read, by dossier."""
    rows = Message.objects.filter(lu_le=None).exclude(cote=_side())
    if dossier_ids is not None:
        rows = rows.filter(dossier_id__in=dossier_ids)
    counts: dict[int, int] = {}
    for dossier_id in rows.values_list("dossier_id", flat=True):
        counts[dossier_id] = counts.get(dossier_id, 0) + 1
    return counts


def access_document(document_id: uuid.UUID) -> Document:
    """
    Return a document that the scope may read; the authority's reading is noted.

    Raises:
        Http404: there is none for this scope.
    """
    document: Document | None = Document.objects.filter(pk=document_id).first()
    if document is None:
        raise Http404("Ce document n'existe pas, ou n'est pas pour vous.")
    droit = Droit.PARTAGE if document.partage else Droit.AUTORITE
    note(Read(document.organisme_id, document.dossier_id, f"Document « {document.nom} »", droit))
    return document


def kind_of(nom: str, head: bytes, taille: int) -> Kind:
    """
    Return the kind of a file: what its name says, and its first bytes do not deny.

    Raises:
        RefusedFileError: too big, empty, of a kind that is not admitted, or not what its name says.
    """
    if taille > MAX_BYTES:
        raise RefusedFileError(
            f"« {nom} » pèse plus de 10 Mo : réduisez-le, ou envoyez-le en plusieurs fois."
        )
    if taille == 0:
        raise RefusedFileError(f"« {nom} » est vide.")
    suffix = PurePath(nom).suffix.lower().lstrip(".")
    kind = KINDS.get(suffix)
    if kind is None:
        admitted = ", ".join(KINDS)
        raise RefusedFileError(f"« {nom} » n'est pas d'un type admis. Types admis : {admitted}.")
    fits = any(head.startswith(magic) for magic in kind.begins) if kind.begins else b"\0" not in head
    if not fits:
        raise RefusedFileError(f"« {nom} » n'est pas un fichier {suffix} : son contenu dit autre chose.")
    return kind


def _keep(joint: UploadedFile[Any], dossier_id: int, organisme_id: int, user_id: int) -> Document:
    nom = PurePath((joint.name or "document").replace("\\", "/")).name[-200:]
    taille = joint.size or 0
    kind = kind_of(nom, joint.read(1024), taille)
    joint.seek(0)
    content = joint.read()
    kept: Document = Document.objects.create(
        organisme_id=organisme_id,
        dossier_id=dossier_id,
        nom=nom,
        type=kind.media,
        taille=taille,
        empreinte=hashlib.sha256(content).hexdigest(),
        contenu=content,
        partage=True,
        depose_par_id=user_id,
    )
    return kept


def _side() -> Cote:
    return Cote.ORGANISME if current().role is Role.ORGANISME else Cote.AUTORITE
