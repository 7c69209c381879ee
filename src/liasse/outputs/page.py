"""A page of text: its width, its styles, and the wrapping of paragraphs."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Final

NARROWEST: Final = 80
WIDEST: Final = 160

BOLD: Final = "1"
DIM: Final = "2"
RED: Final = "31"
YELLOW: Final = "33"
BLUE: Final = "34"
GREEN: Final = "32"


@dataclass(frozen=True, slots=True)
class Page:
    """The width in characters, and whether styles (bold, colours) are written."""

    width: int = 100
    styled: bool = False

    def style(self, text: str, *codes: str) -> str:
        r"""
        Put ANSI styles around a text; nothing when the page is plain.

        >>> Page().style("total", BOLD), Page(styled=True).style("total", BOLD)
        ('total', '\x1b[1mtotal\x1b[0m')
        """
        if not self.styled or not codes or not text:
            return text
        return f"\x1b[{';'.join(codes)}m{text}\x1b[0m"

    def wrap(self, text: str, indent: str = "", hanging: str | None = None) -> list[str]:
        """Break a paragraph into lines; no-break spaces do not break."""
        following = indent if hanging is None else hanging
        return wrap(text, self.width, indent, following)


def wrap(text: str, width: int, indent: str = "", hanging: str = "") -> list[str]:
    """
    Break a text at ordinary spaces only.

    >>> wrap("Immeubles de rapport", 12, hanging="  ")
    ['Immeubles de', '  rapport']
    """
    return textwrap.wrap(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=hanging,
        break_on_hyphens=False,
    ) or [""]
