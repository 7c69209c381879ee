"""The API held to its OpenAPI document by schemathesis: whatever is sent, what comes back is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from hypothesis import HealthCheck, given, settings
from schemathesis.core.failures import FailureGroup

from harmonia.dossiers import transitions
from tests.harmonia.cast import Cast, signed_in
from tests.harmonia.ministere.test_transmissions import transmitted
from tests.harmonia.ministere.tiers import Portail

EXAMPLES: Final = 25
"""Cases per operation and holder: enough to meet every generator, few enough for every run."""

BOUNDED: Final = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    database=None,
)

OPERATIONS: Final = ("consentement", "courante", "numerotee", "comparer", "contrat", "schema")


@pytest.fixture(autouse=True)
def lenient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an almost empty dossier through: these tests are about what is answered."""
    monkeypatch.setattr(transitions, "_require_content", lambda _dossier, _condition: None)


@pytest.fixture
def token(cast: Cast) -> str:
    """Return a token that reads a transmission."""
    transmitted(cast)
    return Portail().tokens(signed_in(cast.comptable), cast)["access_token"]


def called(operation: str, headers: dict[str, str]) -> Callable[[], None]:
    """Return a test of an operation, for a holder of these headers."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler())
    found = schema.find_operation_by_id(operation)

    @BOUNDED
    @given(case=found.as_strategy())
    def run(case: Any) -> None:
        case.call_and_validate(headers=headers)

    return run


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_api_answers_what_its_contract_says(token: str, operation: str) -> None:
    """To who has a consent, and to who has none."""
    for headers in ({"Authorization": f"Bearer {token}"}, {}):
        try:
            called(operation, headers)()
        except FailureGroup as group:
            pytest.fail("\n".join(f"{one.title}: {one.message}" for one in group.exceptions))
