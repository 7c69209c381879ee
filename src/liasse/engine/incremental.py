"""The evaluator of one filing: everything once, then only what an edit reaches."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache

from liasse.compiler.plan import Nature, Plan, SlotKind
from liasse.engine.scalar import Values, step_kernel
from liasse.engine.terms import term_values
from liasse.engine.values import Evaluation, Facts, sources_of

StepKernel = Callable[[Values], int | None]


@lru_cache(maxsize=32)
def step_kernels(plan: Plan) -> tuple[tuple[int, StepKernel], ...]:
    """Return, in order, the target and the closure of every step of a plan; built once."""
    return tuple((step.target, step_kernel(step.node, step.factor, plan.index)) for step in plan.steps)


def input_key(plan: Plan, reference: str) -> str | None:
    """
    Return the slot that a typed value for *reference* goes to, or None when the plan keeps none.

    A typed cell is its own slot; a filled cell has a typed slot that wins over the balance; a
    computed cell has one only when a control compares what was declared.
    """
    position = plan.index.get(reference)
    if position is None or plan.slots[position].kind is not SlotKind.CELL:
        return None
    if plan.slots[position].nature is Nature.SAISIE:
        return reference
    typed = f"declare({reference})"
    return typed if typed in plan.index else None


def evaluate(plan: Plan, facts: Facts) -> Evaluation:
    """Fill the inputs of *plan* from *facts* and compute every slot."""
    values = [None] * len(plan.slots)  # type: list[int | None]
    fill_inputs(plan, facts, values)
    for target, kernel in step_kernels(plan):
        values[target] = kernel(values)
    return Evaluation(plan, facts, tuple(values), rounded_mask(plan, facts), sources_of(facts))


def fill_inputs(plan: Plan, facts: Facts, values: list[int | None]) -> None:
    """Write terms, parameters, previous-year values and typed cells into *values*."""
    index = plan.index
    precedent = facts.precedent
    if facts.balance is not None:
        before = precedent.facts.balance if precedent else None
        for key, value in term_values(plan, facts.balance, before, facts.exercice).items():
            values[index[key]] = value
    for key, value in parameter_values(plan, facts.exercice).items():
        values[index[key]] = value
    if precedent is not None:
        for position, slot in enumerate(plan.slots):
            if slot.kind is SlotKind.PREVIOUS:
                values[position] = precedent.value(slot.of)
    for reference, value in facts.cells.items():
        target = input_key(plan, reference)
        if target is not None:
            values[index[target]] = value


def parameter_values(plan: Plan, exercice: int) -> Mapping[str, int | None]:
    """Return the value of every parameter for an exercice; None where no dated value covers it."""
    return {
        code: next((item.valeur for item in parameter.valeurs if item.validite.covers(exercice)), None)
        for code, parameter in plan.model.parametres.items()
    }


def _is_rounded(plan: Plan, facts: Facts, reference: str) -> bool:
    if facts.rounded is not None:
        return reference in facts.rounded
    unit = plan.slot(reference).unit
    return unit.code == "euro" and facts.cells[reference] % 100 == 0


def rounded_mask(plan: Plan, facts: Facts) -> int:
    """Return the bit mask of the input slots known only to the whole euro."""
    mask = 0
    for reference in facts.cells:
        target = input_key(plan, reference)
        if target is not None and _is_rounded(plan, facts, reference):
            mask |= 1 << plan.index[target]
    precedent = facts.precedent
    if precedent is not None and precedent.rounded:
        for position, slot in enumerate(plan.slots):
            if slot.kind is SlotKind.PREVIOUS and plan.leaves[plan.index[slot.of]] & precedent.rounded:
                mask |= 1 << position
    return mask


def recompute(evaluation: Evaluation, edits: Mapping[str, int | None]) -> tuple[Evaluation, frozenset[int]]:
    """
    Return *evaluation* with typed cells changed (None empties one) and all that is downstream up to date.

    Walks the steps once, in order, and stops wherever a value did not change.  Always equal to a
    full evaluation; a property test holds us to it.  The second result is the set of slots that changed.
    """
    plan, facts = evaluation.plan, evaluation.facts
    values = list(evaluation.values)
    cells = dict(facts.cells)
    changed: set[int] = set()
    for reference, value in edits.items():
        if value is None:
            cells.pop(reference, None)
        else:
            cells[reference] = value
        target = input_key(plan, reference)
        if target is not None and values[plan.index[target]] != value:
            values[plan.index[target]] = value
            changed.add(plan.index[target])
    _propagate(plan, values, changed)
    new_facts = replace(facts, cells=cells)
    rounded = _edited_mask(evaluation, new_facts, edits)
    return Evaluation(plan, new_facts, tuple(values), rounded, evaluation.sources), frozenset(changed)


def _edited_mask(evaluation: Evaluation, facts: Facts, edits: Mapping[str, int | None]) -> int:
    mask = evaluation.rounded
    for reference in edits:
        target = input_key(evaluation.plan, reference)
        if target is None:
            continue
        bit = 1 << evaluation.plan.index[target]
        rounded = reference in facts.cells and _is_rounded(evaluation.plan, facts, reference)
        mask = mask | bit if rounded else mask & ~bit
    return mask


def _propagate(plan: Plan, values: list[int | None], changed: set[int]) -> None:
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
