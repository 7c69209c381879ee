"""Explanations: down to typed cells, accounts, parameters and the year before."""

from __future__ import annotations

from pathlib import Path

from liasse import Origin, Trace, explain
from liasse.engine.trace import leaf_inputs
from tests.support import evaluation_of, plan_of

LINES = """A = { libelle = "Banque", N = "debiteur(512 sauf 5129)", certitude = "F", reference = "PCG" }
B = { libelle = "Saisie" }
T = { libelle = "Total", total = true, N = "A - B + SEUIL" }
V = { libelle = "Variation", N = "T - exercice_precedent(T)" }
"""

SEUIL = '[SEUIL]\ntitre = "Seuil"\nunite = "euro"\nvaleurs = [ { valeur = 1 } ]\n'


def shape(trace: Trace) -> list[tuple[str, int | None, str, int]]:
    """Return the tree, flattened, as (key, value, origin, sign)."""
    return [(node.cle, node.valeur, str(node.origine), node.signe) for node in trace.walk()]


def test_a_figure_is_explained_down_to_its_accounts_and_typed_cells(tmp_path: Path) -> None:
    """Each node has its value, its origin and the sign with which its parent takes it."""
    plan = plan_of(tmp_path, LINES, parametres=SEUIL)
    evaluation = evaluation_of(plan, {"5121": 700, "5129": 9, "5122": 0}, {"BIL.B.N": 200})
    assert shape(explain(evaluation, "BIL.T.N")) == [
        ("BIL.T.N", 600, "formule", 0),
        ("BIL.A.N", 700, "formule", 1),
        ("selon_balance(BIL.A.N)", 700, "formule", 0),
        ("debiteur(512 sauf 5129)", 700, "comptes", 1),
        ("5121", 700, "compte", 1),
        ("BIL.B.N", 200, "saisie", -1),
        ("SEUIL", 100, "parametre", 1),
    ]


def test_a_typed_over_cell_is_explained_by_what_was_typed(tmp_path: Path) -> None:
    """The balance is no longer where the figure comes from."""
    plan = plan_of(tmp_path, LINES, parametres=SEUIL)
    evaluation = evaluation_of(plan, {"512": 700}, {"BIL.A.N": 650})
    keys = [node.cle for node in explain(evaluation, "BIL.A.N").walk()]
    assert ["BIL.A.N", "declare(BIL.A.N)"] == keys


def test_the_previous_exercice_is_named_as_such(tmp_path: Path) -> None:
    """The year before is explained in its own filing, down to its accounts."""
    plan = plan_of(tmp_path, LINES, parametres=SEUIL)
    before = evaluation_of(plan, {"5121": 500})
    evaluation = evaluation_of(plan, {"512": 700}, precedent=before)
    previous = explain(evaluation, "BIL.V.N").enfants[1]
    assert ("exercice_precedent(BIL.T.N)", Origin.PRECEDENT, 600) == (
        previous.cle,
        previous.origine,
        previous.valeur,
    )
    assert ["BIL.T.N", "BIL.A.N", "5121"] == [
        node.cle for node in previous.walk() if node.cle in {"BIL.T.N", "BIL.A.N", "5121"}
    ]
    assert 2022 == previous.enfants[0].exercice


def test_an_empty_figure_says_so(tmp_path: Path) -> None:
    """Every operand of an empty figure is shown, so that what is missing is seen."""
    plan = plan_of(tmp_path, LINES + 'P = { libelle = "Produit", N = "B * (A / 1 €)" }\n', parametres=SEUIL)
    trace = explain(evaluation_of(plan, {"512": 500}), "BIL.P.N")
    assert [("BIL.P.N", None), ("BIL.B.N", None), ("BIL.A.N", 500)] == [
        (node.cle, node.valeur) for node in (trace, *trace.enfants)
    ]


def test_an_explanation_carries_reference_and_certainty(tmp_path: Path) -> None:
    """The law sits next to the number."""
    plan = plan_of(tmp_path, LINES, parametres=SEUIL)
    trace = explain(evaluation_of(plan, {"512": 1}), "BIL.A.N")
    assert ("Banque", "PCG", "F") == (trace.libelle, trace.reference, trace.certitude)


def test_the_typed_cells_under_a_figure_are_listed(tmp_path: Path) -> None:
    """What a person may correct."""
    plan = plan_of(tmp_path, LINES, parametres=SEUIL)
    evaluation = evaluation_of(plan, None, {"BIL.A.N": 650, "BIL.B.N": 2, "ZZ": 1})
    assert ("declare(BIL.A.N)", "BIL.B.N") == leaf_inputs(evaluation, "BIL.T.N")
    assert ("declare(BIL.A.N)",) == leaf_inputs(evaluation, "BIL.A.N")
