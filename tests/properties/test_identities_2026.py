"""The closing identities I1, I2, I4 and I5 in the regime of 2026, to the cent, on any balanced balance."""

from __future__ import annotations

from functools import lru_cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liasse import Balance, Evaluation, Facts, Plan, compile_model, evaluate, load_model
from liasse.ledger.comptes import PlanComptes
from tests.properties.strategies import AMOUNTS
from tests.support import MODELES

FAMILLES = ("COOP", "OPH", "ESH", "SEM")


@lru_cache
def plan_2026(famille: str) -> Plan:
    """Return the shipped plan of the regime of 2026."""
    return compile_model(load_model(MODELES, "etats_reglementaires", "2026"), famille)


@lru_cache
def leaves(famille: str) -> tuple[str, ...]:
    """Return the leaf accounts of 2026 that some line takes."""
    model = plan_2026(famille).model
    chart = PlanComptes.of(model.comptes, 2026, famille)
    return tuple(
        compte.numero
        for compte in chart.leaves()
        if compte.numero[0] in "1234567" and compte.numero not in model.comptes_sans_ligne
    )


@st.composite
def soldes(draw: st.DrawFn, famille: str) -> dict[str, int]:
    """Draw closing balances that add up to zero, with nothing left on account 12."""
    known = [compte for compte in leaves(famille) if not compte.startswith("12")]
    found = draw(st.dictionaries(st.sampled_from(known), AMOUNTS, max_size=40))
    last = draw(st.sampled_from(known))
    return found | {last: -sum(amount for compte, amount in found.items() if compte != last)}


def of(evaluation: Evaluation, *keys: str) -> int:
    """Add cells or aggregates; an empty one adds nothing."""
    return sum(evaluation.value(key) or 0 for key in keys)


def under(accounts: dict[str, int], *roots: str) -> int:
    """Return the credit minus debit of the accounts under some roots."""
    return -sum(amount for compte, amount in accounts.items() if compte.startswith(roots))


@pytest.mark.parametrize("famille", FAMILLES)
def test_every_family_closes_in_2026(famille: str) -> None:
    """I1, I2, I4 and I5; the CAF is also read from the accounts, as §3.5 writes it."""

    @given(soldes(famille))
    def closes(accounts: dict[str, int]) -> None:
        evaluation = evaluate(plan_2026(famille), Facts(2026, Balance.from_soldes(accounts)))
        resultat = under(accounts, "6", "7")
        assert of(evaluation, "ACT.AT.NET") == of(evaluation, "PAS.PT.N")
        assert [resultat] * 3 == [of(evaluation, key) for key in ("RESULTAT", "CR.RES.N", "PAS.P120.N")]
        assert of(evaluation, "CAF_FLUX") == of(evaluation, "CAF")
        calculated = under(accounts, "681", "686", "687", "781", "786", "787")
        disposals = under(accounts, "657", "6671", "6672", "757", "7671", "7672", "747")
        assert resultat - calculated - disposals == of(evaluation, "CAF")
        assert of(evaluation, "FRNG") - of(evaluation, "BFR") == of(evaluation, "TRESORERIE")

    closes()
