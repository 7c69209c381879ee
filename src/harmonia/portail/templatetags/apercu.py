"""Numbers and sentences of the preview of an import."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from django import template

register = template.Library()

_BEFORE: Final = re.compile(r" (?=[:;?!»%€])")
_AFTER: Final = re.compile(r"(?<=«) ")


@register.filter
def milliers(number: int | None) -> str:
    """
    Write a whole number with its thousands apart.

    >>> milliers(1234567).replace(chr(0x202F), " ")
    '1 234 567'
    """
    return "" if number is None else f"{number:,}".replace(",", "\u202f")


@register.filter
def typo(text: object) -> str:
    """
    Put no-break spaces where French wants them.

    >>> typo("« a » : b").replace(chr(0xA0), "_")
    '«_a_»_: b'
    """
    return _AFTER.sub("\u00a0", _BEFORE.sub("\u00a0", str(text)))


@register.filter
def pour(counts: Mapping[str, int], name: str) -> int:
    """
    Return what is counted under a name; 0 when nothing is.

    >>> pour({"CRP": 2}, "CRP"), pour({}, "CRP")
    (2, 0)
    """
    return counts.get(name, 0)
