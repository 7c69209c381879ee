"""
The evaluator of many filings: the same plan, the same order, numpy columns.

Equality with `incremental`, filing by filing, is exact; property tests hold us to it.  Work goes
by blocks of filings, which bounds the memory of what is in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final, NamedTuple, cast

import numpy as np

from liasse.compiler.plan import Plan
from liasse.engine import columns
from liasse.engine.columns import Column, Ints, Mask
from liasse.engine.controls import empty_tables, filling_source, silences
from liasse.engine.incremental import fill_inputs, rounded_inputs
from liasse.engine.values import Facts, Slotted, bits, sources_of
from liasse.engine.vector_checks import CONFORME, ECART, SANS_OBJET, CheckKernel
from liasse.engine.vector_kernels import (
    Block,
    Kernel,
    RowSet,
    step_kernel,
)
from liasse.engine.vector_tests import Given

BLOCK: Final = 5_000
"""Filings computed together: enough to make the cost of a call small, few enough to bound the memory."""

SOURCES: Final = (
    "auxiliaires",
    "balance",
    "balance_ouverte",
    "balance_precedente",
    "mouvements",
    "ouverture",
    "precedent",
)


@dataclass(frozen=True, slots=True)
class Batch:
    """
    The inputs of many filings under one plan.

    `values` and `present` are slots × filings (int64 or object, and bool); `rounded` likewise counts the
    amounts known to the whole euro, and `typed` marks those that were typed (None: none was).  `sources`
    maps a source to filings; `exercices` are years.  `counts` gives, by keyed section, how many rows each
    filing has; `rows` the typed columns of those rows, by slot, one filing after the other; `neant` the
    filings that declare a table « néant », `empty_before` those whose previous filing left a table empty.
    """

    plan: Plan
    values: Ints
    present: Mask
    exercices: Ints
    sources: Mapping[str, Mask]
    rounded: Ints | None = None
    typed: Mask | None = None
    counts: Mapping[str, Ints] = field(default_factory=dict)
    rows: Mapping[int, Column] = field(default_factory=dict)
    neant: Mapping[str, Mask] = field(default_factory=dict)
    empty_before: Mapping[str, Mask] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: Plan, filings: Sequence[Facts]) -> Batch:
        """Fill the inputs of every filing."""
        inputs = [_inputs(plan, facts) for facts in filings]
        before = [empty_tables(facts.precedent) if facts.precedent else frozenset[str]() for facts in filings]
        values, present = _matrix(inputs, len(plan.slots))
        held = [sources_of(facts) for facts in filings]
        return cls(
            plan,
            values,
            present,
            np.array([facts.exercice for facts in filings], dtype=np.int64),
            {name: np.array([name in kept for kept in held], dtype=bool) for name in SOURCES},
            *_typed_matrices(plan, filings),
            {
                section: np.array([len(facts.rows.get(section, ())) for facts in filings], dtype=np.int64)
                for section in plan.key_columns
            },
            {
                position: _flat([filing[position] for filing in inputs])
                for position, slot in enumerate(plan.slots)
                if slot.section
            },
            {
                table: np.array([table in facts.neant for facts in filings], dtype=bool)
                for table in frozenset[str]().union(*(facts.neant for facts in filings))
            },
            {
                table: np.array([table in empty for empty in before], dtype=bool)
                for table in frozenset[str]().union(*before)
            },
        )


def _inputs(plan: Plan, facts: Facts) -> list[Slotted]:
    values: list[Slotted] = [None] * len(plan.slots)
    fill_inputs(plan, facts, values)
    return values


def _numbers(values: Iterable[int | None]) -> tuple[list[int], list[bool]]:
    kept = list(values)
    return [0 if value is None else value for value in kept], [value is not None for value in kept]


def _array(numbers: Sequence[Sequence[int]] | Sequence[int], largest: int) -> Ints:
    return np.array(numbers, dtype=object if largest >= columns.LIMIT else np.int64)


def _matrix(inputs: list[list[Slotted]], size: int) -> tuple[Ints, Mask]:
    """Return the single values, slots × filings, and where they are present."""
    pairs = [_numbers(None if isinstance(value, tuple) else value for value in row) for row in inputs]
    largest = max((abs(value) for numbers, _ in pairs for value in numbers), default=0)
    values = _array([numbers for numbers, _ in pairs], largest).reshape(len(inputs), size)
    present = np.array([there for _, there in pairs], dtype=bool).reshape(len(inputs), size)
    return values.T.copy(), present.T.copy()


def _flat(values: list[Slotted]) -> Column:
    """Return the rows of every filing, one after the other."""
    numbers, present = _numbers(item for value in values if isinstance(value, tuple) for item in value)
    largest = max((abs(value) for value in numbers), default=0)
    return Column(_array(numbers, largest), None, np.array(present, dtype=bool))


def _typed_matrices(plan: Plan, filings: Sequence[Facts]) -> tuple[Ints | None, Mask | None]:
    found = [rounded_inputs(plan, facts) for facts in filings]
    if not any(one.typed for one in found):
        return None, None
    rounded = np.zeros((len(plan.slots), len(filings)), dtype=np.int64)
    typed = np.zeros((len(plan.slots), len(filings)), dtype=bool)
    for filing, one in enumerate(found):
        rounded[list(bits(one.mask & one.typed)), filing] = 1
        typed[list(bits(one.typed)), filing] = True
        for slot, extra in one.rows:
            rounded[slot, filing] += extra
    return rounded, typed


@dataclass(frozen=True, slots=True)
class BatchResult:
    """
    Values and judgements of many filings; slots (or checks) down, filings across.

    `gaps` holds left minus right in the unit of the comparison, 0 where `has_gap` is false.
    """

    plan: Plan
    values: Ints
    present: Mask
    outcomes: Ints
    gaps: Ints
    has_gap: Mask
    rows: Mapping[int, Column] = field(default_factory=dict)
    counts: Mapping[str, Ints] = field(default_factory=dict)

    def value(self, key: str, filing: int) -> int | None:
        """Return one value, None when missing."""
        position = self.plan.index[key]
        return int(self.values[position, filing]) if self.present[position, filing] else None

    def column(self, key: str, filing: int) -> tuple[int | None, ...]:
        """Return the values of a column of a keyed section in one filing, row by row."""
        slot = self.plan.slot(key)
        column, counts = self.rows[self.plan.index[key]], self.counts[slot.section]
        start = int(counts[:filing].sum())
        there = columns.present(column)
        return tuple(
            int(column.num[row]) if there[row] else None for row in range(start, start + int(counts[filing]))
        )


class _Compiled(NamedTuple):
    steps: tuple[tuple[int, str, Kernel], ...]
    checks: tuple[CheckKernel, ...]


@lru_cache(maxsize=16)
def _compiled(plan: Plan) -> _Compiled:
    steps = tuple(
        (step.target, step.section, step_kernel(step.node, step.factor, plan.index)) for step in plan.steps
    )
    return _Compiled(steps, tuple(CheckKernel(check, plan) for check in plan.checks))


def evaluate_batch(batch: Batch) -> BatchResult:
    """Compute every slot and judge every check of every filing."""
    compiled = _compiled(batch.plan)
    try:
        return _evaluate(batch, compiled, batch.values)
    except _TooLargeError:
        return _evaluate(batch, compiled, batch.values.astype(object))


class _TooLargeError(Exception):
    """A value outgrew int64: the batch is computed again with Python integers."""


def _evaluate(batch: Batch, compiled: _Compiled, values: Ints) -> BatchResult:
    shape = (len(compiled.checks), values.shape[1])
    result = BatchResult(
        batch.plan,
        values.copy(),
        batch.present.copy(),
        np.zeros(shape, dtype=np.int8),
        np.zeros(shape, dtype=values.dtype),
        np.zeros(shape, dtype=bool),
        rows={},
        counts=batch.counts,
    )
    blocks = []
    for start in range(0, shape[1], BLOCK):
        where = slice(start, min(start + BLOCK, shape[1]))
        block = _block(batch, result, where)
        _run_steps(compiled, block)
        _judge_block(batch, compiled, block, where, result)
        blocks.append(block)
    return replace(result, rows=_joined_rows(blocks))


def _block(batch: Batch, result: BatchResult, where: slice) -> Block:
    """Return some filings of a batch, to be computed in place."""
    as_objects = result.values.dtype == object
    sections: dict[str, RowSet] = {}
    spans: dict[str, slice] = {}
    for section, counts in batch.counts.items():
        kept = counts[where]
        first = int(counts[: where.start].sum())
        spans[section] = slice(first, first + int(kept.sum()))
        sections[section] = RowSet(kept, np.repeat(np.arange(len(kept)), kept))
    rows = {}
    for position, column in batch.rows.items():
        span = spans[batch.plan.slots[position].section]
        num = column.num[span].astype(object) if as_objects else column.num[span]
        rows[position] = Column(num, None, columns.present(column)[span])
    values, width = result.values[:, where], where.stop - where.start
    bounds = [0] * len(values) if as_objects else columns.bounds(values)
    return Block(values, result.present[:, where], width, rows, sections, bounds)


def _joined_rows(blocks: list[Block]) -> dict[int, Column]:
    joined = {}
    for position in blocks[0].rows if blocks else ():
        parts = [block.rows[position] for block in blocks]
        num = np.concatenate([part.num for part in parts])
        joined[position] = Column(num, None, np.concatenate([columns.present(part) for part in parts]))
    return joined


def _run_steps(compiled: _Compiled, block: Block) -> None:
    values, present = cast("Ints", block.values), cast("Mask", block.present)
    for target, section, kernel in compiled.steps:
        if section:
            column = kernel(block.on_rows(section))
            block.rows[target] = Column(_fitting(column.num, values), None, column.mask)
        else:
            column = kernel(block)
            num = values[target] = _fitting(column.num, values)
            block.bounds[target] = 0 if num.dtype == object else columns.bound(num)
            present[target] = True if column.mask is None else column.mask


def _fitting(num: Ints, like: Ints) -> Ints:
    """Return *num* as it can be stored in *like*."""
    if num.dtype == object and like.dtype != object:
        if columns.bound(num) >= columns.LIMIT:
            raise _TooLargeError
        return num.astype(np.int64)
    return num


def _judge_block(batch: Batch, compiled: _Compiled, block: Block, where: slice, result: BatchResult) -> None:
    plan = batch.plan
    given = Given(
        block,
        {code: _filled(batch, block, code, where) for code in plan.tables},
        {name: mask[where] for name, mask in batch.sources.items()},
        batch.exercices[where],
        None if batch.rounded is None else batch.rounded[:, where],
        None if batch.typed is None else batch.typed[:, where],
        None if batch.typed is None else np.any(batch.typed[:, where], axis=1).astype(bool),
        {table: mask[where] for table, mask in batch.neant.items()},
        {table: mask[where] for table, mask in batch.empty_before.items()},
    )
    views = {"": given, **{section: given.on_rows(section) for section in block.sections}}
    outcomes, gaps, has_gap = (part[:, where] for part in (result.outcomes, result.gaps, result.has_gap))
    for position, check in enumerate(compiled.checks):
        verdict = check.verdict(views)
        outcomes[position] = verdict.outcome
        if verdict.gap is not None and verdict.has_gap is not None:
            gaps[position] = _fitting(verdict.gap, gaps)
            has_gap[position] = verdict.has_gap
    _silence(plan, outcomes, gaps, has_gap)


def _filled(batch: Batch, block: Block, table: str, where: slice) -> Mask:
    present = cast("Mask", block.present)
    filled: Mask = np.any(present[list(batch.plan.evidence[table])], axis=0)
    for position in batch.plan.evidence[table]:
        slot = batch.plan.slots[position]
        if slot.section:
            rows = block.sections[slot.section]
            filled |= rows.totals(columns.present(block.rows[position]).astype(np.int64)) > 0
    source = filling_source(batch.plan, table)
    return filled | batch.sources[source][where] if source else filled


def _silence(plan: Plan, outcomes: Ints, gaps: Ints, has_gap: Mask) -> None:
    raw = outcomes.copy()
    for position, others in silences(plan).items():
        fired = raw[position] == ECART
        if fired.any():
            for other in others:
                hidden = fired & (raw[other] != CONFORME)
                outcomes[other][hidden] = SANS_OBJET
                gaps[other][hidden] = 0
                has_gap[other][hidden] = False
