"""
The receipt of a transmission (`harmonia.accuse/1`): what was transmitted, when, its digest, signed.

It is checked offline: the receipt alone, with the snapshot, with the key that one trusts.
`docs/schemas/accuse-1.schema.json` describes every key.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from liasse.sceaux.canonique import UnreadableJsonError, canonical_json, read_json
from liasse.sceaux.cles import ClePrivee, ClePublique, sign_document, signer_of
from liasse.sceaux.forme import COUNT, DIGEST, TEXT
from liasse.sceaux.instantane import HEADER, SNAPSHOT_FORMAT, Faute, Instantane, form_fault, read_instantane

RECEIPT_FORMAT: Final = "harmonia.accuse/1"

_SHAPE: Final[Mapping[str, Any]] = {
    "format": TEXT,
    "portail": {"nom": TEXT, "adresse": TEXT},
    **HEADER,
    "transmis_par": TEXT,
    "instantane": {"format": TEXT, "empreinte": DIGEST, "octets": COUNT},
    "cle": {"algorithme": TEXT, "id": TEXT, "publique": TEXT},
    "signature": TEXT,
}


class Defaut(StrEnum):
    """Why a receipt proves nothing."""

    ILLISIBLE = "illisible"
    AUTRE_DOCUMENT = "autre_document"
    VERSION = "version"
    FORME = "forme"
    ALTERE = "altere"
    AUTRE_CLE = "autre_cle"
    INSTANTANE = "instantane"

    @property
    def is_unusable(self) -> bool:
        """Tell whether nothing could be checked at all."""
        return self in {Defaut.ILLISIBLE, Defaut.AUTRE_DOCUMENT, Defaut.VERSION, Defaut.FORME}


@dataclass(frozen=True, slots=True)
class Accuse:
    """A receipt; `plain` is its document, signature included."""

    plain: Mapping[str, Any]

    @property
    def empreinte(self) -> str:
        """The SHA-256 of the snapshot."""
        return str(self.plain["instantane"]["empreinte"])

    @property
    def canonical(self) -> bytes:
        """Its bytes, in canonical form."""
        return canonical_json(self.plain)


@dataclass(frozen=True, slots=True)
class Constat:
    """
    What checking a receipt gives: no `defaut` when it holds; `message` says all of it, in French.

    `cle` is the key that signed; `de_confiance` tells that it is one of those that were given as trusted.
    """

    defaut: Defaut | None
    message: str
    accuse: Accuse | None = None
    instantane: Instantane | None = None
    cle: ClePublique | None = None
    de_confiance: bool = False


def make_accuse(
    instantane: Instantane, portail: Mapping[str, str], transmis_par: str, cle: ClePrivee
) -> Accuse:
    """Make the receipt of a snapshot, and sign it; *portail* gives `nom` and `adresse`."""
    content = {
        "format": RECEIPT_FORMAT,
        "portail": dict(portail),
        **{key: instantane.plain[key] for key in HEADER},
        "transmis_par": transmis_par,
        "instantane": {
            "format": SNAPSHOT_FORMAT,
            "empreinte": instantane.empreinte,
            "octets": len(instantane.canonical),
        },
    }
    return Accuse(sign_document(content, cle))


def read_accuse(content: bytes) -> Accuse | Faute:
    """Read a receipt in JSON, without checking its signature."""
    try:
        plain = read_json(content)
    except UnreadableJsonError as error:
        return Faute(Defaut.ILLISIBLE, f"L'accusé ne peut pas être lu. {error}")
    fault = form_fault(plain, RECEIPT_FORMAT, _SHAPE, "un accusé de transmission")
    return Accuse(plain) if fault is None else fault


def check_accuse(
    content: bytes, instantane: bytes | None = None, cles: Collection[ClePublique] = ()
) -> Constat:
    """Check a receipt: its form, its signature, its key when some are trusted, the snapshot when given."""
    accuse = read_accuse(content)
    if isinstance(accuse, Faute):
        return Constat(Defaut(accuse.defaut), accuse.message)
    cle = signer_of(accuse.plain)
    if cle is None:
        return Constat(
            Defaut.ALTERE,
            "La signature ne correspond pas : l'accusé a été altéré depuis qu'il a été signé,"
            " ou ne l'a jamais été.",
            accuse,
        )
    if cles and cle not in cles:
        return Constat(
            Defaut.AUTRE_CLE,
            "L'accusé est signé par une autre clé que celle que vous tenez pour sûre :"
            f" {say_fingerprint(cle)}. Il ne vient pas de ce portail, ou le portail a changé de clé.",
            accuse,
            cle=cle,
        )
    return _with_snapshot(accuse, instantane, cle, trusted=bool(cles))


def _with_snapshot(accuse: Accuse, content: bytes | None, cle: ClePublique, *, trusted: bool) -> Constat:
    if content is None:
        return Constat(None, _told(cle, trusted=trusted), accuse, None, cle, trusted)
    found = check_snapshot(accuse, content)
    if isinstance(found, Faute):
        return Constat(Defaut.INSTANTANE, found.message, accuse, None, cle, trusted)
    same = "L'instantané est celui qui a été transmis : même contenu, même empreinte."
    return Constat(None, f"{_told(cle, trusted=trusted)} {same}", accuse, found, cle, trusted)


def check_snapshot(accuse: Accuse, content: bytes) -> Instantane | Faute:
    """Return the snapshot of a receipt when it is this one, else why it is not."""
    instantane = read_instantane(content)
    if isinstance(instantane, Faute):
        return instantane
    try:
        same = instantane.empreinte == accuse.empreinte
    except ValueError:
        same = False
    if not same:
        return Faute(
            Defaut.INSTANTANE,
            "L'instantané n'est pas celui de l'accusé : son contenu a été modifié, ou c'est celui d'une autre"
            f" version (empreinte attendue : {accuse.empreinte}).",
        )
    if any(instantane.plain[key] != accuse.plain[key] for key in HEADER):
        return Faute(Defaut.INSTANTANE, "L'accusé et l'instantané ne disent pas la même chose du dossier.")
    return instantane


def _told(cle: ClePublique, *, trusted: bool) -> str:
    if trusted:
        return f"L'accusé est intact, et signé par la clé que vous tenez pour sûre : {say_fingerprint(cle)}."
    return (
        f"L'accusé est intact depuis qu'il a été signé par la clé {say_fingerprint(cle)}."
        " Rien ne dit encore à qui est cette clé : comparez son empreinte à celle que publie le portail"
        " (/.well-known/harmonia-cles.json), ou donnez la clé par --cle."
    )


def say_fingerprint(cle: ClePublique) -> str:
    """
    Return the fingerprint of a key in groups of four, to be read aloud.

    >>> say_fingerprint(ClePublique(bytes(32)))[:14]
    '6668 7aad f862'
    """
    return " ".join(cle.id[at : at + 4] for at in range(0, len(cle.id), 4))
