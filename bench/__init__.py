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

    `reference` says, in a few words, the limit or what the peer took, with its unit.
    `ratio` is value over reference.  Both are None when there is nothing to compare with.
    """

    name: str
    value: float
    unit: str
    reference: str | None
    ratio: float | None


def figure(name: str, value: float, unit: str, limit: float | None = None) -> Figure:
    """Return a figure, with its ratio to a limit worked out."""
    said = None if limit is None else f"limit: {limit:g} {unit}"
    return {
        "name": name,
        "value": value,
        "unit": unit,
        "reference": said,
        "ratio": value / limit if limit else None,
    }
