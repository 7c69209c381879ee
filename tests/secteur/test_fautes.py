"""Slips of the keyboard: each one tells the truth about itself, and touches nothing else."""

from __future__ import annotations

from functools import lru_cache

import pytest

from liasse import Evaluation, evaluate
from secteur import depot, evaluation, faits, organismes
from secteur.fautes import FAUTES, Faute, faute
from tests.support import plan_2022

ORGANISME = organismes(2, 5, ["OPH"])[1]


@lru_cache
def sound() -> Evaluation:
    """Return a filing without a slip, its previous exercice known."""
    plan = plan_2022("OPH")
    return evaluate(plan, faits(depot(ORGANISME, 2022), plan, evaluation(ORGANISME, 2021, plan)))


def planted(genre: str, graine: int = 4) -> Faute:
    """Plant one slip."""
    found = faute(sound(), genre, graine)
    assert found is not None
    return found


def rows_touched(one: Faute) -> set[str]:
    """Name the sections whose rows differ from the sound filing."""
    return {name for name, rows in one.facts.rows.items() if rows != sound().facts.rows[name]}


def cells_touched(one: Faute) -> set[str]:
    """Name the single cells that differ from the sound filing."""
    before = sound().facts.cells
    return {key for key in {*before, *one.facts.cells} if before.get(key) != one.facts.cells.get(key)}


@pytest.mark.parametrize("genre", FAUTES)
@pytest.mark.parametrize("graine", [4, 5, 6])
def test_a_slip_touches_the_cells_that_it_says(genre: str, graine: int) -> None:
    """Single cells by their reference, rows by their section; nothing else moves."""
    one = planted(genre, graine)
    single = {reference for reference in one.ou if "[" not in reference}
    sections = {reference.partition("[")[0] for reference in one.ou if "[" in reference}
    assert (single, sections) == (cells_touched(one), rows_touched(one))


@pytest.mark.parametrize("genre", FAUTES)
def test_a_slip_changes_what_stood_there(genre: str) -> None:
    """And says of which kind it is."""
    one = planted(genre)
    assert genre == one.genre
    assert one.avant != one.apres


@pytest.mark.parametrize("genre", FAUTES)
def test_the_same_seed_plants_the_same_slip(genre: str) -> None:
    """A slip is found again by its kind and its seed."""
    assert planted(genre, 8) == planted(genre, 8)


def test_slips_fall_in_many_tables() -> None:
    """Every table that holds amounts is as likely as another."""
    tables = {planted("signe", graine).ou[0].partition(".")[0] for graine in range(40)}
    assert len(tables) >= 12


def test_an_amount_typed_beside_its_cell_is_the_same_amount() -> None:
    """Its own cell is left empty, and the other holds it."""
    one = planted("voisine", 2)
    assert 2 == len(one.ou)
    assert one.apres is None
