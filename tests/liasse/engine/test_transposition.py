"""An exercice of the former regime read as the previous one of 2026."""

from __future__ import annotations

from functools import lru_cache

import pytest
from hypothesis import given

from liasse import Balance, Evaluation, Facts, Plan, evaluate
from liasse.engine.transposition import comparable_lines, transpose, transposed_balance
from liasse.errors import Place
from liasse.ledger.balance import LigneBalance
from liasse.model.correspondances import Correspondance, Correspondances, NatureCorrespondance
from liasse.source.correspondances import load_correspondances
from tests.properties.strategies import leaves, soldes
from tests.support import MODELES, plan_2022, shipped_plan


def plan_2026() -> Plan:
    """Return the shipped plan of the regime of 2026."""
    return shipped_plan("etats_reglementaires", "2026")


@lru_cache
def links() -> Correspondances:
    """Return the shipped correspondences."""
    return load_correspondances(MODELES, plan_2022().model, plan_2026().model)


def before(accounts: dict[str, int], cells: dict[str, int] | None = None) -> Evaluation:
    """Evaluate a balance of 2025 under the former regime."""
    return evaluate(plan_2022(), Facts(2025, Balance.from_soldes(accounts), cells or {}))


def moved(accounts: dict[str, int], cells: dict[str, int] | None = None) -> Evaluation:
    """Transpose a balance of 2025."""
    return transpose(before(accounts, cells), plan_2026(), links())


@pytest.mark.parametrize(
    ("accounts", "key", "value"),
    [
        ({"512": 100, "1572": -100}, "PAS.P220.N", 100),
        ({"512": 100, "153": -100}, "PAS.P230.N", 100),
        ({"512": 100, "777": -100}, "CRP.R320.N", 100),
        ({"223": 100, "229": -100}, "PAS.P153.N", 100),
        ({"512": 100, "7086": -60, "7082": -40}, "CRP.R053.N", 100),
        ({"512": 100, "777": -100}, "CAF.ROUTE_RES.N", 0),
        ({"512": 100, "101": -100}, "TRESORERIE", 100),
    ],
)
def test_what_corresponds_keeps_its_figure(accounts: dict[str, int], key: str, value: int) -> None:
    """Same code, another code, several lines that become one, totals and aggregates."""
    assert value == moved(accounts).value(key)


@pytest.mark.parametrize(
    ("accounts", "key", "value"),
    [
        ({"205": 40, "203": 60, "101": -100}, "ACT.A042.BRUT", 40),
        ({"512": 100, "101": -100}, "ACT.A721.BRUT", 100),
        ({"6752": 40, "213": -40}, "CRC.C630.T", 40),
        ({"675": 40, "213": -40}, "CRC.C630.T", None),
        ({"675": 40, "6752": 10, "213": -50}, "CRC.C630.T", None),
        ({"512": 100, "1641": -100}, "PAS.PT4.N", 100),
        ({"223": 100, "229": -60, "1641": -40}, "PAS.PT4.N", None),
    ],
)
def test_a_split_line_is_read_from_the_accounts(
    accounts: dict[str, int], key: str, value: int | None
) -> None:
    """Only when its parts make up what was filed: 675 alone does not say which part is 657."""
    assert value == moved(accounts).value(key)


def test_a_split_line_whose_figure_was_typed_is_not_known() -> None:
    """The accounts no longer make up what was filed."""
    accounts = {"205": 40, "101": -40}
    assert moved(accounts, {"ACT.A040.BRUT": 50}).value("ACT.A042.BRUT") is None


@pytest.mark.parametrize(
    ("accounts", "key"),
    [
        ({"671": 40, "512": -40}, "CRC.C620.T"),
        ({"512": 40, "791": -40}, "CRP.RTE.N"),
        ({"512": 40, "741": -40}, "CRP.R314.N"),
        ({"512": 40, "152": -40}, "PAS.P230.N"),
    ],
)
def test_what_does_not_compare_is_missing(accounts: dict[str, int], key: str) -> None:
    """An old 741, an old 152 are not the new ones."""
    assert moved(accounts).value(key) is None


@given(soldes())
def test_the_totals_are_those_that_were_filed(accounts: dict[str, int]) -> None:
    """Nothing is computed again: total assets, liabilities, result and CAF do not move."""
    old, new = before(accounts), moved(accounts)
    keys = ("ACT.AT.NET", "PAS.PT.N", "CR.RES.N", "RESULTAT", "CAF", "FRNG", "BFR", "TRESORERIE")
    assert [old.value(key) for key in keys] == [new.value(key) for key in keys]


def renumbered(accounts: dict[str, int]) -> Balance:
    """Return a balance of 2025 under the numbers of 2026."""
    return transposed_balance(Balance.from_soldes(accounts), links().comptes)


MOVED = {
    "229": "goes from the debts to the other own funds, and a total of debts no longer compares",
    "27682": "comes to a line that was split from another one",
    "6717": "leaves the exceptional charges for the taxes",
}
"""The accounts whose new line says nothing of the year before, and why."""
VALUED = ("474", "475", "478")
"""Valuation differences: the sign told the side of the balance sheet, the account now does."""


@pytest.mark.parametrize("sign", [1, -1])
def test_every_account_lands_on_the_line_that_corresponds_to_its_former_one(sign: int) -> None:
    """Renumbered, the whole chart gives in 2026 what the transposition gives for 2025, line by line."""
    columns = {"ACT": ("BRUT", "AMORT", "NET"), "PAS": ("N",), "CRC": ("T",), "CRP": ("N",), "CR": ("N",)}
    known = comparable_lines(links())
    keys = [
        f"{table}.{line}.{column}"
        for table, found in columns.items()
        for line in plan_2026().model.tables[table].lignes
        for column in found
        if f"{table}.{line}" in known and f"{table}.{line}.{column}" in plan_2026().index
    ]
    assert len(keys) > 200
    kept = [account for account in leaves() if account not in MOVED and not account.startswith(VALUED)]
    lasting = [account for account in kept if list(renumbered({account: 1}))]
    accounts = {account: sign * (1_000 + rank**2) for rank, account in enumerate(lasting)}
    assert len(accounts) > 800
    filed = moved(accounts)
    new = evaluate(plan_2026(), Facts(2026, renumbered(accounts)))
    assert [] == [key for key in keys if (new.value(key) or 0) != (filed.value(key) or 0)]


def test_the_column_of_the_year_before_reads_it() -> None:
    """`exercice_precedent` needs nothing more."""
    accounts = {"512": 100, "1572": -60, "101": -40}
    facts = Facts(2026, Balance.from_soldes({"512": 100, "1525": -70, "101": -30}), precedent=moved(accounts))
    evaluation = evaluate(plan_2026(), facts)
    assert (60, 100, 40) == tuple(
        evaluation.value(key) for key in ("PAS.P220.N1", "ACT.AT.N1", "PAS.P010.N1")
    )


def test_a_figure_known_to_the_euro_stays_so() -> None:
    """The tolerance of 2026 counts what was rounded in 2025."""
    typed = evaluate(plan_2022(), Facts(2025, cells={"PAS.P220.N": 100_00, "PAS.P020.N": 50}))
    found = transpose(typed, plan_2026(), links())
    leaves = plan_2026().leaves[plan_2026().index["PAS.P220.N"]]
    exact = plan_2026().leaves[plan_2026().index["PAS.P020.N"]]
    assert (True, False) == (bool(found.rounded.mask & leaves), bool(found.rounded.mask & exact))


def account(de: str, vers: str) -> Correspondance:
    """Write a row about accounts."""
    nature = NatureCorrespondance.RENOMME if vers else NatureCorrespondance.SUPPRIME
    return Correspondance(de, vers, nature, "", "F", Place(""))


def test_accounts_are_renumbered_by_their_longest_root() -> None:
    """Two that meet are added; one without a number to take is left out."""
    lines = (
        LigneBalance("152", -5, ouverture=-4),
        LigneBalance("15720", -60, "PGE", ouverture=-50, debit=0, credit=10),
        LigneBalance("1525", -7, ouverture=-7, debit=1, credit=1),
        LigneBalance("512", 72),
    )
    balance = Balance(lines, has_ouverture=True, auxiliaires={"15720": (("TOUR", -60),)})
    rows = (account("152", ""), account("1525", "1525"), account("1572", "1525"))
    found = transposed_balance(balance, rows)
    assert [("1525", -7), ("15250", -60), ("512", 72)] == [(ligne.compte, ligne.solde) for ligne in found]
    assert {"15250": (("TOUR", -60),)} == found.auxiliaires
    merged = transposed_balance(balance, (account("15720", "1525"),)).get("1525")
    assert merged is not None
    assert (-67, -57, 1, 11) == (merged.solde, merged.ouverture, merged.debit, merged.credit)


def test_without_a_balance_a_split_line_is_missing() -> None:
    """Cells alone do not say how it splits."""
    typed = evaluate(plan_2022(), Facts(2025, cells={"ACT.A040.BRUT": 100, "PAS.P220.N": 100}))
    found = transpose(typed, plan_2026(), links())
    assert (None, 100) == (found.value("ACT.A042.BRUT"), found.value("PAS.P220.N"))


def test_lines_that_compare_are_told_from_the_others() -> None:
    """What a reader may show as comparable."""
    readable = comparable_lines(links())
    assert (True, True, False, False) == tuple(
        key in readable for key in ("PAS.P220", "ACT.A042", "CRC.C620", "ID.N1_ACT")
    )
