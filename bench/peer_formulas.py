"""
Calculate a workbook with the PyPI package `formulas`, in a process of its own.

`python -m bench.peer_formulas FILE` prints, as JSON, how long it took to load and to calculate, and what
each cell is worth.
"""

from __future__ import annotations

import json
import logging
import math
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from liasse.outputs.workbook_places import Spot, letters

ROOT = Path(__file__).parents[1]
_PLACE = re.compile(r"'\[[^]]*\](?P<sheet>[^']+)'!(?P<cell>[A-Z]+\d+)")


@dataclass(frozen=True, slots=True)
class Calculated:
    """What `formulas` made of a workbook: seconds, and values by place, `CRP!C12`."""

    load: float
    calculate: float
    values: dict[str, Any]

    def value(self, spot: Spot) -> Any:  # noqa: ANN401 - what a cell holds
        """Return the value of a cell, None when it is blank."""
        found = self.values.get(f"{spot.sheet.upper()}!{letters(spot.col)}{spot.row + 1}")
        return None if found == "" else found


def calculated(path: Path, limit: float) -> Calculated:
    """Calculate a workbook in another process, within so many seconds."""
    command = [sys.executable, "-W", "ignore", "-m", "bench.peer_formulas", str(path)]
    done = subprocess.run(command, capture_output=True, check=True, text=True, timeout=limit, cwd=ROOT)
    return Calculated(**json.loads(done.stdout.splitlines()[-1]))


def calculate(path: Path) -> Calculated:
    """Load, then calculate."""
    import formulas  # noqa: PLC0415 - half a second, for who needs it

    start = time.perf_counter()
    model = formulas.ExcelModel().loads(str(path)).finish()
    loaded = time.perf_counter()
    solution = model.calculate()
    end = time.perf_counter()
    values = {}
    for key, cell in solution.items():
        place = _PLACE.fullmatch(str(key))
        if place is not None:
            values[f"{place['sheet']}!{place['cell']}"] = _plain(cell.value[0, 0])
    return Calculated(loaded - start, end - loaded, values)


def _plain(value: Any) -> Any:  # noqa: ANN401
    """Return a number, a text or None (a blank) as JSON holds them; an error as its text."""
    if isinstance(value, bool | str) and type(value) in {bool, str}:
        return value
    try:
        number = float(value)
    except (TypeError, ValueError):
        said = str(value)
        return None if said == "empty" else said
    return None if math.isnan(number) else number


if __name__ == "__main__":
    logging.disable()
    found = calculate(Path(sys.argv[1]))
    print(json.dumps({"load": found.load, "calculate": found.calculate, "values": found.values}))
