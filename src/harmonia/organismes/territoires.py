"""Régions and départements, by their official codes (`territoires.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).with_name("territoires.toml")


@dataclass(frozen=True, slots=True)
class Departement:
    """A département and the code of its région."""

    code: str
    nom: str
    region: str


@lru_cache(maxsize=1)
def _read() -> tuple[Mapping[str, str], Mapping[str, Departement]]:
    content = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    known = {code: Departement(code, **fields) for code, fields in content["departements"].items()}
    return content["regions"], known


def regions() -> Mapping[str, str]:
    """Return the name of each région, by code."""
    return _read()[0]


def departements() -> Mapping[str, Departement]:
    """Return the départements, by code."""
    return _read()[1]


def departement_of_postcode(code: str) -> str:
    """
    Return the département of a postal code; empty when it has none.

    >>> departement_of_postcode("44000"), departement_of_postcode("97400"), departement_of_postcode("20200")
    ('44', '974', '2B')
    """
    if code[:2] == "20":
        found = "2A" if code[:3] in {"200", "201"} else "2B"
    else:
        found = code[:3] if code[:2] == "97" else code[:2]
    return found if found in departements() else ""


def name_of_departement(code: str) -> str:
    """Return a département as people read it."""
    known = departements().get(code)
    return f"{known.nom} ({code})" if known else "Non renseigné"


def name_of_region(code: str) -> str:
    """Return a région as people read it."""
    return regions().get(code, "Non renseignée")
