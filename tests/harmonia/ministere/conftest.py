"""A portal of the ministry that really runs, and a hostile one before it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from harmonia.api.clients import declare
from harmonia.dossiers import transitions
from harmonia.launch import postgres
from tests.harmonia.cast import Cast
from tests.harmonia.ministere.tiers import RETOUR
from tests.harmonia.ministere.vivant import Hostile, running


@pytest.fixture
def hostile(
    committed: Cast,
    cluster: postgres.Cluster,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    loopback: None,
) -> Iterator[Hostile]:
    """Return a hostile portal before a real one."""
    monkeypatch.setattr(transitions, "_require_content", lambda _dossier, _condition: None)
    credentials = declare("Harmonia.coop", [RETOUR])
    with running(cluster, tmp_path) as vivant, httpx.Client(base_url=vivant.adresse, timeout=30) as http:
        yield Hostile(vivant, credentials, http)
