"""A progress bar on the standard error, for long files; loaded only when there is one to show."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from liasse.imports.recognise import read_file
from liasse.imports.report import Lecture


def read_with_progress(
    path: Path,
    *,
    exercice: int | None = None,
    mapping: Mapping[str, str] | None = None,
    journaux_ouverture: Collection[str] | None = None,
) -> Lecture:
    """Read a file while a bar says how far it is; the bar is wiped at the end."""
    columns = (
        TextColumn("Lecture de {task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:.0f} %"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(path.name, total=None)
        return read_file(
            path,
            exercice=exercice,
            mapping=mapping,
            journaux_ouverture=journaux_ouverture,
            on_progress=lambda done, size: progress.update(task, completed=done, total=size),
        )
