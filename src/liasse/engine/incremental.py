"""The evaluator of one filing: everything once, then only what an edit reaches."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import lru_cache

from liasse.compiler.plan import ROW_KEY, Nature, Plan, SlotKind, Step
from liasse.engine.rows import fill_rows, filled_slots, row_values
from liasse.engine.scalar import step_kernel
from liasse.engine.terms import fill_terms
from liasse.engine.values import Evaluation, Facts, Rounded, Slotted, mask_of, sources_of
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
    position = input_positions(plan).get(reference)
    return None if position is None else plan.slots[position].key


@lru_cache(maxsize=32)
def input_positions(plan: Plan) -> Mapping[str, int]:
    """Return, for each cell that may be typed, the position of the slot that its value goes to."""
    found = {}
    for position, slot in enumerate(plan.slots):
        if slot.kind is SlotKind.CELL and not slot.section:
            typed = position if slot.nature is Nature.SAISIE else plan.index.get(f"declare({slot.key})")
            if typed is not None:
                found[slot.key] = typed
    return found


def evaluate(plan: Plan, facts: Facts) -> Evaluation:
    """Fill the inputs of *plan* from *facts* and compute every slot."""
    values: list[Slotted] = [None] * len(plan.slots)
    fill_inputs(plan, facts, values)
    for target, kernel in step_kernels(plan):
        values[target] = kernel(values)
    return Evaluation(plan, facts, tuple(values), rounded_inputs(plan, facts), sources_of(facts))


def fill_inputs(plan: Plan, facts: Facts, values: list[Slotted]) -> None:
    """Write terms, parameters, previous-year values, rows and typed cells into *values*."""
    precedent = facts.precedent
    if facts.balance is not None:
        fill_terms(plan, facts.balance, facts.balance_precedente, facts.exercice, values)
    for position, parameter in _parameters(plan, facts.exercice):
        values[position] = parameter
    fill_rows(plan, facts, values)
    if precedent is not None:
        before = precedent.values
        for position, of in _previous_slots(plan):
            values[position] = before[of]
    positions = input_positions(plan)
    for reference, value in facts.cells.items():
        target = positions.get(reference)
        if target is not None:
            values[target] = value


@lru_cache(maxsize=32)
def _previous_slots(plan: Plan) -> tuple[tuple[int, int], ...]:
    """Return the slots that copy a single value of the previous filing, and the slot that each copies."""
    return tuple(
        (position, plan.index[slot.of])
        for position, slot in enumerate(plan.slots)
        if slot.kind is SlotKind.PREVIOUS and not slot.section
    )


@lru_cache(maxsize=64)
def _parameters(plan: Plan, exercice: int) -> tuple[tuple[int, int | None], ...]:
    """Return the slot and the value of every parameter; None where no dated value covers the exercice."""
    return tuple(
        (plan.index[code], _in_force(parameter, exercice))
        for code, parameter in plan.model.parametres.items()
    )


def _in_force(parameter: Parameter, exercice: int) -> int | None:
    """Return the last value that covers an exercice: one holds from its year on, until the next."""
    covering = [item for item in parameter.valeurs if item.validite.covers(exercice)]
    return max(covering, key=lambda item: item.validite.de or 0).valeur if covering else None


@lru_cache(maxsize=32)
def _in_euros(plan: Plan) -> frozenset[int]:
    """Return the slots whose amounts are in euros."""
    return frozenset(position for position, slot in enumerate(plan.slots) if slot.unit.code == "euro")


def _is_rounded(plan: Plan, facts: Facts, reference: str, position: int) -> bool:
    if facts.rounded is not None:
        return reference in facts.rounded
    return facts.cells[reference] % 100 == 0 and position in _in_euros(plan)


def rounded_inputs(plan: Plan, facts: Facts) -> Rounded:
    """Return the input slots that were typed, and those known only to the whole euro."""
    positions = input_positions(plan)
    typed = {reference: positions[reference] for reference in facts.cells if reference in positions}
    mask = mask_of(
        position for reference, position in typed.items() if _is_rounded(plan, facts, reference, position)
    )
    single = Rounded(mask, mask_of(typed.values()))
    rows = _rounded_rows(plan, facts.rows)
    precedent = facts.precedent
    if precedent is not None:
        before = precedent.rounded
        rows = rows.joined(Rounded(_carried(plan, before.mask), _carried(plan, before.typed)))
    return single.joined(rows)


@lru_cache(maxsize=1_024)
def _carried(plan: Plan, inputs: int) -> int:
    """Return the previous-year slots that depend on some inputs of the previous filing, as bit masks."""
    if not inputs:
        return 0
    return mask_of(position for position, of in _previous_slots(plan) if plan.leaves[of] & inputs)


def _rounded_rows(plan: Plan, sections: Mapping[str, tuple[Row, ...]]) -> Rounded:
    """Return the typed columns of rows in euros, those that hold whole euros, and how many beyond one."""
    counts = {}
    for section, rows in sections.items():
        for column in {column for row in rows for column in row.valeurs}:
            position = plan.index.get(f"{section}.{column}")
            if position is not None and position in _in_euros(plan):
                counts[position] = sum(1 for row in rows if row.valeurs.get(column, 1) % 100 == 0)
    beyond = tuple(sorted((position, count - 1) for position, count in counts.items() if count > 1))
    return Rounded(mask_of(position for position, count in counts.items() if count), mask_of(counts), beyond)


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
    rounded = _edited(evaluation, new_facts, edits)
    if rows:
        changed |= _write_rows(evaluation, new_facts, values, rows)
        rounded = rounded.without(_columns_of(plan, rows)).joined(_rounded_rows(plan, rows))
    _propagate(plan, values, changed)
    return Evaluation(plan, new_facts, tuple(values), rounded, evaluation.sources), frozenset(changed)


def _write_edits(
    plan: Plan, facts: Facts, edits: Mapping[str, int | None], values: list[Slotted]
) -> set[int]:
    changed, positions = set(), input_positions(plan)
    for reference in edits:
        target = positions.get(reference)
        value = facts.cells.get(reference)
        if target is not None and values[target] != value:
            values[target] = value
            changed.add(target)
    return changed


def _write_rows(
    evaluation: Evaluation, facts: Facts, values: list[Slotted], rows: Collection[str]
) -> set[int]:
    """Write the rows of some sections; return the slots that changed, key columns whenever keys did."""
    plan = evaluation.plan
    changed = {
        plan.index[plan.key_columns[section]]
        for section in rows
        if _keys(facts, section) != _keys(evaluation.facts, section)
    }
    for position, value in row_values(plan, facts, rows):
        if values[position] != value:
            values[position] = value
            changed.add(position)
    return changed


def _keys(facts: Facts, section: str) -> list[str]:
    return [row.cle for row in facts.rows.get(section, ())]


def _columns_of(plan: Plan, sections: Collection[str]) -> int:
    """Return the slots that hold the rows of some sections, as a bit mask."""
    return mask_of(position for position, slot in filled_slots(plan) if slot.section in sections)


def _edited(evaluation: Evaluation, facts: Facts, edits: Collection[str]) -> Rounded:
    mask, typed = evaluation.rounded.mask, evaluation.rounded.typed
    positions = input_positions(evaluation.plan)
    for reference in edits:
        target = positions.get(reference)
        if target is None:
            continue
        bit = 1 << target
        there = reference in facts.cells
        rounded = there and _is_rounded(evaluation.plan, facts, reference, target)
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
