"""The ministry's door: its words, its steps, its collections; the wall is the same as on the other one."""

from __future__ import annotations

import uuid

import pytest
from django.conf import settings
from django.http import Http404
from django.template.loader import render_to_string

from harmonia.campagnes.models import Campagne
from harmonia.dossiers.access import access_content, access_dossier
from harmonia.dossiers.models import Dossier
from harmonia.dossiers.transitions import EFFECTS, Demand, RefusedError, move
from harmonia.dossiers.workflow import workflow
from harmonia.portail.views.home import step_marks
from harmonia.tenancy.porte import porte
from harmonia.tenancy.scope import Role, Scope, open_scope
from tests.harmonia.cast import Cast, signed_in


def test_the_session_serves_the_ministry() -> None:
    """These tests mean something on this door only."""
    assert ("ministere", "Harmonia.gouv") == (settings.PORTAIL, porte().nom)


def test_every_effect_of_the_steps_is_known() -> None:
    """A word of `etapes.toml` that nothing serves would be a promise not kept."""
    named = {effect.partition(":")[0] for one in workflow().actions.values() for effect in one.effets}
    assert set() == named - set(EFFECTS)


def test_a_verdict_takes_its_place_on_the_line(cast: Cast) -> None:
    """« Insuffisant » stands where « Recevable » was hoped for."""
    with open_scope(cast.scope()):
        hoped = [mark.etape.code for mark in step_marks(cast.dossier)]
        Dossier.objects.filter(pk=cast.dossier.pk).update(etape="5_Insuffisant", rang=5)
        cast.dossier.refresh_from_db()
        told = [(mark.etape.code, mark.etat) for mark in step_marks(cast.dossier)]
    assert "5_Recevable" == hoped[-1]
    assert ("5_Insuffisant", "courante") == told[-1]
    assert len(hoped) == len(told)


def test_the_ministry_reads_nothing_before_the_transmission(cast: Cast) -> None:
    """Steps and dates at any time; values from step 4 on."""
    with open_scope(cast.scope_federation):
        assert cast.dossier == access_dossier(cast.dossier.pk)
        with pytest.raises(Http404, match="pas encore transmis"):
            access_content(cast.dossier.pk)
    with open_scope(Scope(Role.SYSTEME)):
        Dossier.objects.filter(pk=cast.dossier.pk).update(etape="4_Examen", rang=4)
    with open_scope(cast.scope_federation):
        assert 4 == access_content(cast.dossier.pk).rang


def test_the_federation_s_actions_do_not_exist_here(cast: Cast) -> None:
    """« Clore » is the other door's."""
    with open_scope(cast.scope_federation), pytest.raises(RefusedError, match="n'existe pas"):
        move(cast.dossier, Demand("cloturer", uuid.uuid4(), cast.dossier.version), {"ministere"})


def test_a_judgement_needs_the_ministry_and_a_reason(cast: Cast) -> None:
    """An organisation judges nothing; an insufficiency is motivated."""
    with open_scope(Scope(Role.SYSTEME)):
        Dossier.objects.filter(pk=cast.dossier.pk).update(etape="4_Examen", rang=4)
    demand = Demand("juger_insuffisant", uuid.uuid4(), cast.dossier.version)
    with open_scope(cast.scope()), pytest.raises(RefusedError, match="pas dans vos droits"):
        move(cast.dossier, demand, {"hierarchique"})
    with open_scope(cast.scope_federation):
        with pytest.raises(RefusedError, match="motif"):
            move(cast.dossier, demand, {"ministere"})
        joint = {"motifs": {"pieces": "Le procès-verbal de l'assemblée manque."}}
        said = Demand("juger_insuffisant", uuid.uuid4(), cast.dossier.version, joint=joint)
        assert "5_Insuffisant" == move(cast.dossier, said, {"ministere"}).etape


def test_a_collection_of_the_ministry_is_that_of_every_family(cast: Cast) -> None:
    """The form proposes the états réglementaires, and each of the four families gets its dossier."""
    client = signed_in(cast.federation)
    page = client.get("/campagnes/nouvelle/").content.decode()
    assert "États réglementaires, millésime 2022" in page
    assert "QDIS" not in page
    given = {
        "exercice": "2023",
        "formulaire": "etats_reglementaires/2022",
        "titre": "",
        "echeance": "2024-07-31",
        "relances": "30, 7",
    }
    client.post("/campagnes/nouvelle/", given)
    row = Campagne.objects.get(exercice=2023)
    assert ("États réglementaires 2023", "OPH,ESH,COOP,SEM", "") == (row.titre, row.familles, row.restitution)


def test_the_follow_up_shows_every_family_and_no_value(cast: Cast) -> None:
    """The first page of the ministry's people."""
    page = signed_in(cast.analyste).get("/suivi/").content.decode()
    assert "Office d" in page
    assert "OPH" in page
    assert "ministère" in page.lower()


def test_the_pages_of_an_organisation_name_the_ministry(cast: Cast) -> None:
    """No sentence of this door speaks of the federation."""
    client = signed_in(cast.direction)
    for address in (
        "/",
        "/organisme/",
        f"/dossiers/{cast.dossier.pk}/",
        f"/dossiers/{cast.dossier.pk}/echanges/",
    ):
        page = client.get(address).content.decode().lower()
        assert "fédération" not in page
        assert "ministère" in page


def test_a_reminder_waits_for_a_transmission(cast: Cast) -> None:
    """On this door a filing is transmitted; « validé » is the other one's word."""
    known = {"campagne": cast.campagne, "organisme": cast.ici, "notification": None, "porte": porte()}
    said = render_to_string("campagnes/courriels/relance.txt", known)
    assert "pas encore transmis" in said
    assert "validé" not in said


@pytest.mark.parametrize("page", ["", "verification/completude/", "tables/CRP/"])
def test_the_tables_of_the_federation_are_not_named_here(cast: Cast, page: str) -> None:
    """The ministry collects no table 1 to 13: its parts are named by what they are."""
    shown = signed_in(cast.saisie).get(f"/dossiers/{cast.dossier.pk}/{page}")
    assert 200 == shown.status_code
    assert "1 à 13" not in shown.content.decode()
    assert page.startswith("tables") or "A. Comptes annuels et états réglementaires" in shown.content.decode()
