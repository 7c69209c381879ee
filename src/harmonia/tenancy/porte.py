"""
The door that this deployment is: its names, and what it collects, read from `porte.toml` beside its steps.

A text that both doors show names the authority by these words: « écrivez {{ porte.au }} ».
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Annee:
    """
    The year of a family: what approves its accounts, the law that says so, the days that count.

    `limite` is its own last day to file, as month and day, when the collection's is not its own; `jalons`
    are days of the year in which a collection is due, each with what it is.
    """

    assemblee: str
    reference: str = ""
    limite: str = ""
    jalons: tuple[tuple[str, str], ...] = ()


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
    annees: Mapping[str, Annee] = field(default_factory=dict)

    def annee(self, famille: str) -> Annee:
        """Return the year of a family."""
        return self.annees.get(famille, COMMON)


COMMON: Final = Annee("Assemblée générale")
"""The year of a family of which the door says nothing."""


@dataclass(frozen=True, slots=True)
class Joindre:
    """Whom to ask, until the administrators of the portal say otherwise."""

    objet: str
    nom: str
    courriel: str = ""
    telephone: str = ""
    horaires: str = ""


@dataclass(frozen=True, slots=True)
class Porte:
    """A door; `le`, `au`, `du` name its authority in a sentence; `fini` says what a filing is in the end."""

    nom: str
    autorite: str
    le: str
    au: str
    du: str
    fini: str
    familles: tuple[str, ...]
    questionnaires: Mapping[str, Questionnaire]
    interlocuteurs: tuple[Joindre, ...]


def porte() -> Porte:
    """Return the door of this deployment."""
    return read_porte(Path(settings.PORTE))


@cache
def read_porte(folder: Path) -> Porte:
    """Return the door whose files are in a folder."""
    content = tomllib.loads((folder / "porte.toml").read_text(encoding="utf-8"))
    questionnaires = {
        code: _questionnaire(code, fields) for code, fields in content["questionnaires"].items()
    }
    names = {name: str(content[name]) for name in ("nom", "autorite", "le", "au", "du", "fini")}
    return Porte(
        familles=tuple(content["familles"]),
        questionnaires=questionnaires,
        interlocuteurs=tuple(Joindre(**fields) for fields in content["interlocuteurs"]),
        **names,
    )


def _questionnaire(code: str, fields: Mapping[str, Any]) -> Questionnaire:
    annees = {
        famille: Annee(**{**year, "jalons": tuple((day, title) for day, title in year.get("jalons", ()))})
        for known in fields.get("annees", ())
        for year in ({name: value for name, value in known.items() if name != "familles"},)
        for famille in known["familles"]
    }
    plain = {**fields, "familles": tuple(fields["familles"]), "annees": annees}
    return Questionnaire(code=code, **plain)
