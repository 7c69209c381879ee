"""The steps of a dossier and its transitions, read once from the `etapes.toml` of the door."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Etape:
    """
    A step: its number and name, who acts, whether values may change, and what happens next.

    `variante` names the step whose place it takes on the line: a verdict, when it is not the hoped one.
    """

    code: str
    titre: str
    court: str
    acteur: str
    modifiable: bool
    suite: str
    variante: str = ""

    @property
    def rang(self) -> int:
        """The number of the step."""
        return int(self.code.partition("_")[0])


@dataclass(frozen=True, slots=True)
class Action:
    """
    What moves a dossier: from which steps, to which, by whom, on what conditions, with what effects.

    `qui` names profiles of the organisation, or the authority of the portal; `fait` tells who acted that it
    is done; `ecran` is the page on which it is prepared, when a button and a reason are not enough.
    """

    code: str
    titre: str
    de: tuple[str, ...]
    vers: str
    qui: frozenset[str]
    motif: bool = False
    exige: tuple[str, ...] = ()
    effets: tuple[str, ...] = ()
    fait: str = ""
    ecran: str = ""


@dataclass(frozen=True, slots=True)
class Workflow:
    """Every step and action, in order."""

    etapes: Mapping[str, Etape]
    actions: Mapping[str, Action]

    @property
    def premiere(self) -> Etape:
        """The step in which a dossier is opened."""
        return next(iter(self.etapes.values()))

    @property
    def ligne(self) -> tuple[Etape, ...]:
        """The steps of the line, the hoped ones."""
        return tuple(etape for etape in self.etapes.values() if not etape.variante)

    def with_effect(self, *effets: str) -> tuple[str, ...]:
        """Return the codes of the actions that have one of these effects."""
        return tuple(code for code, one in self.actions.items() if not set(effets).isdisjoint(one.effets))

    def possible(self, etape: str, profils: Collection[str]) -> tuple[Action, ...]:
        """Return the actions that somebody with these profiles may try at a step."""
        return tuple(
            action
            for action in self.actions.values()
            if etape in action.de and not action.qui.isdisjoint(profils)
        )


def workflow() -> Workflow:
    """Return the steps and actions of the portal."""
    return read_workflow(settings.PORTE)


@cache
def read_workflow(folder: Path) -> Workflow:
    """Return the steps and actions of the door whose files are in a folder."""
    content = tomllib.loads((folder / "etapes.toml").read_text(encoding="utf-8"))
    etapes = {code: Etape(code, **fields) for code, fields in content["etapes"].items()}
    actions = {code: _action(code, fields) for code, fields in content["actions"].items()}
    for action in actions.values():
        for code in (*action.de, action.vers):
            assert code in etapes, f"{folder.name}: {action.code} names an unknown step, {code}"
    return Workflow(etapes, actions)


def words(fields: Mapping[str, object], name: str) -> tuple[str, ...]:
    """Return a list of words of a file; empty when it says nothing."""
    found = fields.get(name, [])
    assert isinstance(found, list)
    return tuple(str(word) for word in found)


def _action(code: str, fields: Mapping[str, object]) -> Action:
    return Action(
        code,
        str(fields["titre"]),
        words(fields, "de"),
        str(fields["vers"]),
        frozenset(words(fields, "qui")),
        bool(fields.get("motif", False)),
        words(fields, "exige"),
        words(fields, "effets"),
        str(fields.get("fait", "")),
        str(fields.get("ecran", "")),
    )
