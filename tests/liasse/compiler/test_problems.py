"""What is wrong with a model: every fault at once, with place, underlining and nearest spelling."""

from __future__ import annotations

from pathlib import Path

import pytest

from liasse.compiler.passes import compile_model
from liasse.errors import CompileError
from tests.support import HEADER, TABLE, essai, plan_of

BANK = 'A = { libelle = "Banque", N = "debiteur(512)" }\n'

FAULTS = [
    ('B = { libelle = "B", N = "A +" }', "M101", "La formule s'arrête trop tôt."),
    ('B = { libelle = "B", N = "ACT.A" }', "M102", "Table inconnue « ACT »."),
    ('B = { libelle = "B", N = "BIL.A.M" }', "M103", "Colonne inconnue « M » dans la table BIL."),
    ('B = { libelle = "B", N = "BIL.AA.N" }', "M104", "Ligne inconnue « AA » dans la table BIL."),
    ('B = { libelle = "B", N = "somme(A..Z)" }', "M104", "Ligne inconnue « Z » dans la table BIL."),
    ('B = { libelle = "B", N = "somme(B..A)" }', "M104", "« B » vient après « A » dans BIL."),
    ('B = { libelle = "B", N = "A.B.C.D" }', "M105", "« A.B.C.D » a trop de parties"),
    ('B = { libelle = "B", N = "debitteur(512)" }', "M106", "Vouliez-vous dire « debiteur » ?"),
    ('B = { libelle = "B", N = "abs(A, A)" }', "M107", "« abs » attend une seule valeur, 2 données."),
    ('B = { libelle = "B", N = "somme()" }', "M107", "« somme » attend au moins une valeur."),
    ('B = { libelle = "B", N = "A..A" }', "M101", "« .. » n'est pas attendu ici."),
    ('B = { libelle = "B", N = "somme(A.B..A)" }', "M102", "Table inconnue « A »."),
    ('B = { libelle = "B", N = "selon_balance(B)" }', "M107", "n'est pas remplie par la balance"),
    ('B = { libelle = "B", N = "declare(1)" }', "M107", "« declare » attend une cellule."),
    (
        'B = { libelle = "B", N = "exercice_precedent(exercice_precedent(A))" }',
        "M107",
        "« exercice_precedent » ne s'imbrique pas",
    ),
    ('B = { libelle = "B", N = "A + 3" }', "M108", "Unités incompatibles : euro et un nombre sans unité."),
    ('B = { libelle = "B", N = "A * A" }', "M108", "La formule ne donne pas l'unité déclarée"),
    ('B = { libelle = "B", N = "A / 0" }', "M108", "Division par zéro."),
    ('B = { libelle = "B", N = "A = A" }', "M110", "Une valeur est attendue ici"),
    ('B = { libelle = "B", N = "si A alors A sinon A" }', "M110", "Une condition est attendue ici"),
    ('B = { libelle = "B", N = "present(A)" }', "M110", "« present » est une condition, pas une valeur."),
]


@pytest.mark.parametrize(("ligne", "code", "message"), FAULTS)
def test_a_fault_of_a_formula_has_its_code_and_its_sentence(
    tmp_path: Path, ligne: str, code: str, message: str
) -> None:
    """One code per kind of fault, and a French sentence that says what."""
    with pytest.raises(CompileError) as caught:
        plan_of(tmp_path, BANK + ligne)
    found = [(problem.code, message in problem.message) for problem in caught.value.problems]
    assert [(code, True)] == found


def test_a_fault_shows_file_line_underlined_place_and_nearest_spelling(tmp_path: Path) -> None:
    """The reader sees where to put the cursor."""
    lignes = 'L7042 = { libelle = "x" }\nL704 = { libelle = "Loyers", N = "L7O42" }\n'
    with pytest.raises(CompileError) as caught:
        plan_of(tmp_path, lignes)
    assert str(caught.value) == (
        "essai/2022/tables/BIL.toml:11, L704, colonne N\n"
        "    L7O42\n"
        "    ^^^^^\n"
        "Ligne inconnue « L7O42 » dans la table BIL. Vouliez-vous dire « L7042 » ?   [M104]"
    )


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    """Syntax, names, units and controls are reported together, not one per run."""
    controles = """[K1]
titre = "t"
gravite = "bloquant"
verifie = "BIL.A.N = BIL.Z.N"
message = "{BIL.Y.N} {A + 1} {ecart}"
instruction = "i"
"""
    lignes = BANK + 'B = { libelle = "B", N = "A +" }\nC = { libelle = "C", N = "ZZ" }\n'
    with pytest.raises(CompileError) as caught:
        plan_of(tmp_path, lignes, controles=controles)
    assert ["M101", "M104", "M104", "M114", "M114"] == [problem.code for problem in caught.value.problems]


def test_a_cycle_is_printed_as_a_path(tmp_path: Path) -> None:
    """Formulas that depend on themselves are named in order."""
    lignes = (
        'A = { libelle = "A", N = "B" }\nB = { libelle = "B", N = "C + 0" }\nC = { libelle = "C", N = "A" }\n'
    )
    with pytest.raises(CompileError) as caught:
        plan_of(tmp_path, lignes)
    message = caught.value.problems[0].message
    assert message == "Ces formules dépendent d'elles-mêmes : BIL.A.N → BIL.B.N → BIL.C.N → BIL.A.N."


def test_an_account_on_two_lines_or_on_none_is_refused(tmp_path: Path) -> None:
    """§0.4: every leaf account lands on exactly one line per side."""
    head = TABLE.replace("[colonnes]", 'place = { classes = "15", colonnes = ["N"] }\n\n[colonnes]')
    lignes = (
        'A = { libelle = "A", N = "soldes_debiteurs(512)" }\n'
        'B = { libelle = "B", N = "crediteur(101, 12)" }\n'
        'C = { libelle = "C", N = "crediteur(12)" }\n'
    )
    model = essai(tmp_path, {"tables/BIL.toml": head + lignes})
    with pytest.raises(CompileError) as caught:
        compile_model(model, "COOP")
    assert [(problem.message, problem.place.part) for problem in caught.value.problems] == [
        ("Compte 12 : pris à la fois par BIL.B.N, BIL.C.N.", "C, colonne N"),
        ("Compte 512, solde créditeur : pris par aucune ligne.", "A, colonne N"),
    ]


def test_broken_formulas_are_said_before_their_consequences(tmp_path: Path) -> None:
    """A line that does not parse places nothing: that is not a second fault."""
    head = TABLE.replace("[colonnes]", 'place = { classes = "5", colonnes = ["N"] }\n\n[colonnes]')
    model = essai(tmp_path, {"tables/BIL.toml": head + 'A = { libelle = "a", N = "debiteur(" }\n'})
    with pytest.raises(CompileError) as caught:
        compile_model(model, "COOP")
    assert ["M101"] == [problem.code for problem in caught.value.problems]


def test_an_account_declared_without_line_must_land_nowhere(tmp_path: Path) -> None:
    """`comptes_sans_ligne` is a claim, and it is checked."""
    head = TABLE.replace("[colonnes]", 'place = { classes = "5", colonnes = ["N"] }\n\n[colonnes]')
    header = HEADER + 'comptes_sans_ligne = ["512"]\n'
    files = {"modele.toml": header, "tables/BIL.toml": head + BANK}
    with pytest.raises(CompileError) as caught:
        compile_model(essai(tmp_path, files), "COOP")
    assert "déclaré sans ligne, mais pris par BIL.A.N" in caught.value.problems[0].message


def test_a_repeated_control_with_an_unknown_line_is_refused(tmp_path: Path) -> None:
    """The lines of `pour` are checked like any name."""
    controles = """[K1]
titre = "t"
gravite = "bloquant"
pour = "BIL.A..Q"
verifie = "N >= 0"
message = "m"
instruction = "i"
[K2]
titre = "t"
gravite = "bloquant"
pour = "BIL.A.."
verifie = "N >= 0"
message = "m"
instruction = "i"
"""
    with pytest.raises(CompileError) as caught:
        plan_of(tmp_path, BANK, controles=controles)
    assert ["M104", "M101"] == [problem.code for problem in caught.value.problems]


def test_a_family_that_the_model_does_not_know_is_refused(tmp_path: Path) -> None:
    """Only the declared families compile."""
    with pytest.raises(KeyError):
        compile_model(essai(tmp_path, {}), "OPH")
