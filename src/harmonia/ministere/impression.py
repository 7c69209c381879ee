"""The receipt of a transmission as a PDF for the archives: what it says, and the signed document itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from harmonia.portail.impression import Press, css_string
from harmonia.tenancy.porte import porte
from harmonia.transmissions.models import Nature, Transmission
from liasse.echanges import ATTACHMENT

_NATURES: Final = {**dict(Nature.choices), "justification": "Justification d'un écart"}


def print_receipt(made: Transmission) -> bytes:
    """
    Print a receipt; its JSON is attached, byte for byte.

    Raises:
        MissingLibraryError: printing needs a library that is not installed.
    """
    said = made.accuse_plain
    who = said["organisme"]
    press = Press(
        {
            "provisoire": False,
            "haut_gauche": css_string(f"{who['nom']} · SIREN {who['siren']}"),
            "haut_droite": css_string(f"Accusé de transmission, exercice {said['exercice']}"),
            "bas_gauche": css_string(f"{said['portail']['nom']} · empreinte {made.empreinte}"),
        }
    )
    press.add("ministere/impression/accuse.html", _context(said), 1)
    return press.bound(None, {ATTACHMENT: made.accuse.encode()})


def _context(said: dict[str, Any]) -> dict[str, Any]:
    known = porte().questionnaires.get(said["questionnaire"])
    return {
        "accuse": said,
        "questionnaire": known.titre if known else said["questionnaire"],
        "transmis_le": datetime.fromisoformat(said["transmis_le"]),
        "pieces": [
            {**piece, "titre": _NATURES.get(piece.get("nature", ""), "Pièce")} for piece in said["pieces"]
        ],
        "cle": _grouped(said["cle"]["id"]),
    }


def _grouped(text: str) -> str:
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))
