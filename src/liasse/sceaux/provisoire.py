"""
A filing sealed before it is transmitted (`harmonia.provisoire/1`): what a snapshot says, and no receipt.

It is another document under another name, signed as a whole: whoever reads transmissions refuses it as such.
It has no number of version, since it is none.  `docs/schemas/provisoire-1.schema.json` describes every key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from liasse.sceaux.canonique import UnreadableJsonError, read_json
from liasse.sceaux.cles import ClePrivee, sign_document
from liasse.sceaux.forme import DIGEST, MOMENT, TEXT, maybe
from liasse.sceaux.instantane import ALONG, PARTS, SUBJECT, Faute, Scelle, form_fault

PROVISIONAL_FORMAT: Final = "harmonia.provisoire/1"

_SHAPE: Final[Mapping[str, Any]] = {
    "format": TEXT,
    "portail": {"nom": TEXT, "adresse": TEXT},
    **SUBJECT,
    "precedente": maybe(DIGEST),
    "scelle_le": MOMENT,
    "presente_par": TEXT,
    **ALONG,
    **PARTS,
    "cle": {"algorithme": TEXT, "id": TEXT, "publique": TEXT},
    "signature": TEXT,
}


@dataclass(frozen=True, slots=True)
class Provisoire(Scelle):
    """A filing that its organisation finished and did not transmit yet, signed by the portal."""


def make_provisoire(header: Mapping[str, object], parts: Mapping[str, object], cle: ClePrivee) -> Provisoire:
    """
    Make the provisional version of a filing, and sign it.

    Raises:
        ValueError: it does not have the form agreed.
    """
    plain = sign_document({"format": PROVISIONAL_FORMAT, **header, **parts}, cle)
    fault = form_fault(plain, PROVISIONAL_FORMAT, _SHAPE, "un instantané provisoire")
    if fault is not None:
        raise ValueError(fault.message)
    return Provisoire(plain)


def read_provisoire(content: bytes) -> Provisoire | Faute:
    """Read a provisional version, without checking its signature; what makes it useless is told."""
    try:
        plain = read_json(content)
    except UnreadableJsonError as error:
        return Faute("illisible", f"L'instantané provisoire ne peut pas être lu. {error}")
    fault = form_fault(plain, PROVISIONAL_FORMAT, _SHAPE, "un instantané provisoire")
    return Provisoire(plain) if fault is None else fault
