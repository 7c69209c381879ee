"""
A Rapatriement of a full dossier between two live portals: click to preview, then its application.

`python -m bench.web.rapatriement ROUNDS`: each round asks for the accord of the ministry anew, applies
everything, and undoes it.
"""

from __future__ import annotations

import random
import sys
import time
from typing import Final

from bench.web.__main__ import percentile
from tests.faults.person import InterruptedActError
from tests.faults.points import rehearse
from tests.faults.theatre import Theatre, theatre

AIMS: Final = {"du clic à l'aperçu": 2.0, "application": 1.0}
"""Seconds, at the 95th percentile."""


def main(rounds: int) -> int:
    """Play the rounds and print; the status tells whether the databases disagree with what was done."""
    times: dict[str, list[float]] = {name: [] for name in AIMS}
    with theatre(random.Random(2022)) as stage:
        rehearse(stage)
        for _ in range(rounds):
            _round(stage, times)
        wrong = stage.settled()
    print(f"\nRapatriement d'un dossier complet, {rounds} fois, sur deux portails vivants")
    for name, found in times.items():
        p95, aim = percentile(found, 0.95), AIMS[name]
        said = "tenu" if p95 <= aim else "MANQUÉ"
        print(f"  {name:22} p50 {percentile(found, 0.5):.2f} s, p95 {p95:.2f} s  objectif {aim:g} s {said}")
    print(*(f"  FAUX {one}" for one in wrong), sep="\n")
    return int(bool(wrong))


def _round(stage: Theatre, times: dict[str, list[float]]) -> None:
    act = stage.rapatriement
    act.at, started = "", time.perf_counter()
    page = act.preview(fresh=True)
    assert page is not None, "no preview"
    times["du clic à l'aperçu"].append(time.perf_counter() - started)
    started = time.perf_counter()
    done = act.apply(page)
    assert done is not None, "not applied"
    times["application"].append(time.perf_counter() - started)
    act.undo(done, _interrupted)


def _interrupted(error: InterruptedActError) -> None:
    raise error


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 8))
