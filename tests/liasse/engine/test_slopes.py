"""Slopes: how a gap moves with each input, against what moving the input does."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from liasse import Evaluation, Plan, recompute
from liasse.engine.controls import check_kernels
from liasse.engine.slopes import slopes
from tests.liasse.engine.test_controls import control
from tests.support import evaluation_of, plan_of

LINES = "".join(f'L{rank} = {{ libelle = "ligne {rank}" }}\n' for rank in range(4))
CELLS = {"BIL.L0.N": 10_000, "BIL.L1.N": 2_000, "BIL.L2.N": -300, "BIL.L3.N": 500}


def slopes_of(plan: Plan, evaluation: Evaluation) -> dict[str, Fraction]:
    """Return the slopes of the gap of the first check, by cell."""
    sides = check_kernels(plan)[0].sides(evaluation)
    assert sides is not None
    assert sides.compare is not None
    found = slopes(evaluation, sides.compare)
    return {plan.slots[position].key: slope for (position, _), slope in found.items()}


@pytest.mark.parametrize(
    ("verifie", "expected"),
    [
        ("BIL.L0 = BIL.L1 + 2 * BIL.L2", {"L0": 1, "L1": -1, "L2": -2}),
        ("BIL.L0 = abs(BIL.L2)", {"L0": 1, "L2": 1}),
        ("BIL.L0 = max(BIL.L1, BIL.L3)", {"L0": 1, "L1": -1}),
        ("BIL.L0 = min(BIL.L1, BIL.L3)", {"L0": 1, "L3": -1}),
        ("BIL.L0 = moyenne(BIL.L1, BIL.L3)", {"L0": 1, "L1": Fraction(-1, 2), "L3": Fraction(-1, 2)}),
        ("BIL.L0 = 25 % de BIL.L1", {"L0": 1, "L1": Fraction(-1, 4)}),
        ("BIL.L0 - BIL.L0 = BIL.L3", {"L3": -1}),
        ("BIL.L0 = (si BIL.L1 > 0 alors BIL.L2 sinon BIL.L3)", {"L0": 1, "L2": -1}),
        ("BIL.L0 = BIL.L1 et BIL.L2 = BIL.L3", {"L0": 1, "L1": -1}),
    ],
)
def test_the_slope_of_a_gap_follows_the_formula(
    tmp_path: Path, verifie: str, expected: dict[str, Fraction]
) -> None:
    """Sums, choices, means and rates; an input that cancels out has none."""
    plan = plan_of(tmp_path, LINES, controles=control("K1", verifie))
    evaluation = evaluation_of(plan, cells=CELLS)
    found = slopes_of(plan, evaluation)
    factor = Fraction(found["BIL.L3.N"].denominator if "L0" not in expected else abs(found["BIL.L0.N"]))
    assert {f"BIL.{line}.N": slope for line, slope in expected.items()} == {
        key: slope / factor for key, slope in found.items()
    }


def test_a_gap_moves_by_its_slope_through_totals(tmp_path: Path) -> None:
    """What a cell under a total moves is what its slope says."""
    total = 'T = { libelle = "total", N = "L1 + L2 - L3" }\n'
    plan = plan_of(tmp_path, LINES + total, controles=control("K1", "BIL.L0 = 3 * BIL.T"))
    evaluation = evaluation_of(plan, cells=CELLS)
    before = check_kernels(plan)[0].sides(evaluation)
    moved, _ = recompute(evaluation, {"BIL.L3.N": 507})
    after = check_kernels(plan)[0].sides(moved)
    assert before is not None
    assert after is not None
    gap = (after.left - after.right) - (before.left - before.right)
    assert gap == 7 * slopes_of(plan, evaluation)["BIL.L3.N"]


def test_products_and_quotients_move_as_their_other_side_says(tmp_path: Path) -> None:
    """The slope is that of the formula at the values of the filing."""
    plan = plan_of(tmp_path, LINES, controles=control("K1", "BIL.L0 / BIL.L1 = BIL.L2 / BIL.L3"))
    found = slopes_of(plan, evaluation_of(plan, cells=CELLS))
    assert Fraction(-5) == found["BIL.L1.N"] / found["BIL.L0.N"]
    assert Fraction(3, 5) == found["BIL.L3.N"] / found["BIL.L2.N"]
