"""`python -m tests.faults --points 200 --graine 2022`: play points, tell what was wrong and how it went."""

from __future__ import annotations

import argparse
import random
import sys
import time

from tests.faults.points import drawn, play, rehearse
from tests.faults.theatre import Theatre, theatre


def main() -> int:
    """Play, and return 1 when something was lost, doubled or half-applied."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("--points", type=int, default=10)
    parser.add_argument("--graine", type=int, default=1571)
    asked = parser.parse_args()
    started, wrong = time.monotonic(), list[str]()
    with theatre(random.Random(asked.graine)) as stage:
        rehearse(stage)
        _say(f"ready after {time.monotonic() - started:.0f} s; the acts last {_told(stage.durations)}")
        for point in drawn(asked.points, asked.graine):
            before = time.monotonic()
            found = play(stage, point)
            _say(f"{point}: {time.monotonic() - before:.1f} s", *found)
            wrong += found
        wrong += stage.settled()
        _report(stage, wrong, time.monotonic() - started)
    return 1 if wrong else 0


def _report(stage: Theatre, wrong: list[str], seconds: float) -> None:
    waits = sorted(stage.recoveries)
    _say(
        *(f"{times:4} {what}" for what, times in sorted(stage.told.items())),
        f"portals back after a fault that a person saw: {len(waits)} times,"
        f" median {waits[len(waits) // 2]:.1f} s, most {waits[-1]:.1f} s"
        if waits
        else "no fault was seen",
        f"{stage.ministere.count()} transmissions, {stage.federation.applied()} Rapatriements,"
        f" in {seconds:.0f} s",
        *(f"WRONG {one}" for one in wrong),
        f"{len(wrong)} faults",
    )


def _told(durations: dict[str, float]) -> str:
    return ", ".join(f"{act} {seconds:.1f} s" for act, seconds in durations.items())


def _say(*lines: str) -> None:
    for line in lines:
        print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
