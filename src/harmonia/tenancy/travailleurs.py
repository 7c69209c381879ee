"""The workers of background jobs: how they show that they live, how they leave a database that went away."""

from __future__ import annotations

from typing import Any, Final

from procrastinate import PsycopgConnector
from procrastinate.contrib.django.utils import connector_params

STALLED: Final = 12
"""Seconds without a sign of life (one every three, in the settings) after which a worker counts as dead."""

_WITHOUT_DATABASE: Final = 5.0
"""Seconds that a worker waits for its database; then it ends, and is started again."""


def prepare(app: Any) -> None:  # noqa: ANN401 - procrastinate's extension has no types
    """Give workers a connection that does not wait long (`PROCRASTINATE_ON_APP_READY`)."""
    app.connector.get_worker_connector = _connector


def _connector() -> PsycopgConnector:
    return PsycopgConnector(kwargs=connector_params("default"), timeout=_WITHOUT_DATABASE)
