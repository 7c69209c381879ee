"""What adds a document that is not a message's: what goes with a justification, or with an answer."""

from __future__ import annotations

import hashlib
from pathlib import PurePath

from django.core.files import File

from harmonia.documents.exchange import kind_of
from harmonia.documents.models import Document
from harmonia.tenancy.scope import current


def deposit(
    upload: File[bytes], organisme_id: int, dossier_id: int | None = None, *, partage: bool = False
) -> Document:
    """
    Keep a file, with a dossier if one is given.

    The authority reads it when it reads the dossier, or at once (*partage*).

    Raises:
        RefusedFileError: it is empty, too big, of a kind that is not admitted, or not what its name says.
    """
    nom = PurePath((upload.name or "document").replace("\\", "/")).name[-200:]
    kind = kind_of(nom, upload.read(1024), upload.size or 0)
    upload.seek(0)
    body = bytes(upload.read())
    kept: Document = Document.objects.create(
        organisme_id=organisme_id,
        dossier_id=dossier_id,
        nom=nom,
        type=kind.media,
        taille=len(body),
        empreinte=hashlib.sha256(body).hexdigest(),
        contenu=body,
        partage=partage,
        depose_par_id=current().user_id,
    )
    return kept
