"""
The engine on the complete models: one edit, one filing, ten thousand filings, against their limits.

Filings are those of the fictional sector: consistent, with rows, a previous exercice and its balance.  Time
is the processor time of this one thread, median of many runs: on a quiet machine it is that of the clock, on
a shared one it leaves out the work of others but not what they cost the caches.  The best of the clock, and
the load, are told too.  The sector is a hundred different filings repeated; numpy does the same work on a
copy as on another.
"""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from bench import Figure, figure
from liasse import (
    Controller,
    Evaluation,
    Facts,
    Plan,
    compile_model,
    evaluate,
    judge,
    load_model,
    recompute,
)
from liasse.engine.columns import Ints, take
from liasse.engine.vectorised import Batch, evaluate_batch
from liasse.model.rules import Row
from secteur.rapide import filings

ROOT: Final = Path(__file__).parents[1] / "modeles"
MODELS: Final = ("etats_reglementaires", "qdis_coop", "dis_coop")
FAMILLE: Final = "COOP"
SEED: Final = 20_221_231
FILINGS: Final = 10_000
DIFFERENT: Final = 100
EDITS: Final = 300
RUNS: Final = 60
SECTORS: Final = 3

LIMIT_EDIT: Final = 1.0
LIMIT_FULL: Final = 5.0
LIMIT_SECTOR: Final = 2_000.0
"""Milliseconds."""


def sample(plan: Plan, size: int) -> Iterator[Facts]:
    """Return filings of the sector, each with its previous exercice evaluated."""
    for one in filings(size, SEED, plan, FAMILLE):
        yield replace(one.courant, precedent=evaluate(plan, one.precedent))


class Times(NamedTuple):
    """The times of several runs in milliseconds: of the processor, of the clock."""

    processor: list[float]
    clock: list[float]


def timed(run: Callable[[], object], repeat: int) -> Times:
    """Return the times of several runs."""
    times = Times([], [])
    for _ in range(repeat):
        clock, processor = time.perf_counter(), time.thread_time()
        run()
        times.processor.append((time.thread_time() - processor) * 1000)
        times.clock.append((time.perf_counter() - clock) * 1000)
    return times


class Editor:
    """A person at work on one filing: one edit after the other, values and judgements kept up to date."""

    def __init__(self, plan: Plan, facts: Facts) -> None:
        self._random = random.Random(SEED)
        self._evaluation: Evaluation = evaluate(plan, facts)
        self._controller = Controller(self._evaluation)
        self._cells = sorted(key for key in facts.cells if plan.slot(key).unit.code == "euro")
        self._places = [
            (section, rank, name)
            for section, rows in facts.rows.items()
            for rank, row in enumerate(rows)
            for name in row.valeurs
            if plan.slot(f"{section}.{name}").unit.code == "euro"
        ]

    def cell(self) -> None:
        """Type a single cell."""
        self._edit({self._random.choice(self._cells): self._random.randint(0, 10**8)}, {})

    def row(self) -> None:
        """Type a cell of a row."""
        section, rank, name = self._random.choice(self._places)
        rows = list(self._evaluation.facts.rows[section])
        valeurs = {**rows[rank].valeurs, name: self._random.randint(0, 10**8)}
        rows[rank] = replace(rows[rank], valeurs=valeurs)
        self._edit({}, {section: tuple(rows)})

    def _edit(self, cells: dict[str, int | None], rows: dict[str, tuple[Row, ...]]) -> None:
        self._evaluation, changed = recompute(self._evaluation, cells, rows)
        self._controller.update(self._evaluation, changed)


def repeated(batch: Batch, size: int) -> Batch:
    """Return a batch of *size* filings: those of *batch*, one after the other, again and again."""
    chosen = np.arange(size) % batch.values.shape[1]
    sections = {section: _rows_of(counts, chosen) for section, counts in batch.counts.items()}
    return Batch(
        batch.plan,
        batch.values[:, chosen],
        batch.present[:, chosen],
        batch.exercices[chosen],
        {name: mask[chosen] for name, mask in batch.sources.items()},
        None if batch.rounded is None else batch.rounded[:, chosen],
        None if batch.typed is None else batch.typed[:, chosen],
        {section: counts[chosen] for section, counts in batch.counts.items()},
        {
            position: take(column, sections[batch.plan.slots[position].section])
            for position, column in batch.rows.items()
        },
        {table: mask[chosen] for table, mask in batch.neant.items()},
        {table: mask[chosen] for table, mask in batch.empty_before.items()},
    )


def _rows_of(counts: Ints, chosen: Ints) -> Ints:
    """Return the positions of the rows of some filings, filing after filing."""
    starts = np.cumsum(counts) - counts
    ranges = [np.arange(starts[filing], starts[filing] + counts[filing]) for filing in chosen]
    return np.concatenate(ranges) if ranges else np.arange(0)


def _bench(questionnaire: str) -> Iterator[Figure]:
    plan = compile_model(load_model(ROOT, questionnaire, "2022"), FAMILLE)
    known = list(sample(plan, DIFFERENT))
    editor = Editor(plan, known[0])
    yield _figure(f"{questionnaire}: one cell edited", timed(editor.cell, EDITS), LIMIT_EDIT)
    yield _figure(f"{questionnaire}: one cell of a row edited", timed(editor.row, EDITS), LIMIT_EDIT)
    full = timed(lambda: judge(evaluate(plan, known[0])), RUNS)
    yield _figure(f"{questionnaire}: one filing, filled and judged", full, LIMIT_FULL)
    batch = repeated(Batch.of(plan, known), FILINGS)
    evaluate_batch(batch)
    sector = timed(lambda: evaluate_batch(batch), SECTORS)
    yield _figure(f"{questionnaire}: {FILINGS} filings", sector, LIMIT_SECTOR)
    one_by_one, together = statistics.median(full.processor) * FILINGS, statistics.median(sector.processor)
    yield {
        "name": f"{questionnaire}: {FILINGS} filings, against one by one",
        "value": together,
        "unit": "ms",
        "reference": f"one by one: {one_by_one:.0f} ms",
        "ratio": together / one_by_one,
    }


def _figure(name: str, times: Times, limit: float) -> Figure:
    made = figure(name, statistics.median(times.processor), "ms", limit)
    load = os.getloadavg()[0]
    made["reference"] = f"{made['reference']}; best by the clock {min(times.clock):.3f} ms, load {load:.1f}"
    return made


def run() -> list[Figure]:
    """Return the entries of this bench."""
    return [entry for questionnaire in MODELS for entry in _bench(questionnaire)]


if __name__ == "__main__":
    for entry in run():
        print(f"{entry['name']}: {entry['value']:.3f} {entry['unit']} ({entry['reference']})")
