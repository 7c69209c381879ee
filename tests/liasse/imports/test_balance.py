"""The balance reader: columns, rows, checks, two exercices, the columns that a user chose."""

from __future__ import annotations

from pathlib import Path

import pytest

from liasse.imports import spreadsheet
from liasse.imports.balance import read_balance, recognise_columns
from liasse.imports.balance_cells import Cell
from liasse.imports.balance_columns import column_name, find_columns, words
from liasse.ledger.balance import LigneBalance
from tests.liasse.imports.support import HEADER, codes, soldes, write_text

SIX = "Compte;Libellé;AN débit;AN crédit;Débit;Crédit;Solde débit;Solde crédit"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            "Compte;Intitulé;Solde débiteur;Solde créditeur",
            {"compte": 0, "libelle": 1, "solde_debit": 2, "solde_credit": 3},
        ),
        (
            "account,opening balance,debit,credit,closing balance",
            {"compte": 0, "ouverture": 1, "debit": 2, "credit": 3, "solde": 4},
        ),
        (
            "CompteNum|CompteLib|CompAuxNum|CompAuxLib|Solde",
            {"compte": 0, "libelle": 1, "auxiliaire": 2, "auxiliaire_lib": 3, "solde": 4},
        ),
        (
            "N° compte;A.N. débit;A.N. crédit;Mvt D;Mvt C",
            {"compte": 0, "ouverture_debit": 1, "ouverture_credit": 2, "debit": 3, "credit": 4},
        ),
        ("Numéro;Solde d'ouverture;Débit;Crédit", {"compte": 0, "ouverture": 1, "debit": 2, "credit": 3}),
        ("Compte;N;N-1", {"compte": 0, "solde": 1, "precedent_solde": 2}),
        ("Compte;31/12/2022;31/12/2021", {"compte": 0, "solde": 1, "precedent_solde": 2}),
        ("Compte;Solde exercice précédent;Solde", {"compte": 0, "precedent_solde": 1, "solde": 2}),
        (
            "Compte;Débit;Crédit;Débit;Crédit",
            {"compte": 0, "debit": 1, "credit": 2, "solde_debit": 3, "solde_credit": 4},
        ),
        ("Compte auxiliaire;Solde", {"compte": 0, "solde": 1}),
        ("Compte;Montant;Sens", {"compte": 0, "solde": 1, "sens": 2}),
    ],
)
def test_headers_are_recognised_in_both_languages(header: str, expected: dict[str, int]) -> None:
    """Each header gives its role, whatever its language, accents and order."""
    separator = next(mark for mark in ";|," if mark in header)
    columns = find_columns([header.split(separator)])
    assert columns is not None
    assert expected == dict(columns.positions)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["101300", "-5,00"], ["512000", "5,00"]], ["compte", "solde"]),
        (
            [["101300", "a", "0,00", "5,00"], ["512000", "b", "5,00", "0,00"]],
            ["compte", "solde_debit", "solde_credit", "libelle"],
        ),
        ([["101300", "1,00", "2,00", "3,00"]], ["compte", "debit", "credit", "solde"]),
    ],
)
def test_columns_without_header_are_proposed(rows: list[list[str]], expected: list[str]) -> None:
    """Accounts then numbers are enough to propose roles, which are said to be proposed."""
    columns = find_columns(rows)
    assert columns is not None
    assert (expected, True) == (list(columns.positions), columns.is_proposed)


@pytest.mark.parametrize("rows", [[], [["a", "b"]], [["101300", "x"]], [["101300", *["1,00"] * 9]]])
def test_nothing_is_proposed_without_accounts_and_amounts(rows: list[list[str]]) -> None:
    """What does not look like a balance is not one."""
    assert None is find_columns(rows)


def test_words_and_columns_have_names() -> None:
    """Headers are folded; columns without a header are named as a spreadsheet does."""
    assert (["solde", "ouverture"], "Colonne A", "Colonne AB") == (
        words("Solde d’ouverture"),
        column_name(0),
        column_name(27),
    )


def test_three_bare_pairs_are_opening_movements_and_closing(tmp_path: Path) -> None:
    """Débit and Crédit three times are settled by their order, and said to be."""
    path = write_text(
        tmp_path, "Compte;Débit;Crédit;Débit;Crédit;Débit;Crédit", "101300;;10;;5;;15", "512000;10;;5;;15;"
    )
    lecture = read_balance(path)
    assert lecture.balance is not None
    assert ["I208 1"] == codes(lecture)
    assert LigneBalance("512000", 1500, "", 1000, 500, 0) == lecture.balance.get("512000")


def test_closing_is_opening_plus_movements_when_it_is_not_given(tmp_path: Path) -> None:
    """A balance without a closing column has one computed, and said."""
    path = write_text(tmp_path, "Compte;Ouverture;Débit;Crédit", "101300;-10;0;5", "512000;10;5;0")
    lecture = read_balance(path)
    assert (["I217 0"], {"101300": -1500, "512000": 1500}) == (codes(lecture), soldes(lecture))


@pytest.mark.parametrize(
    ("row", "expected", "solde"),
    [
        ("512000;Banque;10;;5;;14;", ["I211 0", "I205 2"], 1400),
        ("512000;Banque;10;;5;;;", ["I211 0", "I205 2"], 1500),
        ("512000;Banque;;;;;20;5", ["I211 0", "I205 2", "I212 2"], 1500),
        ("512000;Banque;x;;;;;", ["I219 0", "I202 2"], None),
        ("512000;Banque;#REF!;;;;;", ["I219 0", "I209 2"], None),
        ("512000;Banque;;;;;;", ["I219 0", "I207 2"], None),
        ("BANQUE;Banque;;;;;5;", ["I219 0", "I203 2"], None),
        (";Banque;;;;;5;", ["I219 0", "I203 2"], None),
        (";Rubrique;;;;;;", ["I219 0", "I207 2"], None),
        ("512000;Banque", ["I219 0", "I220 2"], None),
        ("512000;Banque;;;;;5;;x", ["I219 0", "I220 2"], None),
        (";Sous-total classe 5;;;;;5;", ["I219 0", "I206 2"], None),
        ("Total;;;;;;5;", ["I219 0", "I206 2", "I218 2"], None),
        (SIX, ["I219 0", "I207 2"], None),
    ],
)
def test_each_row_is_taken_or_said(tmp_path: Path, row: str, expected: list[str], solde: int | None) -> None:
    """A row is an account, or its absence from the balance is an issue."""
    lecture = read_balance(write_text(tmp_path, SIX, row))
    assert (expected, solde) == (codes(lecture), soldes(lecture).get("512000"))


def test_a_separator_inside_a_label_is_said(tmp_path: Path) -> None:
    """A blank field too many on one row alone may hide a shift of the amounts: the row is left out."""
    rows = ("512000;Ban;que;;;;;5;", "101300;Capital;;;;;;5", "411100;Locataires;;;;;;")
    assert "I220 2" in codes(read_balance(write_text(tmp_path, SIX, *rows)))


def test_a_line_left_out_is_said_with_its_amounts(tmp_path: Path) -> None:
    """Amounts without a readable account never vanish in silence."""
    lecture = read_balance(write_text(tmp_path, SIX, "BANQUE;Banque;;;;;5;"))
    message = next(issue.message for issue in lecture.report.issues if issue.code == "I203")
    assert "« BANQUE » n’est pas un compte ; montants laissés de côté : 5." == message


def test_an_account_twice_adds_up(tmp_path: Path) -> None:
    """The same account on two rows is one account, counted twice, with a warning."""
    lecture = read_balance(write_text(tmp_path, "Compte;Solde", "512000;1", "512000;2", "101300;-3"))
    assert lecture.balance is not None
    assert (["I204 2"], LigneBalance("512000", 300, occurrences=2)) == (
        codes(lecture),
        lecture.balance.get("512000"),
    )


def test_one_row_per_auxiliary_is_no_repetition(tmp_path: Path) -> None:
    """With an auxiliary column, an account has as many rows as auxiliaries."""
    path = write_text(tmp_path, "Compte;Tiers;Solde", "411100;L1;1", "411100;L2;2", "101300;;-3")
    lecture = read_balance(path)
    assert lecture.balance is not None
    assert ([], (("L1", 100), ("L2", 200))) == (codes(lecture), lecture.balance.auxiliaires["411100"])


def test_the_same_auxiliary_twice_is_a_repetition(tmp_path: Path) -> None:
    """An account is given once when each of its rows is that of another auxiliary, and only then."""
    rows = ("411100;L1;1", "411100;L2;2", "401000;F1;1", "401000;F1;2", "408000;;1", "408000;F1;2")
    lecture = read_balance(write_text(tmp_path, "Compte;Tiers;Solde", *rows))
    found = {ligne.compte: ligne.occurrences for ligne in lecture.balance or ()}
    assert {"411100": 1, "401000": 2, "408000": 2} == found
    assert ["I204 4", "I204 6"] == [code for code in codes(lecture) if code.startswith("I204")]


BLANK = "Compte;Débit;Crédit;Solde débiteur;Solde créditeur"


def test_a_blank_closing_balance_is_nil_without_an_opening(tmp_path: Path) -> None:
    """Movements alone do not make a balance: the account was settled, and it is said."""
    path = write_text(tmp_path, BLANK, "120000;512400;;;", "101300;;;;5", "512000;;;5;")
    lecture = read_balance(path)
    assert (["I223 0"], 0) == (codes(lecture), soldes(lecture)["120000"])
    message = "Solde laissé en blanc, lu comme nul, pour 1 compte(s) : 120000."
    assert message == lecture.report.issues[0].message


def test_the_blank_closing_balances_of_many_accounts_are_counted(tmp_path: Path) -> None:
    """The first ones are named."""
    rows = (f"4{number};1;;;" for number in range(11, 18))
    issues = read_balance(write_text(tmp_path, BLANK, "101300;;;;5", "512000;;;5;", *rows)).report.issues
    assert [
        "Solde laissé en blanc, lu comme nul, pour 7 compte(s) : 411, 412, 413, 414, 415 et 2 autre(s)."
    ] == [issue.message for issue in issues]


def test_a_blank_closing_balance_is_computed_from_an_opening(tmp_path: Path) -> None:
    """With an opening column, all is known: the balance computed is kept, and said."""
    path = write_text(tmp_path, SIX, "512000;Banque;5;;3;;;", "101300;Capital;;8;;;;8")
    lecture = read_balance(path)
    assert (["I205 2"], 800) == (codes(lecture), soldes(lecture)["512000"])


def test_a_defect_of_the_year_before_leaves_the_exercice_whole(tmp_path: Path) -> None:
    """A column N-1 that cannot be read takes away N-1 only."""
    path = write_text(tmp_path, "Compte;Solde N;Solde N-1", "106880;-5;-4,525", "512000;5;4,52")
    lecture = read_balance(path)
    assert (["I202 2"], {"106880": -500, "512000": 500}) == (
        [code for code in codes(lecture) if code.startswith("I202")],
        soldes(lecture),
    )
    assert lecture.precedente is not None
    assert [0, 452] == [ligne.solde for ligne in lecture.precedente]
    message = next(issue.message for issue in lecture.report.issues if issue.code == "I202")
    assert "« -4,525 » ; seul l’exercice précédent le perd" in message


def test_a_short_account_that_is_no_total_is_kept(tmp_path: Path) -> None:
    """53 and 531 may both be accounts: the amounts tell."""
    rows = ("101300;-70", "53;50", "531;20", "40;0", "401000;0")
    lecture = read_balance(write_text(tmp_path, "Compte;Solde", *rows))
    assert (["I222 3", "I206 5"], {"101300": -7000, "53": 5000, "531": 2000, "401000": 0}) == (
        codes(lecture),
        soldes(lecture),
    )


def test_a_class_above_a_short_account_is_a_total(tmp_path: Path) -> None:
    """The class adds up the short account that is kept and those that extend it."""
    rows = ("101300;-70", "5;70", "53;50", "531;20")
    lecture = read_balance(write_text(tmp_path, "Compte;Solde", *rows))
    assert {"101300": -7000, "53": 5000, "531": 2000} == soldes(lecture)


def test_an_empty_short_account_is_kept_in_silence(tmp_path: Path) -> None:
    """Nothing is lost, nothing is said."""
    lecture = read_balance(write_text(tmp_path, "Compte;Solde", "101300;-20", "53;0", "531;20"))
    assert ([], 3) == (codes(lecture), len(soldes(lecture)))


def test_classes_are_totals(tmp_path: Path) -> None:
    """A class above its accounts is a total; alone it is an account."""
    lecture = read_balance(write_text(tmp_path, "Compte;Solde", "1;-3", "10;-3", "101300;-3", "5;3"))
    assert (["I206 2", "I206 3"], {"101300": -300, "5": 300}) == (codes(lecture), soldes(lecture))


def test_a_whole_file_of_roots_is_known_as_such(tmp_path: Path) -> None:
    """When every root equals what is below it, three times or more, roots are totals."""
    rows = ["101;-6", "1013;-6", "512;1", "5121;1", "411;2", "4111;2", "461;3", "4611;3"]
    lecture = read_balance(write_text(tmp_path, "Compte;Solde", *rows))
    assert {"1013": -600, "5121": 100, "4111": 200, "4611": 300} == soldes(lecture)


def test_roots_that_are_accounts_are_kept(tmp_path: Path) -> None:
    """A root with its own balance is an account like the others."""
    rows = ["101;-6", "1013;-5", "512;1", "5121;1", "411;2", "4111;2", "461;2", "4611;3"]
    assert 8 == len(soldes(read_balance(write_text(tmp_path, "Compte;Solde", *rows))))


def test_a_balance_after_closing_is_said(tmp_path: Path) -> None:
    """Classes 6 and 7 at zero and a result in account 12: the balance was taken too late."""
    lecture = read_balance(write_text(tmp_path, "Compte;Solde", "120000;-5", "512000;5", "704300;0"))
    assert ["I215 0"] == codes(lecture)


@pytest.mark.parametrize(("side", "expected"), [("C", -500), ("Débiteur", 500), ("?", None)])
def test_a_side_gives_its_sign_to_the_balance(tmp_path: Path, side: str, expected: int | None) -> None:
    """A column D or C is understood; another value leaves the account out."""
    lecture = read_balance(write_text(tmp_path, "Compte;Solde;Sens", f"512000;5;{side}"))
    assert expected == soldes(lecture).get("512000")


def test_the_exercice_may_be_known(tmp_path: Path) -> None:
    """The title gives the year unless it was asked."""
    path = write_text(tmp_path, "Balance au 31/12/2021", "Compte;Solde", "512000;5", "101300;-5")
    asked = read_balance(path, exercice=2022)
    assert (2021, 2022, 2021) == (read_balance(path).exercice, asked.exercice, asked.exercice_lu)


def test_the_user_may_choose_the_columns(tmp_path: Path) -> None:
    """A mapping, by header or by letter, replaces recognition."""
    path = write_text(tmp_path, "Compte;Débit;Crédit;Autre", "512000;1;2;5", "101300;0;0;-5")
    lecture = read_balance(path, mapping={"compte": "compte", "solde": "Colonne D"})
    assert {"512000": 500, "101300": -500} == soldes(lecture)


def test_a_file_without_known_columns_can_be_mapped(tmp_path: Path) -> None:
    """The first row names the columns that the user chooses among."""
    path = write_text(tmp_path, "Clef;Valeur", "512000;5", "101300;-5")
    assert {"512000": 500, "101300": -500} == soldes(
        read_balance(path, mapping={"compte": "Clef", "solde": "Valeur"})
    )


@pytest.mark.parametrize(
    "mapping",
    [{"compte": "Absente", "solde": "Solde"}, {"compte": "Compte"}, {"compte": "Compte", "inconnu": "Solde"}],
)
def test_an_impossible_mapping_is_said(tmp_path: Path, mapping: dict[str, str]) -> None:
    """A column that is not there, or too few, is fatal."""
    lecture = read_balance(write_text(tmp_path, "Compte;Solde", "512000;5"), mapping=mapping)
    assert "I213" in {issue.code for issue in lecture.report.issues}


def test_columns_can_be_shown_before_reading(tmp_path: Path) -> None:
    """What was recognised can be given back as a mapping."""
    path = write_text(tmp_path, "Compte;Libellé;Solde", "512000;Banque;5")
    columns = recognise_columns(path)
    assert columns is not None
    assert {"compte": "Compte", "libelle": "Libellé", "solde": "Solde"} == columns.mapping
    assert None is recognise_columns(tmp_path / "absent.csv")


def test_a_ledger_is_not_a_balance(tmp_path: Path) -> None:
    """A FEC given as a balance says so."""
    assert ["I201 0"] == codes(read_balance(write_text(tmp_path, HEADER)))


def test_a_missing_balance_is_an_issue(tmp_path: Path) -> None:
    """Nothing is raised for a file that is not there."""
    assert ["I001 0"] == codes(read_balance(tmp_path / "absent.csv"))


def test_mixed_encodings_are_said(tmp_path: Path) -> None:
    """A balance joined from two systems may mix encodings."""
    path = tmp_path / "balance.csv"
    filler = "".join(f"{512000 + i};Élan;0,00\n" for i in range(6000)).encode()
    path.write_bytes("Compte;Libellé;Solde\n".encode() + filler + "471000;É;0,00\n".encode("cp1252"))
    assert ["I007 0"] == codes(read_balance(path))


def test_progress_is_reported(tmp_path: Path) -> None:
    """The callback gets bytes, or rows of a sheet."""
    seen: list[int] = []
    read_balance(
        write_text(tmp_path, "Compte;Solde", "512000;5"), on_progress=lambda done, _size: seen.append(done)
    )
    assert [22] == seen


def test_a_sheet_is_read_with_progress(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long sheet reports its progress; one that was cut short is refused."""
    path = tmp_path / "balance.xlsx"
    path.write_bytes(b"PK\x03\x04")
    rows: list[list[Cell]] = [["Compte", "Solde"], *map(_bank, range(1100))]
    sheet = spreadsheet.Sheet("B", rows)
    monkeypatch.setattr("liasse.imports.balance.read_sheets", lambda _path: [sheet])
    seen: list[int] = []
    assert 1100 == len(soldes(read_balance(path, on_progress=lambda done, _size: seen.append(done))))
    sheet.is_truncated = True
    assert ([1000], ["I005 0"]) == (seen, codes(read_balance(path)))


def _bank(index: int) -> list[Cell]:
    """Make one row of a sheet."""
    return [512000 + index, 1.0]


def test_a_ledger_in_a_workbook_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A FEC saved as a workbook must be given as text."""
    path = tmp_path / "fec.xlsx"
    path.write_bytes(b"PK\x03\x04")
    monkeypatch.setattr(
        "liasse.imports.balance.read_sheets", lambda _path: [spreadsheet.Sheet("F", [[*HEADER.split("\t")]])]
    )
    assert ["I004 0"] == codes(read_balance(path))
