"""Files are recognised by their content."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from liasse.imports.codes import CODES
from liasse.imports.issues import IssueLog, clean_value
from liasse.imports.recognise import read_file
from liasse.imports.report import MAX_ISSUES
from tests.liasse.imports.support import OPENING, RENT, codes, soldes, write_fec, write_text


def test_each_kind_goes_to_its_reader(tmp_path: Path) -> None:
    """A FEC and a balance are told apart whatever their names."""
    fec = write_fec(tmp_path, *OPENING, *RENT)
    balance = write_text(tmp_path, "Compte;Solde", "512000;5", "101300;-5", name="fec.txt")
    assert ("fec", "balance") == (read_file(fec).report.format, read_file(balance).report.format)


def test_a_mapping_is_for_balances(tmp_path: Path) -> None:
    """The columns chosen reach the balance reader."""
    path = write_text(tmp_path, "Clef;Valeur", "512000;5", "101300;-5")
    assert {"512000": 500, "101300": -500} == soldes(
        read_file(path, mapping={"compte": "Clef", "solde": "Valeur"})
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"%PDF-1.7", "un document PDF"),
        (b"\x1f\x8b\x08", "une archive GZIP"),
        (b"MZ\x90\x00\x03\x00\x00\x00\x04\x00", "un fichier binaire"),
        (b"\x01\x02\x03\x04" * 10, "un fichier binaire"),
        (b"PK\x03\x04abc", "une archive ZIP endommagée"),
        (b"<!doctype html><html>", "une page HTML (parfois produite sous le nom .xls)"),
    ],
)
def test_a_foreign_file_is_named(tmp_path: Path, content: bytes, expected: str) -> None:
    """The report says what the file seems to be, and what to supply."""
    path = tmp_path / "fichier"
    path.write_bytes(content)
    issue = read_file(path).report.issues[0]
    assert ("I004", expected, True) == (issue.code, issue.valeur, "FEC" in issue.remede)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["META-INF/MANIFEST.MF"], "une archive Java"),
        (["ppt/presentation.xml"], "une présentation PowerPoint (PPTX)"),
        (["fec.txt"], "une archive ZIP (décompressez-la, puis fournissez le fichier qu’elle contient)"),
    ],
)
def test_a_foreign_archive_is_named(tmp_path: Path, names: list[str], expected: str) -> None:
    """Archives are told apart by what they hold."""
    path = tmp_path / "archive"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(names[0], "x")
    assert expected == read_file(path).report.issues[0].valeur


def test_a_damaged_member_is_no_exception(tmp_path: Path) -> None:
    """An archive whose first part cannot be expanded is damaged."""
    path = tmp_path / "a.ods"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet" * 9)
    content = bytearray(path.read_bytes())
    content[40:44] = b"\xff\xff\xff\xff"
    path.write_bytes(content)
    assert read_file(path).report.issues[0].valeur.startswith("une archive ZIP endommagée")


@pytest.mark.parametrize(("name", "code"), [("absent", "I001 0"), ("", "I003 0")])
def test_a_path_that_is_no_file_is_an_issue(tmp_path: Path, name: str, code: str) -> None:
    """A missing file and a folder are said."""
    assert [code] == codes(read_file(tmp_path / name))


def test_a_forbidden_file_is_an_issue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that may not be read is said."""

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr("liasse.imports.recognise.read_head", refuse)
    assert ["I003 0"] == codes(read_file(write_text(tmp_path, "x")))


def test_every_code_says_what_and_what_to_do() -> None:
    """The table of codes is complete French: it becomes `docs/erreurs.md`."""
    assert [] == [
        c.code
        for c in CODES.values()
        if not all((c.titre, c.explication.endswith("."), c.remede.endswith(".")))
    ]


def test_issues_are_bounded_and_counted() -> None:
    """Beyond `MAX_ISSUES` of one code, issues are counted only."""
    log, other = IssueLog("f"), IssueLog("f")
    for ligne in range(1, MAX_ISSUES):
        log.add("I110", "m", ligne=ligne)
    other.add("I110", "m", ligne=1)
    other.add("I110", "m", ligne=2)
    log.absorb(other, 200)
    assert (MAX_ISSUES, 201, {"I110": 1}, MAX_ISSUES + 1) == (
        len(log.issues()),
        log.issues()[-1].ligne,
        log.silenced(),
        log.count("I110"),
    )


def test_values_are_fit_to_be_shown() -> None:
    """Control characters and lengths are tamed."""
    assert ("a | b\ufffd", 200) == (clean_value("a\tb\x00"), len(clean_value("x" * 500)))
