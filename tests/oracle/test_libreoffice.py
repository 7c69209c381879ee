"""
The workbook, calculated again by LibreOffice, agrees with the engine on every figure and every control.

Run by `make test-all`, which installs LibreOffice; left out elsewhere.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Final

import pytest

from liasse import Evaluation, Plan, compile_model, evaluate, load_model
from liasse.outputs.workbook import render_workbook
from tests.filings import random_facts
from tests.oracle.edits import typing
from tests.oracle.libreoffice import Recalculated, cached_disagreements, disagreements, forget, recalculate
from tests.support import MODELES
from tests.workbooks import small_plan, typed_in

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.environ.get("ORACLE") != "libreoffice", reason="ORACLE=libreoffice runs it"),
]

NUMBERS: Final[Mapping[str, int]] = {
    "essai": 45,
    "etats_reglementaires/2022/COOP": 30,
    "etats_reglementaires/2022/OPH": 15,
    "etats_reglementaires/2022/ESH": 15,
    "etats_reglementaires/2022/SEM": 15,
    "etats_reglementaires/2026/COOP": 15,
    "qdis_coop/2022/COOP": 45,
    "dis_coop/2022/COOP": 20,
}
"""How many random filings of each model and family: 200 in all."""

BATCH: Final = 15
"""Workbooks opened by one LibreOffice."""


@lru_cache
def plan_of(name: str) -> Plan:
    """Return the plan of a model, `questionnaire/millesime/famille`, or the small one, `essai`."""
    if name == "essai":
        return small_plan()
    questionnaire, millesime, famille = name.split("/")
    return compile_model(load_model(MODELES, questionnaire, millesime), famille)


def batches(plan: Plan, number: int) -> Iterator[list[Evaluation]]:
    """Yield random filings, evaluated, as many as one LibreOffice opens."""
    for start in range(0, number, BATCH):
        seeds = range(start, min(number, start + BATCH))
        yield [evaluate(plan, random_facts(plan, Random(seed))) for seed in seeds]


def written(evaluations: list[Evaluation], folder: Path, *, with_values: bool) -> list[Path]:
    """Write the workbooks of some filings, with or without the values of their formulas."""
    paths = []
    for rank, evaluation in enumerate(evaluations):
        content = render_workbook(evaluation, "Coopérative d'essai")
        paths.append(folder / f"{rank}.xlsx")
        paths[-1].write_bytes(content if with_values else forget(content))
    return paths


@pytest.mark.parametrize("name", NUMBERS)
def test_libreoffice_finds_every_figure_and_outcome(name: str, tmp_path: Path) -> None:
    """Cells, aggregates, the four outcomes and the gaps, on random filings whose formulas have no value."""
    plan = plan_of(name)
    compared, found = 0, []
    for rank, evaluations in enumerate(batches(plan, NUMBERS[name])):
        folder = tmp_path / str(rank)
        (folder / "calcule").mkdir(parents=True)
        paths = written(evaluations, folder, with_values=False)
        for evaluation, path in zip(evaluations, recalculate(paths, folder / "calcule"), strict=True):
            number, differing = disagreements(evaluation, Recalculated(path))
            compared += number
            found += [f"{rank}/{path.name} {one}" for one in differing]
    print(f"{name} : {compared} valeurs comparées, {len(found)} écarts")  # noqa: T201 - the measure
    assert (True, []) == (compared > 0, found)


@pytest.mark.parametrize("name", NUMBERS)
def test_every_formula_is_written_with_its_value(name: str, tmp_path: Path) -> None:
    """A reader that calculates nothing shows the right figures, hidden cells included."""
    evaluations = next(batches(plan_of(name), 10 if name == "essai" else 3))
    (tmp_path / "calcule").mkdir()
    paths = written(evaluations, tmp_path, with_values=True)
    found = [
        one
        for before, after in zip(paths, recalculate(paths, tmp_path / "calcule"), strict=True)
        for one in cached_disagreements(before, after)
    ]
    assert [] == found


@pytest.mark.parametrize("name", NUMBERS)
def test_formulas_follow_what_is_typed(name: str, tmp_path: Path) -> None:
    """The workbook of a filing, typed in as a person does, shows the figures and outcomes of the new one."""
    plan, filings, paths = plan_of(name), [], []
    (tmp_path / "calcule").mkdir()
    for seed in range(10 if name == "essai" else 3):
        before = evaluate(plan, replace(random_facts(plan, Random(seed)), rounded=None))
        after, edits = typing(before, Random(seed))
        content = typed_in(render_workbook(before), edits)
        filings.append((before, after))
        paths.append(tmp_path / f"{seed}.xlsx")
        paths[-1].write_bytes(forget(content))
    found = [
        f"{path.name} {one}"
        for (before, after), path in zip(filings, recalculate(paths, tmp_path / "calcule"), strict=True)
        for one in disagreements(after, Recalculated(path), before.facts)[1]
    ]
    assert [] == found
