"""The two paths of the FEC reader: odd ledgers read the same by blocks and line by line, and stay fast."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from liasse.imports.fec import read_fec
from liasse.imports.fec_blocks import BlockReader
from liasse.imports.fec_cut import OddBlockError
from liasse.imports.fec_rows import RowChecker, parse_amount
from liasse.imports.report import Lecture
from tests.liasse.imports.support import HEADER, OPENING, RENT, write_fec

COUNT = 1500
LEDGER = [line.replace("\t2\t", f"\t{number}\t", 1) for number in range(2, COUNT) for line in RENT]


def replaced(old: str, new: str, step: int = 1) -> list[str]:
    """Replace something in one line out of *step*."""
    return [line.replace(old, new) if index % step == 0 else line for index, line in enumerate(LEDGER)]


def fields(change: Callable[[list[str]], list[str]]) -> list[str]:
    """Change the fields of every line."""
    return ["\t".join(change(line.split("\t"))) for line in LEDGER]


def quoted(lines: list[str], *, every: bool) -> list[str]:
    """Write lines with semicolons, quoting every field or only those that hold one."""
    cells = [[field.replace("Loyers", "Loyers ; charges") for field in line.split("\t")] for line in lines]
    return [";".join(f'"{cell}"' if every or ";" in cell else cell for cell in row) for row in cells]


VARIANTS = {
    "ValidDate blank": replaced("\t20220131\t\t", "\t\t\t"),
    "ValidDate blank in some lines": replaced("\t20220131\t\t", "\t\t\t", 9),
    "ValidDate is not a date": replaced("\t20220131\t\t", "\t00000000\t\t"),
    "PieceRef blank": replaced("\tP2\t", "\t\t"),
    "PieceRef quoted and empty": replaced("\tP2\t", '\t""\t'),
    "PieceRef with blanks around": replaced("\tP2\t", "\t P2 \t"),
    "PieceDate blank": replaced("P2\t20220131", "P2\t"),
    "EcritureLib and PieceRef blank": replaced("P2\t20220131\tÉchéance", "\t20220131\t "),
    "CompteLib blank": replaced("\tLocataires\t", "\t\t"),
    "CompteLib blank in some lines": replaced("\tLocataires\t", "\t\t", 4),
    "JournalLib blank": replaced("VE\tLoyers\t", "VE\t\t"),
    "JournalCode blank": replaced("VE\tLoyers\t", "\tLoyers\t"),
    "EcritureNum blank": fields(lambda row: [*row[:2], "", *row[3:]]),
    "EcritureDate blank": replaced("\t20220131\t4", "\t\t4"),
    "another year": replaced("20220131", "20210131"),
    "French dates": replaced("20220131", "31/01/2022"),
    "ISO dates": replaced("20220131", "2022-01-31"),
    "decimal point": replaced(",00", ".00"),
    "zero without its digit": replaced("0,00", ",00"),
    "zero blank": replaced("\t0,00", "\t"),
    "zero alone": replaced("\t0,00", "\t0"),
    "no decimals": replaced(",00", ""),
    "four decimals": replaced(",00", ",0000"),
    "thousands": replaced("30,00", "1 030,00"),
    "amounts aligned on the right": replaced("30,00", "       30,00"),
    "signs": replaced("30,00", "+30,00"),
    "negative amounts": replaced("30,00", "-30,00"),
    "negative amounts in some lines": replaced("30,00", "-30,00", 7),
    "negative amounts, minus behind": replaced("30,00", "30,00-", 7),
    "debit and credit": replaced("\t0,00", "\t5,00"),
    "neither debit nor credit": replaced("\t30,00\t0,00", "\t\t", 6),
    "neither debit nor credit, in blanks": replaced("\t30,00\t0,00", "\t \t", 6),
    "digits without end": replaced("30,00", "0" * 39 + ",00", 50),
    "too many digits": replaced("30,00", "9" * 5000 + ",00", 50),
    "accounts with blanks around": replaced("411100", " 411100 ", 3),
    "accounts that are not numbers": fields(lambda row: [*row[:4], f"C{int(row[2]) % 300}", *row[5:]]),
    "no account": replaced("411100", "", 40),
    "opening entries here and there": replaced("VE\tLoyers", "AN\tLoyers", 5),
    "blank lines": replaced("20220131\t\t", "20220131\t\t\r\n", 3),
    "lines of separators": [line for row in LEDGER for line in (row, "\t" * 17)],
    "header repeated": [*LEDGER, HEADER, *LEDGER],
    "sorted by account": sorted(LEDGER, key=lambda line: line.split("\t")[4]),
}
FORMS = {
    "Montant and Sens": [
        line.replace("\t30,00\t0,00", "\t30,00\tD").replace("\t0,00\t30,00", "\t30,00\tC") for line in LEDGER
    ],
    "Montant and Sens, negative": [
        line.replace("\t30,00\t0,00", "\t-30,00\t+1").replace("\t0,00\t30,00", "\t-30,00\t-1")
        for line in LEDGER
    ],
    "Montant and Sens, some unreadable": [
        line.replace("\t30,00\t0,00", "\t30,00\tX").replace("\t0,00\t30,00", "\t\tC") for line in LEDGER
    ],
}
MONTANT_SENS = HEADER.replace("Debit", "Montant").replace("Credit", "Sens")


def careful(path: Path, monkeypatch: pytest.MonkeyPatch) -> Lecture:
    """Read every line alone."""

    def refuse(*_: object) -> int:
        raise OddBlockError

    with monkeypatch.context() as patch:
        patch.setattr(BlockReader, "take", refuse)
        return read_fec(path, exercice=2022)


@pytest.mark.parametrize("name", VARIANTS)
def test_both_paths_read_an_odd_ledger_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Same balance, same issues, same counts, whatever the trait."""
    path = write_fec(tmp_path, *OPENING, *VARIANTS[name])
    assert careful(path, monkeypatch) == read_fec(path, exercice=2022)


@pytest.mark.parametrize("name", FORMS)
def test_both_paths_read_montants_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The same holds with Montant and Sens."""
    path = write_fec(tmp_path, *FORMS[name], header=MONTANT_SENS)
    assert careful(path, monkeypatch) == read_fec(path, exercice=2022)


@pytest.mark.parametrize("every", [True, False])
def test_both_paths_read_quotes_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, every: bool
) -> None:
    """The same holds when quotes protect separators."""
    lines = quoted([*OPENING, *LEDGER], every=every)
    path = write_fec(tmp_path, *lines, header=HEADER.replace("\t", ";"))
    assert careful(path, monkeypatch) == read_fec(path, exercice=2022)


@pytest.mark.parametrize(
    "name",
    ["ValidDate blank", "CompteLib blank", "another year", "French dates", "zero blank", "debit and credit"],
)
def test_a_defect_on_every_line_does_not_slow_the_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Lines are read alone only until enough defects are reported; the others are counted."""
    path = write_fec(tmp_path, *VARIANTS[name])
    alone: list[int] = []
    check = RowChecker.check

    def counted(self: RowChecker, values: list[bytes], ligne: int) -> object:
        alone.append(ligne)
        return check(self, values, ligne)

    monkeypatch.setattr(RowChecker, "check", counted)
    report = read_fec(path, exercice=2022).report
    assert (2 * COUNT - 4, True) == (report.lignes_lues, len(alone) < 1000)


@pytest.mark.parametrize(
    ("text", "cents"),
    [("12,5", 1250), ("12,3400", 1234), ("1.234", None), ("1,234", None), ("1,2,3", None), (",50", 50)],
)
def test_an_amount_is_never_guessed(text: str, cents: int | None) -> None:
    """The quick reading of usual amounts refuses what the full one refuses."""
    assert parse_amount(text.encode(), bytes.decode) == cents
