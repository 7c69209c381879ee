"""What is computed from a form (SF, AE, ratios): kept in memory, and caught up when its facts move."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, NamedTuple

from harmonia.tenancy.memory import Memory
from liasse import Evaluation, Facts, Plan, evaluate, recompute

_KEPT: Final = 800
"""How many restitutions a process remembers: two years of four hundred dossiers."""


class Estimated(NamedTuple):
    """The restitution of some facts."""

    facts: Facts
    evaluation: Evaluation


_estimates: Final[Memory[tuple[int, str], Estimated]] = Memory(_KEPT)


def forget_restitutions() -> None:
    """Forget every restitution."""
    _estimates.clear()


def restituted(plan: Plan, facts: Facts, key: tuple[int, str]) -> Evaluation:
    """
    Evaluate the facts of a form under the plan of its restitution, every year before too.

    What was made of former facts is kept: only what differs is computed again.  It is a function of the
    facts alone, so that what a transaction did not commit may be remembered.
    """
    known = _estimates.get(key)
    if known is not None and known.facts is facts:
        return known.evaluation
    if known is not None and _differ_by_cells(known.facts, facts):
        made = _recomputed(known.evaluation, known.facts, facts)
    else:
        before = facts.precedent
        precedent = restituted(plan, before.facts, (-key[0], key[1])) if before is not None else None
        made = evaluate(plan, replace(facts, precedent=precedent))
    _estimates.keep(key, Estimated(facts, made))
    return made


def _differ_by_cells(former: Facts, facts: Facts) -> bool:
    """Tell whether typed numbers and rows are all that may differ."""
    return (
        former.precedent is facts.precedent
        and former.balance is facts.balance
        and former.texts == facts.texts
        and former.neant == facts.neant
    )


def _recomputed(evaluation: Evaluation, former: Facts, facts: Facts) -> Evaluation:
    edits = {
        cell: facts.cells.get(cell)
        for cell in former.cells.keys() | facts.cells.keys()
        if former.cells.get(cell) != facts.cells.get(cell)
    }
    rows = {
        section: facts.rows.get(section, ())
        for section in former.rows.keys() | facts.rows.keys()
        if former.rows.get(section) != facts.rows.get(section)
    }
    return recompute(evaluation, edits, rows or None)[0]
