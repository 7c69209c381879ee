"""Put files into the database and take them out again, piece by piece: memory never holds a whole one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import BinaryIO, Final

from harmonia.documents.models import Document, Morceau
from harmonia.tenancy.scope import current

PIECE: Final = 1 << 20


def keep(stream: BinaryIO, nom: str, genre: str, organisme_id: int, dossier_id: int | None) -> Document:
    """Keep a file; *stream* is read twice, first for its digest."""
    digest, taille = hashlib.sha256(), 0
    stream.seek(0)
    while piece := stream.read(PIECE):
        digest.update(piece)
        taille += len(piece)
    stream.seek(0)
    document = Document.objects.create(
        organisme_id=organisme_id,
        dossier_id=dossier_id,
        nom=nom[-200:],
        type=genre[:100],
        taille=taille,
        empreinte=digest.hexdigest(),
        contenu=stream.read(PIECE) if taille <= PIECE else b"",
        depose_par_id=current().user_id,
    )
    if taille > PIECE:
        numero = 0
        while piece := stream.read(PIECE):
            Morceau.objects.create(document=document, organisme_id=organisme_id, numero=numero, contenu=piece)
            numero += 1
    return document


def pieces(document: Document) -> Iterator[bytes]:
    """Yield the bytes of a document, in order, a piece at a time."""
    if document.contenu:
        yield bytes(document.contenu)
        return
    numero = 0
    while True:
        piece = (
            Morceau.objects.filter(document=document, numero=numero).values_list("contenu", flat=True).first()
        )
        if piece is None:
            return
        yield bytes(piece)
        numero += 1
