"""The API held to its OpenAPI document by schemathesis: whatever is sent, what comes back is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.harmonia.cast import Cast
from tests.harmonia.ministere.provisoires import act, presented, shows
from tests.harmonia.ministere.vivant import Hostile, browser

pytestmark = pytest.mark.usefixtures("loopback")

BOUNDED: Final = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    database=None,
)
"""Cases per operation and holder: enough to meet every generator, few enough for every run."""

OPERATIONS: Final = ("consentement", "courante", "numerotee", "comparer", "contrat", "schema")


UNSIGNABLE: Final = {"comparer": [positive_data_acceptance]}
"""No generator signs: a comparison that has the form, and a signature that is none's, is refused."""


def called(address: str, operation: str, headers: dict[str, str]) -> Callable[[], None]:
    """Return a test of an operation, for a holder of these headers."""
    found = schemathesis.openapi.from_url(f"{address}/api/v1/openapi.json").find_operation_by_id(operation)

    @BOUNDED
    @given(case=found.as_strategy())
    def run(case: Any) -> None:
        case.call_and_validate(headers=headers, excluded_checks=UNSIGNABLE.get(operation, []))

    return run


def test_the_api_answers_what_its_contract_says(hostile: Hostile, committed: Cast) -> None:
    """To who has a consent, and to who has none; before the transmission, and after; every operation."""
    shows(committed)
    assert presented(committed) is not None
    with browser(hostile.vivant, committed.comptable) as person:
        token = hostile.token(hostile.code(person, committed.ici.siren)).json()["access_token"]
    holder = {"Authorization": f"Bearer {token}"}
    told = list(broken(hostile, "courante", holder))
    act(committed, "signer_comptable")
    act(committed, "transmettre")
    for operation in OPERATIONS:
        for headers in (holder, {}):
            told += broken(hostile, operation, headers)
    assert [] == told


def broken(hostile: Hostile, operation: str, headers: dict[str, str]) -> Iterator[str]:
    """Yield how an operation breaks its contract, for a holder of these headers."""
    try:
        called(hostile.vivant.adresse, operation, headers)()
    except FailureGroup as group:
        yield from (f"{operation}: {one.title}: {one.message}" for one in group.exceptions)
