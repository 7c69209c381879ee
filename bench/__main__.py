"""Run every bench, print a table, write `bench/results.json`: `python -m bench [NAME…]`."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import Figure

FOLDER = Path(__file__).parent


def names(wanted: list[str]) -> list[str]:
    """Return the benches to run, in order: all of them, or those whose name holds a *wanted* word."""
    found = sorted(path.stem for path in FOLDER.glob("bench_*.py"))
    return [name for name in found if not wanted or any(word in name for word in wanted)]


def shown(value: float | str | None) -> str:
    """
    Return a measure as it is printed.

    >>> shown(1234.5678)
    '1,234.568'
    """
    if value is None:
        return ""
    return value if isinstance(value, str) else f"{value:,.3f}"


def table(figures: list[Figure]) -> Table:
    """Return the figures as they are printed."""
    printed = Table("figure", "value", "unit", "reference", "ratio")
    for column in printed.columns[1:]:
        column.justify = "right"
    for item in figures:
        measured = (item["value"], item["unit"], item["reference"], item["ratio"])
        printed.add_row(item["name"], *map(shown, measured))
    return printed


def main(wanted: list[str]) -> int:
    """Run the benches; a bench that fails is said, the others are still measured and written."""
    console = Console()
    figures: list[Figure] = []
    failed = 0
    for name in names(wanted):
        console.print(f"[dim]{name}…[/dim]")
        try:
            figures.extend(importlib.import_module(f"bench.{name}").run())
        except Exception:  # noqa: BLE001 - one broken bench must not hide the figures of the others
            console.print_exception()
            failed += 1
    console.print(table(figures))
    text = json.dumps(figures, ensure_ascii=False, indent=2)
    (FOLDER / "results.json").write_text(text + "\n", encoding="utf-8")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
