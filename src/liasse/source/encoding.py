"""Values as people and files write them, to the integers that a plan computes with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from liasse.amounts import unit


@dataclass(frozen=True, slots=True)
class Kind:
    """What a cell holds: its unit and, for a choice, the codes admitted with their labels."""

    unite: str
    choix: Mapping[str, str] = field(default_factory=dict)


def scaled(value: Any, code: str) -> int | None:
    """Scale a TOML number to the integer of its unit, or None when it has more decimals than the unit."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    shifted = Decimal(value).scaleb(unit(code).decimals)
    return int(shifted) if shifted == shifted.to_integral_value() else None


def encode(value: Any, kind: Kind) -> int | None:
    """
    Return the integer of a value, or None when the value is not one of its kind.

    A date is its ordinal day, a choice its rank from 1, « oui » 1 and « non » 0; a text that is
    there is 1: its words are kept beside the numbers.

    >>> encode(date(2022, 12, 31), Kind("date")), encode("ACC", Kind("choix", {"LOC": "", "ACC": ""}))
    (738520, 2)
    """
    if kind.unite == "date":
        return value.toordinal() if isinstance(value, date) else None
    if kind.unite == "oui_non":
        return int(value) if isinstance(value, bool) else None
    if kind.unite == "choix":
        codes = list(kind.choix)
        return codes.index(value) + 1 if value in codes else None
    if kind.unite == "texte":
        return 1 if isinstance(value, str) and value else None
    return scaled(value, kind.unite)


def decode(value: int, kind: Kind) -> str | date | bool | int:
    """Return what a person wrote for an encoded value; a number stays a scaled integer."""
    if kind.unite == "date":
        return date.fromordinal(value)
    if kind.unite == "oui_non":
        return bool(value)
    if kind.unite == "choix":
        return list(kind.choix)[value - 1]
    return value
