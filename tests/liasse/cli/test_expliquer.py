"""`liasse expliquer`: the tree of a figure, down to the ledger."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.liasse.cli.conftest import Run, Write

ASKED = ("--famille", "COOP", "--exercice", "2022")


def test_a_cell_is_explained_down_to_its_accounts(
    run: Run, balance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each figure with its formula; the signs of a difference are shown."""
    monkeypatch.setenv("COLUMNS", "80")
    out = run("expliquer", balance, "CR.RES.N", *ASKED).out.replace("\xa0", " ").splitlines()
    assert [
        "Résultat                                                             60,00 €  F",
        "│ CR.RES.N = LOYERS - ACHATS — Texte d'essai",
        "├ Loyers                                                            100,00 €  F",
        "│ │ CR.LOYERS.N = crediteur(704) — comptes de la balance",
        "│ └ 704 Loyers                                                      100,00 €",
        "└ − Achats                                                           40,00 €  F",
        "  │ CR.ACHATS.N = debiteur(601) — comptes de la balance",
        "  └ 601 Achats                                                       40,00 €",
    ] == out[:8]


def test_a_ledger_shows_its_lines(run: Run, ledger: Path) -> None:
    """The first ones, then how many others and the total."""
    out = run("expliquer", ledger, "CR.LOYERS", *ASKED, "--ecritures", "1").out.replace("\xa0", " ")
    assert "31/01/2022  VT 2  Loyer de janvier" in out
    assert "60,00 € crédit  ligne 6" in out
    assert "… et 1 autre écriture, total 100,00 € créditeur" in out


def test_a_ledger_can_keep_its_lines(run: Run, ledger: Path) -> None:
    """`--ecritures 0`."""
    assert "Loyer de janvier" not in run("expliquer", ledger, "CR.LOYERS", *ASKED, "--ecritures", "0").out


def test_the_json_tree_holds_the_ledger(run: Run, ledger: Path) -> None:
    """Amounts are decimal strings, dates ISO."""
    result = run("expliquer", ledger, "CR.LOYERS.N", *ASKED, "--format", "json", "--ecritures", "1")
    account = result.json["explication"]["enfants"][0]
    assert ("704", "compte", "100.00") == (account["reference"], account["origine"], account["valeur"])
    assert ("2", "-100.00") == (str(account["ecritures"]["nombre"]), account["ecritures"]["total"])
    assert {
        "ligne": 6,
        "date": "2022-01-31",
        "journal": "VT",
        "numero": "2",
        "piece": "P2",
        "libelle": "Loyer de janvier",
        "debit": "0.00",
        "credit": "60.00",
    } == account["ecritures"]["lignes"][0]


def test_the_depth_can_be_limited(run: Run, balance: Path) -> None:
    """What is folded is counted."""
    out = run("expliquer", balance, "CR.RES.N", *ASKED, "--profondeur", "1").out
    assert "… 1 composante : --profondeur 2" in out
    assert "704 Loyers" not in out


def test_a_limited_json_tree_is_cut(run: Run, balance: Path) -> None:
    """Level 0 is the figure alone."""
    result = run("expliquer", balance, "CR.RES.N", *ASKED, "--profondeur", "0", "--format", "json")
    assert [] == result.json["explication"]["enfants"]


@pytest.mark.parametrize(
    ("reference", "value"),
    [
        ("512", "260.00"),
        ("crediteur(704)", "100.00"),
        ("debiteur(211, 512)", "1060.00"),
        ("doublons(512)", None),
        ("debiteur(999)", None),
    ],
)
def test_accounts_are_explained_even_when_no_formula_names_them(
    run: Run, balance: Path, reference: str, value: str | None
) -> None:
    """A root alone is its balance, debit minus credit."""
    result = run("expliquer", balance, reference, *ASKED, "--format", "json")
    assert value == result.json["explication"]["valeur"]


def test_accounts_without_a_balance_are_empty(run: Run, write: Write) -> None:
    """Cells alone have no account."""
    cells = write("cellules.json", '{ "ACT.A720.BRUT": 100 }')
    explained = run("expliquer", cells, "512", *ASKED, "--format", "json").json["explication"]
    assert (None, "vide") == (explained["valeur"], explained["origine"])


def test_a_typed_cell_says_so(run: Run, balance: Path, write: Write) -> None:
    """It wins over the balance."""
    cells = write("cellules.json", '{ "ACT.A720.BRUT": 100 }')
    out = run("expliquer", balance, "ACT.A720.BRUT", *ASKED, "--cellules", cells).out
    assert "ACT.A720.BRUT — saisie — PCG, compte 512" in out


def test_an_empty_figure_gives_its_reason(run: Run, balance: Path) -> None:
    """« vide », and why."""
    out = run("expliquer", balance, "AFN", *ASKED).out
    assert "remboursements d'emprunts locatifs (T08R)." in out
    assert "vide  F" in out.splitlines()[0]


def test_the_year_before_is_an_origin(run: Run, balance: Path) -> None:
    """A value copied from N-1."""
    out = run("expliquer", balance, "PAS.P010.N1", *ASKED, "--precedent", balance).out
    assert "exercice précédent" in out


def test_a_parameter_is_an_origin(run: Run, balance: Path) -> None:
    """With its own reference."""
    asked = ("--famille", "OPH", "--exercice", "2022")
    out = run("expliquer", balance, "ATTENDU", *asked).out
    assert "TAUX — paramètre — Arrêté d'essai" in out


def test_a_figure_met_twice_is_detailed_once(run: Run, balance: Path, write: Write) -> None:
    """The second time, it is only recalled."""
    cells = write("cellules.json", '{ "T08R.R221.REMB": 20 }')
    out = run("expliquer", balance, "RATIO_AFN", *ASKED, "--cellules", cells).out
    assert 1 == out.count("détaillé plus haut")


@pytest.mark.parametrize("reference", ["CAFF", "ACT.A110.XX", "somme(1, 2)", "1 +"])
def test_an_unknown_reference_is_refused(run: Run, balance: Path, reference: str) -> None:
    """Exit 2, with the nearest spelling if there is one."""
    result = run("expliquer", balance, reference, *ASKED)
    assert (2, "") == (result.code, result.out)
    assert f"Référence inconnue « {reference} »." in result.err
