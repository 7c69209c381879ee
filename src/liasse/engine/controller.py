"""Judgements kept up to date under edits; equal to judging everything again, which a property test holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache

from liasse.compiler.plan import Plan
from liasse.engine.controls import (
    AtHand,
    Judgement,
    check_kernels,
    check_masks,
    empty_among,
    judge_all,
    silenced,
)
from liasse.engine.values import Evaluation, bits


class Controller:
    """Judgements kept up to date under edits: only the checks that an edit reaches are judged again."""

    def __init__(self, evaluation: Evaluation) -> None:
        at_hand = AtHand(evaluation)
        self._empty, self._sources = at_hand.empty, evaluation.sources
        self._precedent, self._empty_before = evaluation.facts.precedent, at_hand.empty_before
        self._rounded = evaluation.rounded
        self._raw = judge_all(evaluation, at_hand)

    def update(self, evaluation: Evaluation, changed: Collection[int]) -> tuple[Judgement, ...]:
        """Judge again what *changed* slots reach; equal to `judge(evaluation)`."""
        at_hand = self._at_hand(evaluation, changed)
        self._raw = self._judged(evaluation, changed, at_hand)
        self._empty, self._rounded = at_hand.empty, evaluation.rounded
        self._precedent, self._empty_before = evaluation.facts.precedent, at_hand.empty_before
        self._sources = evaluation.sources
        return silenced(evaluation.plan, self._raw)

    def trial(self, evaluation: Evaluation, changed: Collection[int]) -> tuple[Judgement, ...]:
        """Judge what an edit would do, as `update`, and keep nothing of it."""
        at_hand = self._at_hand(evaluation, changed)
        return silenced(evaluation.plan, self._judged(evaluation, changed, at_hand))

    def _at_hand(self, evaluation: Evaluation, changed: Collection[int]) -> AtHand:
        """Return what the filing lacks, looking only at what may have moved."""
        same = evaluation.facts.precedent is self._precedent
        empty_before = self._empty_before if same else None
        return AtHand(evaluation, self._empty_after(evaluation, changed), empty_before)

    def _empty_after(self, evaluation: Evaluation, changed: Collection[int]) -> frozenset[str] | None:
        """Return the tables left empty once slots changed, looking only at theirs; None to look at all."""
        if evaluation.sources != self._sources:
            return None
        readers = _evidence_of(evaluation.plan)
        tables = {table for slot in changed for table in readers.get(slot, ())}
        return (self._empty - tables) | empty_among(evaluation, tables) if tables else self._empty

    def _judged(self, evaluation: Evaluation, changed: Collection[int], at_hand: AtHand) -> list[Judgement]:
        """Return the judgements with those that *changed* slots reach made again."""
        plan = evaluation.plan
        reached = {reader for slot in changed for reader in plan.check_readers[slot]}
        reached.update(
            self._moved(plan, evaluation.rounded.moved(self._rounded), at_hand.empty ^ self._empty)
        )
        raw, kernels, values = list(self._raw), check_kernels(plan), list(evaluation.values)
        for position in reached:
            raw[position] = kernels[position].judge(evaluation, at_hand, values)
        return raw

    def _moved(self, plan: Plan, rounded: int, tables: frozenset[str]) -> set[int]:
        """Return the checks whose tolerance or whose needs an edit may have moved."""
        found: set[int] = set()
        if rounded:
            readers = _checks_by_input(plan)
            found.update(position for slot in bits(rounded) for position in readers.get(slot, ()))
        if tables:
            for position, check in enumerate(plan.checks):
                if not tables.isdisjoint(check.needs.tables | check.guard_needs.tables):
                    found.add(position)
        return found


@lru_cache(maxsize=32)
def _evidence_of(plan: Plan) -> Mapping[int, tuple[str, ...]]:
    """Return the tables that a slot gives something to."""
    found: dict[int, list[str]] = {}
    for code, positions in plan.evidence.items():
        for position in positions:
            found.setdefault(position, []).append(code)
    return {position: tuple(codes) for position, codes in found.items()}


@lru_cache(maxsize=32)
def _checks_by_input(plan: Plan) -> Mapping[int, tuple[int, ...]]:
    """Return, for each input, the checks whose test depends on it."""
    found: dict[int, list[int]] = {}
    for position, mask in enumerate(check_masks(plan)):
        for slot in bits(mask):
            found.setdefault(slot, []).append(position)
    return {slot: tuple(positions) for slot, positions in found.items()}
