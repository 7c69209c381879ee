"""The keys under which values are kept, and what they stand for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Final

BALANCE: Final = "@balance"
"""The general balance: its value is the identifier of the balance that was given."""

_CELL: Final = re.compile(r"[A-Z][A-Z0-9_]*(?:\.[A-Z0-9][A-Z0-9_]*){2}\Z")
_ROW: Final = re.compile(r"([A-Z][A-Z0-9_]*\.[A-Z0-9_]+)#([0-9]{1,6})(?:\.([A-Z0-9_]+))?\Z")
_TABLE: Final = re.compile(r"[A-Z][A-Z0-9_]*\Z")


class Kept(Enum):
    """What a key stands for."""

    CELL = "cellule"
    ROW = "ligne"
    ROW_CELL = "cellule de ligne"
    NEANT = "néant"
    BALANCE = "balance"


@dataclass(frozen=True, slots=True)
class Key:
    """
    A key, taken apart.

    `reference` is the reference of the model: a cell, a section (`Q03.OP`), or a column of it (`Q03.OP.C05`).
    """

    text: str
    kept: Kept
    table: str
    reference: str
    row: int = 0
    section: str = ""
    column: str = ""


@lru_cache(maxsize=50_000)
def read_key(text: str) -> Key | None:
    """
    Take a key apart; None when it is none.

    >>> read_key("Q03.OP#2.C05").reference, read_key("Q05").kept.value, read_key("q03")
    ('Q03.OP.C05', 'néant', None)
    """
    if text == BALANCE:
        return Key(text, Kept.BALANCE, "", text)
    if _CELL.match(text):
        return Key(text, Kept.CELL, text.partition(".")[0], text)
    row = _ROW.match(text)
    if row:
        section, number, column = row[1], int(row[2]), row[3] or ""
        kept = Kept.ROW_CELL if column else Kept.ROW
        reference = f"{section}.{column}" if column else section
        return Key(text, kept, section.partition(".")[0], reference, number, section, column)
    if _TABLE.match(text):
        return Key(text, Kept.NEANT, text, text)
    return None
