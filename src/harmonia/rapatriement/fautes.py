"""What stops a Rapatriement, said to the person who asked: where, what, why, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class RapatriementError(Exception):
    """
    A Rapatriement that cannot go on.

    `code` is stable; `ou` says where it stopped, `quoi` what was found and why, `remede` what to do.
    `passager` tells that trying again later may be enough; `clos` that the consent opens nothing any more.
    """

    code: str
    ou: str
    quoi: str
    remede: str
    passager: bool = False
    clos: bool = False

    def __str__(self) -> str:
        return f"{self.quoi} {self.remede}"

    def plain(self) -> dict[str, Any]:
        """Return it as a line of the report of an import."""
        return {
            "code": self.code,
            "gravite": "fatal",
            "grave": True,
            "message": self.quoi,
            "remede": self.remede,
            "ligne": None,
            "colonne": self.ou,
            "valeur": "",
        }
