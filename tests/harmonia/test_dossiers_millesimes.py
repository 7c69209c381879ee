"""The year before followed another millésime: its figures are read where this year's form puts them."""

from __future__ import annotations

import re
from datetime import date

from harmonia.campagnes.models import Campagne
from harmonia.dossiers.evaluation import live
from harmonia.dossiers.models import Dossier
from harmonia.dossiers.opening import open_campagne
from harmonia.tenancy.scope import Role, Scope, open_scope
from tests.harmonia.cast import Cast, signed_in
from tests.harmonia.figures import put, read

OLD = {"PAS.P380.N": 5_000_000, "CRP.R051.N": 700_000, "CRP.R052.N": 300_000, "CRP.R730.N": 400_000}


def _collection(exercice: int, millesime: str) -> Campagne:
    made = Campagne.objects.create(
        exercice=exercice,
        questionnaire="etats_reglementaires",
        millesime=millesime,
        titre=f"États {exercice}",
        echeance=date(exercice + 1, 7, 31),
    )
    open_campagne(made)
    return made


def _two_millesimes(cast: Cast) -> Dossier:
    """Give the cooperative the last exercice of the old form, and the first of the new one."""
    with open_scope(Scope(Role.SYSTEME)):
        before, now = _collection(2025, "2022"), _collection(2026, "2026")
    with open_scope(cast.scope()):
        rows = Dossier.objects.filter(organisme=cast.ici)
        put(read(rows.get(campagne=before).pk), OLD)
        return read(rows.get(campagne=now).pk)


def test_the_year_before_is_read_through_the_correspondences(cast: Cast) -> None:
    """A line that was renamed is found, those that became one are added, what is the same stays."""
    dossier = _two_millesimes(cast)
    assert dossier.precedent is not None
    with open_scope(cast.scope()):
        before = live(dossier).evaluation.facts.precedent
    assert before is not None
    assert 2025 == before.facts.exercice
    assert [5_000_000, 1_000_000, 400_000] == [
        before.value(key) for key in ("PAS.P153.N", "CRP.R053.N", "CRP.R320.N")
    ]


def test_the_page_shows_the_year_before_beside_its_new_line(cast: Cast) -> None:
    """The person reads it in the column N-1, and what changes last year's figure changes it."""
    dossier = _two_millesimes(cast)
    assert "4 000,00" == _before(cast, dossier, "CRP.R320.N")
    with open_scope(cast.scope()):
        put(read(dossier.precedent_id or 0), {"CRP.R730.N": 900_000})
    assert "9 000,00" == _before(cast, dossier, "CRP.R320.N")


def _before(cast: Cast, dossier: Dossier, key: str) -> str:
    table = key.partition(".")[0]
    answer = signed_in(cast.saisie).get(f"/dossiers/{dossier.pk}/tables/{table}/").content.decode()
    found = re.search(rf'data-k="{re.escape(key)}"[^>]*data-p="([^"]*)"', answer)
    assert found is not None
    return re.sub(r"\s", " ", found[1])
