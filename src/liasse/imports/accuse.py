"""A receipt of transmission, whatever carries it: its JSON, or the PDF that holds it as an attachment."""

from __future__ import annotations

import io
import logging
from typing import Final

from liasse.sceaux.accuse import Defaut
from liasse.sceaux.instantane import Faute

ATTACHMENT: Final = "accuse.json"
"""The name of the receipt among the attachments of its PDF."""

_PDF: Final = b"%PDF-"
_HEAD: Final = 1024
_MAX: Final = 64 * 1024 * 1024
"""A receipt takes a few kilobytes: beyond, the file is something else."""


def receipt_in(content: bytes) -> bytes | Faute:
    """Return the JSON of a receipt: the file itself, or the attachment of a PDF."""
    if len(content) > _MAX:
        return Faute(Defaut.AUTRE_DOCUMENT, "Ce fichier est trop gros pour être un accusé de transmission.")
    return _attachment(content) if _PDF in content[:_HEAD] else content


def _attachment(content: bytes) -> bytes | Faute:
    from pypdf import PdfReader  # noqa: PLC0415 - a quarter of a second to load, and only for a PDF

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        found = [bytes(one.content) for one in reader.attachment_list if one.name == ATTACHMENT]
    except Exception:  # noqa: BLE001 - a damaged file makes the reader fail in ways that it does not list
        return Faute(Defaut.ILLISIBLE, _broken(content))
    if len(found) == 1:
        return found[0]
    if not _ends(content):
        return Faute(Defaut.ILLISIBLE, _broken(content))
    how = "n'en porte aucun" if not found else "en porte plusieurs"
    return Faute(
        Defaut.AUTRE_DOCUMENT,
        f"Un accusé en PDF porte son original en pièce jointe, « {ATTACHMENT} » : ce PDF {how}."
        " Un PDF imprimé ou enregistré de nouveau la perd : reprenez celui du portail.",
    )


def _ends(content: bytes) -> bool:
    return b"%%EOF" in content[-_HEAD:]


def _broken(content: bytes) -> str:
    if not _ends(content):
        return "Le PDF est tronqué : sa fin manque. Téléchargez-le de nouveau."
    return "Le PDF est abîmé : il ne peut pas être lu. Téléchargez-le de nouveau."
