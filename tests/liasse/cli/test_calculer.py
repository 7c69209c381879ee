"""`liasse calculer`: statements and aggregates, or a few figures."""

from __future__ import annotations

from pathlib import Path

from tests.liasse.cli.conftest import Run

ASKED = ("--famille", "COOP", "--exercice", "2022")


def test_the_statements_come_without_the_controls(run: Run, unbalanced: Path) -> None:
    """Exit 0 even when a control would block."""
    result = run("calculer", unbalanced, *ASKED)
    assert 0 == result.code
    assert "Bilan – actif" in result.out
    assert "ANOMALIES" not in result.out


def test_the_year_before_is_computed_too(run: Run, balance: Path) -> None:
    """As in `verifier`."""
    result = run("calculer", balance, *ASKED, "--precedent", balance, "--format", "json")
    assert str(balance) == result.json["import_precedent"]["fichier"]


def test_the_json_is_that_of_verifier_without_findings(run: Run, balance: Path) -> None:
    """Same keys, same values."""
    whole = run("verifier", balance, *ASKED, "--format", "json").json
    computed = run("calculer", balance, *ASKED, "--format", "json").json
    assert {key: whole[key] for key in computed} == computed
    assert "anomalies" not in computed


def test_a_few_figures_can_be_asked(run: Run, balance: Path) -> None:
    """A cell, the main column of a line, an aggregate; an empty one gives its reason."""
    asked = ("--cellule", "ACT.A110.BRUT", "--cellule", "act.at", "--cellule", "AFN")
    result = run("calculer", balance, *ASKED, *asked)
    assert [
        (
            "ACT.A110.BRUT  Terrains nus, aménagés, loués et bâtis, y compris les terrains en cours :"
            " 800,00\xa0€  F"
        ),
        "ACT.AT.NET  Total général : 1\u202f060,00\xa0€  M",
        "AFN  Autofinancement net HLM : vide. Il faut les remboursements d'emprunts locatifs (T08R).",
    ] == result.out.splitlines()


def test_a_few_figures_in_json(run: Run, balance: Path) -> None:
    """With unit, reference and tag."""
    result = run("calculer", balance, *ASKED, "--cellule", "RESULTAT", "--format", "json")
    assert {
        "RESULTAT": {
            "libelle": "Résultat de l'exercice",
            "valeur": "60.00",
            "unite": "euro",
            "certitude": "F",
            "reference": "PCG, art. 821-3",
        }
    } == result.json["cellules"]


def test_an_unknown_figure_gives_the_nearest(run: Run, balance: Path) -> None:
    """Exit 2."""
    result = run("calculer", balance, *ASKED, "--cellule", "ACT.A111.NET")
    assert (2, "Référence inconnue « ACT.A111.NET ». Vouliez-vous dire « ACT.A110.NET » ?\n") == (
        result.code,
        result.err,
    )


def test_the_csv_opens_in_a_french_spreadsheet(run: Run, balance: Path) -> None:
    """Byte-order mark, semicolons, decimal comma; empty stays empty."""
    lines = run("calculer", balance, *ASKED, "--format", "csv").out.split("\r\n")
    assert "\ufeffreference;libelle;valeur;unite;certitude" == lines[0]
    assert "ACT.AT.NET;Total général;1060,00;euro;M" in lines
    assert "AFN;Autofinancement net HLM;;euro;F" in lines
