"""How wide a page is, and whether it may be coloured."""

from __future__ import annotations

import os
import shutil
import sys

from liasse.cli.files import is_stdout
from liasse.outputs.page import NARROWEST, WIDEST, Page

_USUAL = 100


def page(sortie: str | None = None) -> Page:
    """Return the page of a text written to *sortie*: colours only on a terminal that accepts them."""
    width = shutil.get_terminal_size((_USUAL, 24)).columns
    styled = is_stdout(sortie) and sys.stdout.isatty() and "NO_COLOR" not in os.environ
    return Page(max(NARROWEST, min(WIDEST, width)), styled=styled and os.environ.get("TERM") != "dumb")
