"""
Figures that the house promises, measured.

Each `bench_*.py` of this folder has a `run()` that returns the figures it measured.
`python -m bench` runs them all, prints them, and writes `results.json` here.
A ratio compares with a peer or a limit measured, or stated, in the same run: machines differ.
"""

from __future__ import annotations

from typing import TypedDict


class Figure(TypedDict):
    """
    One measure.

    `reference` is the limit or what the peer took: a number in the same unit, or a few words that give it.
    `ratio` is value over reference.  Both are None when there is nothing to compare with.
    """

    name: str
    value: float
    unit: str
    reference: float | str | None
    ratio: float | None


def figure(name: str, value: float, unit: str, reference: float | None = None) -> Figure:
    """Return a figure, with its ratio worked out."""
    ratio = value / reference if reference else None
    return {"name": name, "value": value, "unit": unit, "reference": reference, "ratio": ratio}
