"""Hypotheses on an anomaly: each usual slip is recognised, and what closes most comes first."""

from __future__ import annotations

from pathlib import Path

import pytest

from liasse import Balance, Evaluation, Facts, Outcome, compile_model, evaluate, findings, judge, verify
from liasse.engine.pistes import Inquiry, Piste
from liasse.engine.slips import Nature
from liasse.model.rules import Row
from tests.liasse.engine.test_controls import control
from tests.support import HEADER, essai, evaluation_of, plan_of

LINES = "".join(f'L{rank} = {{ libelle = "ligne {rank}" }}\n' for rank in range(4))
TOTAL = 'T = { libelle = "total", N = "L1 + L2 - L3" }\n'
SUM = control("K1", "BIL.L0 = BIL.T")


def slips(evaluation: Evaluation) -> list[tuple[str, str, int | None]]:
    """Return the hypotheses for the first check, as (slip, cell, value)."""
    found = Inquiry(evaluation, judge(evaluation)).pistes(0)
    return [(str(one.nature), one.cellule, one.proposee) for one in found]


RIGHT = {"L0": 753_600, "L1": 423_100, "L2": 456_200, "L3": 125_700}

SLIPS = [
    ({"L3": -125_700}, ("signe", "BIL.L3.N", 125_700)),
    ({"L1": 432_100}, ("permutation", "BIL.L1.N", 423_100)),
    ({"L2": 456_200_000}, ("facteur", "BIL.L2.N", 456_200)),
    ({"L1": 423_900}, ("chiffre", "BIL.L1.N", 423_100)),
    ({"L2": 45_620}, ("facteur", "BIL.L2.N", 456_200)),
    ({"L2": 912_400}, ("double", "BIL.L2.N", 456_200)),
    ({"L2": 4_561_200}, ("chiffre", "BIL.L2.N", 456_200)),
]


@pytest.mark.parametrize(("wrong", "expected"), SLIPS)
def test_a_usual_slip_is_the_first_hypothesis(
    tmp_path: Path, wrong: dict[str, int], expected: tuple[str, str, int]
) -> None:
    """Sign, swapped digits, factor, doubled amount, wrong or missing digit."""
    plan = plan_of(tmp_path, LINES + TOTAL, controles=SUM)
    cells = {f"BIL.{line}.N": value for line, value in {**RIGHT, **wrong}.items()}
    assert expected == slips(evaluation_of(plan, cells=cells))[0]


def test_an_amount_typed_on_the_wrong_line_is_recognised(tmp_path: Path) -> None:
    """The amount wanted stands elsewhere in the column."""
    controles = control("K1", "BIL.L0 = BIL.L1 et BIL.L2 >= 0")
    plan = plan_of(tmp_path, LINES, controles=controles)
    evaluation = evaluation_of(plan, cells={"BIL.L0.N": 98_765, "BIL.L1.N": 11_111, "BIL.L2.N": 98_765})
    assert ("voisine", "BIL.L1.N", 98_765) in slips(evaluation)


def test_last_years_figure_left_in_place_is_recognised(tmp_path: Path) -> None:
    """The cell holds exactly what it held the year before."""
    plan = plan_of(tmp_path, LINES + TOTAL, controles=SUM)
    right = {f"BIL.{line}.N": value for line, value in RIGHT.items()}
    before = evaluation_of(plan, cells={"BIL.L0.N": 1, "BIL.L1.N": 388_050, "BIL.L2.N": 7})
    evaluation = evaluation_of(plan, cells={**right, "BIL.L1.N": 388_050}, precedent=before)
    assert ("precedent", "BIL.L1.N", 423_100) == slips(evaluation)[0]


def test_a_forgotten_cell_is_recognised_by_last_year_or_by_an_account(tmp_path: Path) -> None:
    """The gap is what the line held, or what an account holds."""
    plan = plan_of(tmp_path, LINES + TOTAL, controles=SUM)
    cells = {f"BIL.{line}.N": value for line, value in RIGHT.items() if line != "L1"}
    before = evaluation_of(plan, cells={"BIL.L1.N": 423_100})
    last_year = evaluation_of(plan, cells=cells, precedent=before)
    account = evaluation_of(plan, {"512": 423_100}, cells)
    assert ("oubli", "BIL.L1.N", 423_100) == slips(last_year)[0]
    assert [("oubli", "BIL.L1.N", 423_100), ("compte", "", None)] == slips(account)


def test_the_only_cell_in_question_is_always_a_hypothesis(tmp_path: Path) -> None:
    """A cell that differs from what the balance gives."""
    lignes = 'A = { libelle = "a", N = "debiteur(512)" }\n'
    plan = plan_of(tmp_path, lignes, controles=control("K1", "BIL.A = selon_balance(BIL.A)"))
    evaluation = evaluation_of(plan, {"512": 12_345}, {"BIL.A.N": 99_901})
    assert [("seule", "BIL.A.N", 12_345)] == slips(evaluation)


def test_accounts_whose_amount_half_or_sum_is_the_gap_are_named(tmp_path: Path) -> None:
    """A whole account, half of one, or exactly one pair."""
    plan = plan_of(tmp_path, LINES, controles=control("K1", "debiteur(5) = 0"))
    gap = evaluation_of(plan, {"512": 1_000, "101": -500, "601": 400, "602": 600})
    found = Inquiry(gap, judge(gap)).pistes(0)
    assert [("compte", ("101",)), ("compte", ("512",)), ("paire", ("601", "602"))] == sorted(
        (str(one.nature), one.comptes) for one in found
    )
    assert "la moitié de l'écart" in next(one.phrase for one in found if one.comptes == ("101",))


def test_what_closes_most_anomalies_comes_first(tmp_path: Path) -> None:
    """A hypothesis that also closes another gap is the better one."""
    controles = SUM + control("K2", "BIL.L1 = 4231 €")
    plan = plan_of(tmp_path, LINES + TOTAL, controles=controles)
    cells = {f"BIL.{line}.N": value for line, value in {**RIGHT, "L1": -423_100}.items()}
    evaluation = evaluation_of(plan, cells=cells)
    first = Inquiry(evaluation, judge(evaluation)).pistes(0)[0]
    assert (Nature.SIGNE, "BIL.L1.N", 2) == (first.nature, first.cellule, first.resout)


def test_a_check_that_found_no_gap_has_no_hypothesis(tmp_path: Path) -> None:
    """Nothing to explain."""
    plan = plan_of(tmp_path, LINES + TOTAL, controles=SUM + control("K2", "present(BIL.L0)"))
    evaluation = evaluation_of(plan, cells={"BIL.L1.N": 0})
    assert [(), ()] == [Inquiry(evaluation, judge(evaluation)).pistes(position) for position in (0, 1)]


def test_hypotheses_come_with_the_findings_of_a_verification(tmp_path: Path) -> None:
    """And the filing itself is left as it was."""
    plan = plan_of(tmp_path, LINES + TOTAL, controles=SUM)
    cells = {f"BIL.{line}.N": value for line, value in {**RIGHT, "L3": -125_700}.items()}
    verification = verify(plan, Facts(2022, None, cells))
    assert ["Le signe de BIL.L3.N est peut-être inversé : 1 257,00 € au lieu de −1 257,00 €."] == [
        one.phrase.replace("\u202f", " ").replace("\u00a0", " ") for one in verification.anomalies[0].pistes
    ]
    assert cells == verification.evaluation.facts.cells


def test_hypotheses_are_not_invented_when_nothing_looks_like_the_gap(tmp_path: Path) -> None:
    """An arbitrary amount suggests nothing."""
    plan = plan_of(tmp_path, LINES + TOTAL, controles=SUM)
    cells = {f"BIL.{line}.N": value for line, value in {**RIGHT, "L0": 111_017}.items()}
    evaluation = evaluate(plan, Facts(2022, Balance.from_soldes({"512": 5}), cells))
    assert Outcome.ECART == judge(evaluation)[0].outcome
    assert [] == slips(evaluation)
    assert (1, Piste(Nature.SIGNE, "").cellule) == (Piste(Nature.SIGNE, "").resout, "")


ROWS = """titre = "Opérations"
unite = "euro"

[sections.OP]
titre = "Une ligne par opération"
cle = "C01"
[sections.OP.colonnes]
C01 = { titre = "Code", unite = "texte" }
C02 = { titre = "Prévu" }
C03 = { titre = "Dépensé" }

[sections.B]
titre = "Totaux"
[sections.B.colonnes]
N = { titre = "N" }
[sections.B.lignes]
T = { libelle = "Dépensé", N = "somme(OP.C03)" }
DU = { libelle = "Dû" }
"""


def filed(tmp_path: Path, controles: str, *rows: tuple[str, dict[str, int]], du: int = 0) -> Evaluation:
    """Evaluate rows of operations, and what is due."""
    files = {"modele.toml": HEADER, "tables/BIL.toml": ROWS, "controles/c.toml": controles}
    plan = compile_model(essai(tmp_path, files), "COOP")
    known = tuple(Row(cle, {"C01": 1, **valeurs}, {"C01": cle}) for cle, valeurs in rows)
    return evaluate(plan, Facts(2022, None, {"BIL.DU.N": du}, rows={"BIL.OP": known}))


def places(evaluation: Evaluation, row: int | None = None) -> list[tuple[str, str, int | None, str]]:
    """Return the hypotheses for the first check, with where a misplaced amount stands."""
    found = Inquiry(evaluation, judge(evaluation)).pistes(0, row)
    return [(str(one.nature), one.cellule, one.proposee, one.depuis) for one in found]


DUE = control("K1", "BIL.T.N = BIL.DU.N")


def test_a_slip_in_a_row_is_recognised_under_its_total(tmp_path: Path) -> None:
    """The cell is named with the key of its row."""
    evaluation = filed(tmp_path, DUE, ("A", {"C03": -52_100}), ("B", {"C03": 31_700}), du=83_800)
    assert ("signe", "BIL.OP[A].C03", 52_100, "") == places(evaluation)[0]


def test_a_slip_is_recognised_on_the_row_of_a_repeated_check(tmp_path: Path) -> None:
    """Each row that fails has its own hypotheses."""
    controles = control("K1", "C03 = C02", pour='"BIL.OP"')
    good, wrong = {"C02": 900, "C03": 900}, {"C02": 45_300, "C03": 43_500}
    evaluation = filed(tmp_path, controles, ("A", good), ("B", wrong))
    assert [] == places(evaluation, 0)
    assert {
        ("permutation", "BIL.OP[B].C03", 45_300, ""),
        ("permutation", "BIL.OP[B].C02", 43_500, ""),
    } <= set(places(evaluation, 1))


def test_an_amount_typed_in_the_next_column_is_to_be_moved(tmp_path: Path) -> None:
    """Both cells are named: where it stands, where it should."""
    evaluation = filed(tmp_path, DUE, ("A", {"C02": 52_100}), ("B", {"C02": 1, "C03": 31_700}), du=83_800)
    assert ("deplacee", "BIL.OP[A].C03", 52_100, "BIL.OP[A].C02") == places(evaluation)[0]


def test_a_row_typed_twice_is_to_be_dropped(tmp_path: Path) -> None:
    """It says what another row says."""
    one = {"C02": 60_000, "C03": 52_100}
    evaluation = filed(tmp_path, DUE, ("A", one), ("B", {"C03": 31_700}), ("A2", one), du=83_800)
    assert ("double", "BIL.OP[A2]", None, "") in places(evaluation)


def test_a_cell_of_a_row_left_empty_among_others_is_recognised(tmp_path: Path) -> None:
    """Half of the rows, or more, are filled."""
    evaluation = filed(tmp_path, DUE, ("A", {"C02": 60_000}), ("B", {"C03": 31_700}), du=83_811)
    assert ("oubli", "BIL.OP[A].C03", 52_111, "") == places(evaluation)[0]


def test_under_an_inequality_the_slip_that_brings_nearest_to_last_year_is_undone(tmp_path: Path) -> None:
    """Many values would do: a thousand times too much is the likeliest."""
    plan = plan_of(tmp_path, LINES, controles=control("K1", "BIL.L1 <= BIL.L2"))
    before = evaluation_of(plan, cells={"BIL.L1.N": 51_300, "BIL.L2.N": 90_000})
    cells = {"BIL.L1.N": 52_700_000, "BIL.L2.N": 91_000}
    assert ("facteur", "BIL.L1.N", 52_700) == slips(evaluation_of(plan, cells=cells, precedent=before))[0]


def test_a_hypothesis_that_opens_another_gap_comes_last(tmp_path: Path) -> None:
    """Of two cells that look like the same slip, the one that another control holds is not the likeliest."""
    controles = SUM + control("K2", "BIL.L1 = 4231 €")
    plan = plan_of(tmp_path, LINES + TOTAL, controles=controles)
    cells = {"BIL.L0.N": 0, "BIL.L1.N": 423_100, "BIL.L2.N": 423_100, "BIL.L3.N": 423_100}
    evaluation = evaluation_of(plan, cells=cells)
    assert "BIL.L1.N" == slips(evaluation)[-1][1]


def test_a_page_asks_for_some_gaps_without_hypotheses(tmp_path: Path) -> None:
    """By the position of their checks; the words are the same, only the hypotheses are not looked for."""
    controles = SUM + control("K2", "BIL.L1 = BIL.L2")
    plan = plan_of(tmp_path, LINES + TOTAL, controles=controles)
    cells = {f"BIL.{line}.N": value for line, value in {**RIGHT, "L3": -125_700}.items()}
    evaluation = evaluation_of(plan, cells=cells)
    gaps = frozenset({Outcome.ECART})
    whole = {one.code: one for one in findings(evaluation, judge(evaluation), gaps)}
    quick = findings(evaluation, judge(evaluation), gaps, (0,), guess=False)
    assert {"K1", "K2"} == set(whole)
    assert [("K1", whole["K1"].message, ())] == [(one.code, one.message, one.pistes) for one in quick]
    assert whole["K1"].pistes
