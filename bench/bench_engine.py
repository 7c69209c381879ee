"""One edit, one filing, ten thousand filings: the engine against its limits and against a memory pass."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from liasse import Balance, Controller, Facts, Plan, compile_model, evaluate, judge, load_model, recompute
from liasse.compiler.plan import Nature, SlotKind
from liasse.engine.vectorised import Batch, evaluate_batch
from liasse.ledger.comptes import PlanComptes

ROOT = Path(__file__).parents[1] / "modeles"
FILINGS = 10_000
SEED = 20221231


def _plan() -> Plan:
    return compile_model(load_model(ROOT, "etats_reglementaires", "2022"), "COOP")


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


def _entry(name: str, value: float, unit: str, reference: str, ratio: float) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, "reference": reference, "ratio": ratio}


def _median_ms(run: Callable[[], object], repeat: int) -> float:
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def _bench_edit(plan: Plan, facts: Facts, rng: random.Random) -> dict[str, Any]:
    cells = _typed_cells(plan)
    times = []
    evaluation = evaluate(plan, facts)
    controller = Controller(evaluation)
    for _ in range(300):
        edit: dict[str, int | None] = {rng.choice(cells): rng.randint(0, 10**8)}
        start = time.perf_counter()
        evaluation, changed = recompute(evaluation, edit)
        controller.update(evaluation, changed)
        times.append(time.perf_counter() - start)
    value = statistics.median(times) * 1000
    return _entry("one-cell edit, cells and controls", value, "ms", "limit 1 ms", value / 1)


def _bench_full(plan: Plan, facts: Facts) -> dict[str, Any]:
    value = _median_ms(lambda: judge(evaluate(plan, facts)), 100)
    return _entry(
        "full evaluation of one filing, fill and controls included", value, "ms", "limit 5 ms", value / 5
    )


def widened(plan: Plan, filings: list[Facts], size: int) -> Batch:
    """Return a batch of *size* filings: copies of *filings* with every amount shifted differently."""
    base = Batch.of(plan, filings)
    rng = np.random.default_rng(SEED)
    chosen = rng.integers(0, len(filings), size)
    values, present = base.values[:, chosen], base.present[:, chosen]
    values = np.where(present, values + rng.integers(-10_000, 10_000, values.shape), 0)
    sources = {name: mask[chosen] for name, mask in base.sources.items()}
    rounded = None if base.rounded is None else base.rounded[:, chosen]
    typed = None if base.typed is None else base.typed[:, chosen]
    return Batch(plan, values, present, base.exercices[chosen], sources, rounded, typed)


def _bench_sector(plan: Plan, rng: random.Random) -> list[dict[str, Any]]:
    filings = [random_filing(plan, rng) for _ in range(20)]
    batch = widened(plan, filings, FILINGS)
    evaluate_batch(batch)
    sector = _median_ms(lambda: evaluate_batch(batch), 5)
    memory = _median_ms(lambda: batch.values + 1, 5)
    one = _median_ms(lambda: judge(evaluate(plan, filings[0])), 20)
    return [
        _entry(f"{FILINGS} filings vectorised, all", sector, "ms", "limit 1000 ms", sector / 1000),
        _entry("same, against one memory pass", sector, "ms", f"pass {memory:.1f} ms", sector / memory),
        _entry(
            "same, against one-by-one evaluation", sector, "ms", f"one by one {one * FILINGS:.0f} ms",
            sector / (one * FILINGS),
        ),
    ]  # fmt: skip


def run() -> list[dict[str, Any]]:
    """Return the entries of this bench."""
    rng = random.Random(SEED)
    plan = _plan()
    facts = random_filing(plan, rng)
    return [_bench_edit(plan, facts, rng), _bench_full(plan, facts), *_bench_sector(plan, rng)]


if __name__ == "__main__":
    for entry in run():
        measured = f"{entry['value']:.3f} {entry['unit']} ({entry['reference']})"
        print(f"{entry['name']}: {measured}, ratio {entry['ratio']:.3f}")
