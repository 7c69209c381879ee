"""The closing identities I1 to I9 of comptabilite_hlm §5.3, to the cent, on any balanced balance."""

from __future__ import annotations

import pytest
from hypothesis import given

from liasse import Balance, Evaluation, Facts, evaluate
from tests.properties.strategies import soldes
from tests.support import plan_2022

FAMILLES = ("COOP", "OPH", "ESH", "SEM")


def of(evaluation: Evaluation, *keys: str) -> int:
    """Add cells or aggregates; an empty one adds nothing."""
    return sum(evaluation.value(key) or 0 for key in keys)


def lines(evaluation: Evaluation, table: str, first: str, last: str, column: str) -> int:
    """Add the detail lines of a table between two codes."""
    codes = list(evaluation.plan.model.tables[table].lignes)
    span = codes[codes.index(first) : codes.index(last) + 1]
    kept = evaluation.plan.model.tables[table].lignes
    return sum(
        evaluation.value(f"{table}.{code}.{column}") or 0
        for code in span
        if not kept[code].total and not kept[code].titre
    )


def evaluated(accounts: dict[str, int], famille: str = "COOP") -> Evaluation:
    """Evaluate a balance taken before the closing entries."""
    return evaluate(plan_2022(famille), Facts(2022, Balance.from_soldes(accounts)))


@pytest.mark.parametrize("famille", FAMILLES)
def test_every_family_closes(famille: str) -> None:
    """I1 to I4 for each family, whose lines take other accounts."""

    @given(soldes(famille))
    def closes(accounts: dict[str, int]) -> None:
        evaluation = evaluated(accounts, famille)
        resultat = -sum(amount for compte, amount in accounts.items() if compte[0] in "67")
        assert of(evaluation, "ACT.AT.NET") == of(evaluation, "PAS.PT.N")
        assert [resultat] * 4 == [
            of(evaluation, key) for key in ("RESULTAT", "CR.RES.N", "PAS.P120.N", "SIG.S99.N")
        ]
        assert of(evaluation, "CAF_EBE") == of(evaluation, "CAF")

    closes()


@given(soldes(allocated=False))
def test_i1_the_balance_sheet_balances_whatever_is_on_account_12(accounts: dict[str, int]) -> None:
    """I1, and I2 with what account 12 still holds: P120 = 12 + RT − CT."""
    evaluation = evaluated(accounts)
    twelve = -sum(amount for compte, amount in accounts.items() if compte.startswith("12"))
    charges_and_income = of(evaluation, "CRP.RT.N") - of(evaluation, "CRC.CT.T")
    assert of(evaluation, "ACT.AT.NET") == of(evaluation, "PAS.PT.N")
    assert of(evaluation, "PAS.P120.N") == twelve + charges_and_income


@given(soldes())
def test_i4_self_financing_capacity_is_result_plus_68_minus_78_and_disposals(
    accounts: dict[str, int],
) -> None:
    """I4: CAF = résultat + 68 − 78 + 675 − 775 − 777."""

    def debit(*roots: str) -> int:
        return sum(amount for compte, amount in accounts.items() if compte.startswith(roots))

    evaluation = evaluated(accounts)
    expected = -debit("6", "7") + debit("68") + debit("78") + debit("675") + debit("775") + debit("777")
    assert expected == of(evaluation, "CAF")


@given(soldes())
def test_i5_working_capital_minus_needs_is_cash(accounts: dict[str, int]) -> None:
    """I5: FRNG − BFR = trésorerie, and trésorerie = A710 + A720 − P360."""
    evaluation = evaluated(accounts)
    assert of(evaluation, "FRNG") - of(evaluation, "BFR") == of(evaluation, "TRESORERIE")
    cash = of(evaluation, "ACT.A710.NET", "ACT.A720.NET") - of(evaluation, "PAS.P360.N")
    assert cash == of(evaluation, "TRESORERIE")


@given(soldes())
def test_i6_and_i7_working_capital_from_financial_potential(accounts: dict[str, int]) -> None:
    """I6 and I7, θ being the parameter of the model."""
    evaluation = evaluated(accounts)
    theta = evaluation.value("THETA") or 0
    debit_4411 = sum(
        amount for compte, amount in accounts.items() if compte.startswith("4411") and amount > 0
    )
    charges = of(evaluation, "PAS.P230.N") * (1 if theta == 0 else 0)
    common = of(evaluation, "ACT.A650.NET", "PAS.P210.N", "PAS.P215.N", "PAS.P375.N") + debit_4411 + charges
    deposits = of(evaluation, "PAS.P220.N", "PAS.P341.N", "PAS.P342.N", "PAS.P343.N")
    assert of(evaluation, "FRNG") == of(evaluation, "POTENTIEL_FINANCIER") + common + deposits
    assert of(evaluation, "FRNG") == of(evaluation, "FR_LONG_TERME") + common


@given(soldes())
def test_i8_long_term_debt_lines_are_their_accounts(accounts: dict[str, int]) -> None:
    """I8: P150 + P310 + P320 + P330 + P350 = 161…164 + 166 + 167 + (168 − 1688) + 17 + 18."""
    roots = ("161", "162", "163", "164", "166", "167", "168", "17", "18")
    expected = -sum(
        amount
        for compte, amount in accounts.items()
        if compte.startswith(roots) and not compte.startswith("1688")
    )
    found = of(evaluated(accounts), *(f"PAS.P{code}.N" for code in (150, 310, 320, 330, 350)))
    assert expected == found


@given(soldes())
def test_i9_turnover_and_financial_income_are_their_accounts(accounts: dict[str, int]) -> None:
    """I9: 70 = R010…R055 and 76 = R610 + R615 + R620 + R630 + R640 + R670."""
    evaluation = evaluated(accounts)

    def credit(root: str) -> int:
        return -sum(amount for compte, amount in accounts.items() if compte.startswith(root))

    financial = of(evaluation, *(f"CRP.R{code}.N" for code in (610, 615, 620, 630, 640, 670)))
    assert credit("70") == lines(evaluation, "CRP", "R010", "R055", "N")
    assert credit("76") == financial
