"""Planted errors: each one tells the truth about itself, and a control sees it."""

from __future__ import annotations

from copy import deepcopy
from functools import lru_cache

import pytest

from liasse import Evaluation
from secteur import GENRES, Depot, Organisme, anomalie, depot, evaluation, organismes
from secteur.anomalies import echanger_chiffres
from secteur.fec import lignes_fec
from tests.secteur.support_secteur import findings_of, gaps
from tests.support import plan_2022

LOCAUX = organismes(3, 5, ["ESH"])


@lru_cache
def before(organisme: Organisme) -> Evaluation:
    """Return the previous exercice, evaluated."""
    return evaluation(organisme, 2021, plan_2022("ESH"), historique=1)


@lru_cache
def sound(organisme: Organisme) -> frozenset[tuple[str, str]]:
    """Return the gaps of the filing without an error."""
    return frozenset(gaps(findings_of(depot(organisme, 2022), plan_2022("ESH"), before(organisme))))


@pytest.mark.parametrize("genre", GENRES)
def test_each_kind_of_error_is_seen_by_a_control(genre: str) -> None:
    """On three organisations, at least one more gap than without the error."""
    for graine, organisme in enumerate(LOCAUX):
        planted = anomalie(depot(organisme, 2022), genre, graine, depot(organisme, 2021))
        found = gaps(findings_of(planted.depot, plan_2022("ESH"), before(organisme)))
        assert found - sound(organisme), planted.ou


@pytest.mark.parametrize("genre", GENRES)
def test_an_error_tells_the_truth_about_itself(genre: str) -> None:
    """Its kind, where it is, and that something changed there."""
    organisme = LOCAUX[0]
    planted = anomalie(depot(organisme, 2022), genre, 3, depot(organisme, 2021))
    assert genre == planted.genre
    assert planted.ou
    assert planted.avant != planted.apres


def snapshot(filing: Depot) -> object:
    """Return a deep copy of all that a filing holds."""
    book = filing.livre
    assert book is not None
    held = (filing.cellules, filing.lignes, filing.neant, filing.balance)
    return deepcopy((held, book.ouverture, book.soldes, book.operations))


@pytest.mark.parametrize("genre", GENRES)
def test_planting_leaves_the_filing_as_it_was(genre: str) -> None:
    """The error is in a copy: cells, rows, balance and book; the year before is left alone too."""
    filings = [depot(LOCAUX[0], year) for year in (2022, 2021)]
    before = [snapshot(filing) for filing in filings]
    anomalie(filings[0], genre, 1, filings[1])
    assert before == [snapshot(filing) for filing in filings]


@pytest.mark.parametrize("genre", GENRES)
def test_the_same_seed_plants_the_same_error(genre: str) -> None:
    """An error is found again by its kind and its seed."""
    organisme = LOCAUX[1]
    first, again = (anomalie(depot(organisme, 2022), genre, 9, depot(organisme, 2021)) for _ in range(2))
    assert (first.ou, first.avant, first.apres) == (again.ou, again.avant, again.apres)


def test_an_error_of_the_book_is_in_the_fec_too() -> None:
    """The unbalanced entry is written as it stands."""
    planted = anomalie(depot(LOCAUX[0], 2022), "desequilibre", 1)
    assert planted.depot.livre is not None
    gap = 0
    for line in list(lignes_fec(planted.depot.livre))[1:]:
        zones = line.split("\t")
        gap += int(zones[11].replace(",", "")) - int(zones[12].replace(",", ""))
    assert gap == planted.apres


def test_exchanged_digits_leave_a_gap_divisible_by_nine() -> None:
    """That is how a reader recognises them."""
    assert 0 == (echanger_chiffres(123_456_00) - 123_456_00) % 900


def test_an_unknown_kind_of_error_is_refused() -> None:
    """The kinds are listed in `GENRES`."""
    with pytest.raises(KeyError):
        anomalie(depot(LOCAUX[0], 2022), "inconnue", 1)
