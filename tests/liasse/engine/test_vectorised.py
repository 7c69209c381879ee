"""Many filings at once: exact beyond int64, empty batches, every kind of node."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from liasse import Facts, Outcome, evaluate, judge
from liasse.engine.vectorised import Batch, evaluate_batch
from tests.liasse.engine.test_controls import control
from tests.liasse.engine.test_values import LINES
from tests.support import plan_of

HUGE = st.one_of(st.integers(-(10**6), 10**6), st.integers(-(10**19), 10**19), st.sampled_from([0, 50, 100]))
AGREGATS = """[CARRE]
titre = "Carré"
unite = "nombre"
formule = "(BIL.A / 1 €) * (BIL.A / 1 €) * (BIL.B / BIL.A)"
[RAPPORT]
titre = "Rapport"
unite = "pourcent"
formule = "max(BIL.A / BIL.B, BIL.B / BIL.A, 5 %) + PART - min(BIL.B / 3 €, 2)"
[PART]
titre = "Part"
unite = "taux"
formule = "moyenne(BIL.A, BIL.B) / max(BIL.A, 7 €)"
[TROIS]
titre = "Logique"
unite = "nombre"
formule = "si BIL.A > BIL.B ou non BIL.B = 3 € alors 1 sinon DEUX"
[DEUX]
titre = "Logique encore"
unite = "nombre"
formule = "si BIL.A / BIL.B < 2 et present(BIL.B) alors 2 sinon 3"
"""
CONTROLES = "".join(
    control(f"K{rank}", verifie, **keys)
    for rank, (verifie, keys) in enumerate(
        [
            ("BIL.A / BIL.B <= 3 ou BIL.B / BIL.A = 2", {}),
            ("BIL.A / BIL.B = BIL.B / 1 €", {}),
            ("BIL.A * (BIL.B / BIL.A) = BIL.B et non BIL.A <= BIL.B", {}),
            ("RAPPORT >= 5 % et present(BIL.A)", {}),
            ("BIL.A = BIL.B", {"vides": '"exige"', "tait": '["K5"]'}),
            ("BIL.A + BIL.B <> 0", {"si": '"BIL.A >= 0"'}),
            ("non present(BIL.A) ou BIL.A < BIL.B", {"exercices": "{ de = 2023 }"}),
        ]
    )
)
typed = st.dictionaries(st.sampled_from(["BIL.A.N", "BIL.B.N"]), HUGE)


def test_every_node_agrees_beyond_the_range_of_int64(tmp_path_factory: object) -> None:
    """Products of amounts pass to Python integers, exactly."""
    root = tmp_path_factory.mktemp("modele")  # type: ignore[attr-defined]
    plan = plan_of(Path(root), LINES, agregats=AGREGATS, controles=CONTROLES)

    @given(st.lists(st.tuples(st.sampled_from([2022, 2023]), typed), min_size=1, max_size=5))
    def agrees(filings: list[tuple[int, dict[str, int]]]) -> None:
        facts = [Facts(year, None, cells) for year, cells in filings]
        result = evaluate_batch(Batch.of(plan, facts))
        for position, one in enumerate(facts):
            evaluation = evaluate(plan, one)
            found = tuple(result.value(slot.key, position) for slot in plan.slots)
            assert evaluation.values == found
            outcomes = [list(Outcome)[code] for code in result.outcomes[:, position]]
            judgements = judge(evaluation)
            assert [judgement.outcome for judgement in judgements] == outcomes
            gaps = [int(gap) for gap in result.gaps[:, position]]
            assert [judgement.ecart or 0 for judgement in judgements] == gaps

    agrees()


def test_no_filing_gives_no_result(tmp_path: Path) -> None:
    """An empty sector is not an error."""
    plan = plan_of(tmp_path, LINES)
    result = evaluate_batch(Batch.of(plan, []))
    assert (len(plan.slots), 0) == result.values.shape


def test_more_filings_than_a_block_are_all_computed(tmp_path: Path) -> None:
    """Blocks are an affair of the cache only."""
    plan = plan_of(tmp_path, LINES)
    result = evaluate_batch(Batch.of(plan, [Facts(2022, None, {"BIL.A.N": rank}) for rank in range(2_500)]))
    assert list(range(2_500)) == [result.value("BIL.SUM.N", rank) for rank in range(2_500)]


def test_a_sum_that_leaves_int64_is_made_exactly(tmp_path: Path) -> None:
    """Sums of sums, each of which fits, until one does not; the filing beside it is not touched."""
    doubled = 'D0 = { libelle = "d", N = "A + B" }\n' + "".join(
        f'D{rank} = {{ libelle = "d", N = "D{rank - 1} + D{rank - 1}" }}\n' for rank in range(1, 6)
    )
    plan = plan_of(tmp_path, LINES + doubled, controles=control("K0", "BIL.D5 = BIL.D4"))
    large = 2**58
    facts = [Facts(2022, None, {"BIL.A.N": amount, "BIL.B.N": amount}) for amount in (large, 7)]
    result = evaluate_batch(Batch.of(plan, facts))
    for position, amount in enumerate((large, 7)):
        assert [2 * amount * 2**rank for rank in range(6)] == [
            result.value(f"BIL.D{rank}.N", position) for rank in range(6)
        ]
        assert 32 * amount == result.gaps[0, position]
