"""The FEC reader: each check, the opening, the exercice, drilling down."""

from __future__ import annotations

import errno
import sys
from datetime import date
from pathlib import Path

import pytest

from liasse.imports import fec_helper, fec_parts, fec_totals
from liasse.imports.fec import iter_ecritures, read_fec
from liasse.imports.fec_blocks import BlockReader
from liasse.imports.fec_cut import OddBlockError
from liasse.ledger.balance import LigneBalance
from tests.liasse.imports.support import HEADER, NAME, OPENING, RENT, codes, soldes, write_fec, write_text


def test_the_balance_holds_opening_movements_and_closing(tmp_path: Path) -> None:
    """Movements exclude the opening; debit minus credit makes the closing balance."""
    balance = read_fec(write_fec(tmp_path, *OPENING, *RENT)).balance
    assert balance is not None
    assert LigneBalance("512000", 50000, "Banque", 50000, 0, 0) == balance.get("512000")
    assert LigneBalance("411100", 3000, "Locataires", 0, 3000, 0) == balance.get("411100")
    assert {"411100": (("L001", 3000),)} == balance.auxiliaires


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("30,00", "3O,00", "I110 4"),
        ("30,00", "30.000", "I110 4"),
        ("30,00", "9" * 45, "I110 4"),
        ("30,00", "99999999999999,00", "I110 4"),
        ("411100", "", "I115 4"),
        ("411100", "41A100", "I119 4"),
        ("\t30,00\t0,00", "\t\t", "I130 4"),
        ("30,00\t0,00", "30,00\t5,00", "I118 4"),
        ("30,00", "-30,00", "I117 4"),
        ("20220131\t411100", "20220231\t411100", "I112 4"),
        ("20220131\t411100", "20210131\t411100", "I113 4"),
        ("20220131\t411100", "20230131\t411100", "I113 4"),
        ("Échéance", "", "I114 4"),
        ("Échéance", " ", "I114 4"),
        ("Échéance", "a\tb", "I116 4"),
    ],
)
def test_each_defect_is_reported_with_its_line(tmp_path: Path, old: str, new: str, expected: str) -> None:
    """One defect in a line is one issue, at that line."""
    path = write_fec(tmp_path, *OPENING, RENT[0].replace(old, new), RENT[1])
    found = codes(read_fec(path, exercice=2022))
    assert expected in found


def test_a_bad_amount_is_left_out_with_its_content(tmp_path: Path) -> None:
    """An amount that cannot be read is never zero: the line is out, and what it held is said."""
    lecture = read_fec(write_fec(tmp_path, *OPENING, RENT[0].replace("30,00", "3O,00"), RENT[1]))
    issue = next(issue for issue in lecture.report.issues if issue.code == "I110")
    assert (None, "3O,00", "Debit", True) == (
        soldes(lecture).get("411100"),
        issue.valeur,
        issue.colonne,
        "Locataire 1" in issue.message,
    )


def test_an_unbalanced_entry_is_named(tmp_path: Path) -> None:
    """The journal, the number and the gap of an unbalanced entry are said."""
    lecture = read_fec(write_fec(tmp_path, *OPENING, RENT[0]))
    issue = next(issue for issue in lecture.report.issues if issue.code == "I120")
    assert (4, True) == (
        issue.ligne,
        issue.message.startswith("Écriture VE n° 2 : débit moins crédit = 30,00"),
    )


def test_lines_of_an_entry_may_be_apart(tmp_path: Path) -> None:
    """An entry is balanced wherever its lines are."""
    path = write_fec(tmp_path, OPENING[0], RENT[0], OPENING[1], RENT[1])
    assert [] == codes(read_fec(path))


def test_two_journals_may_use_the_same_numbers(tmp_path: Path) -> None:
    """An entry is known by its journal and its number."""
    path = write_fec(tmp_path, *OPENING, *(line.replace("\t2\t", "\t1\t", 1) for line in RENT))
    assert [] == codes(read_fec(path))


def test_missing_numbers_are_an_information(tmp_path: Path) -> None:
    """A gap in the numbers is shown, with the numbers."""
    path = write_fec(tmp_path, *OPENING, *(line.replace("\t2\t", "\t5\t", 1) for line in RENT * 2))
    path.write_text(
        path.read_text("utf-8") + OPENING[0].replace("\t1\t", "\t8\t", 1) + "\r\n", "utf-8", newline=""
    )
    messages = [issue.message for issue in read_fec(path).report.issues if issue.code == "I122"]
    assert ["Numérotation : les numéros 2 à 7 manquent (suite « AN »)."] == messages


def test_numbers_may_carry_a_prefix(tmp_path: Path) -> None:
    """The digits that end a number make the sequence, per prefix."""
    lines = [line.replace("\t2\t", f"\tVE-{number}\t", 1) for number in (1, 3) for line in RENT]
    messages = [issue.message for issue in read_fec(write_fec(tmp_path, *OPENING, *lines)).report.issues]
    assert "Numérotation : le numéro 2 manque (suite « VE- »)." in messages


def test_scattered_numbers_are_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers too scattered to be a sequence are said so, once."""
    monkeypatch.setattr(fec_totals, "MAX_INTERVALS", 4)
    lines = [line.replace("\t2\t", f"\t{number * 7}\t", 1) for number in range(1, 12) for line in RENT]
    found = codes(read_fec(write_fec(tmp_path, *OPENING, *lines)))
    assert ["I122 0"] == found


def test_too_many_unbalanced_entries_end_the_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Following unbalanced entries takes bounded memory."""
    monkeypatch.setattr(fec_totals, "MAX_PENDING", 2)
    lines = [RENT[0].replace("\t2\t", f"\t{number}\t", 1) for number in range(2, 9)]
    found = codes(read_fec(write_fec(tmp_path, *OPENING, *lines)))
    assert (True, False) == ("I127 0" in found, "I120 4" in found)


def test_the_opening_journal_is_known_by_its_label(tmp_path: Path) -> None:
    """A label such as « Réouverture des comptes » makes an opening journal; it is shown."""
    lines = (line.replace("AN\tÀ nouveaux", "OD9\tRéouverture des comptes") for line in OPENING)
    lecture = read_fec(write_fec(tmp_path, *lines, *RENT))
    assert ("OD9 (Réouverture des comptes)", True) == (
        lecture.report.choix["Journaux d’à-nouveaux"],
        lecture.balance is not None and lecture.balance.has_ouverture,
    )


def test_the_user_may_say_which_journal_is_the_opening(tmp_path: Path) -> None:
    """Declared journals replace recognition."""
    path = write_fec(tmp_path, *OPENING, *RENT)
    lecture = read_fec(path, journaux_ouverture=["ve"])
    assert lecture.balance is not None
    assert [0, 3000, 0, -3000] == [ligne.ouverture for ligne in lecture.balance]


def test_without_opening_the_opening_is_unknown(tmp_path: Path) -> None:
    """No opening journal: a warning, and no opening balances rather than zeros."""
    lecture = read_fec(write_fec(tmp_path, *RENT))
    assert lecture.balance is not None
    assert (["I124 0"], [None, None]) == (codes(lecture), [ligne.ouverture for ligne in lecture.balance])


@pytest.mark.parametrize(
    ("name", "exercice", "expected"),
    [
        (NAME, None, (2022, "2022 (d’après la date de clôture)")),
        ("export.txt", None, (2022, "2022 (d’après les dates d’écriture)")),
        ("export.txt", 2022, (2022, "2022 (demandé)")),
    ],
)
def test_the_exercice_comes_from_the_best_source(
    tmp_path: Path, name: str, exercice: int | None, expected: tuple[int, str]
) -> None:
    """The year asked, else the name of the file, else the dates."""
    path = write_fec(tmp_path, *OPENING, *RENT).rename(tmp_path / name)
    lecture = read_fec(path, exercice=exercice)
    assert expected == (lecture.exercice, lecture.report.choix["Exercice"])


def test_an_exercice_may_close_in_june(tmp_path: Path) -> None:
    """The name of the file gives the closing date, hence the twelve months accepted."""
    path = write_fec(tmp_path, *OPENING, *RENT).rename(tmp_path / "000000000FEC20220630.txt")
    assert [] == codes(read_fec(path, exercice=2022))


def test_progress_is_reported(tmp_path: Path) -> None:
    """The callback gets the bytes read and the size of the file."""
    path = write_fec(tmp_path, *OPENING, *RENT)
    seen: list[tuple[int, int]] = []
    read_fec(path, on_progress=lambda done, size: seen.append((done, size)))
    assert [(path.stat().st_size, path.stat().st_size)] == seen


def test_lines_are_found_again_by_account(tmp_path: Path) -> None:
    """Drilling down gives the lines of the accounts asked, with their line numbers."""
    path = write_fec(tmp_path, *OPENING, *RENT)
    found = [
        (e.ligne, e.compte, e.debit, e.is_opening, e.date) for e in iter_ecritures(path, ["512000", "411100"])
    ]
    assert [
        (3, "512000", 50000, True, date(2022, 1, 1)),
        (4, "411100", 3000, False, date(2022, 1, 31)),
    ] == found


def test_all_lines_are_given_without_a_choice_of_accounts(tmp_path: Path) -> None:
    """Without accounts, every line; what the reader leaves out is out here too."""
    path = write_fec(tmp_path, *OPENING, RENT[0].replace("30,00", "x"), RENT[1], "court\tcourt")
    assert [2, 3, 5] == [ecriture.ligne for ecriture in iter_ecritures(path)]


@pytest.mark.parametrize("content", ["", "rien d’un FEC", HEADER.replace("CompteNum", "X")])
def test_drilling_into_something_else_gives_nothing(tmp_path: Path, content: str) -> None:
    """A file that is not a FEC has no ledger lines."""
    assert [] == list(iter_ecritures(write_text(tmp_path, content, name="x.txt"), ["512000"]))


def test_drilling_into_a_missing_file_gives_nothing(tmp_path: Path) -> None:
    """Nothing is raised for a file that is gone."""
    assert [] == list(iter_ecritures(tmp_path / "absent.txt", ["é12"]))


def test_an_account_beyond_ascii_is_found(tmp_path: Path) -> None:
    """Accounts are compared decoded."""
    path = write_fec(tmp_path, *(line.replace("411100", "411é") for line in RENT), encoding="cp1252")
    assert [2] == [ecriture.ligne for ecriture in iter_ecritures(path, ["411é"])]


@pytest.mark.parametrize(
    ("content", "code"),
    [("", "I002"), ("Bonjour\n", "I101"), ("nom;ville\nx;y\n", "I101")],
)
def test_a_text_that_is_not_a_fec_says_so(tmp_path: Path, content: str, code: str) -> None:
    """The report says what the first line is instead."""
    lecture = read_fec(write_text(tmp_path, content, name="x.txt"))
    assert ([f"{code} {int(bool(content))}"], None) == (codes(lecture), lecture.balance)


def test_a_missing_file_is_an_issue(tmp_path: Path) -> None:
    """Nothing is raised for a file that is not there."""
    assert ["I001 0"] == codes(read_fec(tmp_path / "absent.txt"))


def test_missing_and_doubled_columns_are_said(tmp_path: Path) -> None:
    """A column that the text requires, or twice the same one, are warnings."""
    header = HEADER.replace("PieceRef", "CompteLib").replace("Idevise", "Divers")
    assert ["I103 1", "I103 1", "I105 1", "I106 1"] == codes(
        read_fec(write_fec(tmp_path, *OPENING, *RENT, header=header))
    )


def test_amounts_without_debit_nor_credit_nor_montant_are_fatal(tmp_path: Path) -> None:
    """No amounts, no balance."""
    header = HEADER.replace("Debit", "X").replace("Credit", "Y")
    issue = read_fec(write_fec(tmp_path, *OPENING, header=header)).report.issues[0]
    assert ("I102", "Debit et Credit") == (issue.code, issue.colonne)


def test_headers_repeated_in_files_put_end_to_end_are_skipped(tmp_path: Path) -> None:
    """Two parts of a FEC joined carry two headers."""
    assert [] == codes(read_fec(write_fec(tmp_path, *OPENING, HEADER, *RENT)))


def test_a_lone_cr_may_end_some_lines(tmp_path: Path) -> None:
    """Files joined on two systems mix ends of line."""
    path = write_fec(tmp_path, "\r".join(OPENING), *RENT)
    assert ([], 4) == (codes(read_fec(path)), len(list(iter_ecritures(path))))


def test_a_trailing_separator_everywhere_is_no_field(tmp_path: Path) -> None:
    """Lines that all end with a separator too many are read; one that does alone is not."""
    everywhere = write_fec(tmp_path, *(f"{line}\t" for line in (*OPENING, *RENT)))
    assert [] == codes(read_fec(everywhere))
    assert "I116 2" in codes(read_fec(write_fec(tmp_path, f"{OPENING[0]}\t", *OPENING[1:], *RENT)))
    wrong = [f"{line}\t" for line in (*OPENING, RENT[0])] + [f"{RENT[1]}\tx"]
    assert "I116 5" in codes(read_fec(write_fec(tmp_path, *wrong)))


def test_quotes_protect_separators(tmp_path: Path) -> None:
    """A quoted label may hold the separator; a lone quote is part of the label."""
    lines = (RENT[0].replace("Échéance", '"a\tb"'), RENT[1].replace("Échéance", 'câble 24"'))
    path = write_fec(tmp_path, *OPENING, *lines)
    assert ([], ["a\tb", 'câble 24"']) == (
        codes(read_fec(path)),
        [e.libelle for e in iter_ecritures(path)][2:],
    )


def test_a_file_in_two_encodings_is_said(tmp_path: Path) -> None:
    """Mixed encodings are a warning; each label is decoded for itself."""
    path = write_fec(tmp_path, *OPENING)
    filler = b"".join((line + "\r\n").encode() for line in RENT * 400)
    path.write_bytes(path.read_bytes() + filler + "\r\n".join(RENT).encode("cp1252"))
    assert ["I007 0"] == codes(read_fec(path))


def test_a_line_without_end_is_said(tmp_path: Path) -> None:
    """A record that never ends is left out, and what follows is read."""
    path = write_fec(tmp_path, *OPENING, "x" * 1_200_000, *RENT)
    assert ["I008 0", "I116 4"] == codes(read_fec(path))


def test_the_fast_and_the_careful_paths_agree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks are only a faster way to the same balance and the same issues."""
    lines = [
        *OPENING,
        *RENT * 200,
        *OPENING,
        RENT[0].replace("30,00", ""),
        *RENT * 300,
        *(r.replace("0,00", "") for r in RENT),
    ]
    path = write_fec(tmp_path, *lines)
    fast = read_fec(path)
    monkeypatch.setattr(BlockReader, "take", _refuse)
    assert read_fec(path) == fast


def _refuse(_self: object, _block: bytes, _line: int) -> int:
    """Find every block odd."""
    raise OddBlockError


def test_caches_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Emptying the caches changes nothing."""
    path = write_fec(tmp_path, *OPENING, *(r.replace("30,00", f"{i}") for i in range(1, 40) for r in RENT))
    expected = read_fec(path)
    monkeypatch.setattr("liasse.imports.fec_cents._CACHE_SIZE", 1)
    monkeypatch.setattr("liasse.imports.fec_dates.MAX_PENDING", 0)
    assert expected.balance == read_fec(path).balance


@pytest.fixture
def big_fec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a file that is read in two parts, each with something to report."""
    monkeypatch.setattr(fec_parts, "MIN_PARALLEL", 1)
    monkeypatch.setattr(fec_parts, "_cores", lambda: 2)
    bad = RENT[0].replace("30,00", "x")
    numbered = [line.replace("\t2\t", f"\t{n}\t", 1) for n in range(2, 700) for line in RENT]
    return write_fec(
        tmp_path, *OPENING, bad, *numbered, bad, *(line.replace("Échéance", "") for line in RENT)
    )


def test_two_processes_read_as_one(big_fec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file read in two parts gives the same reading, line numbers included."""
    shared = read_fec(big_fec)
    monkeypatch.setattr(fec_parts, "_cores", lambda: 1)
    assert read_fec(big_fec) == shared


def test_progress_covers_both_parts(big_fec: Path) -> None:
    """While one process reads its half, progress speaks of the whole file."""
    seen: list[int] = []
    read_fec(big_fec, on_progress=lambda done, _size: seen.append(done))
    assert big_fec.stat().st_size - 2 <= max(seen) <= big_fec.stat().st_size


@pytest.mark.parametrize(
    "child",
    [
        "raise SystemExit(3)",
        "print('rien')",
        "import pickle, sys; sys.stdout.buffer.write(pickle.dumps(1))",
        "import sys; sys.stdin.close(); raise SystemExit(3)",
    ],
)
def test_a_failing_second_process_is_replaced(
    big_fec: Path, monkeypatch: pytest.MonkeyPatch, child: str
) -> None:
    """Whatever happens to the second process, this one reads its part."""
    expected = read_fec(big_fec)
    monkeypatch.setattr(fec_helper, "_CHILD", child)
    assert expected == read_fec(big_fec)


def test_a_second_process_that_cannot_start_is_replaced(
    big_fec: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a second process, the file is read by one."""
    expected = read_fec(big_fec)
    monkeypatch.setattr(sys, "executable", "/nulle/part")
    assert expected == read_fec(big_fec)


def test_a_reading_that_breaks_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of the disk in the middle of a file is a fatal issue."""
    path = write_fec(tmp_path, *OPENING)

    def fail(*_: object) -> None:
        raise OSError(errno.EIO, "disque")

    monkeypatch.setattr("liasse.imports.fec.read_all", fail)
    assert ["I009 0"] == codes(read_fec(path))


def test_a_child_is_not_left_behind(big_fec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When this process is interrupted, the other one is ended."""
    made: list[fec_helper.Helper] = []

    def start(job: object) -> fec_helper.Helper:
        made.append(fec_helper.Helper(job))
        return made[-1]

    monkeypatch.setattr(fec_helper, "start", start)
    monkeypatch.setattr(fec_parts, "read_part", _interrupt)
    with pytest.raises(KeyboardInterrupt):
        read_fec(big_fec)
    assert [True] == [helper._process.returncode is not None for helper in made]


def _interrupt(*_: object) -> None:
    """Stand for Ctrl-C."""
    raise KeyboardInterrupt
