"""`liasse modele` and `liasse codes`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.liasse.cli.conftest import Run


@pytest.fixture
def copy(modeles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the small model that a test may break."""
    shutil.copytree(modeles, tmp_path / "modeles")
    monkeypatch.setenv("LIASSE_MODELES", str(tmp_path / "modeles"))
    return tmp_path / "modeles" / "etats_reglementaires" / "2022"


def replace(path: Path, old: str, new: str) -> None:
    """Edit a file of the model."""
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_a_sound_model_exits_with_zero(run: Run) -> None:
    """It is counted."""
    result = run("modele")
    assert (0, "") == (result.code, result.err)
    expected = "6 tables, 16 lignes, 34 cellules, 36 formules, 5 contrôles, 11 agrégats, 10 exemples"
    assert expected in result.out
    assert "aucun problème" in result.out


def test_the_counts_in_json(run: Run) -> None:
    """By questionnaire, then millésime."""
    held = run("modele", "--format", "json").json["etats_reglementaires"]["2022"]
    fingerprint = held.pop("empreinte")
    assert 64 == len(fingerprint)
    assert {
        "tables": 6,
        "lignes": 16,
        "cellules": 34,
        "formules": 36,
        "controles": 5,
        "agregats": 11,
        "exemples": 10,
        "problemes": [],
    } == held


def test_a_formula_that_names_nothing_is_underlined(run: Run, copy: Path) -> None:
    """File, line, place, nearest spelling; said once for all families."""
    replace(copy / "tables" / "CR.toml", "LOYERS - ACHATS", "LOYERS - ACHAT")
    result = run("modele")
    assert 1 == result.code
    assert 1 == result.out.count("Vouliez-vous dire « ACHATS » ?   [M10")
    assert "    LOYERS - ACHAT\n             ^^^^^\n" in result.out
    assert "empreinte absente : le modèle ne se compile pas" in result.out


def test_a_file_that_is_not_toml_is_told(run: Run, copy: Path) -> None:
    """The counts are not known then."""
    replace(copy / "tables" / "CR.toml", "[lignes]", "[lignes")
    result = run("modele", "--format", "json")
    held = result.json["etats_reglementaires"]["2022"]
    assert (1, ["problemes"]) == (result.code, list(held))
    assert ("M001", "etats_reglementaires/2022/tables/CR.toml") == (
        held["problemes"][0]["code"],
        held["problemes"][0]["fichier"],
    )


def test_what_has_no_source_is_told(run: Run, copy: Path) -> None:
    """M113: lines, aggregates, parameters and controls need a reference and a tag."""
    replace(copy / "modele.toml", 'reference     = "Texte d\'essai"\ncertitude     = "P"\n', "")
    replace(copy / "tables" / "ID.toml", 'certitude = "C"\n', "")
    replace(copy / "agregats" / "agregats.toml", 'reference = "PCG, art. 842-2"\n', "")
    replace(copy / "parametres.toml", 'certitude = "M"\n', "")
    replace(copy / "controles" / "controles.toml", 'reference   = "Usage"\n', "")
    out = run("modele").out
    assert "La ligne ID.MOIS n'a pas de référence ni de certitude.   [M113]" in out
    assert "L'agrégat CAF n'a pas de référence.   [M113]" in out
    assert "Le paramètre TAUX n'a pas de certitude.   [M113]" in out
    assert "Le contrôle K050 n'a pas de référence.   [M113]" in out


def test_a_control_without_examples_is_told(run: Run, copy: Path) -> None:
    """M112."""
    replace(copy / "exemples" / "exemples.toml", '"K003"', '"K060"')
    out = run("modele").out
    assert "Le contrôle K003 n'a pas d'exemple « conforme ».   [M112]" in out


def test_an_example_that_lies_is_told(run: Run, copy: Path) -> None:
    """M115."""
    replace(copy / "exemples" / "exemples.toml", "credit    = { 101 = 90 }", "credit    = { 101 = 100 }")
    result = run("modele")
    assert 1 == result.code
    assert "[M115]" in result.out


def test_a_table_is_printed_with_its_formulas(run: Run) -> None:
    """For reviewers: columns, lines, formulas, closed columns, references, families."""
    out = run("modele", "--imprimer", "act").out
    assert "colonne NET, « Net N » = BRUT - AMORT" in out
    assert "A720  Disponibilités" in out
    assert "BRUT = soldes_debiteurs(512)" in out
    assert "sans colonne AMORT" in out
    assert "PCG, compte 512" in out
    assert "= somme(A110..A720)" in out


def test_a_printed_table_tells_families_and_notices(run: Run) -> None:
    """A line of one family says so."""
    assert "Opérations cédées (OPH)  F" in run("modele", "--imprimer", "T08R").out
    assert "Le résultat est celui du compte de résultat." in run("modele", "--imprimer", "PAS").out


def test_a_formula_of_one_family_is_printed_with_it(run: Run, copy: Path) -> None:
    """`si_famille`."""
    replace(
        copy / "tables" / "T08R.toml",
        'Opérations locatives" }',
        'X", si_famille = { OPH = { REMB = "1 €" } } }',
    )
    assert "REMB = 1 € (OPH)" in run("modele", "--imprimer", "T08R").out


def test_an_unknown_table_gives_the_nearest(run: Run) -> None:
    """Exit 2, with the list."""
    result = run("modele", "--imprimer", "ACTT")
    expected = "Table inconnue « ACTT » ; tables : ID, ACT, PAS, CR, T08R, T04. Vouliez-vous dire « ACT » ?\n"
    assert (2, expected) == (result.code, result.err)


def test_an_unknown_model_gives_those_that_exist(run: Run) -> None:
    """Exit 2."""
    result = run("modele", "--questionnaire", "qdis", "--millesime", "1999")
    assert (2, "Modèle inconnu « qdis 1999 » ; modèles disponibles : etats_reglementaires 2022.\n") == (
        result.code,
        result.err,
    )


def test_every_code_is_listed(run: Run) -> None:
    """Files and models."""
    out = run("codes").out
    assert "  I001  inutilisable   Fichier introuvable" in out
    assert "  M104  Ligne inconnue" in out
