"""Keys: files that are one, files that are not, and what a portal publishes."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from liasse.sceaux.canonique import canonical_json
from liasse.sceaux.cles import (
    ClePrivee,
    ClePublique,
    KeyFileError,
    keys_document,
    read_keys,
    sign_document,
    signer_of,
)

CLE, OTHER = ClePrivee.draw(), ClePrivee.draw()
X25519 = X25519PrivateKey.generate()


def test_a_private_key_comes_back_from_its_file() -> None:
    """And signs as before."""
    again = ClePrivee.from_pem(CLE.pem)
    assert CLE.publique == again.publique
    assert CLE.publique.verifies(again.sign(b"bonjour"), b"bonjour")
    assert not OTHER.publique.verifies(again.sign(b"bonjour"), b"bonjour")


def test_a_public_key_comes_back_from_its_file_and_from_what_the_portal_publishes() -> None:
    """In the order of the list."""
    document = keys_document("https://p.example", {OTHER.publique: "2022-01-01", CLE.publique: "2023-01-01"})
    assert (CLE.publique,) == read_keys(CLE.publique.pem.encode())
    assert (OTHER.publique, CLE.publique) == read_keys(canonical_json(document))


def _x25519_public() -> bytes:
    return X25519.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _x25519_private() -> bytes:
    return X25519.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


PUBLISHED = keys_document("https://p.example", {CLE.publique: "2023-01-01"})

WRONG_KEYS = [
    (
        b"bonjour",
        "Ce n'est pas une clé publique : donnez un fichier PEM, ou le fichier harmonia-cles.json du portail.",
    ),
    (b"{}", "Ce fichier n'est pas une liste de clés (harmonia.cles/1)."),
    (
        json.dumps({**PUBLISHED, "format": "harmonia.cles/2"}).encode(),
        "Ce fichier n'est pas une liste de clés (harmonia.cles/1).",
    ),
    (
        json.dumps({**PUBLISHED, "cles": []}).encode(),
        "Une clé de la liste est illisible, ou la liste est vide.",
    ),
    (
        json.dumps({**PUBLISHED, "cles": [{**PUBLISHED["cles"][0], "id": "00" * 32}]}).encode(),
        "Une clé de la liste est illisible, ou la liste est vide.",
    ),
    (CLE.pem, "C'est une clé privée : donnez la clé publique, et gardez celle-ci secrète."),
    (CLE.publique.pem.encode()[:40], "La clé publique n'est pas lisible : une clé Ed25519, en PEM."),
    (_x25519_public(), "La clé publique n'est pas une clé Ed25519."),
]


@pytest.mark.parametrize(("content", "message"), WRONG_KEYS, ids=range(len(WRONG_KEYS)))
def test_what_is_no_public_key_is_told(content: bytes, message: str) -> None:
    """A private key above all."""
    with pytest.raises(KeyFileError) as told:
        read_keys(content)
    assert message == str(told.value)


@pytest.mark.parametrize("content", [b"bonjour", CLE.publique.pem.encode(), _x25519_private()])
def test_what_is_no_private_key_is_refused(content: bytes) -> None:
    """The portal does not start with it."""
    with pytest.raises(KeyFileError, match=r"^La clé privée n'est pas "):
        ClePrivee.from_pem(content)


def test_a_signed_document_names_its_key() -> None:
    """Signed a second time by another, it is this other's."""
    document = sign_document({"format": "essai/1", "montant": "12.50"}, CLE)
    assert CLE.publique == signer_of(document)
    countersigned = sign_document({"format": "essai/1", "recu": document}, OTHER)
    assert OTHER.publique == signer_of(countersigned)
    assert CLE.publique == signer_of(countersigned["recu"])


@pytest.mark.parametrize(
    "change",
    [
        {"montant": "12.51"},
        {"montant": 12.5},
        {"autre": ""},
        {"cle": OTHER.publique.plain()},
        {"cle": {**CLE.publique.plain(), "id": "00" * 32}},
        {"cle": {**CLE.publique.plain(), "algorithme": "none"}},
        {"cle": None},
        {"signature": ""},
        {"signature": None},
        {"signature": "é"},
    ],
)
def test_a_document_changed_since_has_no_signer(change: dict[str, object]) -> None:
    """Whatever was changed, the key and the signature included."""
    document = sign_document({"format": "essai/1", "montant": "12.50"}, CLE)
    assert signer_of({**document, **change}) is None


def test_a_signature_has_one_way_of_being_written() -> None:
    """The last character of base 64 holds bits that mean nothing: moved, they are a change too."""
    document = sign_document({"format": "essai/1"}, CLE)
    text = document["signature"]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    moved = text[:85] + alphabet[alphabet.index(text[85]) ^ 1] + text[86:]
    assert signer_of({**document, "signature": moved}) is None


def test_the_fingerprint_is_the_digest_of_the_key() -> None:
    """That of the first test of RFC 8032."""
    public = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    assert "21fe31dfa154a261626bf854046fd2271b7bed4b6abe45aa58877ef47f9721b9" == ClePublique(public).id
