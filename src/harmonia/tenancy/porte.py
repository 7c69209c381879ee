"""
The door that this deployment is: its names, and what it collects, read from `porte.toml` beside its steps.

A text that both doors show names the authority by these words: « écrivez {{ porte.au }} ».
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """
    A form that the door collects: how its titles begin, what is computed from it, who files it.

    It is due `mois_apres_assemblee` months after the assembly, if that is before the collection's due date.
    """

    code: str
    titre: str
    familles: tuple[str, ...]
    restitution: str = ""
    mois_apres_assemblee: int | None = None


@dataclass(frozen=True, slots=True)
class Porte:
    """A door; `le`, `au` and `du` name its authority within a sentence."""

    nom: str
    autorite: str
    le: str
    au: str
    du: str
    familles: tuple[str, ...]
    questionnaires: Mapping[str, Questionnaire]


def porte() -> Porte:
    """Return the door of this deployment."""
    return read_porte(Path(settings.PORTE))


@cache
def read_porte(folder: Path) -> Porte:
    """Return the door whose files are in a folder."""
    content = tomllib.loads((folder / "porte.toml").read_text(encoding="utf-8"))
    questionnaires = {
        code: Questionnaire(code=code, **{**fields, "familles": tuple(fields["familles"])})
        for code, fields in content["questionnaires"].items()
    }
    names = {name: str(content[name]) for name in ("nom", "autorite", "le", "au", "du")}
    return Porte(familles=tuple(content["familles"]), questionnaires=questionnaires, **names)
