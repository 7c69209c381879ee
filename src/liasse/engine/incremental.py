"""The evaluator of one filing: everything once, then only what an edit reaches."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from liasse.compiler.plan import ROW_KEY, Nature, Plan, SlotKind, Step
from liasse.engine.rows import fill_rows
from liasse.engine.scalar import step_kernel
from liasse.engine.terms import term_values
from liasse.engine.values import Evaluation, Facts, Rounded, Slotted, sources_of
from liasse.model.rules import Parameter, Row

StepKernel = Callable[[list[Slotted]], Slotted]


@lru_cache(maxsize=32)
def step_kernels(plan: Plan) -> tuple[tuple[int, StepKernel], ...]:
    """Return, in order, the target and the closure of every step of a plan; built once."""
    return tuple((step.target, _kernel(plan, step)) for step in plan.steps)


@lru_cache(maxsize=32)
def steps_by_key(plan: Plan) -> Mapping[str, Step]:
    """Return the step that computes each slot, by the key of the slot; built once."""
    return {step.key: step for step in plan.steps}


def _kernel(plan: Plan, step: Step) -> StepKernel:
    kernel = step_kernel(step.node, step.factor, plan.index)
    if not step.section:
        return kernel
    size, row = plan.index[plan.key_columns[step.section]], plan.index[ROW_KEY]

    def column(values: list[Slotted]) -> Slotted:
        keys = values[size]
        found = []
        for number in range(len(keys) if isinstance(keys, tuple) else 0):
            values[row] = number
            found.append(kernel(values))
        values[row] = None
        return tuple(found)

    return column


def input_key(plan: Plan, reference: str) -> str | None:
    """
    Return the slot that a typed value for *reference* goes to, or None when the plan keeps none.

    A typed cell is its own slot; a filled cell has a typed slot that wins over the balance; a
    computed cell has one only when a control compares what was declared.
    """
    position = plan.index.get(reference)
    if position is None or plan.slots[position].kind is not SlotKind.CELL or plan.slots[position].section:
        return None
    if plan.slots[position].nature is Nature.SAISIE:
        return reference
    typed = f"declare({reference})"
    return typed if typed in plan.index else None


def evaluate(plan: Plan, facts: Facts) -> Evaluation:
    """Fill the inputs of *plan* from *facts* and compute every slot."""
    values: list[Slotted] = [None] * len(plan.slots)
    fill_inputs(plan, facts, values)
    for target, kernel in step_kernels(plan):
        values[target] = kernel(values)
    return Evaluation(plan, facts, tuple(values), rounded_inputs(plan, facts), sources_of(facts))


def fill_inputs(plan: Plan, facts: Facts, values: list[Slotted]) -> None:
    """Write terms, parameters, previous-year values, rows and typed cells into *values*."""
    index = plan.index
    precedent = facts.precedent
    if facts.balance is not None:
        terms = term_values(plan, facts.balance, facts.balance_precedente, facts.exercice)
        for key, term in terms.items():
            values[index[key]] = term
    for key, parameter in parameter_values(plan, facts.exercice).items():
        values[index[key]] = parameter
    fill_rows(plan, facts, values)
    if precedent is not None:
        for position, of in _previous_slots(plan):
            values[position] = precedent.values[of]
    for reference, value in facts.cells.items():
        target = input_key(plan, reference)
        if target is not None:
            values[index[target]] = value


@lru_cache(maxsize=32)
def _previous_slots(plan: Plan) -> tuple[tuple[int, int], ...]:
    """Return the slots that copy a single value of the previous filing, and the slot that each copies."""
    return tuple(
        (position, plan.index[slot.of])
        for position, slot in enumerate(plan.slots)
        if slot.kind is SlotKind.PREVIOUS and not slot.section
    )


def parameter_values(plan: Plan, exercice: int) -> Mapping[str, int | None]:
    """Return the value of every parameter for an exercice; None where no dated value covers it."""
    return {code: _in_force(parameter, exercice) for code, parameter in plan.model.parametres.items()}


def _in_force(parameter: Parameter, exercice: int) -> int | None:
    """Return the last value that covers an exercice: one holds from its year on, until the next."""
    covering = [item for item in parameter.valeurs if item.validite.covers(exercice)]
    return max(covering, key=lambda item: item.validite.de or 0).valeur if covering else None


def _is_rounded(plan: Plan, facts: Facts, reference: str) -> bool:
    if facts.rounded is not None:
        return reference in facts.rounded
    unit = plan.slot(reference).unit
    return unit.code == "euro" and facts.cells[reference] % 100 == 0


def rounded_inputs(plan: Plan, facts: Facts) -> Rounded:
    """Return the input slots that were typed, and those known only to the whole euro."""
    mask = typed = 0
    for reference in facts.cells:
        target = input_key(plan, reference)
        if target is not None:
            typed |= 1 << plan.index[target]
            mask |= int(_is_rounded(plan, facts, reference)) << plan.index[target]
    rows = []
    for position, count in _rounded_rows(plan, facts):
        typed |= 1 << position
        mask |= int(count > 0) << position
        if count > 1:
            rows.append((position, count - 1))
    precedent = facts.precedent
    if precedent is not None:
        typed |= _carried(plan, precedent.rounded.typed)
        mask |= _carried(plan, precedent.rounded.mask)
    return Rounded(mask, typed, tuple(rows))


@lru_cache(maxsize=1_024)
def _carried(plan: Plan, inputs: int) -> int:
    """Return the previous-year slots that depend on some inputs of the previous filing, as bit masks."""
    if not inputs:
        return 0
    return sum(1 << position for position, of in _previous_slots(plan) if plan.leaves[of] & inputs)


def _rounded_rows(plan: Plan, facts: Facts) -> Iterator[tuple[int, int]]:
    """Yield the typed columns of rows in euros, with how many of their values are whole euros (or none)."""
    for section, rows in facts.rows.items():
        for column in {column for row in rows for column in row.valeurs}:
            position = plan.index.get(f"{section}.{column}")
            if position is not None and plan.slots[position].unit.code == "euro":
                yield position, sum(1 for row in rows if row.valeurs.get(column, 1) % 100 == 0)


def recompute(
    evaluation: Evaluation,
    edits: Mapping[str, int | None],
    rows: Mapping[str, tuple[Row, ...]] | None = None,
) -> tuple[Evaluation, frozenset[int]]:
    """
    Return *evaluation* with typed cells changed (None empties one) and all that is downstream up to date.

    *rows* replaces the rows of the sections that it names.  Walks the steps once, in order, and stops
    wherever a value did not change.  Always equal to a full evaluation; a property test holds us to
    it.  The second result is the set of slots that changed.
    """
    plan, facts = evaluation.plan, evaluation.facts
    values = list(evaluation.values)
    cells = {**facts.cells, **edits}
    new_facts = replace(
        facts,
        cells={reference: value for reference, value in cells.items() if value is not None},
        rows={**facts.rows, **(rows or {})},
    )
    changed = _write_edits(plan, new_facts, edits, values)
    if rows:
        changed |= _write_rows(plan, new_facts, values, rows)
    _propagate(plan, values, changed)
    rounded = rounded_inputs(plan, new_facts) if rows else _edited(evaluation, new_facts, edits)
    return Evaluation(plan, new_facts, tuple(values), rounded, evaluation.sources), frozenset(changed)


def _write_edits(
    plan: Plan, facts: Facts, edits: Mapping[str, int | None], values: list[Slotted]
) -> set[int]:
    changed = set()
    for reference in edits:
        target = input_key(plan, reference)
        value = facts.cells.get(reference)
        if target is not None and values[plan.index[target]] != value:
            values[plan.index[target]] = value
            changed.add(plan.index[target])
    return changed


def _write_rows(plan: Plan, facts: Facts, values: list[Slotted], rows: Collection[str]) -> set[int]:
    """Write the rows of some sections; every slot that they fill, or that counts rows, has changed."""
    before = list(values)
    fill_rows(plan, facts, values)
    changed = {plan.index[plan.key_columns[section]] for section in rows}
    for position, slot in enumerate(plan.slots):
        if slot.section and slot.section not in rows:
            values[position] = before[position]
        elif values[position] != before[position]:
            changed.add(position)
    return changed


def _edited(evaluation: Evaluation, facts: Facts, edits: Collection[str]) -> Rounded:
    mask, typed = evaluation.rounded.mask, evaluation.rounded.typed
    for reference in edits:
        target = input_key(evaluation.plan, reference)
        if target is None:
            continue
        bit = 1 << evaluation.plan.index[target]
        there = reference in facts.cells
        rounded = there and _is_rounded(evaluation.plan, facts, reference)
        mask = mask | bit if rounded else mask & ~bit
        typed = typed | bit if there else typed & ~bit
    return evaluation.rounded._replace(mask=mask, typed=typed)


def _propagate(plan: Plan, values: list[Slotted], changed: set[int]) -> None:
    kernels = step_kernels(plan)
    pending = [position for slot in changed for position in plan.readers[slot]]
    heapq.heapify(pending)
    last = -1
    while pending:
        position = heapq.heappop(pending)
        if position == last:
            continue
        last = position
        target, kernel = kernels[position]
        value = kernel(values)
        if value != values[target]:
            values[target] = value
            changed.add(target)
            for reader in plan.readers[target]:
                heapq.heappush(pending, reader)
