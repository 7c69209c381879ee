"""The steps of a dossier and its transitions, read once from `etapes.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).with_name("etapes.toml")


@dataclass(frozen=True, slots=True)
class Etape:
    """A step: its number and name, who acts, whether values may change, and what happens next."""

    code: str
    titre: str
    court: str
    acteur: str
    modifiable: bool
    suite: str

    @property
    def rang(self) -> int:
        """The number of the step."""
        return int(self.code.partition("_")[0])


@dataclass(frozen=True, slots=True)
class Action:
    """
    What moves a dossier: from which steps, to which, by whom, on what conditions, with what effects.

    `qui` names profiles of the organisation, or the authority of the portal.
    """

    code: str
    titre: str
    de: tuple[str, ...]
    vers: str
    qui: frozenset[str]
    motif: bool = False
    exige: tuple[str, ...] = ()
    effets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Workflow:
    """Every step and action, in order."""

    etapes: Mapping[str, Etape]
    actions: Mapping[str, Action]

    @property
    def premiere(self) -> Etape:
        """The step in which a dossier is opened."""
        return next(iter(self.etapes.values()))

    def possible(self, etape: str, profils: Collection[str]) -> tuple[Action, ...]:
        """Return the actions that somebody with these profiles may try at a step."""
        return tuple(
            action
            for action in self.actions.values()
            if etape in action.de and not action.qui.isdisjoint(profils)
        )


@lru_cache(maxsize=1)
def workflow() -> Workflow:
    """Return the steps and actions of the portal."""
    content = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    etapes = {code: Etape(code, **fields) for code, fields in content["etapes"].items()}
    actions = {code: _action(code, fields) for code, fields in content["actions"].items()}
    for action in actions.values():
        for code in (*action.de, action.vers):
            assert code in etapes, f"{_FILE.name}: {action.code} names an unknown step, {code}"
    return Workflow(etapes, actions)


def _action(code: str, fields: Mapping[str, object]) -> Action:
    def words(name: str) -> tuple[str, ...]:
        found = fields.get(name, [])
        assert isinstance(found, list)
        return tuple(str(word) for word in found)

    return Action(
        code,
        str(fields["titre"]),
        words("de"),
        str(fields["vers"]),
        frozenset(words("qui")),
        bool(fields.get("motif", False)),
        words("exige"),
        words("effets"),
    )
