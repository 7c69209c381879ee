"""
The exported workbook, calculated by others: LibreOffice Calc headless, and the PyPI package `formulas`.

Both must find our figures, controls included, to the cent (`same`, of `tests.oracle.libreoffice`, says within
what); a value that differs fails the bench.  The workbooks are written without the values of their formulas.
LibreOffice takes the complete statements of 2022, and those of 2026.  `formulas` takes those of 2026, which
are smaller: it needs minutes and 3 GiB for the complete ones, and BENCH_WHOLE=1 makes it take them too.
"""

from __future__ import annotations

import os
import random
import statistics
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import Figure
from bench.bench_engine import ROOT, SEED
from bench.peer_formulas import calculated
from liasse import Balance, Evaluation, Facts, Plan, compile_model, evaluate, judge, load_model
from liasse.compiler.plan import Nature, SlotKind
from liasse.engine.filing import facts_of, form_of
from liasse.imports.filing import open_filing
from liasse.ledger.comptes import PlanComptes
from liasse.outputs.workbook import render_workbook
from tests.oracle.libreoffice import Cells, Recalculated, disagreements, forget, recalculate, soffice

MODELS = {"complete statements, 2022": "2022", "statements of the new regime, 2026": "2026"}
WHOLE = "complete statements, 2022"
"""The workbook that is too long for `formulas` every time."""
LIMIT = 1200
"""Seconds after which `formulas` is stopped."""


@dataclass(frozen=True, slots=True)
class Exported:
    """
    A filing and its workbook: as we write it, and without the values of its formulas.

    `computes` is how many seconds the engine takes to compute and judge the filing, `trip` to read it from
    the workbook, compute it, judge it and write the workbook again.
    """

    name: str
    evaluation: Evaluation
    bare: Path
    formulas: int
    computes: float
    trip: float


def _balance(plan: Plan, rng: random.Random, exercice: int = 2022) -> Balance:
    """Draw a balanced balance over half of the chart."""
    leaves = [
        compte.numero
        for compte in PlanComptes.of(plan.model.comptes, exercice, plan.famille).leaves()
        if compte.numero[0] in "1234567" and compte.numero not in plan.model.comptes_sans_ligne
    ]
    soldes = {compte: rng.randint(-(10**9), 10**9) for compte in rng.sample(leaves, len(leaves) // 2)}
    last = next(iter(soldes))
    soldes[last] -= sum(soldes.values())
    return Balance.from_soldes(soldes)


def random_filing(plan: Plan, rng: random.Random, exercice: int = 2022) -> Facts:
    """Draw a filing: a balance and that of the year before, and every typed amount."""
    before = evaluate(plan, Facts(exercice - 1, _balance(plan, rng, exercice)))
    typed = {key: rng.randint(0, 10**8) for key in _typed_cells(plan)}
    return Facts(exercice, _balance(plan, rng, exercice), typed, before)


def _typed_cells(plan: Plan) -> list[str]:
    return [
        slot.key
        for slot in plan.slots
        if slot.kind is SlotKind.CELL and slot.nature is Nature.SAISIE
        if slot.unit.code == "euro" and not slot.section
    ]


def export(name: str, millesime: str, folder: Path) -> Exported:
    """Write the workbook of a random filing, and time the engine on it."""
    plan = compile_model(load_model(ROOT, "etats_reglementaires", millesime), "COOP")
    facts = random_filing(plan, random.Random(SEED), int(millesime))
    evaluation = evaluate(plan, facts)
    full, bare = folder / f"complet{millesime}.xlsx", folder / f"{millesime}.xlsx"
    full.write_bytes(render_workbook(evaluation))
    bare.write_bytes(forget(full.read_bytes()))
    computes = median_seconds(lambda: judge(evaluate(plan, facts)), 50)
    trip = median_seconds(lambda: round_trip(plan, full), 3)
    return Exported(name, evaluation, bare, count_formulas(bare), computes, trip)


def round_trip(plan: Plan, path: Path) -> bytes:
    """Do all that a spreadsheet does with a workbook: read it, calculate everything, write it."""
    file = open_filing(path)
    assert file is not None
    depot = file.read(form_of(plan), plan.fingerprint).depot
    return render_workbook(evaluate(plan, facts_of(plan, depot.faits, depot.exercice)))


def median_seconds(run: Callable[[], object], repeat: int) -> float:
    """Return the median time of several runs."""
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def count_formulas(path: Path) -> int:
    """Return how many formulas a workbook holds."""
    archive = zipfile.ZipFile(path)
    sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    return sum(archive.read(name).count(b"<f>") for name in sheets)


def compared(exported: Exported, cells: Cells, peer: str) -> str:
    """Compare every figure and control with the engine, and say how many there were."""
    number, differing = disagreements(exported.evaluation, cells)
    if differing:
        shown = "\n".join(differing[:20])
        raise AssertionError(f"{peer}, {exported.name}: {len(differing)} of {number} differ\n{shown}")
    return f"{number:,} values of {exported.formulas:,} formulas, all equal"


def against(name: str, ours: float, what: str, theirs: float) -> Figure:
    """Return a figure of ours beside what a peer took."""
    said = f"{what}: {theirs:.2f} s"
    return {"name": name, "value": ours * 1000, "unit": "ms", "reference": said, "ratio": ours / theirs}


def with_libreoffice(exported: Exported, folder: Path) -> list[Figure]:
    """Open, calculate and save; then the calculation alone, when a pass without it is clearly shorter."""
    times = {}
    for always in (True, False):
        there = folder / ("calcule" if always else "tel_quel")
        start = time.perf_counter()
        recalculate([exported.bare], there, always=always)
        times[always] = time.perf_counter() - start
    said = compared(exported, Recalculated(folder / "calcule" / exported.bare.name), "LibreOffice")
    name = f"{exported.name}, file to file ({said})"
    found = [against(name, exported.trip, "LibreOffice opens, calculates, saves", times[True])]
    alone = times[True] - times[False]
    if alone > times[True] / 10:
        name = f"{exported.name}, every cell and control"
        found.append(against(name, exported.computes, "LibreOffice calculates, by difference", alone))
    return found


def with_formulas(exported: Exported) -> list[Figure]:
    """Load, then calculate."""
    peer = calculated(exported.bare, LIMIT)
    said = compared(exported, peer, "formulas")
    whole = peer.load + peer.calculate
    return [
        against(
            f"{exported.name}, file to file ({said})", exported.trip, "formulas loads, calculates", whole
        ),
        against(
            f"{exported.name}, every cell and control",
            exported.computes,
            "formulas calculates",
            peer.calculate,
        ),
    ]


def run() -> list[Figure]:
    """Return the figures; LibreOffice is left out, and said to be, where it is not installed."""
    figures: list[Figure] = []
    if soffice() is None:
        print("LibreOffice is not installed (tests/oracle/install.sh): not measured")
    with TemporaryDirectory() as folder:
        for name, millesime in MODELS.items():
            exported = export(name, millesime, Path(folder))
            if soffice() is not None:
                figures += with_libreoffice(exported, Path(folder) / millesime)
            if name != WHOLE or os.environ.get("BENCH_WHOLE"):
                figures += with_formulas(exported)
    return figures
