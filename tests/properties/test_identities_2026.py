"""The closing identities I1, I2, I4 and I5 in the regime of 2026, to the cent, on any balanced balance."""

from __future__ import annotations

import pytest
from hypothesis import given

from liasse import Balance, Evaluation, Facts, evaluate
from tests.properties.strategies import soldes
from tests.support import shipped_plan

FAMILLES = ("COOP", "OPH", "ESH", "SEM")


def of(evaluation: Evaluation, *keys: str) -> int:
    """Add cells or aggregates; an empty one adds nothing."""
    return sum(evaluation.value(key) or 0 for key in keys)


def under(accounts: dict[str, int], *roots: str) -> int:
    """Return the credit minus debit of the accounts under some roots."""
    return -sum(amount for compte, amount in accounts.items() if compte.startswith(roots))


@pytest.mark.parametrize("famille", FAMILLES)
def test_every_family_closes_in_2026(famille: str) -> None:
    """I1, I2, I4 and I5; the CAF is also read from the accounts, as §3.5 writes it."""

    @given(soldes(famille, "2026"))
    def closes(accounts: dict[str, int]) -> None:
        evaluation = evaluate(
            shipped_plan("etats_reglementaires", "2026", famille), Facts(2026, Balance.from_soldes(accounts))
        )
        resultat = under(accounts, "6", "7")
        assert of(evaluation, "ACT.AT.NET") == of(evaluation, "PAS.PT.N")
        assert [resultat] * 3 == [of(evaluation, key) for key in ("RESULTAT", "CR.RES.N", "PAS.P120.N")]
        assert of(evaluation, "CAF_FLUX") == of(evaluation, "CAF")
        calculated = under(accounts, "681", "686", "687", "781", "786", "787")
        disposals = under(accounts, "657", "6671", "6672", "757", "7671", "7672", "747")
        assert resultat - calculated - disposals == of(evaluation, "CAF")
        assert of(evaluation, "FRNG") - of(evaluation, "BFR") == of(evaluation, "TRESORERIE")

    closes()
