"""How much room a text takes in a cell: the lines that it needs in a column, words kept whole."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from unicodedata import combining, normalize

from xlsxwriter.utility import xl_pixel_width

LINE: Final = 13.5
"""The height of a line of text."""

_SIZE: Final = 10 / 11
"""Widths are known for Calibri 11; cells are written in Calibri 10, or in a font of the same widths."""
_BOLD: Final = 1.06
_UNIT: Final = 7
"""Pixels of one unit of a column width."""
_PADDING: Final = 5


def lines_of(text: str, width: float, *, bold: bool = False) -> int:
    """
    Return how many lines a text takes in a column of some width.

    >>> lines_of("Réserves sur cessions immobilières", 52), lines_of("Net N", 4), lines_of("", 10)
    (1, 2, 1)
    """
    room = width * _UNIT - _PADDING
    return sum(_wrapped(paragraph, room, bold=bold) for paragraph in text.split("\n"))


def _wrapped(text: str, room: float, *, bold: bool) -> int:
    lines, used = 1, 0.0
    for word in text.split():
        taken = _pixels(word, bold=bold)
        if used and used + taken > room:
            lines, used = lines + 1, 0.0
        lines += int(taken // room) if taken > room else 0
        used += taken + _pixels(" ", bold=bold)
    return lines


def _pixels(text: str, *, bold: bool = False) -> float:
    plain = "".join(char for char in normalize("NFD", text) if not combining(char)).replace("–", "-")
    return float(xl_pixel_width(plain)) * _SIZE * (_BOLD if bold else 1)


def width_of(texts: Iterable[str], least: float, most: float) -> float:
    """
    Return the width of a column that shows each text on one line, between two bounds.

    >>> width_of(["AT11", "EVT_TRANSFERT_STOCK"], 8, 40), width_of([], 8, 40), width_of(["M" * 90], 8, 40)
    (20.5, 8, 40)
    """
    widest = max((_pixels(text) for text in texts), default=0)
    return min(most, max(least, round((widest + 2 * _PADDING) / _UNIT, 1)))


def height_of(lines: int, more: float = 2) -> float:
    """Return the height of a row of some lines."""
    return LINE * lines + more
