"""The balance générale: sums by root, and the state before or after closing."""

from __future__ import annotations

import pytest

from liasse import Balance


def test_a_balance_sums_the_accounts_under_its_roots() -> None:
    """Debit minus credit, in cents."""
    balance = Balance.from_soldes({"5121": 700, "5122": -100, "101": -600})
    assert (600, -600, 3) == (balance.solde(["51"]), balance.solde(("10", "11")), len(balance))


@pytest.mark.parametrize(
    ("soldes", "closed"),
    [
        ({"512": 10, "12": -10}, True),
        ({"512": 10, "12": -10, "701": 0}, True),
        ({"512": 10, "12": -4, "701": -6}, False),
        ({"512": 10, "701": -10}, False),
        ({"512": 10, "101": -10}, False),
    ],
)
def test_a_balance_is_closed_when_only_account_12_holds_the_result(
    soldes: dict[str, int],
    closed: bool,  # noqa: FBT001 – a table of cases
) -> None:
    """Every account of classes 6 and 7 at zero, and 12 not."""
    assert closed == Balance.from_soldes(soldes).is_closed


def test_an_account_that_is_absent_is_none() -> None:
    """Absent is not zero."""
    balance = Balance.from_soldes({"512": 0})
    line = balance.get("512")
    assert (0, None) == (line.solde if line else "?", balance.get("53"))
