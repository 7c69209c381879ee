"""Ed25519 keys of the portals, and the documents that they sign."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from liasse.errors import LiasseError
from liasse.sceaux.canonique import NotCanonicalError, UnreadableJsonError, canonical_json, read_json

ALGORITHM: Final = "Ed25519"
KEYS_FORMAT: Final = "harmonia.cles/1"
"""What a portal publishes: its public keys, those of the past included."""

_SIZE: Final = 32
_SIGNATURE_SIZE: Final = 64


class KeyFileError(LiasseError):
    """A key that cannot be read; its words, in French, say what to do."""


@dataclass(frozen=True, slots=True)
class ClePublique:
    """A public key: its 32 bytes.  `id`, its fingerprint, is their SHA-256."""

    octets: bytes

    @property
    def id(self) -> str:
        """The fingerprint, in hexadecimal."""
        return hashlib.sha256(self.octets).hexdigest()

    @property
    def pem(self) -> str:
        """The key as a PEM file."""
        key = Ed25519PublicKey.from_public_bytes(self.octets)
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def plain(self) -> dict[str, str]:
        """Return the key as a signed document names it."""
        return {"algorithme": ALGORITHM, "id": self.id, "publique": encode_bytes(self.octets)}

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Tell whether a signature of a message is this key's."""
        try:
            Ed25519PublicKey.from_public_bytes(self.octets).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class ClePrivee:
    """A private key: what signs, and stays with the portal."""

    _key: Ed25519PrivateKey

    @classmethod
    def draw(cls) -> ClePrivee:
        """Draw a new key."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_pem(cls, pem: bytes) -> ClePrivee:
        """
        Read a private key.

        Raises:
            KeyFileError: this is not an Ed25519 private key, in clear, in PEM.
        """
        try:
            key = load_pem_private_key(pem, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise KeyFileError("La clé privée n'est pas lisible : une clé Ed25519, en PEM.") from error
        if not isinstance(key, Ed25519PrivateKey):
            raise KeyFileError("La clé privée n'est pas une clé Ed25519.")
        return cls(key)

    @property
    def pem(self) -> bytes:
        """The key as a PEM file, in clear: for its owner only."""
        return self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def publique(self) -> ClePublique:
        """The public key."""
        return ClePublique(self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))

    def sign(self, message: bytes) -> bytes:
        """Sign a message."""
        return self._key.sign(message)


# ── Signed documents ─────────────────────────────────────────────────────────────────────────────


def sign_document(content: Mapping[str, object], cle: ClePrivee) -> dict[str, Any]:
    """
    Return a document with the key that signs it, then the signature of all the rest.

    Raises:
        NotCanonicalError: it holds something that has no canonical form.
    """
    document = {**content, "cle": cle.publique.plain()}
    return {**document, "signature": encode_bytes(cle.sign(canonical_json(document)))}


def signer_of(document: Mapping[str, object]) -> ClePublique | None:
    """Return the key that signed a document as it stands; None when it is none, or was altered since."""
    cle = _key_of(document.get("cle"))
    signature = decode_bytes(document.get("signature"), _SIGNATURE_SIZE)
    if cle is None or signature is None:
        return None
    try:
        message = canonical_json({key: value for key, value in document.items() if key != "signature"})
    except NotCanonicalError:
        return None
    return cle if cle.verifies(signature, message) else None


def _key_of(named: object) -> ClePublique | None:
    if not isinstance(named, Mapping) or named.get("algorithme") != ALGORITHM:
        return None
    octets = decode_bytes(named.get("publique"), _SIZE)
    cle = ClePublique(octets) if octets is not None else None
    return cle if cle is not None and cle.id == named.get("id") else None


def encode_bytes(octets: bytes) -> str:
    """Return bytes as a text, in base 64."""
    return base64.b64encode(octets).decode("ascii")


def decode_bytes(text: object, size: int) -> bytes | None:
    """Return the bytes of a text of base 64; None unless they are *size*, written in the one way."""
    if not isinstance(text, str):
        return None
    try:
        octets = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        return None
    return octets if len(octets) == size and encode_bytes(octets) == text else None


# ── The keys that a portal publishes ─────────────────────────────────────────────────────────────


def keys_document(portail: str, cles: Mapping[ClePublique, str]) -> dict[str, Any]:
    """Return what a portal publishes: its address, its keys with the day from which each signs."""
    return {
        "format": KEYS_FORMAT,
        "portail": portail,
        "cles": [{**cle.plain(), "depuis": day, "pem": cle.pem} for cle, day in cles.items()],
    }


def read_keys(content: bytes) -> tuple[ClePublique, ...]:
    """
    Read public keys: a PEM file, or what a portal publishes (`/.well-known/harmonia-cles.json`).

    Raises:
        KeyFileError: this is neither.
    """
    if content.lstrip().startswith(b"-----BEGIN"):
        return (_from_pem(content),)
    try:
        document = read_json(content)
    except UnreadableJsonError as error:
        raise KeyFileError(
            "Ce n'est pas une clé publique : donnez un fichier PEM,"
            " ou le fichier harmonia-cles.json du portail."
        ) from error
    given = document.get("cles") if isinstance(document, dict) else None
    if not isinstance(document, dict) or document.get("format") != KEYS_FORMAT or not isinstance(given, list):
        raise KeyFileError(f"Ce fichier n'est pas une liste de clés ({KEYS_FORMAT}).")
    found = [_key_of(each) for each in given]
    if None in found or not found:
        raise KeyFileError("Une clé de la liste est illisible, ou la liste est vide.")
    return tuple(cle for cle in found if cle is not None)


def _from_pem(content: bytes) -> ClePublique:
    if b"PRIVATE" in content:
        raise KeyFileError("C'est une clé privée : donnez la clé publique, et gardez celle-ci secrète.")
    try:
        key = load_pem_public_key(content.strip() + b"\n")
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyFileError("La clé publique n'est pas lisible : une clé Ed25519, en PEM.") from error
    if not isinstance(key, Ed25519PublicKey):
        raise KeyFileError("La clé publique n'est pas une clé Ed25519.")
    return ClePublique(key.public_bytes(Encoding.Raw, PublicFormat.Raw))
