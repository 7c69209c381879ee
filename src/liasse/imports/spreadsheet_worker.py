"""
Open a workbook in a process of its own and write its cells as JSON lines.

A hostile or damaged workbook can make any reader panic, allocate without limit or never end: here it only
ends this process, which has limits of memory and time.  Run by `spreadsheet.py` by path, without the rest of
the library; nothing is imported from it.
"""

from __future__ import annotations

import json
import re
import sys
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, TextIO

MAX_MEMORY: Final = 1536 << 20
MAX_SECONDS: Final = 60
MAX_ROWS: Final = 300_000
MAX_CELLS: Final = 6_000_000
MAX_SHEETS: Final = 150

_ERROR_CELL: Final = re.compile(
    rb"<(?:\w+:)?c\b(?=[^>]*\bt=[\"']e[\"'])[^>]*\br=[\"']([A-Z]{1,3})(\d{1,7})[\"'][^>]*>(?:(?!</(?:\w+:)?c>).)*?"
    rb"<(?:\w+:)?v>([^<]{1,20})</",
    re.DOTALL,
)
_SHEET: Final = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_RELATION: Final = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")


def limit_resources() -> None:
    """Bound the memory and time of this process, where the system allows it."""
    try:
        import resource  # noqa: PLC0415
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def to_json(cell: Any) -> Any:  # noqa: ANN401 - what calamine gives, what JSON takes
    """Turn a cell into what JSON can carry without loss; dates become `{"d": …}`."""
    if isinstance(cell, str | bool | int | float) or cell is None:
        return None if cell == "" or cell != cell else cell  # noqa: PLR0124
    if isinstance(cell, datetime):
        return {"d": cell.date().isoformat()}
    if isinstance(cell, date):
        return {"d": cell.isoformat()}
    if isinstance(cell, timedelta):
        return {"t": cell.total_seconds()}
    return str(cell)


def _attribute(tag: bytes, name: bytes) -> str:
    found = re.search(rb"[\s:]" + name + rb"=[\"']([^\"']*)[\"']", tag)
    return found[1].decode("utf-8", "replace") if found else ""


def error_cells(path: str, index: int) -> dict[tuple[int, int], str]:
    """
    Find the error cells of a sheet of an XLSX workbook, which the reader gives as empty.

    Returns (row, column), from 0, to the error text; nothing for the other formats.
    """
    if not zipfile.is_zipfile(path):
        return {}
    with zipfile.ZipFile(path) as archive:
        try:
            sheets = _SHEET.findall(archive.read("xl/workbook.xml"))
            relations = _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels"))
            targets = {_attribute(tag, b"Id"): _attribute(tag, b"Target") for tag in relations}
            target = targets[_attribute(sheets[index], b"r:id") or _attribute(sheets[index], b"id")]
            name = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            content = archive.read(name)
        except (KeyError, IndexError):
            return {}
    found = {}
    for letters, row, text in _ERROR_CELL.findall(content):
        column = 0
        for letter in letters:
            column = column * 26 + letter - 64
        found[int(row) - 1, column - 1] = text.decode("ascii", "replace")
    return found


def write_sheet(sheet: Any, errors: dict[tuple[int, int], str], out: TextIO) -> None:  # noqa: ANN401 - calamine has no types here
    """Write one sheet: its name, then its rows without their empty end."""
    out.write(json.dumps({"sheet": sheet.name}) + "\n")
    cells = 0
    for index, row in enumerate(sheet.to_python(skip_empty_area=False)):
        if index >= MAX_ROWS or cells > MAX_CELLS:
            out.write(json.dumps({"truncated": index}) + "\n")
            return
        values = [to_json(cell) for cell in row]
        for column in range(len(values)):
            if (index, column) in errors:
                values[column] = {"e": errors[index, column]}
        while values and values[-1] is None:
            values.pop()
        cells += len(values) + 1
        out.write(json.dumps(values) + "\n")


def write_workbook(path: str, out: TextIO) -> None:
    """Write every worksheet of a workbook."""
    import python_calamine  # noqa: PLC0415

    workbook = python_calamine.CalamineWorkbook.from_path(path)
    for index, name in enumerate(workbook.sheet_names[:MAX_SHEETS]):
        try:
            sheet = workbook.get_sheet_by_name(name)
        except python_calamine.WorksheetNotFound:
            continue
        write_sheet(sheet, error_cells(path, index), out)


def main(arguments: list[str]) -> int:
    """Write a workbook on the standard output; a second argument lists where to find modules."""
    sys.path[:] = json.loads(arguments[1])
    limit_resources()
    try:
        write_workbook(str(Path(arguments[0])), sys.stdout)
    except BaseException as error:  # noqa: BLE001 - a panic of the reader; the parent reports it
        sys.stdout.write(json.dumps({"failure": type(error).__name__}) + "\n")
        return 3
    return 0


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.exit(main(sys.argv[1:]))
