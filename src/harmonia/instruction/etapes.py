"""The steps of a procedure and the acts that lead to them, read once from `procedure.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from harmonia.dossiers.workflow import words

_FILE: Final = Path(__file__).with_name("procedure.toml")


@dataclass(frozen=True, slots=True)
class EtapeProcedure:
    """A step of a procedure, and what may follow."""

    code: str
    titre: str
    suite: str


@dataclass(frozen=True, slots=True)
class TypeActe:
    """
    An act: from which steps (« » before anything is open), to which, under what conditions, with its letter.

    `titre` is what an officer does, `nom` what it is called then.  `delai` is the number of days proposed to
    answer; without one nothing is asked.  With `avance` it may be taken while a former delay still runs, by
    an officer who says why they do not wait.
    """

    code: str
    titre: str
    nom: str
    de: tuple[str, ...]
    vers: str
    lettre: str
    delai: int = 0
    clot: bool = False
    avance: bool = False
    exige: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deroule:
    """Every step and act, in order, and the texts that the letters cite."""

    etapes: Mapping[str, EtapeProcedure]
    actes: Mapping[str, TypeActe]
    references: tuple[str, ...]

    def possible(self, etape: str) -> tuple[TypeActe, ...]:
        """Return the acts that may be tried at a step; « » before the first."""
        return tuple(one for one in self.actes.values() if etape in one.de)


@lru_cache(maxsize=1)
def deroule() -> Deroule:
    """Return the steps and acts of a procedure."""
    content = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    etapes = {code: EtapeProcedure(code, **fields) for code, fields in content["etapes"].items()}
    actes = {code: _acte(code, fields) for code, fields in content["actes"].items()}
    for one in actes.values():
        assert {*one.de, one.vers} - {""} <= etapes.keys(), f"{_FILE.name}: {one.code} names an unknown step"
    return Deroule(etapes, actes, tuple(content["references"]))


def _acte(code: str, fields: Mapping[str, object]) -> TypeActe:
    return TypeActe(
        code,
        str(fields["titre"]),
        str(fields["nom"]),
        words(fields, "de"),
        str(fields["vers"]),
        str(fields["lettre"]),
        int(str(fields.get("delai", 0))),
        bool(fields.get("clot", False)),
        bool(fields.get("avance", False)),
        words(fields, "exige"),
    )
