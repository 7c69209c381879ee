"""
Recognise what a file is by its content, never by its name, and read it.

What cannot be read is said with what it seems to be and what to supply instead.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Final

from liasse.imports import fec_xml
from liasse.imports.balance import read_balance
from liasse.imports.fec import find_layout, read_fec
from liasse.imports.files import broken_reading, unusable
from liasse.imports.report import Lecture
from liasse.imports.text import OnProgress, head_lines, read_head, sniff

Reader = Callable[[], Lecture]

_MAGIC: Final = (
    (b"%PDF", "un document PDF"),
    (b"\x89PNG", "une image PNG"),
    (b"\xff\xd8\xff", "une image JPEG"),
    (b"GIF8", "une image GIF"),
    (b"BM", ""),
    (b"II*\x00", "une image TIFF"),
    (b"MM\x00*", "une image TIFF"),
    (b"\x1f\x8b", "une archive GZIP"),
    (b"BZh", "une archive BZIP2"),
    (b"\xfd7zXZ", "une archive XZ"),
    (b"7z\xbc\xaf", "une archive 7-Zip"),
    (b"Rar!", "une archive RAR"),
    (b"MZ", ""),
    (b"\x7fELF", "un programme"),
    (b"{\\rtf", "un document RTF"),
    (b"SQLite format 3", "une base de données SQLite"),
)
_ARCHIVES: Final = (
    ("word/", "un document Word (DOCX)"),
    ("ppt/", "une présentation PowerPoint (PPTX)"),
    ("META-INF/MANIFEST.MF", "une archive Java"),
)
_HTML: Final = re.compile(rb"\A\s*(<!doctype html|<html|<head|<table|<meta)", re.IGNORECASE)
_OLE: Final = b"\xd0\xcf\x11\xe0"
_ZIP: Final = b"PK"
_MAX_CONTROL: Final = 0.05


def read_file(
    path: Path | str,
    *,
    exercice: int | None = None,
    on_progress: OnProgress | None = None,
    mapping: Mapping[str, str] | None = None,
    journaux_ouverture: Collection[str] | None = None,
) -> Lecture:
    """
    Read a FEC or a balance générale, recognised by its content.

    Args:
        exercice: the year of closing; dates of a FEC outside it become warnings.
        on_progress: called with the bytes read and the size of the file.
        mapping: role to header, for a balance whose columns the user chose.
        journaux_ouverture: codes of the opening journals of a FEC, instead of recognising them.
    """
    path = Path(path)

    def ledger() -> Lecture:
        return read_fec(
            path, exercice=exercice, on_progress=on_progress, journaux_ouverture=journaux_ouverture
        )

    def balance() -> Lecture:
        return read_balance(path, mapping=mapping, exercice=exercice, on_progress=on_progress)

    try:
        return _dispatch(path, read_head(path), ledger, balance)
    except OSError as error:
        return broken_reading(path, "inconnu", error)


def _dispatch(path: Path, head: bytes, ledger: Reader, balance: Reader) -> Lecture:
    if not head.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n\x1a") and path.stat().st_size <= len(head):
        return unusable(path, "I002", f"Le fichier « {path.name} » est vide.")
    foreign = _foreign(path, head)
    if foreign:
        return _refuse(path, foreign)
    if head.startswith((_ZIP, _OLE)):
        return balance()
    if fec_xml.is_xml(head):
        return ledger()
    form = sniff(head)
    if not form.wide and _is_binary(head):
        return _refuse(path, "un fichier binaire")
    return ledger() if find_layout(head_lines(head, form)) is not None else balance()


def _refuse(path: Path, what: str) -> Lecture:
    message = f"Le fichier « {path.name} » semble être {what}, et non un FEC ou une balance."
    return unusable(path, "I004", message, valeur=what)


def _foreign(path: Path, head: bytes) -> str:
    """Name the kind of a file that no reader takes, or return an empty text."""
    if head.startswith(_ZIP):
        return _foreign_archive(path)
    if _HTML.match(head):
        return "une page HTML (parfois produite sous le nom .xls)"
    for magic, name in _MAGIC:
        if head.startswith(magic) and (name or _is_binary(head)):
            return name or "un fichier binaire"
    return ""


def _foreign_archive(path: Path) -> str:
    """Tell a workbook from the other archives by the names inside."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()[:10_000]
            kind = archive.open("mimetype").read(200) if "mimetype" in names else b""
    except (
        zipfile.BadZipFile,
        ValueError,
        NotImplementedError,
        KeyError,
        RuntimeError,
        EOFError,
        UnicodeDecodeError,
    ):
        return "une archive ZIP endommagée"
    except Exception as error:  # noqa: BLE001 - zlib and lzma errors of a damaged entry
        return f"une archive ZIP endommagée ({type(error).__name__})"
    if any(name.startswith("xl/") for name in names) or b"opendocument.spreadsheet" in kind:
        return ""
    if b"opendocument" in kind:
        return "un document OpenDocument qui n’est pas un classeur"
    for start, name in _ARCHIVES:
        if any(each.startswith(start) for each in names):
            return name
    return "une archive ZIP (décompressez-la, puis fournissez le fichier qu’elle contient)"


def _is_binary(head: bytes) -> bool:
    """Tell whether the first bytes hold more control characters than any text does."""
    sample = head[:4096]
    control = sum(1 for byte in sample if byte < 9 or 13 < byte < 32)
    return control > len(sample) * _MAX_CONTROL
