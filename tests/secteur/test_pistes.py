"""Help on an anomaly, measured: planted slips that a control sees are named by the first hypotheses."""

from __future__ import annotations

import pytest

from bench.bench_pistes import TARGET, Tally, cases
from secteur import FAMILLES

GRAINE = 31
ORGANISMES = 1
FLOOR, FLOOR_OF_KIND = 90.0, 80.0
"""
Two slips missed of the twenty seen, and twice as many of another kind, bring a sample so small below.

`python -m bench.bench_pistes` measures on twelve organisations of each family, against the target.
"""


def test_planted_slips_are_named_by_the_first_three_hypotheses() -> None:
    """Of those that a control sees, in one organisation of each family: the cell, and the kind of slip."""
    sample = list(cases(GRAINE, ORGANISMES))
    tally = Tally.of(sample)
    assert set(FAMILLES) == {case.famille for case in sample if case.fired}
    assert tally.fired >= 15
    assert tally.share(tally.named) >= FLOOR
    assert tally.share(tally.of_its_kind) >= FLOOR_OF_KIND


@pytest.mark.slow
@pytest.mark.parametrize("famille", FAMILLES)
def test_the_share_holds_in_each_family_on_another_seed(famille: str) -> None:
    """Six organisations of a family, every kind of slip."""
    tally = Tally.of(list(cases(GRAINE + 1, 6, [famille])))
    assert tally.share(tally.named) >= TARGET
