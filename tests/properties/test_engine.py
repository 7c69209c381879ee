"""Laws 1, 2, 3 and 7 of the house, on the shipped model."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from liasse import Controller, Evaluation, Facts, Judgement, Outcome, evaluate, explain, judge, recompute
from liasse.engine.trace import recomputed
from liasse.engine.vectorised import Batch, BatchResult, evaluate_batch
from tests.filings import random_facts
from tests.properties.strategies import AMOUNTS, facts, plan, typed_cells
from tests.workbooks import small_plan

OUTCOMES = list(Outcome)


def column(result: BatchResult, filing: int) -> tuple[int | tuple[int | None, ...] | None, ...]:
    """Return every value of one filing of a batch, rows included."""
    return tuple(
        result.column(slot.key, filing) if slot.section else result.value(slot.key, filing)
        for slot in result.plan.slots
    )


def verdicts(result: BatchResult, filing: int) -> list[tuple[Outcome, int | None]]:
    """Return the outcome and the gap of every check of one filing of a batch."""
    return [
        (
            OUTCOMES[result.outcomes[check, filing]],
            int(result.gaps[check, filing]) if result.has_gap[check, filing] else None,
        )
        for check in range(len(result.plan.checks))
    ]


def told(judgements: tuple[Judgement, ...]) -> list[tuple[Outcome, int | None]]:
    """Return the outcome and the gap of every judgement."""
    return [(judgement.outcome, judgement.ecart) for judgement in judgements]


@given(st.lists(facts(), min_size=1, max_size=4))
def test_vectorised_equals_one_by_one_exactly(filings: list[Facts]) -> None:
    """Law 2: every value, outcome and gap of every filing."""
    result = evaluate_batch(Batch.of(plan(), filings))
    for position, one in enumerate(filings):
        evaluation = evaluate(plan(), one)
        assert evaluation.values == column(result, position)
        assert told(judge(evaluation)) == verdicts(result, position)


@given(st.lists(facts(), min_size=2, max_size=4))
def test_a_filing_does_not_depend_on_its_neighbours(filings: list[Facts]) -> None:
    """Law 3: alone, first or last, the result is the same."""
    together = evaluate_batch(Batch.of(plan(), filings))
    turned = evaluate_batch(Batch.of(plan(), filings[::-1]))
    last = len(filings) - 1
    for position in range(len(filings)):
        assert column(together, position) == column(turned, last - position)
        assert verdicts(together, position) == verdicts(turned, last - position)


@given(st.randoms(use_true_random=False))
def test_a_filing_with_rows_does_not_depend_on_its_neighbours(rng: Random) -> None:
    """Law 3 again: rows, dates, texts and tables declared « néant », of filings laid one after the other."""
    filings = [random_facts(small_plan(), rng) for _ in range(rng.randint(2, 4))]
    together = evaluate_batch(Batch.of(small_plan(), filings))
    turned = evaluate_batch(Batch.of(small_plan(), filings[::-1]))
    for position, one in enumerate(filings):
        alone = evaluate_batch(Batch.of(small_plan(), [one]))
        expected = (column(alone, 0), verdicts(alone, 0))
        last = len(filings) - 1 - position
        assert expected == (column(together, position), verdicts(together, position))
        assert expected == (column(turned, last), verdicts(turned, last))
        evaluation = evaluate(small_plan(), one)
        assert (evaluation.values, told(judge(evaluation))) == expected


@given(facts(), st.sampled_from(["ACT.AT.NET", "PAS.PT.N", "SIG.S99.N", "CAF", "RATIO_AFN", "FRNG", "BFR"]))
def test_every_value_of_a_trace_computes_to_itself(one: Facts, key: str) -> None:
    """Law 7: an explanation adds up, at every node."""
    evaluation = evaluate(plan(), one)
    for trace in explain(evaluation, key).walk():
        if trace.cle in plan().index:
            assert trace.valeur == recomputed(evaluation, trace)


class EditsKeepTheEngineTrue(RuleBasedStateMachine):
    """Law 1: after any edits, incremental = full, values and judgements."""

    evaluation: Evaluation
    controller: Controller
    judgements: tuple[Judgement, ...]

    @initialize(start=facts())
    def open_filing(self, start: Facts) -> None:
        """Start from any filing."""
        self.evaluation = evaluate(plan(), start)
        self.controller = Controller(self.evaluation)
        self.judgements = judge(self.evaluation)

    @rule(edits=st.dictionaries(st.sampled_from(typed_cells()), st.none() | AMOUNTS, min_size=1, max_size=3))
    def edit(self, edits: dict[str, int | None]) -> None:
        """Type, change or empty some cells."""
        self.evaluation, changed = recompute(self.evaluation, edits)
        self.judgements = self.controller.update(self.evaluation, changed)

    @invariant()
    def incremental_equals_full(self) -> None:
        """Nothing is stale."""
        full = evaluate(plan(), self.evaluation.facts)
        assert full.values == self.evaluation.values
        assert full.rounded == self.evaluation.rounded
        assert judge(full) == self.judgements


TestEdits = EditsKeepTheEngineTrue.TestCase
