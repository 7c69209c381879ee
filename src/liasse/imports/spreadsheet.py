"""
Read the sheets of a workbook (XLSX, XLSM, XLSB, XLS, ODS) as rows of cells.

The work is done by `spreadsheet_worker` in a process of its own, with limits; its cached values are read,
formulas are never computed.
"""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from liasse.imports.balance_cells import Cell, ExcelError

MAX_EXPANDED: Final = 400 << 20
"""Bytes that the parts of a workbook may declare once expanded."""

MAX_ENTRIES: Final = 5_000
TIMEOUT: Final = 90

_WORKER: Final = Path(__file__).with_name("spreadsheet_worker.py")


@dataclass(slots=True)
class Sheet:
    """One sheet: its rows start at row 1 of the spreadsheet."""

    name: str
    rows: list[list[Cell]] = field(default_factory=list)
    is_truncated: bool = False


class WorkbookError(Exception):
    """A workbook that cannot be read; `code` is that of the issue."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def read_sheets(path: Path) -> list[Sheet]:
    """
    Return the sheets of a workbook.

    Raises:
        WorkbookError: the workbook is damaged, protected, or beyond measure.
    """
    _check_size(path)
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and script
            [sys.executable, "-I", "-S", str(_WORKER), str(path.resolve()), json.dumps(sys.path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise WorkbookError("I006", "Le classeur n’a pas pu être ouvert dans le temps imparti.") from error
    return _sheets(done.stdout, done.returncode)


def _check_size(path: Path) -> None:
    """Refuse an archive that declares more than a balance can hold."""
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError) as error:
        raise WorkbookError("I006", "Le classeur est une archive endommagée.") from error
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_EXPANDED:
        raise WorkbookError("I005", "Une fois décompressé, le classeur serait démesuré.")


def _sheets(output: bytes, returncode: int) -> list[Sheet]:
    sheets: list[Sheet] = []
    for line in output.splitlines():
        try:
            value = json.loads(line)
        except ValueError:
            break
        if isinstance(value, list) and sheets:
            sheets[-1].rows.append([_cell(cell) for cell in value])
        elif isinstance(value, dict) and "sheet" in value:
            sheets.append(Sheet(str(value["sheet"])))
        elif isinstance(value, dict) and "truncated" in value:
            sheets[-1].is_truncated = True
        elif isinstance(value, dict) and value.get("failure") == "PasswordError":
            raise WorkbookError("I006", "Le classeur est protégé par un mot de passe.")
    if returncode:
        raise WorkbookError("I006", "Le classeur est endommagé ou trop grand pour être ouvert.")
    return sheets


def _cell(value: Any) -> Cell:  # noqa: ANN401 - decoded JSON
    if isinstance(value, dict):
        if "e" in value:
            return ExcelError(str(value["e"]))
        if "d" in value:
            return date.fromisoformat(value["d"])
        return ExcelError("durée")
    return value if isinstance(value, str | bool | int | float) else None
