"""Workbooks: the process that opens them, and what comes of it."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import xlsxwriter

from liasse.imports import spreadsheet, spreadsheet_worker
from liasse.imports.balance_cells import ExcelError
from liasse.imports.spreadsheet import WorkbookError, read_sheets


def write_xlsx(path: Path) -> Path:
    """Write a workbook with one cell of each kind."""
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet("Données")
        sheet.write_row(0, 0, ["Compte", 101000, 0.5])
        sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")
        sheet.write_datetime(2, 0, datetime(2022, 12, 31), workbook.add_format({"num_format": "dd/mm/yyyy"}))  # noqa: DTZ001
        sheet.write_boolean(3, 3, True)  # noqa: FBT003
    return path


EXPECTED = [
    ["Compte", 101000.0, 0.5],
    [None, ExcelError("#DIV/0!")],
    [date(2022, 12, 31)],
    [None, None, None, True],
]


def test_cells_keep_their_place_and_kind(tmp_path: Path) -> None:
    """Numbers, dates, errors and empty cells come out where they are."""
    sheets = read_sheets(write_xlsx(tmp_path / "a.xlsx"))
    assert [("Données", EXPECTED)] == [(sheet.name, sheet.rows) for sheet in sheets]


def test_the_worker_writes_json_lines(tmp_path: Path) -> None:
    """The same, seen from the process that opens the workbook."""
    out = io.StringIO()
    spreadsheet_worker.write_workbook(str(write_xlsx(tmp_path / "a.xlsx")), out)
    assert [
        {"sheet": "Données"},
        ["Compte", 101000.0, 0.5],
        [None, {"e": "#DIV/0!"}],
        [{"d": "2022-12-31"}],
        [None, None, None, True],
    ] == [json.loads(line) for line in out.getvalue().splitlines()]


def test_the_worker_stops_at_its_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet without end is cut, and said to be."""
    monkeypatch.setattr(spreadsheet_worker, "MAX_ROWS", 1)
    out = io.StringIO()
    spreadsheet_worker.write_workbook(str(write_xlsx(tmp_path / "a.xlsx")), out)
    assert {"truncated": 1} == json.loads(out.getvalue().splitlines()[-1])


def test_the_worker_says_how_it_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever is raised ends the process with a code and a name."""
    monkeypatch.setattr(spreadsheet_worker, "limit_resources", lambda: None)
    path = tmp_path / "a.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0")
    assert (3, True) == (
        spreadsheet_worker.main([str(path), json.dumps(sys.path)]),
        "failure" in capsys.readouterr().out,
    )
    good = write_xlsx(tmp_path / "a.xlsx")
    assert 0 == spreadsheet_worker.main([str(good), json.dumps(sys.path)])


def test_resources_are_limited_where_the_system_can(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory, time and core dumps are bounded."""
    import resource  # noqa: PLC0415 - this system has it

    limits: list[int] = []
    monkeypatch.setattr(resource, "setrlimit", lambda kind, _pair: limits.append(kind))
    spreadsheet_worker.limit_resources()
    assert [resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_CORE] == limits


def test_resources_are_left_alone_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system without these limits still reads workbooks."""
    monkeypatch.setitem(sys.modules, "resource", None)
    assert None is spreadsheet_worker.limit_resources()  # type: ignore[func-returns-value]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("", None),
        (float("nan"), None),
        (datetime(2022, 1, 2, 3), {"d": "2022-01-02"}),  # noqa: DTZ001
        (timedelta(seconds=5), {"t": 5.0}),
        (1j, "1j"),
    ],
)
def test_cells_are_carried_as_json(cell: object, expected: object) -> None:
    """What JSON cannot carry has a form of its own."""
    assert expected == spreadsheet_worker.to_json(cell)


def test_error_cells_need_a_regular_archive(tmp_path: Path) -> None:
    """Without the parts of an XLSX, there are no error cells to find."""
    plain, archive = tmp_path / "a.xls", tmp_path / "a.ods"
    plain.write_bytes(b"x")
    with zipfile.ZipFile(archive, "w") as out:
        out.writestr("content.xml", "<x/>")
    assert ({}, {}) == (
        spreadsheet_worker.error_cells(str(plain), 0),
        spreadsheet_worker.error_cells(str(archive), 0),
    )


def test_an_archive_beyond_measure_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The declared size is enough to refuse a zip bomb."""
    monkeypatch.setattr(spreadsheet, "MAX_EXPANDED", 10)
    with pytest.raises(WorkbookError) as caught:
        read_sheets(write_xlsx(tmp_path / "a.xlsx"))
    assert "I005" == caught.value.code


def test_a_damaged_archive_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A zip file whose index cannot be read is damaged."""
    path = write_xlsx(tmp_path / "a.xlsx")

    def fail(*_: object) -> None:
        raise zipfile.BadZipFile

    monkeypatch.setattr(zipfile.ZipFile, "infolist", fail)
    with pytest.raises(WorkbookError) as caught:
        read_sheets(path)
    assert "I006" == caught.value.code


def test_a_workbook_that_never_opens_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process has a limited time."""
    monkeypatch.setattr(spreadsheet, "TIMEOUT", 0.0001)
    with pytest.raises(WorkbookError):
        read_sheets(write_xlsx(tmp_path / "a.xlsx"))


@pytest.mark.parametrize(
    ("output", "code", "expected"),
    [
        (b'{"failure": "PasswordError"}\n', 3, "Le classeur est protégé par un mot de passe."),
        (b'{"sheet": "a"}\nnot json', -6, "Le classeur est endommagé ou trop grand pour être ouvert."),
    ],
)
def test_a_failure_of_the_process_is_said(output: bytes, code: int, expected: str) -> None:
    """A password, a crash, a panic: each is a sentence."""
    with pytest.raises(WorkbookError) as caught:
        spreadsheet._sheets(output, code)
    assert expected == caught.value.message


def test_what_the_process_writes_is_read_back() -> None:
    """A sheet cut short, and a duration, which is no amount."""
    sheet = spreadsheet._sheets(b'{"sheet": "a"}\n[{"t": 5.0}, {"e": "#N/A"}]\n{"truncated": 1}\n', 0)[0]
    assert ([[ExcelError("durée"), ExcelError("#N/A")]], True) == (sheet.rows, sheet.is_truncated)
