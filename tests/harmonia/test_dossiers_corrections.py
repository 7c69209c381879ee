"""A request for correction opens what it names, and nothing else, until the dossier comes back."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Sequence

import pytest
from django.conf import settings

from harmonia.dossiers import corrections
from harmonia.dossiers.corrections import in_force, keep_request, target
from harmonia.dossiers.evaluation import plan_for
from harmonia.dossiers.models import DemandeCorrection, Dossier, Origine, Transition
from harmonia.dossiers.services import (
    ClosedError,
    Entry,
    LockedError,
    Write,
    add_row,
    declare_neant,
    save_entries,
    save_values,
    undo,
)
from harmonia.dossiers.workflow import read_workflow
from harmonia.tenancy.scope import open_scope
from tests.harmonia.cast import Cast, signed_in
from tests.harmonia.figures import put, read


@pytest.fixture(autouse=True)
def _steps_of_the_ministry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the request its door: only the ministry's steps have an act that opens cells."""
    steps = read_workflow(settings.PORTE.with_name("ministere"))
    monkeypatch.setattr(corrections, "workflow", lambda: steps)


def asked(cast: Cast, *cles: str) -> Dossier:
    """Return the dossier of `ici`, back in entry under a request that opens some keys."""
    with open_scope(cast.scope()):
        Dossier.objects.filter(pk=cast.dossier.pk).update(etape="2_Saisie", rang=2)
        put(read(cast.dossier.pk), {"CRP.R033.N": 1000, "CRP.R036.N": 2000})
    with open_scope(cast.scope_federation):
        keep_request(cast.dossier, cles, "Loyers à revoir", None)
    return cast.dossier


def typed(cast: Cast, entries: Sequence[Entry]) -> tuple[set[str], set[str]]:
    """Type, and return the keys that were written and those that were refused."""
    with open_scope(cast.scope()):
        outcome = save_entries(read(cast.dossier.pk), entries)
    return {one.cle for one in outcome.ecrites}, {one.cle for one in outcome.refus}


def test_only_the_cells_that_it_names_change(cast: Cast) -> None:
    """Each entry on its own: the open one is kept, the others refused with a reason."""
    asked(cast, "CRP.R033.N")
    entries = [Entry("CRP.R033.N", "12", 1), Entry("CRP.R036.N", "13", 1), Entry("PAS.P010.N", "14", 0)]
    assert ({"CRP.R033.N"}, {"CRP.R036.N", "PAS.P010.N"}) == typed(cast, entries)


def test_a_whole_lot_stays_whole(cast: Cast) -> None:
    """An import that touches a closed cell writes nothing."""
    asked(cast, "CRP.R033.N")
    writes = [Write("CRP.R033.N", 1, None, 1), Write("CRP.R036.N", 1, None, 1)]
    with open_scope(cast.scope()):
        with pytest.raises(ClosedError, match=r"n'ouvre pas CRP\.R036\.N"):
            save_values(read(cast.dossier.pk), writes, Origine.IMPORT)
        lot = uuid.uuid4()
        save_values(read(cast.dossier.pk), writes[:1], Origine.IMPORT, lot)
        undo(read(cast.dossier.pk), lot)


def test_rows_and_neant_are_closed_too(cast: Cast) -> None:
    """A section opens its rows, a table its declaration."""
    asked(cast, "Q03.OP")
    with open_scope(cast.scope()):
        dossier = read(cast.dossier.pk)
        number = add_row(dossier, "Q03.OP")
        assert {f"Q03.OP#{number}.C04"} == {
            one.cle for one in save_entries(dossier, [Entry(f"Q03.OP#{number}.C04", "3", 0)]).ecrites
        }
        with pytest.raises(LockedError, match="n'ouvre pas Q05"):
            declare_neant(dossier, "Q05", neant=True)


@pytest.mark.parametrize(("vers", "then"), [("3_Validation", set()), ("4_Fiabilisation", {"CRP.R036.N"})])
def test_it_holds_until_the_dossier_comes_back(cast: Cast, vers: str, then: set[str]) -> None:
    """Presented, taken back: still restricted; transmitted and sent back whole: not any more."""
    dossier = asked(cast, "CRP.R033.N")
    with open_scope(cast.scope()):
        last = DemandeCorrection.objects.get().le
        row = {"action": "presenter", "de": "2_Saisie", "vers": vers, "jeton": uuid.uuid4()}
        Transition.objects.create(dossier=dossier, organisme=cast.ici, le=last.replace(year=2100), **row)
        assert bool(then) == (in_force(read(dossier.pk)) is None)
    assert then == typed(cast, [Entry("CRP.R036.N", "13", 1)])[0]


def test_an_organisation_makes_no_request_and_ends_none(cast: Cast) -> None:
    """Row-level security: only the authority adds one, nobody changes one."""
    asked(cast, "CRP.R033.N")
    with open_scope(cast.scope()):
        assert 1 == DemandeCorrection.objects.count()
    with pytest.raises(Exception, match="row-level security"), open_scope(cast.scope()):
        keep_request(cast.dossier, ["CRP"], "Tout", None)
    with pytest.raises(Exception, match="permission denied"), open_scope(cast.scope()):
        DemandeCorrection.objects.all().delete()
    with open_scope(cast.scope_ailleurs):
        assert 0 == DemandeCorrection.objects.count()


@pytest.mark.parametrize(
    ("texte", "cles"),
    [
        ("crp.r033.n", ("CRP.R033.N",)),
        ("CRP.R033", ("CRP.R033",)),
        ("Q03.OP", ("Q03.OP",)),
        ("Q03.OP.C05", ("Q03.OP.C05",)),
        ("Q03.OP#2.C05", ("Q03.OP#2.C05",)),
        ("Q05", ("Q05",)),
        ("balance", ("@balance",)),
        ("CRP.R999.N", ()),
        ("les loyers", ()),
    ],
)
def test_what_an_officer_writes_is_read_or_refused(cast: Cast, texte: str, cles: tuple[str, ...]) -> None:
    """Cells, lines, sections, tables; a word that is none says so."""
    with open_scope(cast.scope()):
        found = target(plan_for(read(cast.dossier.pk)), texte)
    assert (cles, not cles) == (found.cles, bool(found.refus))


def test_a_computed_cell_opens_those_that_it_adds(cast: Cast) -> None:
    """The total of the rents is not typed: what enters it is."""
    with open_scope(cast.scope()):
        plan = plan_for(read(cast.dossier.pk))
        found = target(plan, "CRP.RT11.N").cles
    assert "CRP.R033.N" in found
    assert "CRP.RT11.N" not in found


def test_the_grid_shows_what_is_open(cast: Cast) -> None:
    """The cell named is to be typed, its neighbour is read only, the reason stands above."""
    asked(cast, "CRP.R033.N")
    page = signed_in(cast.saisie).get(f"/dossiers/{cast.dossier.pk}/tables/CRP/").content.decode()
    cells = {part.partition('"')[0]: part for part in page.split('data-k="')[1:]}
    before = {part.partition('"')[0]: text[-12:] for text, part in _pairs(page)}
    assert ("opened" in before["CRP.R033.N"], "opened" in before["CRP.R036.N"]) == (True, False)
    assert 'aria-readonly="true"' in cells["CRP.R036.N"].partition(">")[0]
    assert "Loyers à revoir" in page


def _pairs(page: str) -> list[tuple[str, str]]:
    return list(itertools.pairwise(page.split('data-k="')))
