"""How cells look: text and rules carry the structure, colour only says where one may type."""

from __future__ import annotations

from typing import Any, Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format

FONT: Final = "Calibri"
INK: Final = "#1F2430"
GREY: Final = "#6B7280"
RULE: Final = "#C9CED6"
INPUT: Final = "#FFFBEB"
FILLED: Final = "#F3F7FC"
HEADER: Final = "#EEF0F3"
ALARM: Final = "#B3261E"
AMBER: Final = "#8A5A00"
CALM: Final = "#2E6B3E"

_BASE: Final = {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "vcenter"}


class Styles:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def get(self, **properties: Any) -> Format:  # noqa: ANN401 - what XlsxWriter takes
        """Return the format with these properties over the base."""
        wanted = {**_BASE, **properties}
        key = tuple(sorted(wanted.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(wanted)
        return self._made[key]
