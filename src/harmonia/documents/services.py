"""What adds a document: its bytes, its size and its digest, kept with the rest of the dossier."""

from __future__ import annotations

import hashlib
import mimetypes
from pathlib import PurePosixPath
from typing import Final

from django.core.files import File

from harmonia.documents.models import Document
from harmonia.tenancy.scope import current

MAX_SIZE: Final = 10 * 1024 * 1024
"""The largest document, in bytes."""

ADMITTED: Final = frozenset(
    {
        ".pdf",
        ".png",
        ".jpg",
        ".jpeg",
        ".txt",
        ".csv",
        ".xlsx",
        ".xls",
        ".ods",
        ".docx",
        ".doc",
        ".odt",
        ".zip",
    }
)


class DocumentError(Exception):
    """A document that cannot be kept; its words are for the person who gave it."""


def deposit(upload: File[bytes], organisme_id: int, dossier_id: int | None) -> Document:
    """
    Keep a document.

    Raises:
        DocumentError: it is empty, too large, or of a kind that is not admitted.
    """
    name = PurePosixPath((upload.name or "document").replace("\\", "/")).name[:200]
    size = upload.size or 0
    if size > MAX_SIZE:
        raise DocumentError(f"« {name} » dépasse 10 Mo : réduisez-le, ou déposez-en une partie.")
    if not size:
        raise DocumentError(f"« {name} » est vide.")
    if PurePosixPath(name).suffix.lower() not in ADMITTED:
        raise DocumentError(f"« {name} » n'est pas d'un type admis : PDF, image, tableur, texte ou ZIP.")
    body = bytes(upload.read())
    return Document.objects.create(
        organisme_id=organisme_id,
        dossier_id=dossier_id,
        nom=name,
        type=mimetypes.guess_type(name)[0] or "application/octet-stream",
        taille=len(body),
        empreinte=hashlib.sha256(body).hexdigest(),
        contenu=body,
        depose_par_id=current().user_id,
    )
