"""The work list: filled from a search or a file, one's own; many dossiers at once, none half done."""

from __future__ import annotations

import csv
import io
import uuid
import zipfile
from html import unescape
from pathlib import Path

import pytest

from harmonia.dossiers.models import Dossier, Transition
from harmonia.instruction.envois import send_kept
from harmonia.instruction.models import Envoi, ExportGroupe, Responsable, Retenu
from harmonia.instruction.travail import (
    ask_export,
    assign,
    listed,
    move_all,
    officers_of,
    put,
    read_list,
    take_off,
)
from harmonia.organismes.models import Organisme
from harmonia.portail.autorite.taches import make_export
from harmonia.tenancy.scope import Role, Scope, open_scope
from liasse.echanges import open_filing
from tests.harmonia.cast import Cast, signed_in
from tests.harmonia.figures import put as put_values
from tests.harmonia.figures import read


@pytest.fixture
def sent(cast: Cast) -> Cast:
    """Return the cast: the dossier of `ici` validated, the other one in entry; both on the analyst's list."""
    with open_scope(cast.scope()):
        Dossier.objects.filter(pk=cast.dossier.pk).update(etape="2_Saisie", rang=2)
        put_values(read(cast.dossier.pk), {"CRP.R033.N": 123_456})
    with open_scope(Scope(Role.SYSTEME)):
        Dossier.objects.filter(pk=cast.dossier.pk).update(etape="4_Fiabilisation", rang=4)
        Dossier.objects.filter(pk=cast.dossier_ailleurs.pk).update(etape="2_Saisie", rang=2)
    with open_scope(cast.scope_federation):
        put([cast.dossier.pk, cast.dossier_ailleurs.pk])
    return cast


def test_a_list_is_its_owner_s(cast: Cast) -> None:
    """Put twice is once; a colleague has another list; an organisation has none."""
    with open_scope(cast.scope_federation):
        assert (1, 2) == (put([cast.dossier.pk]), put([cast.dossier.pk, cast.dossier_ailleurs.pk]))
        assert [cast.dossier_ailleurs, cast.dossier] == list(listed())
        take_off([cast.dossier.pk])
        assert [cast.dossier_ailleurs] == list(listed())
    with open_scope(Scope(Role.FEDERATION, cast.federation.pk)):
        assert [] == list(listed())
    with open_scope(cast.scope()):
        assert 0 == Retenu.objects.count()


def test_a_file_of_siren_gives_its_dossiers_and_its_faults(cast: Cast) -> None:
    """With or without headings, spaces in the SIREN, other columns; what has no dossier is said."""
    body = f"SIREN;Nom\n000 000 018;Ici\nAilleurs;{cast.ailleurs.siren}\n000000034;Inconnu\nrien;du tout\n"
    with open_scope(cast.scope_federation):
        found = read_list(body.encode(), cast.campagne)
    assert {cast.dossier.pk, cast.dossier_ailleurs.pk} == set(found.dossiers)
    assert [
        "Ligne 5 : aucun SIREN.",
        "Ligne 4 : 000000034 n'a pas de dossier dans cette campagne.",
    ] == list(found.constats)


def test_each_dossier_moves_where_it_can(sent: Cast) -> None:
    """The one in entry says why not; the other one moves; asked twice, it moves once."""
    lot = uuid.uuid4()
    with open_scope(sent.scope_federation):
        first = move_all(list(listed()), "cloturer", "", lot)
        move_all(list(listed()), "cloturer", "", lot)
        assert [(sent.ailleurs.nom, False), (sent.ici.nom, True)] == [
            (one.organisme, one.fait) for one in first
        ]
        assert "n'est pas possible" in first[0].message
        assert ("5_Cloture", "2_Saisie") == (
            read(sent.dossier.pk).etape,
            Dossier.objects.get(pk=sent.dossier_ailleurs.pk).etape,
        )
        assert 1 == Transition.objects.filter(action="cloturer").count()


@pytest.mark.parametrize("code", ["valider", "presenter", "demarrer", "rien"])
def test_an_action_of_the_organisation_is_not_the_authority_s_to_do(sent: Cast, code: str) -> None:
    """Nothing is done, for any dossier."""
    with open_scope(sent.scope_federation):
        assert [] == move_all(list(listed()), code, "Motif", uuid.uuid4())


def test_a_dossier_has_one_officer_the_last_one_given(sent: Cast) -> None:
    """Given, given to somebody else, taken back."""
    with open_scope(sent.scope_federation):
        rows = list(listed())
        assert 2 == assign(rows, sent.analyste)
        assign(rows[:1], sent.federation)
        assert {rows[0].pk: sent.federation, rows[1].pk: sent.analyste} == officers_of(
            [one.pk for one in rows]
        )
        assign(rows, None)
        assert ({}, 2) == (officers_of([one.pk for one in rows]), Responsable.objects.count())


def test_a_grouped_mail_leaves_once_per_address(sent: Cast, mail: Path) -> None:
    """From the page; the proof is kept as for a notice."""
    client = signed_in(sent.analyste)
    ticked = [str(sent.dossier.pk), str(sent.dossier_ailleurs.pk)]
    given = {"acte": "courriel", "dossier": ticked, "objet": "Rappel", "texte": "Pensez à la table 8."}
    answer = client.post("/travail/agir/", given | {"jeton": str(uuid.uuid4())}, follow=True)
    assert "5 courriels partent vers 2 organismes" in answer.content.decode()
    assert 5 == send_kept()
    with open_scope(sent.scope_federation):
        assert 5 == Envoi.objects.exclude(remis_le=None).count()
    assert "Pensez à la table 8." in b"".join(path.read_bytes() for path in mail.glob("*.log")).decode()


@pytest.mark.parametrize("nature", ["xml", "xlsx", "pdf"])
def test_an_archive_holds_what_is_transmitted_and_says_what_is_not(
    sent: Cast, nature: str, tmp_path: Path
) -> None:
    """A dossier in entry is never read, even in a group."""
    with open_scope(sent.scope_federation):
        row, is_new = ask_export(list(listed()), nature, uuid.uuid4())
        assert is_new
    make_export(export_id=row.pk, role="federation", user_id=sent.analyste.pk)
    with open_scope(sent.scope_federation):
        row.refresh_from_db()
    assert ("prete", 2) == (row.etat, row.faits)
    assert [[sent.ailleurs.nom, "Pas encore transmis : ses valeurs ne se lisent pas."]] == row.bilan
    archive = zipfile.ZipFile(io.BytesIO(bytes(row.contenu or b"")))
    (name,) = [one for one in archive.namelist() if one != "bilan.csv"]
    assert sent.ici.siren in name
    body = archive.read(name)
    assert body.startswith({"xml": b"<?xml", "xlsx": b"PK", "pdf": b"%PDF"}[nature])
    if nature == "xml":
        path = tmp_path / "depot.xml"
        path.write_bytes(body)
        assert open_filing(path) is not None


def test_the_report_of_an_archive_is_read_by_a_spreadsheet(sent: Cast) -> None:
    """A name with a semicolon stays in its column; one that begins as a formula stays a name."""
    with open_scope(Scope(Role.SYSTEME)):
        Organisme.objects.filter(pk=sent.ailleurs.pk).update(nom='=1+1; "Ailleurs"')
    with open_scope(sent.scope_federation):
        row, _ = ask_export(list(listed()), "xml", uuid.uuid4())
    make_export(export_id=row.pk, role="federation", user_id=sent.analyste.pk)
    with open_scope(sent.scope_federation):
        row.refresh_from_db()
    body = zipfile.ZipFile(io.BytesIO(bytes(row.contenu or b""))).read("bilan.csv").decode("utf-8-sig")
    assert [
        ["Organisme", "Constat"],
        ['\'=1+1; "Ailleurs"', "Pas encore transmis : ses valeurs ne se lisent pas."],
    ] == list(csv.reader(io.StringIO(body), delimiter=";"))


def test_an_export_is_its_owner_s(sent: Cast) -> None:
    """A colleague does not find it; an organisation even less."""
    with open_scope(sent.scope_federation):
        row, _ = ask_export(list(listed()), "xml", uuid.uuid4())
    assert (200, 404, 404) == tuple(
        signed_in(one).get(f"/travail/exports/{row.pk}/").status_code
        for one in (sent.analyste, sent.federation, sent.saisie)
    )
    with open_scope(sent.scope()):
        assert 0 == ExportGroupe.objects.count()


def test_the_list_is_worked_from_its_page(sent: Cast) -> None:
    """Filled by a file, shown, exported as people, emptied."""
    client = signed_in(sent.analyste)
    page = unescape(client.get("/travail/").content.decode())
    assert ("Coopérative d'Ici" in page, "Clore le dossier" in page) == (True, True)
    ticked = [str(sent.dossier.pk)]
    people = client.post("/travail/agir/", {"acte": "utilisateurs", "dossier": ticked}).content.decode()
    assert ("saisie@essai.example" in people, "etranger@essai.example" in people) == (True, False)
    assert "Cochez d'abord" in unescape(
        client.post("/travail/agir/", {"acte": "retirer"}, follow=True).content.decode()
    )
    client.post("/travail/agir/", {"acte": "retirer", "dossier": ticked})
    assert "Coopérative d'Ici" not in unescape(client.get("/travail/").content.decode())


def test_a_whole_result_is_put_on_the_list(cast: Cast) -> None:
    """From the follow-up: what is ticked, or all that the page shows."""
    client = signed_in(cast.analyste)
    page = client.get("/suivi/").content.decode()
    shown = [part.partition('"')[0] for part in page.split('name="affiche" value="')[1:]]
    assert {str(cast.dossier.pk), str(cast.dossier_ailleurs.pk)} == set(shown)
    client.post("/travail/retenir/", {"affiche": shown, "dossier": shown[:1]})
    with open_scope(cast.scope_federation):
        assert 1 == listed().count()
    client.post("/travail/retenir/", {"affiche": shown, "tous": "1"})
    with open_scope(cast.scope_federation):
        assert 2 == listed().count()


def test_a_file_of_siren_is_put_on_the_list_from_its_page(cast: Cast) -> None:
    """What it names is retained; what has no dossier is told."""
    stream = io.BytesIO(f"{cast.ici.siren}\n000000034\n".encode())
    stream.name = "liste.csv"
    given = {"fichier": stream, "campagne": str(cast.campagne.pk)}
    answer = signed_in(cast.analyste).post("/travail/retenir/", given, follow=True)
    page = unescape(answer.content.decode())
    assert ("1 retenus, 1 en tout" in page, "000000034 n'a pas de dossier" in page) == (True, True)
