"""Kill -9 in the middle of a transmission or of a Rapatriement: nothing lost, doubled or half-applied."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Final

import pytest

from tests.e2e.portal import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("pannes")]

POINTS: Final = os.environ.get("PANNES", "10")
SEED: Final = os.environ.get("PANNES_GRAINE", "1571")
"""Of this seed, the first ten points kill a process of each kind."""


def test_a_killed_process_leaves_nothing_lost_doubled_or_half_applied() -> None:
    """
    A web process, a worker or PostgreSQL killed at random; the person does again what the page proposes.

    `PANNES` says how many points, `PANNES_GRAINE` from which seed; what went wrong is told, point by point.
    """
    command = [sys.executable, "-m", "tests.faults", "--points", POINTS, "--graine", SEED]
    done = subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.PIPE, text=True)
    assert [] == [line for line in done.stdout.splitlines() if line.startswith("WRONG")]
    assert 0 == done.returncode
