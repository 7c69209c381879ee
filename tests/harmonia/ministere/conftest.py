"""What the tests of the ministry's door share: a portal that reads, and one that really runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from harmonia.api.clients import declare
from harmonia.dossiers import transitions
from harmonia.launch import postgres
from tests.harmonia.cast import Cast
from tests.harmonia.ministere.tiers import RETOUR, Portail
from tests.harmonia.ministere.vivant import Hostile, running


@pytest.fixture
def lenient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an almost empty dossier through: for tests about what follows, not about what is filled."""
    monkeypatch.setattr(transitions, "_require_content", lambda _dossier, _condition: None)


@pytest.fixture
def portail(cast: Cast) -> Portail:
    """Return the federation's portal, declared."""
    return Portail()


@pytest.fixture
def hostile(
    committed: Cast, cluster: postgres.Cluster, tmp_path: Path, lenient: None, loopback: None
) -> Iterator[Hostile]:
    """Return a hostile portal before a real one."""
    credentials = declare("Harmonia.coop", [RETOUR])
    with running(cluster, tmp_path) as vivant, httpx.Client(base_url=vivant.adresse, timeout=30) as http:
        yield Hostile(vivant, credentials, http)
