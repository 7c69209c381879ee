"""The key with which this portal signs, and those that it publishes."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from harmonia.transmissions.models import ClePubliee
from liasse.echanges import ClePrivee, ClePublique, KeyFileError, decode_bytes, keys_document


class NoKeyError(RuntimeError):
    """The portal has no key to sign with; its words are for who wanted something signed."""


def portal_key() -> ClePrivee:
    """
    Return the private key of this portal (`HARMONIA_CLE`), read once.

    Raises:
        NoKeyError: none is installed, or it cannot be read.
    """
    try:
        return _read(settings.CLE)
    except (OSError, KeyFileError) as error:
        raise NoKeyError(
            "Ce portail n'a pas de clé pour signer : prévenez l'assistance. Rien n'a été transmis."
        ) from error


@cache
def _read(path: str) -> ClePrivee:
    return ClePrivee.from_pem(Path(path).read_bytes())


def publish(cle: ClePublique) -> ClePubliee:
    """Write down, once, that this portal signs under a key; it stays published when another takes over."""
    row: ClePubliee
    row, _ = ClePubliee.objects.get_or_create(
        pk=cle.id, defaults={"publique": cle.plain()["publique"], "depuis": timezone.now()}
    )
    return row


def published() -> dict[str, Any]:
    """Return what the portal publishes: its keys, those of the past, and the one of today."""
    found: dict[ClePublique, str] = {}
    for row in ClePubliee.objects.all():
        octets = decode_bytes(row.publique, 32)
        if octets is not None:
            found[ClePublique(octets)] = timezone.localdate(row.depuis).isoformat()
    with suppress(NoKeyError):
        found.setdefault(portal_key().publique, timezone.localdate().isoformat())
    return keys_document(settings.SITE, found)
