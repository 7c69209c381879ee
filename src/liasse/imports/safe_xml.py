"""XML parsers that refuse a DTD, which makes entity attacks harmless."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from xml.parsers import expat

UNREADABLE: Final = (expat.ExpatError, LookupError, ValueError)
"""What a parser raises on a document that is not well-formed, or whose encoding is unknown to it."""


class DtdError(Exception):
    """The document declares a DTD."""


def safe_parser(
    start: Callable[[str, Mapping[str, str]], object],
    end: Callable[[str], object] | None = None,
    text: Callable[[str], object] | None = None,
) -> expat.XMLParserType:
    """Return a parser that calls *start*, *end* and *text*, and raises `DtdError` at a DTD or an entity."""
    parser: Any = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _refuse
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    made: expat.XMLParserType = parser
    return made


def _refuse(*_: object) -> None:
    raise DtdError
