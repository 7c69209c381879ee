"""
The form of a document, as data: what each key holds.

Keys may be added by later editions of the same version: what is not known is let through, since the
signature covers it too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

Test = Callable[[object], bool]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value: what it must be, in French, and the test."""

    attendu: str
    test: Test


@dataclass(frozen=True, slots=True)
class Many:
    """A list of things of one form."""

    forme: Shape


Shape = Leaf | Many | Mapping[str, Any]
"""What a value must be: a leaf, a list, or an object by key."""


def _pattern(attendu: str, pattern: str) -> Leaf:
    compiled = re.compile(pattern, re.ASCII)
    return Leaf(attendu, lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None)


TEXT: Final = Leaf("un texte", lambda value: isinstance(value, str))
COUNT: Final = Leaf("un nombre entier", lambda value: type(value) is int and value >= 0)
RANK: Final = Leaf("un nombre à partir de 1", lambda value: type(value) is int and value >= 1)
OBJECT: Final = Leaf("un objet", lambda value: isinstance(value, dict))
SIREN: Final = _pattern("un SIREN de neuf chiffres", r"\d{9}")
DIGEST: Final = _pattern("une empreinte SHA-256", r"[0-9a-f]{64}")
MOMENT: Final = _pattern("un instant AAAA-MM-JJTHH:MM:SSZ", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
AMOUNT: Final = _pattern("un nombre écrit en texte", r"-?\d+(\.\d+)?")


def maybe(leaf: Leaf) -> Leaf:
    """Return the same, or nothing (null)."""
    return Leaf(f"{leaf.attendu}, ou null", lambda value: value is None or leaf.test(value))


def faults(shape: Shape, value: object, place: str = "") -> Iterator[str]:
    """Yield what is wrong with a value, place by place, in French."""
    if isinstance(shape, Leaf):
        if not shape.test(value):
            yield f"{place} : {shape.attendu} est attendu."
    elif isinstance(shape, Many):
        if not isinstance(value, list):
            yield f"{place} : une liste est attendue."
            return
        for position, item in enumerate(value):
            yield from faults(shape.forme, item, f"{place}[{position}]")
    elif not isinstance(value, dict):
        yield f"{place or 'Le document'} : un objet est attendu."
    else:
        yield from _inner(shape, value, place)


def _inner(shape: Mapping[str, Any], value: Mapping[str, object], place: str) -> Iterator[str]:
    for key, part in shape.items():
        where = f"{place}.{key}" if place else key
        if key not in value:
            yield f"{where} manque."
        else:
            yield from faults(part, value[key], where)
