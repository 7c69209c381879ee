"""The API held to its OpenAPI document by schemathesis: whatever is sent, what comes back is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.harmonia.cast import Cast
from tests.harmonia.ministere.test_transmissions import transmitted
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
    """To who has a consent, and to who has none; every operation, on a portal that runs."""
    transmitted(committed)
    with browser(hostile.vivant, committed.comptable) as person:
        token = hostile.token(hostile.code(person, committed.ici.siren)).json()["access_token"]
    told = []
    for operation in OPERATIONS:
        for headers in ({"Authorization": f"Bearer {token}"}, {}):
            try:
                called(hostile.vivant.adresse, operation, headers)()
            except FailureGroup as group:
                told += [f"{operation}: {one.title}: {one.message}" for one in group.exceptions]
    assert [] == told
