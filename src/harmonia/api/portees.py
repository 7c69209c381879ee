"""The scope that another portal asks for: to read one questionnaire of one organisation for one exercice."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_ASKED: Final = re.compile(r"lecture:(\d{9}):(\d{4}):([a-z][a-z0-9_]{1,39})")


@dataclass(frozen=True, slots=True)
class Portee:
    """One organisation by its SIREN, one exercice, one questionnaire; to read, never to write."""

    siren: str
    exercice: int
    questionnaire: str

    def __str__(self) -> str:
        return f"lecture:{self.siren}:{self.exercice}:{self.questionnaire}"


def read_portee(scope: str) -> Portee | None:
    """
    Read a scope as OAuth writes it; None when it is anything but one reading.

    >>> read_portee("lecture:732829320:2022:etats_reglementaires")
    Portee(siren='732829320', exercice=2022, questionnaire='etats_reglementaires')
    >>> read_portee("lecture:732829320:2022:etats_reglementaires lecture:732829320:2021:etats_reglementaires")
    """
    found = _ASKED.fullmatch(scope)
    return None if found is None else Portee(found[1], int(found[2]), found[3])
