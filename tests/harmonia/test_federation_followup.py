"""The federation's follow-up: where the dossiers are; never a value below step 4, answers from there on."""

from __future__ import annotations

import re
import uuid
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from harmonia.campagnes.models import Campagne
from harmonia.dossiers.models import Dossier, Transition
from harmonia.dossiers.services import Entry, save_entries
from harmonia.dossiers.transitions import Demand, move, pending_return
from harmonia.federation.followup import Filters, follow
from harmonia.tenancy.scope import open_scope
from tests.harmonia.cast import Cast, signed_in

SECRET = "987654321"


def moved(cast: Cast, etape: str) -> None:
    """Put the dossier of `ici` at a step."""
    with open_scope(cast.scope()):
        Dossier.objects.filter(pk=cast.dossier.pk).update(etape=etape, rang=int(etape[0]))


def names(cast: Cast, **filters: object) -> list[str]:
    """Return the organisations that a list shows, in order, on 1 August 2023."""
    with open_scope(cast.scope_federation):
        return [
            one.dossier.organisme.nom
            for one in follow(Filters(**filters), date(2023, 8, 1))  # type: ignore[arg-type]
        ]


@pytest.mark.parametrize("etape", ["1_Initialisation", "2_Saisie", "3_Validation"])
def test_below_step_4_no_page_of_the_federation_shows_a_value(cast: Cast, etape: str) -> None:
    """Status, dates and completeness only; the dossier itself is not there for it."""
    with open_scope(cast.scope()):
        save_entries(cast.dossier, [Entry("CRP.R033.N", SECRET, 0)])
    moved(cast, etape)
    client = signed_in(cast.federation)
    for address in ("/suivi/", f"/suivi/{cast.dossier.pk}/", f"/dossiers/{cast.dossier.pk}/echanges/"):
        page = client.get(address)
        text = re.sub(r"[\s\u00a0\u202f.,]", "", page.content.decode())
        assert (200, False) == (page.status_code, SECRET in text)
    assert "Lire le dossier" not in client.get(f"/suivi/{cast.dossier.pk}/").content.decode()
    assert 404 == client.get(f"/dossiers/{cast.dossier.pk}/").status_code


def test_from_step_4_the_federation_reads_and_may_answer(cast: Cast) -> None:
    """The pages of the organisation, and the box of the steps."""
    moved(cast, "4_Fiabilisation")
    client = signed_in(cast.analyste)
    page = client.get(f"/suivi/{cast.dossier.pk}/").content.decode()
    assert all(words in page for words in ("Lire le dossier", "Renvoyer en saisie", "Clore le dossier"))
    assert 200 == client.get(f"/dossiers/{cast.dossier.pk}/").status_code


def test_a_demand_to_go_back_joins_the_queue_and_leaves_it_when_answered(cast: Cast) -> None:
    """Refused with a reason, which the organisation reads."""
    moved(cast, "4_Fiabilisation")
    with open_scope(cast.scope(cast.comptable)):
        move(cast.dossier, Demand("demander_retour", uuid.uuid4(), 0, "Table 8"), {"comptable"})
    assert ["Coopérative d'Ici"] == names(cast, retours=True)
    client = signed_in(cast.analyste)
    assert "1 demande de retour à traiter" in client.get("/suivi/").content.decode()
    form = {"action": "refuser_retour", "jeton": str(uuid.uuid4()), "version": "1", "motif": "Rien à revoir"}
    client.post(f"/dossiers/{cast.dossier.pk}/etape/", form)
    client.post(f"/dossiers/{cast.dossier.pk}/etape/", form)
    assert [] == names(cast, retours=True)
    with open_scope(cast.scope()):
        assert None is pending_return(cast.dossier)
        assert 1 == Transition.objects.filter(action="refuser_retour").count()
    assert "Rien à revoir" in signed_in(cast.saisie).get(f"/dossiers/{cast.dossier.pk}/").content.decode()


def test_the_list_is_filtered_and_sorted(cast: Cast) -> None:
    """By name, SIREN, step and lateness; one validated is never late."""
    here, there = "Coopérative d'Ici", "Coopérative d'Ailleurs"
    assert [there, here] == names(cast)
    assert ([here], [there]) == (names(cast, nom="ici"), names(cast, nom="000000026"))
    assert [there, here] == names(cast, retard=True)
    moved(cast, "4_Fiabilisation")
    assert ([there], [here]) == (names(cast, retard=True), names(cast, etape="4_Fiabilisation"))
    assert [there, here] == names(cast, tri="echeance")


def test_the_list_costs_the_same_however_many_dossiers(cast: Cast) -> None:
    """A constant number of queries."""
    client = signed_in(cast.federation)
    with CaptureQueriesContext(connection) as queries:
        assert 200 == client.get("/suivi/").status_code
    assert len(queries) <= 14, [one["sql"][:120] for one in queries]


def test_a_delay_needs_its_reason_and_moves_the_due_date(cast: Cast) -> None:
    """Both sides read it."""
    client = signed_in(cast.analyste)
    page = f"/suivi/{cast.dossier.pk}/"
    answer = client.post(f"{page}delai/", {"echeance": "2023-09-15", "motif": ""}, follow=True)
    assert "Donnez le motif" in answer.content.decode()
    client.post(f"{page}delai/", {"echeance": "2023-09-15", "motif": "Assemblée reportée"})
    for reader, address in ((cast.analyste, page), (cast.saisie, f"/dossiers/{cast.dossier.pk}/calendrier/")):
        text = signed_in(reader).get(address).content.decode()
        assert ("vendredi 15 septembre 2023" in text, "Assemblée reportée" in text) == (True, True)


def test_a_collection_is_corrected_while_it_runs(cast: Cast) -> None:
    """Message and dates; its form does not change any more."""
    form = {
        "titre": "QDIS 2022",
        "message": "Pensez à la table 8.",
        "echeance": "2023-08-15",
        "gel": "",
        "relances": "10",
        "millesime": "1999",
    }
    signed_in(cast.federation).post(f"/campagnes/{cast.campagne.pk}/", form)
    with open_scope(cast.scope_federation):
        row = Campagne.objects.get(pk=cast.campagne.pk)
    assert ("Pensez à la table 8.", date(2023, 8, 15), "2022") == (row.message, row.echeance, row.millesime)
