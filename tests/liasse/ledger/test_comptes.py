"""The chart by validity, lookup by longest prefix, selections by longest root."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liasse.exercices import Exercice, Validity, add_months, months_between
from liasse.ledger.comptes import Compte, PlanComptes, Selection
from liasse.source.loader import load_plan_comptes
from tests.support import MODELES, plan_2022


def compte(numero: str, couche: str = "PCG", de: int | None = 2022, a: int | None = None) -> Compte:
    """Return an account valid from *de* to *a*."""
    return Compte(numero, f"{numero} {couche}", Validity(de, a), couche, "PCG", "F")


CHART = [compte("70"), compte("702"), compte("702", "SEM"), compte("7021", "SEM"), compte("771", a=2025)]


def test_the_longest_known_prefix_gives_the_account() -> None:
    """`70411200` is read as the longest account known."""
    chart = PlanComptes.of(CHART, 2022, "SEM")
    found = [chart.find(numero) for numero in ("70210000", "703", "8")]
    assert ["7021", "70", None] == [one.numero if one else None for one in found]


def test_the_layer_of_a_sem_is_for_a_sem_only() -> None:
    """The same number has another meaning for another family."""
    labels = [PlanComptes.of(CHART, 2022, famille).comptes["702"].libelle for famille in ("COOP", "SEM")]
    assert ["702 PCG", "702 SEM"] == labels


def test_an_account_is_in_force_for_its_exercices_only() -> None:
    """771 disappears with exercice 2026."""
    assert [True, False] == ["771" in PlanComptes.of(CHART, year, "COOP").comptes for year in (2025, 2026)]


def test_leaves_are_the_accounts_that_nothing_subdivides() -> None:
    """An empty chart has none."""
    leaves = [one.numero for one in PlanComptes.of(CHART, 2022, "SEM").leaves()]
    assert (["7021", "771"], ()) == (leaves, PlanComptes.of([], 2022, "SEM").leaves())


@pytest.mark.parametrize("famille", ["OPH", "ESH", "COOP", "SEM"])
@pytest.mark.parametrize("year", [2022, 2025, 2026])
def test_the_shipped_chart_has_one_active_row_per_account(famille: str, year: int) -> None:
    """Both regimes are there, and no number has two meanings in one exercice and family."""
    rows = [
        one.numero for one in load_plan_comptes(MODELES) if one.validite.covers(year) and one.couche != "SEM"
    ]
    assert sorted(set(rows)) == sorted(rows)
    assert len(PlanComptes.of(load_plan_comptes(MODELES), year, famille).comptes) >= len(rows)


@pytest.mark.parametrize("famille", ["OPH", "ESH", "COOP", "SEM"])
def test_every_leaf_account_of_classes_1_to_7_lands_on_one_line_per_side(famille: str) -> None:
    """§0.4, proved by the compiler for every family: a plan exists only when it holds."""
    assert len(plan_2022(famille).placements) > 150


@given(
    st.lists(st.integers(1, 9999).map(str), min_size=1, max_size=5),
    st.lists(st.integers(1, 9999).map(str), max_size=5),
    st.integers(1, 99_999).map(str),
)
def test_the_longest_root_decides(included: list[str], excluded: list[str], numero: str) -> None:
    """An account belongs when its longest matching root is an included one."""
    selection = Selection(tuple(included), tuple(excluded))
    matching = [
        (len(root), root not in excluded) for root in {*included, *excluded} if numero.startswith(root)
    ]
    assert (max(matching)[1] if matching else False) == (numero in selection)


def test_a_selection_prints_as_it_is_written() -> None:
    """For messages and traces."""
    assert ("6811, 68112315 sauf 681123", "12") == (
        str(Selection(("6811", "68112315"), ("681123",))),
        str(Selection(("12",))),
    )


def test_an_exercice_is_named_by_the_year_in_which_it_closes() -> None:
    """2022 comes after 2021."""
    exercice = Exercice.of_year(2022)
    assert ("2022", 2021, True) == (str(exercice), exercice.previous().year, exercice.previous() < exercice)


@pytest.mark.parametrize("day", [0, -5, 4_000_000])
def test_what_is_no_day_of_the_calendar_has_no_date(day: int) -> None:
    """A number typed where a date is expected never stops a computation."""
    assert [None, None, None] == [
        add_months(day, 1),
        months_between(day, 738_000),
        months_between(738_000, day),
    ]


def test_months_run_both_ways_and_stop_at_the_end_of_the_calendar() -> None:
    """Before is negative; a date too far is none."""
    january, june = 738_156, 738_307
    assert (-50, None) == (months_between(june, january), add_months(june, 120_000))
