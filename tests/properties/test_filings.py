"""Law 8: exporting then importing a filing is the identity, in every form, whatever the filing."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liasse import Plan, evaluate
from liasse.engine.filing import depot_of, facts_of, form_of
from liasse.imports.filing import open_filing
from liasse.outputs.filing_json import render_filing_json
from liasse.outputs.filing_xml import render_filing_xml
from liasse.outputs.workbook import render_workbook
from tests.filings import random_facts
from tests.support import examples, plan_2022, shipped_plan
from tests.workbooks import small_plan

MOST = 10**15
"""The largest amount that may be typed, in cents."""

randoms = st.integers(0, 2**32).map(Random)
"""Filings have thousands of cells: a seed for all of them is what Hypothesis can draw."""


def comes_back(plan: Plan, rng: Random, path: Path) -> None:
    """Export a filing in JSON and XML, and read it."""
    facts = random_facts(plan, rng, most=MOST)
    depot, form = depot_of(plan, facts, rng.choice(("", "Coop & « fils »"))), form_of(plan)
    for text in (render_filing_json(depot, form), render_filing_xml(depot, form)):
        path.write_text(text, encoding="utf-8", newline="")
        file = open_filing(path)
        assert file is not None
        reading = file.read(form, plan.fingerprint)
        assert (depot, ()) == (reading.depot, reading.report.issues)
    assert facts == facts_of(plan, depot.faits, facts.exercice)


@given(randoms)
def test_a_small_filing_comes_back(tmp_path_factory: pytest.TempPathFactory, rng: Random) -> None:
    """With every kind of cell, rows, texts, « néant », a balance and a year before."""
    comes_back(small_plan(), rng, tmp_path_factory.getbasetemp() / "depot")


@examples(1 / 4)
@given(randoms)
def test_a_filing_of_a_shipped_model_comes_back(
    tmp_path_factory: pytest.TempPathFactory, rng: Random
) -> None:
    """The regulatory statements."""
    comes_back(plan_2022(), rng, tmp_path_factory.getbasetemp() / "depot")


@examples(1 / 2)
@given(randoms)
def test_a_workbook_comes_back(tmp_path_factory: pytest.TempPathFactory, rng: Random) -> None:
    """Nobody touched it: nothing changed, nothing is said."""
    plan, path = small_plan(), tmp_path_factory.getbasetemp() / "classeur"
    facts = random_facts(plan, rng, most=10**13)
    path.write_bytes(render_workbook(evaluate(plan, facts), "Coop"))
    file = open_filing(path)
    assert file is not None
    reading = file.read(form_of(plan), plan.fingerprint)
    assert (depot_of(plan, facts, "Coop"), ()) == (reading.depot, reading.report.issues)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["etats_reglementaires/2022", "etats_reglementaires/2026", "qdis_coop/2022"])
def test_a_workbook_of_a_shipped_model_comes_back(tmp_path: Path, name: str) -> None:
    """Once for each; the oracle draws many."""
    questionnaire, _, millesime = name.partition("/")
    plan = shipped_plan(questionnaire, millesime)
    facts = random_facts(plan, Random(3))
    path = tmp_path / "classeur.xlsx"
    path.write_bytes(render_workbook(evaluate(plan, facts)))
    file = open_filing(path)
    assert file is not None
    reading = file.read(form_of(plan), plan.fingerprint)
    assert (depot_of(plan, facts), ()) == (reading.depot, reading.report.issues)


@given(st.binary(max_size=300), st.sampled_from([b"", b'{"format":"liasse-depot","version":1,', b"<depot>"]))
def test_nothing_that_a_user_gives_raises(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, start: bytes
) -> None:
    """A file is a filing, a faulty filing, or something else."""
    path = tmp_path_factory.getbasetemp() / "fichier"
    path.write_bytes(start + content)
    file = open_filing(path)
    if file is not None:
        assert file.read(form_of(small_plan())).report is not None
