"""Recalculate workbooks with LibreOffice headless, and compare every figure with the engine."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final, Protocol

from python_calamine import CalamineWorkbook

from liasse import Evaluation, Facts, judge, unit
from liasse.compiler.plan import Check, SlotKind
from liasse.engine.controls import Judgement
from liasse.engine.rows import words_of
from liasse.outputs.wording import GRAVITES
from liasse.outputs.workbook_controls import WORDS
from liasse.outputs.workbook_formulas import Translator
from liasse.outputs.workbook_hidden import Hidden
from liasse.outputs.workbook_places import Spot, place
from liasse.outputs.workbook_summary import CONTROLS, place_aggregates
from liasse.outputs.workbook_values import DAY_ZERO, shown_value

_PROFILE: Final = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
 <item oor:path="/org.openoffice.Office.Calc/Formula/Load">
  <prop oor:name="OOXMLRecalcMode"><value>{mode}</value></prop>
 </item>
</oor:items>
"""
"""A profile that calculates every workbook again when it opens it (0), or none (1)."""


def soffice() -> str | None:
    """Return the path of LibreOffice, None when it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def recalculate(paths: Sequence[Path], folder: Path, *, always: bool = True) -> list[Path]:
    """Open workbooks in one LibreOffice, calculate everything again (or nothing), save them in *folder*."""
    profile = folder / "profil"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(
        _PROFILE.format(mode=0 if always else 1), encoding="utf-8"
    )
    command = [
        soffice() or "soffice",
        f"-env:UserInstallation={profile.as_uri()}",
        "--headless",
        "--norestore",
    ]
    command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder), *map(str, paths)]
    subprocess.run(command, check=True, capture_output=True, timeout=1800)
    return [folder / path.name for path in paths]


class Cells(Protocol):
    """A workbook that something has calculated."""

    def value(self, spot: Spot) -> Any:  # noqa: ANN401 - what a cell holds
        """Return the value of a cell, None when it is blank."""


class Recalculated:
    """The values of a workbook, by sheet."""

    def __init__(self, path: Path) -> None:
        self._book = CalamineWorkbook.from_path(str(path))
        self._rows: dict[str, list[list[Any]]] = {}

    @property
    def sheets(self) -> list[str]:
        """The names of the sheets."""
        return list(self._book.sheet_names)

    def spots(self, name: str) -> Iterator[Spot]:
        """Yield the places of a sheet."""
        for row, cells in enumerate(self._sheet(name)):
            for col in range(len(cells)):
                yield Spot(name, row, col)

    def _sheet(self, name: str) -> list[list[Any]]:
        if name not in self._rows:
            self._rows[name] = self._book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        return self._rows[name]

    def value(self, spot: Spot) -> Any:  # noqa: ANN401 - what a cell holds
        """Return the value of a cell, None when it is blank."""
        rows = self._sheet(spot.sheet)
        if spot.row >= len(rows) or spot.col >= len(rows[spot.row]):
            return None
        value = rows[spot.row][spot.col]
        if isinstance(value, date):
            return value.toordinal() - DAY_ZERO
        return None if value == "" else value


def expected_figures(evaluation: Evaluation, exported: Facts) -> Iterator[tuple[str, Spot, Any]]:
    """Yield every cell and aggregate, with where it stands since the export and what the engine finds."""
    plan = evaluation.plan
    places = place(plan, exported)
    shown = place_aggregates(Translator(evaluation, places, Hidden(places.sections)))
    for slot in plan.slots:
        if slot.kind in {SlotKind.AGGREGATE, SlotKind.PARAMETER}:
            yield slot.key, shown[slot.key], shown_value(slot, evaluation.value(slot.key))
        elif slot.kind is SlotKind.CELL:
            values = evaluation.column(slot.key) if slot.section else (evaluation.value(slot.key),)
            for rank, value in enumerate(values):
                row = rank if slot.section else None
                words = words_of(evaluation, slot, row)
                name = slot.key if row is None else f"{slot.key}[{row}]"
                yield name, places.of(slot, row), shown_value(slot, value, words)


def same(expected: Any, actual: Any) -> bool:  # noqa: ANN401
    """
    Tell whether two values are the same to a ten-thousandth of a cent, or one part in 10^14.

    The engine counts whole cents; a spreadsheet holds doubles, of 15 to 16 digits: a sum of some hundred
    amounts near 5·10^12 euros may be one cent away, which is two parts in 10^15.
    """
    if isinstance(expected, int | float) and isinstance(actual, int | float):
        return abs(expected - actual) <= max(1e-6, abs(expected) * 1e-14)
    return bool(expected == actual)


def disagreements(
    evaluation: Evaluation, book: Cells, exported: Facts | None = None
) -> tuple[int, list[str]]:
    """
    Return how many figures, outcomes, severities and gaps were compared, and those that differ.

    *exported* are the facts with which the workbook was written, when it was typed in since.
    """
    compared, found = 0, []
    for key, spot, expected in expected_figures(evaluation, exported or evaluation.facts):
        compared += 1
        actual = book.value(spot)
        if not same(expected, actual):
            found.append(f"{key} {spot.sheet}!{spot.address} : moteur {expected!r}, classeur {actual!r}")
    for rank, (check, judgement) in enumerate(zip(evaluation.plan.checks, judge(evaluation), strict=True)):
        compared += 3
        found += _control(book, rank, check, judgement)
    return compared, found


def _control(book: Cells, rank: int, check: Check, judgement: Judgement) -> Iterator[str]:
    row, name, gravite = 5 + rank, f"{check.control.identifier} {check.ligne}", check.control.gravite
    outcome, severity, gap = (book.value(Spot(CONTROLS, row, col)) for col in (3, 4, 5))
    if outcome != WORDS[judgement.outcome]:
        yield f"{name} : moteur {WORDS[judgement.outcome]}, classeur {outcome!r}"
    if severity != GRAVITES[judgement.gravite or gravite]:
        yield f"{name}, gravité : moteur {judgement.gravite or gravite}, classeur {severity!r}"
    expected = None if judgement.ecart is None else float(_scaled(judgement))
    if not same(expected, gap):
        yield f"{name}, écart : moteur {expected!r}, classeur {gap!r}"


def _scaled(judgement: Judgement) -> float:
    factor = unit(judgement.unite).factor
    return (judgement.ecart or 0) * factor.numerator / factor.denominator


def forget(content: bytes) -> bytes:
    """Return a workbook without the values of its formulas, so that only a calculation can give them."""
    source, target = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name in source.namelist():
            part = source.read(name)
            if name.startswith("xl/worksheets/"):
                part = re.sub(rb"</f><v>[^<]*</v>", b"</f>", part)
            made.writestr(name, part)
    return target.getvalue()


def cached_disagreements(before: Path, after: Path) -> list[str]:
    """Return the cells whose value, as written, is not the one that a calculation gives."""
    first, second = Recalculated(before), Recalculated(after)
    found = []
    for name in first.sheets:
        for spot in first.spots(name):
            if not same(first.value(spot), second.value(spot)):
                values = f"{first.value(spot)!r}, {second.value(spot)!r}"
                found.append(f"{before.name} {name}!{spot.address} : {values}")
    return found
