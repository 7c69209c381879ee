"""The parts of a workbook that calamine does not give: defined names, and which cells hold a formula."""

from __future__ import annotations

import lzma
import posixpath
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple
from xml.parsers import expat

from liasse.imports.safe_xml import UNREADABLE, DtdError, safe_parser

MAX_PART: Final = 200 << 20
_PLACE: Final = re.compile(r"'?(.+?)'?!\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?\Z")
_WORKBOOK: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_DAMAGED: Final = (zipfile.BadZipFile, OSError, EOFError, zlib.error, lzma.LZMAError, *UNREADABLE)


class Range(NamedTuple):
    """Cells of one sheet; rows and columns from 0, bounds included."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Parts:
    """What was found: sheets and their part, names and their place, cells with a formula."""

    sheets: dict[str, str] = field(default_factory=dict)
    names: dict[str, Range] = field(default_factory=dict)
    formulas: set[tuple[str, int, int]] = field(default_factory=set)


class PartsError(Exception):
    """A part that is missing, damaged, or not safe."""


def column_number(name: str) -> int:
    """
    Return the number of a column, from 0.

    >>> column_number("A"), column_number("AB")
    (0, 27)
    """
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number - 1


def read_place(text: str) -> Range | None:
    """
    Return the place that a defined name stands for; None for what is not one range of one sheet.

    >>> read_place("'T02'!$C$5:$C$7")
    Range(sheet='T02', top=4, left=2, bottom=6, right=2)
    """
    found = _PLACE.match(text.strip())
    if found is None or "#REF" in text:
        return None
    sheet, left, top, right, bottom = found.groups()
    first = (int(top) - 1, column_number(left))
    last = (int(bottom) - 1, column_number(right)) if bottom else first
    return Range(sheet.replace("''", "'"), *first, *last)


def read_parts(path: Path, wanted: str) -> Parts | None:
    """
    Read the parts of an XLSX workbook; None when it has no sheet named *wanted*.

    Raises:
        PartsError: the archive or one of its parts is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if _WORKBOOK not in archive.namelist():
                return None
            parts = _read_book(archive)
            if wanted not in parts.sheets:
                return None
            for sheet, part in parts.sheets.items():
                if not sheet.startswith("_"):
                    _read_formulas(archive, sheet, part, parts)
            return parts
    except _DAMAGED as error:
        raise PartsError("Le classeur est une archive endommagée.") from error
    except RuntimeError as error:
        raise PartsError("Le classeur est chiffré, ou compressé d’une façon inconnue.") from error
    except DtdError as error:
        raise PartsError("Le classeur déclare un DTD, que ce lecteur refuse.") from error


def _parse(archive: zipfile.ZipFile, name: str, parser: expat.XMLParserType) -> None:
    if archive.getinfo(name).file_size > MAX_PART:
        raise PartsError("Une fois décompressé, le classeur serait démesuré.")
    with archive.open(name) as stream:
        parser.ParseFile(stream)


def _read_book(archive: zipfile.ZipFile) -> Parts:
    parts = Parts()
    targets = _targets(archive)
    text: list[str] = []
    name = ""

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        nonlocal name
        local = tag.rpartition(":")[2]
        text.clear()
        if local == "sheet":
            relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            parts.sheets[attributes.get("name", "")] = targets.get(relation, "")
        elif local == "definedName":
            name = attributes.get("name", "")

    def end(tag: str) -> None:
        if tag.rpartition(":")[2] == "definedName":
            place = read_place("".join(text))
            if place is not None:
                parts.names[name] = place

    _parse(archive, _WORKBOOK, safe_parser(start, end, text.append))
    return parts


def _targets(archive: zipfile.ZipFile) -> dict[str, str]:
    found: dict[str, str] = {}

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        if tag.rpartition(":")[2] == "Relationship":
            target = attributes.get("Target", "")
            part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            found[attributes.get("Id", "")] = part

    _parse(archive, _RELATIONS, safe_parser(start))
    return found


def _read_formulas(archive: zipfile.ZipFile, sheet: str, part: str, parts: Parts) -> None:
    place = ""

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        nonlocal place
        local = tag.rpartition(":")[2]
        if local == "c":
            place = attributes.get("r", "")
        elif local == "f":
            found = re.match(r"([A-Z]{1,3})(\d{1,7})\Z", place)
            if found:
                parts.formulas.add((sheet, int(found[2]) - 1, column_number(found[1])))

    _parse(archive, part, safe_parser(start))
