"""Missing is not zero, rounding happens once, natures of cells, closed balances."""

from __future__ import annotations

from pathlib import Path

import pytest

from liasse import Balance, Facts, evaluate
from liasse.compiler.plan import Nature
from liasse.engine.incremental import input_key
from tests.support import evaluation_of, plan_of

LINES = """A = { libelle = "Saisie a" }
B = { libelle = "Saisie b" }
SUM = { libelle = "Somme", N = "A + B" }
DIF = { libelle = "Différence", N = "A - B" }
PRO = { libelle = "Produit", unite = "nombre", N = "A / 1 € * B / 1 €" }
QUO = { libelle = "Quotient", unite = "pourcent", N = "A / B" }
CHO = { libelle = "Choix", N = "si A > B alors A sinon B" }
ZER = { libelle = "Zéro", N = "zero_si_vide(A) + zero_si_vide(B)" }
PRE = { libelle = "Présent", unite = "nombre", N = "si present(A) et non present(B) alors 1 sinon 0" }
MOY = { libelle = "Moyenne", N = "moyenne(A, B)" }
MAX = { libelle = "Maximum", N = "max(A, B)" }
MIN = { libelle = "Minimum", N = "min(A, B)" }
ABS = { libelle = "Absolue", N = "abs(A)" }
ARR = { libelle = "Arrondi", N = "arrondi(A)" }
TAX = { libelle = "Taxe", N = "5.5 % de A" }
VID = { libelle = "Vide", N = "vide" }
"""

BOTH_EMPTY = {
    "SUM": None,
    "DIF": None,
    "PRO": None,
    "QUO": None,
    "CHO": None,
    "ZER": 0,
    "PRE": 0,
    "MOY": None,
    "MAX": None,
    "MIN": None,
    "ABS": None,
    "ARR": None,
    "TAX": None,
    "VID": None,
}

CASES = [
    ({}, BOTH_EMPTY),
    (
        {"A": 1050},
        BOTH_EMPTY
        | {"SUM": 1050, "DIF": 1050, "ZER": 1050, "PRE": 1, "MOY": 1050, "MAX": 1050, "MIN": 1050}
        | {"ABS": 1050, "ARR": 1100, "TAX": 58},
    ),
    ({"B": 300}, BOTH_EMPTY | {"SUM": 300, "DIF": -300, "ZER": 300, "MOY": 300, "MAX": 300, "MIN": 300}),
    (
        {"A": -1050, "B": 300},
        {"SUM": -750, "DIF": -1350, "PRO": -32, "QUO": -35000, "CHO": 300, "ZER": -750, "PRE": 0}
        | {"MOY": -375, "MAX": 300, "MIN": -1050, "ABS": 1050, "ARR": -1100, "TAX": -58, "VID": None},
    ),
    (
        {"A": 100, "B": 0},
        {"SUM": 100, "DIF": 100, "PRO": 0, "QUO": None, "CHO": 100, "ZER": 100, "PRE": 0, "MOY": 50}
        | {"MAX": 100, "MIN": 0, "ABS": 100, "ARR": 100, "TAX": 6, "VID": None},
    ),
]


@pytest.mark.parametrize(("typed", "expected"), CASES)
def test_missing_values_propagate_as_the_language_says(
    tmp_path: Path, typed: dict[str, int], expected: dict[str, int | None]
) -> None:
    """Sums ignore `vide`, products and quotients are `vide` with it; rounding is half away from zero."""
    plan = plan_of(tmp_path, LINES)
    evaluation = evaluation_of(plan, cells={f"BIL.{code}.N": value for code, value in typed.items()})
    assert expected == {code: evaluation.value(f"BIL.{code}.N") for code in expected}


def test_the_nature_of_a_cell_follows_from_its_formula(tmp_path: Path) -> None:
    """Typed, filled by sources, or computed; `nature` forces filled."""
    plan = plan_of(
        tmp_path,
        'A = { libelle = "a" }\nB = { libelle = "b", N = "debiteur(512) - (si 1 = 1 alors 0 sinon vide)" }\n'
        'C = { libelle = "c", N = "A + -B" }\nD = { libelle = "d", nature = "remplie", N = "abs(A)" }\n',
    )
    natures = {line: plan.slot(f"BIL.{line}.N").nature for line in "ABCD"}
    assert natures == {"A": Nature.SAISIE, "B": Nature.REMPLIE, "C": Nature.CALCULEE, "D": Nature.REMPLIE}
    assert plan.slot("BIL.A.N1").nature is Nature.REMPLIE


def test_a_typed_value_replaces_what_the_balance_gives(tmp_path: Path) -> None:
    """A filled cell may be typed over; what the balance gives stays known."""
    plan = plan_of(tmp_path, 'A = { libelle = "a", N = "debiteur(512)" }\n')
    evaluation = evaluation_of(plan, {"512": 700}, {"BIL.A.N": 900})
    assert (900, 700) == (evaluation.value("BIL.A.N"), evaluation.value("selon_balance(BIL.A.N)"))


def test_a_computed_cell_cannot_be_typed_over(tmp_path: Path) -> None:
    """Without a control that reads it, a declared value has no place to go."""
    plan = plan_of(tmp_path, 'A = { libelle = "a" }\nB = { libelle = "b", N = "2 * A" }\n')
    evaluation = evaluation_of(plan, cells={"BIL.A.N": 5, "BIL.B.N": 99, "ZZ": 1})
    assert 10 == evaluation.value("BIL.B.N")
    assert [None, None] == [input_key(plan, "BIL.B.N"), input_key(plan, "CAF")]


def test_an_account_that_the_balance_does_not_hold_is_empty(tmp_path: Path) -> None:
    """A zero balance is 0, an absent account is `vide`."""
    plan = plan_of(
        tmp_path, 'A = { libelle = "a", N = "debiteur(512)" }\nB = { libelle = "b", N = "crediteur(101)" }\n'
    )
    evaluation = evaluation_of(plan, {"5121": 0})
    assert (0, None) == (evaluation.value("BIL.A.N"), evaluation.value("BIL.B.N"))


def test_a_closed_balance_leaves_charges_and_income_empty(tmp_path: Path) -> None:
    """After the closing entries, classes 6 and 7 say nothing; they are not zero."""
    plan = plan_of(
        tmp_path, 'A = { libelle = "a", N = "crediteur(701)" }\nB = { libelle = "b", N = "crediteur(12)" }\n'
    )
    evaluation = evaluation_of(plan, {"701": 0, "12": -500, "512": 500})
    assert (None, 500) == (evaluation.value("BIL.A.N"), evaluation.value("BIL.B.N"))


def test_the_previous_exercice_is_read_from_its_own_evaluation(tmp_path: Path) -> None:
    """Cells, aggregates and functions of accounts all have a previous value."""
    plan = plan_of(
        tmp_path,
        'A = { libelle = "a", N = "debiteur(512)" }\n'
        'B = { libelle = "b", N = "exercice_precedent(debiteur(512) + TOTAL - SEUIL)" }\n',
        agregats='[TOTAL]\ntitre = "t"\nunite = "euro"\nformule = "2 * BIL.A"\n',
        parametres='[SEUIL]\ntitre = "s"\nunite = "euro"\nvaleurs = [ { valeur = 1 } ]\n',
    )
    before = evaluation_of(plan, {"512": 700})
    evaluation = evaluation_of(plan, {"512": 900}, precedent=before)
    assert (700, 2000) == (evaluation.value("BIL.A.N1"), evaluation.value("BIL.B.N"))
    assert evaluation_of(plan, {"512": 900}).value("BIL.A.N1") is None


def test_parameters_are_dated(tmp_path: Path) -> None:
    """The value of a parameter is the one that covers the exercice, none otherwise."""
    plan = plan_of(
        tmp_path,
        'A = { libelle = "a", unite = "pourcent", N = "TAUX" }\n',
        parametres=(
            '[TAUX]\ntitre = "t"\nunite = "pourcent"\n'
            "valeurs = [ { de = 2020, a = 2021, valeur = 1 }, { de = 2022, a = 2022, valeur = 2.5 } ]\n"
        ),
    )
    values = [evaluate(plan, Facts(year)).value("BIL.A.N") for year in (2021, 2022, 2023)]
    assert [100, 250, None] == values


def test_a_value_of_a_parameter_holds_until_the_next(tmp_path: Path) -> None:
    """The last one whose year is reached."""
    plan = plan_of(
        tmp_path,
        'A = { libelle = "a", unite = "pourcent", N = "TAUX" }\n',
        parametres=(
            '[TAUX]\ntitre = "t"\nunite = "pourcent"\n'
            "valeurs = [ { de = 2020, valeur = 1 }, { de = 2022, valeur = 2.5 } ]\n"
        ),
    )
    values = [evaluate(plan, Facts(year)).value("BIL.A.N") for year in (2019, 2021, 2022, 2030)]
    assert [None, 100, 250, 250] == values


def test_functions_of_accounts_look_at_each_balance(tmp_path: Path) -> None:
    """D: and C: never net; movements, openings and auxiliaries come from their columns."""
    functions = [
        "soldes_debiteurs(5)",
        "soldes_crediteurs(5)",
        "soldes_absolus(5 sauf 512)",
        "sans_ligne(1, 5)",
        "hors_plan(5, 9)",
        "mouvements_debit(5)",
        "ouverture(5)",
        "auxiliaires_debiteurs(5)",
    ]
    lignes = "".join(f'L{i} = {{ libelle = "x", N = "{text}" }}\n' for i, text in enumerate(functions))
    plan = plan_of(tmp_path, lignes)
    evaluation = evaluation_of(plan, {"5121": 700, "5122": -300, "515": 40, "531": -5, "999": 8, "101": 0})
    found = [evaluation.value(f"BIL.L{i}.N") for i in range(len(functions))]
    assert [740, 305, 45, 1045, 53, None, None, 0] == found


def test_cells_are_listed_by_reference(tmp_path: Path) -> None:
    """What outputs and later the portal read."""
    plan = plan_of(tmp_path, 'A = { libelle = "a" }\n')
    assert {"BIL.A.N": 5, "BIL.A.N1": None} == evaluation_of(plan, cells={"BIL.A.N": 5}).cells()


def test_a_term_with_a_balance_but_no_account_stays_empty(tmp_path: Path) -> None:
    """An empty balance gives nothing, not zeros."""
    plan = plan_of(tmp_path, 'A = { libelle = "a", N = "debiteur(512)" }\n')
    assert evaluate(plan, Facts(2022, Balance(()))).value("BIL.A.N") is None
