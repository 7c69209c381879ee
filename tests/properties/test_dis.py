"""
The individual file closes on any statements and any tables 1 to 13, even absurd ones (qdis_dis §7.6).

Statements are random but balanced: A720 closes the balance sheet and P120 is the result.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liasse import Evaluation, Facts, evaluate, recompute
from liasse.compiler.plan import Nature, SlotKind
from liasse.engine.vectorised import Batch, evaluate_batch
from liasse.model.rules import Row
from tests.golden.dis.exemples import plan_dis
from tests.properties.strategies import AMOUNTS

UNMOVED = ("SF.SF700.N", "SF.SF910.N", "AE.AE500.N", "AE.AE550.N", "AE.AE690.N")
"""What tables 1 to 13 never move, the debt statement apart."""

RECOVERABLE = (
    "C020",
    "C050",
    "C080",
    "C090",
    "C110",
    "C120",
    "C130",
    "C140",
    "C160",
    "C170",
    "C180",
    "C230",
    "C310",
    "C330",
    "C410",
    "C420",
)
"""The sixteen lines of charges that admit a recoverable share."""


def _detail(table: str, column: str) -> tuple[str, ...]:
    """Return the cells of a statement that a person may type in a column."""
    lignes = plan_dis().model.tables[table].lignes
    return tuple(
        f"{table}.{code}.{column}"
        for code, ligne in lignes.items()
        if not ligne.total and not ligne.titre and column not in ligne.fermees
    )


@lru_cache
def statement_cells() -> tuple[str, ...]:
    """Return the typed cells of the balance sheet and of the income statement."""
    recoverable = tuple(f"CRC.{code}.R" for code in RECOVERABLE)
    assets = (*_detail("ACT", "BRUT"), *_detail("ACT", "AMORT"))
    return (*assets, *_detail("PAS", "N"), *_detail("CRC", "T"), *recoverable, *_detail("CRP", "N"))


@lru_cache
def table_cells() -> tuple[str, ...]:
    """Return the single cells of tables 1 to 13, of any unit, that a person may type."""
    return tuple(
        slot.key
        for slot in plan_dis().slots
        if slot.kind is SlotKind.CELL
        and re.match(r"Q\d\d\Z", slot.table)
        and not slot.section
        and slot.nature is not Nature.CALCULEE
        and slot.unit.code not in {"texte", "choix", "date", "oui_non"}
    )


@lru_cache
def table_sections() -> Mapping[str, Mapping[str, int]]:
    """Return, by keyed section, its typed columns with how many choices each has (0: an amount)."""
    found: dict[str, dict[str, int]] = {}
    for slot in plan_dis().slots:
        kept = slot.kind is SlotKind.CELL and slot.section.startswith("Q")
        if kept and slot.nature is not Nature.CALCULEE and slot.unit.code not in {"texte", "date", "oui_non"}:
            found.setdefault(slot.section, {})[slot.colonne] = len(slot.choix)
    return found


def balanced(cells: Mapping[str, int]) -> dict[str, int]:
    """Make the result the one of the income statement, and close the balance sheet with the bank."""
    kept = {key: value for key, value in cells.items() if key not in {"PAS.P120.N", "ACT.A720.BRUT"}}

    def total(table: str, column: str) -> int:
        return sum(v for key, v in kept.items() if key.startswith(f"{table}.") and key.endswith(f".{column}"))

    kept["PAS.P120.N"] = total("CRP", "N") - total("CRC", "T")
    kept["ACT.A720.BRUT"] = total("PAS", "N") - total("ACT", "BRUT") + total("ACT", "AMORT")
    return kept


@st.composite
def rows(draw: st.DrawFn, columns: Mapping[str, int]) -> tuple[Row, ...]:
    """Draw the rows of a keyed section, some cells empty."""
    found = []
    for number in range(draw(st.integers(0, 2))):
        values = {}
        for column in draw(st.lists(st.sampled_from(sorted(columns)), unique=True)):
            choices = columns[column]
            values[column] = draw(st.integers(1, choices) if choices else AMOUNTS)
        cle = f"L{number}"
        found.append(Row(cle, values, {"C01": cle}))
    return tuple(found)


@st.composite
def filings(draw: st.DrawFn) -> Facts:
    """Draw balanced statements, and tables 1 to 13 that have nothing to do with them."""
    statements = draw(st.dictionaries(st.sampled_from(statement_cells()), AMOUNTS, max_size=40))
    tables = draw(st.dictionaries(st.sampled_from(table_cells()), AMOUNTS, max_size=40))
    sections = {section: draw(rows(columns)) for section, columns in table_sections().items()}
    before = draw(st.dictionaries(st.just("PAS.P375.N1"), AMOUNTS))
    method = draw(st.dictionaries(st.just("Q01.L140.N"), st.integers(1, 3)))
    return Facts(2022, None, {**tables, **balanced(statements), **before, **method}, rows=sections)


def cell(evaluation: Evaluation, key: str) -> int:
    """Return a cell; an empty one is zero."""
    return evaluation.value(key) or 0


def check_closes(evaluation: Evaluation) -> None:
    """Check every identity of §7.6, exactly."""

    def sf(code: str) -> int:
        return cell(evaluation, f"SF.{code}.N")

    def ae(code: str) -> int:
        return cell(evaluation, f"AE.{code}.N")

    assert sf("SF710") == 0
    assert sf("SF450") + sf("SF540") + sf("SF565") + sf("SF680") == sf("SF700")
    assert sf("SF930") == sf("SF910") - sf("SF920") == sf("SF700")
    assert sf("SF940") == sf("SF910")
    assert sf("SF885") == sf("SF880")
    assert sf("SF840") == sf("SF400") + sf("SF830")
    assert sf("SF850") == sf("SF450") + sf("SF830")
    assert ae("AE699") == 0
    assert ae("AE620") == cell(evaluation, "CAF")
    assert ae("AE550") == ae("AE620") - ae("AE610") + ae("AE065")
    assert ae("AE790") == ae("AE500")
    assert ae("AE150") + ae("AE250") + ae("AE370") == ae("AE380")
    assert cell(evaluation, "AE.AE790.MARGE") == ae("AE380")
    assert cell(evaluation, "AE.AE790.CHARGES") == -ae("AE460")


@given(filings())
def test_everything_closes_whatever_is_typed(facts: Facts) -> None:
    """§7.6, 1: identities hold to the cent, tables 1 to 13 drawn apart from the statements."""
    check_closes(evaluate(plan_dis(), facts))


def test_everything_closes_without_the_recoverable_share() -> None:
    """A recovery without any recoverable share: charges count in full, and nothing escapes the result."""
    cells = balanced({"CRC.C160.T": 100, "CRC.C120.T": 7, "CRC.C410.T": 3, "CRP.R020.N": 150})
    check_closes(evaluate(plan_dis(), Facts(2022, None, cells)))


@given(filings(), st.frozensets(st.sampled_from(["Q02", "Q03", "Q04", "Q05", "Q06", "Q08", "Q09", "Q10"])))
def test_everything_closes_with_tables_that_are_not_due(facts: Facts, neant: frozenset[str]) -> None:
    """A table declared « néant » and left empty counts zero, and nothing opens."""
    cells = {key: value for key, value in facts.cells.items() if key.partition(".")[0] not in neant}
    kept = {section: found for section, found in facts.rows.items() if section.partition(".")[0] not in neant}
    check_closes(evaluate(plan_dis(), replace(facts, cells=cells, rows=kept, neant=neant)))


@given(filings())
def test_engaged_operations_weigh_the_sum_of_their_rows(facts: Facts) -> None:
    """SF830 = Σ C19 over Q03 and Q04, and C18 − C19 = C14 on every row."""
    evaluation = evaluate(plan_dis(), facts)
    total = 0
    for section in ("Q03.OP", "Q04.OP"):
        columns = [evaluation.column(f"{section}.{code}") for code in ("C14", "C18", "C19")]
        for planned, invested, still in zip(*columns, strict=True):
            assert (invested or 0) - (still or 0) == (planned or 0)
            total += still or 0
    assert cell(evaluation, "SF.SF830.N") == total


@given(filings(), st.data())
def test_a_cell_of_the_tables_only_moves_amounts(facts: Facts, data: st.DataObject) -> None:
    """§7.6, 3: one cent more in any cell of Q02 to Q13, Q06.A apart, leaves the totals alone."""
    movable = [key for key in table_cells() if not re.match(r"Q01|Q06\.L0|Q06\.L100", key)]
    key = data.draw(st.sampled_from(movable))
    evaluation = evaluate(plan_dis(), facts)
    moved, _ = recompute(evaluation, {key: facts.cells.get(key, 0) + 1})
    for total in UNMOVED:
        assert cell(moved, total) == cell(evaluation, total)


@given(filings(), st.data())
def test_a_row_of_the_tables_only_moves_amounts(facts: Facts, data: st.DataObject) -> None:
    """The same for one row more in any keyed section."""
    section = data.draw(st.sampled_from(sorted(table_sections())))
    added = data.draw(rows(table_sections()[section]))
    evaluation = evaluate(plan_dis(), facts)
    renamed = tuple(Row(f"N{row.cle}", row.valeurs, {"C01": f"N{row.cle}"}) for row in added)
    moved = evaluate(plan_dis(), replace(facts, rows={**facts.rows, section: facts.rows[section] + renamed}))
    for total in UNMOVED:
        assert cell(moved, total) == cell(evaluation, total)


@given(filings(), st.booleans())
def test_the_questionnaire_computes_the_same_aggregates(facts: Facts, has_before: bool) -> None:  # noqa: FBT001 – drawn
    """Table FER, which the closing controls read, agrees with SF and AE; on AE065, when missing too."""
    before = evaluate(plan_dis(), replace(facts, exercice=2021)) if has_before else None
    evaluation = evaluate(plan_dis(), replace(facts, precedent=before))
    fer = plan_dis().model.tables["FER"].lignes
    codes = [code for code, ligne in fer.items() if not ligne.titre]
    assert len(codes) > 40
    expected = {code: cell(evaluation, f"{code[:2]}.{code}.N") for code in codes}
    assert {code: cell(evaluation, f"FER.{code}.N") for code in codes} == expected
    assert evaluation.value("FER.AE065.N") == evaluation.value("AE.AE065.N")


@pytest.mark.parametrize(
    ("total", "table", "column"),
    [
        ("SF.SF690.N", "ACT", "NET"),
        ("SF.SF690.N", "PAS", "N"),
        ("AE.AE690.N", "CRC", "T"),
        ("AE.AE690.N", "CRP", "N"),
    ],
)
def test_every_line_moves_its_total_once(total: str, table: str, column: str) -> None:
    """§7.6, 2: each line of the statements, and no other, weighs once on the total that it belongs to."""
    typed = "BRUT" if table == "ACT" else column
    away = {"A710", "A720", "P360"}
    empty = evaluate(plan_dis(), Facts(2022))
    sign = -1 if table in {"ACT", "CRC"} else 1
    for key in _detail(table, typed):
        code = key.split(".")[1]
        moved, _ = recompute(empty, {key: 1})
        expected = 0 if code in away else sign
        assert (code, cell(moved, total)) == (code, expected)


@pytest.mark.parametrize("code", RECOVERABLE)
def test_a_recoverable_share_goes_to_ae140(code: str) -> None:
    """§7.6, 2: the two shares of a charge enter apart, and only the sixteen lines have two."""
    evaluation = evaluate(plan_dis(), Facts(2022, None, {f"CRC.{code}.T": 100, f"CRC.{code}.R": 30}))
    assert cell(evaluation, "AE.AE140.N") == -30
    assert cell(evaluation, "AE.AE690.N") == -100


@pytest.mark.slow
def test_twenty_thousand_filings_close() -> None:
    """§7.6, 1, at its full size, every cell of the statements filled, in batches."""
    plan = plan_dis()
    draw = random.Random(2022)

    def amount() -> int:
        return draw.randint(-(10**10), 10**10)

    def filing() -> Facts:
        cells = {key: amount() for key in table_cells() if draw.random() < 0.7}
        cells |= balanced({key: amount() for key in statement_cells()})
        sections = {
            section: tuple(
                Row(str(number), {c: draw.randint(1, n) if n else amount() for c, n in columns.items()}, {})
                for number in range(draw.randint(0, 2))
            )
            for section, columns in table_sections().items()
        }
        return Facts(2022, None, cells, rows=sections)

    pairs = [
        ("SF.SF690.N", "SF.SF700.N"),
        ("SF.SF930.N", "SF.SF700.N"),
        ("SF.SF940.N", "SF.SF910.N"),
        ("SF.SF885.N", "SF.SF880.N"),
        ("AE.AE690.N", "PAS.P120.N"),
        ("AE.AE620.N", "CAF"),
        ("AE.AE790.N", "AE.AE500.N"),
    ]
    for _ in range(20):
        result = evaluate_batch(Batch.of(plan, [filing() for _ in range(1_000)]))
        for left, right in pairs:
            assert (result.values[plan.index[left]] == result.values[plan.index[right]]).all(), (left, right)
