"""
What must be kept and never read by who reads the database: sealed with a key drawn from the portal's secret.

A seal is bound to the row and to the use that it was made for: copied elsewhere, it opens nothing.
"""

from __future__ import annotations

import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_NONCE: Final = 12


class SealedError(Exception):
    """What was sealed does not open: another secret, another row, or altered."""


def seal(text: str, usage: str) -> bytes:
    """Seal a text for one use."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(_key()).encrypt(nonce, text.encode(), usage.encode())


def unseal(sealed: bytes | memoryview, usage: str) -> str:
    """
    Return what was sealed for this use.

    Raises:
        SealedError: it was not, or not by this portal.
    """
    octets = bytes(sealed)
    try:
        return AESGCM(_key()).decrypt(octets[:_NONCE], octets[_NONCE:], usage.encode()).decode()
    except InvalidTag as error:
        raise SealedError(usage) from error


def _key() -> bytes:
    made = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"harmonia.rapatriement/1")
    return made.derive(settings.SECRET_KEY.encode())
