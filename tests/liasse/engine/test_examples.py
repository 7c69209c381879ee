"""Examples of a model are tests: what they announce is checked, and every control needs two."""

from __future__ import annotations

from pathlib import Path

from liasse import compile_model
from liasse.engine.examples import example_problems
from tests.liasse.engine.test_controls import control
from tests.support import HEADER, TABLE, essai, model_2022, plan_2022

LINES = (
    'A = { libelle = "a" }\nB = { libelle = "b", N = "2 * A" }\nS = { libelle = "s", N = "debiteur(512)" }\n'
)


def problems(root: Path, exemples: str, controles: str = "") -> list[tuple[str, str]]:
    """Return the code and sentence of every problem of the examples of a small model."""
    files = {
        "modele.toml": HEADER,
        "tables/BIL.toml": TABLE + LINES,
        "controles/c.toml": controles,
        "exemples/e.toml": exemples,
    }
    model = essai(root, files)
    return [
        (one.code, one.message)
        for one in example_problems(model, lambda famille: compile_model(model, famille))
    ]


def test_the_shipped_examples_all_give_what_they_announce() -> None:
    """And every control of the shipped model has one « conforme » and one « écart »."""
    assert [] == [str(problem) for problem in example_problems(model_2022(), plan_2022)]


def test_a_wrong_value_is_reported(tmp_path: Path) -> None:
    """With what was found and what was expected."""
    exemple = '[[exemple]]\ntitre = "e"\ncellules = { "BIL.A.N" = 2 }\nvaleurs = { "BIL.B.N" = 5 }\n'
    assert [("M115", "« e » : BIL.B.N vaut 400, attendu 500.")] == problems(tmp_path, exemple)


def test_a_value_may_be_expected_empty(tmp_path: Path) -> None:
    """« vide » is not zero."""
    assert [] == problems(tmp_path, '[[exemple]]\ntitre = "e"\nvaleurs = { "BIL.B.N" = "vide" }\n')


def test_a_value_given_for_a_computed_cell_is_reported(tmp_path: Path) -> None:
    """Unless a control compares what was declared."""
    exemple = '[[exemple]]\ntitre = "e"\ncellules = { "BIL.B.N" = 2 }\n'
    exemple += 'precedent = { cellules = { "BIL.B.N" = 1 } }\n'
    assert [
        ("M115", "« e » : BIL.B.N est calculée et aucun contrôle ne lit sa valeur déclarée.")
    ] == problems(tmp_path, exemple)


def test_an_outcome_or_a_gap_other_than_announced_is_reported(tmp_path: Path) -> None:
    """Each sentence says what was found."""
    exemples = """[[exemple]]
titre = "issue"
controle = "K1"
attendu = "conforme"
cellules = { "BIL.A.N" = 12.5 }
[[exemple]]
titre = "écart"
controle = "K1"
attendu = "ecart"
ecart = 3
cellules = { "BIL.A.N" = 12.5 }
[[exemple]]
titre = "données"
controle = "K1"
attendu = "ecart"
[[exemple]]
titre = "inconnu"
controle = "K9"
attendu = "ecart"
"""
    assert problems(tmp_path, exemples, control("K1", "BIL.A = 2 €")) == [
        ("M115", "« issue » : K1 est ecart (gauche 1250, droite 200), attendu conforme."),
        ("M115", "« écart » : l'écart est 10.50, attendu 3."),
        ("M115", "« données » : K1 est non_evaluable (BIL), attendu ecart."),
        ("M115", "« inconnu » : contrôle inconnu K9."),
    ]


def test_a_control_without_two_examples_is_reported(tmp_path: Path) -> None:
    """One that passes and one that fails, at least."""
    assert [
        ("M112", "Le contrôle K1 n'a pas d'exemple « conforme »."),
        ("M112", "Le contrôle K1 n'a pas d'exemple « ecart »."),
    ] == problems(tmp_path, "", control("K1", "BIL.A = 0"))


def test_the_facts_of_an_example_are_those_of_a_ledger(tmp_path: Path) -> None:
    """Balances, openings, movements, auxiliaries, duplicates, and a year before."""
    exemple = """[[exemple]]
titre = "e"
controle = "K1"
attendu = "conforme"
debit = { 512 = 10 }
ouverture_debit = { 512 = 4, 531 = 1 }
mouvements_debit = { 512 = 8 }
mouvements_credit = { 512 = 2 }
auxiliaires_debit = { 512 = { UN = 15 } }
auxiliaires_credit = { 512 = { DEUX = 5 } }
doublons = ["512"]
precedent = { debit = { 512 = 3 } }
[[exemple]]
titre = "f"
controle = "K1"
attendu = "ecart"
debit = { 512 = 10 }
ouverture_debit = { 512 = 4 }
mouvements_debit = { 512 = 8 }
auxiliaires_debit = { 512 = { UN = 15 } }
precedent = { credit = { 512 = 3 } }
"""
    verifie = (
        "mouvements_debit(5) - mouvements_credit(5) = 6 € et ouverture(5) = 5 € et doublons(5) = 1"
        " et auxiliaires_crediteurs(5) = 5 € et discontinuite(5) = 2 € et debiteur(53) = 1 €"
    )
    assert [] == problems(tmp_path, exemple, control("K1", verifie))
