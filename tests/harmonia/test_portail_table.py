"""The page of a table and its endpoints: the owner types, the colleague hears, the stranger finds nothing."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from harmonia.dossiers.evaluation import live
from harmonia.dossiers.models import Commentaire, Dossier, Journal, Valeur
from harmonia.dossiers.services import Entry, save_entries
from harmonia.tenancy.scope import open_scope
from tests.harmonia.cast import Cast, signed_in

LOYERS = "CRP.R033.N"
JSON = "application/json"


def post(client: Client, cast: Cast, name: str, **body: Any) -> HttpResponse:
    """Post to an endpoint of the dossier, from its table CRP unless told otherwise."""
    sent = {"table": "CRP", "curseur": 0, **body}
    return client.post(f"/dossiers/{cast.dossier.pk}/{name}/", json.dumps(sent), content_type=JSON)  # type: ignore[return-value]


def save(client: Client, cast: Cast, *entries: tuple[str, str, int], **more: Any) -> dict[str, Any]:
    """Send entries, and return the answer."""
    given = [{"cle": cle, "texte": texte, "version": version} for cle, texte, version in entries]
    answer: dict[str, Any] = json.loads(post(client, cast, "saisies", saisies=given, **more).content)
    return answer


# ── The page ─────────────────────────────────────────────────────────────────────────────────────


def test_the_page_is_the_printed_form(cast: Cast) -> None:
    """Lines with their codes and accounts, both years, totals, the unit, the cells with their versions."""
    with open_scope(cast.scope()):
        save_entries(cast.dossier, [Entry(LOYERS, "1234567,89", 0)])
    page = signed_in(cast.saisie).get(f"/dossiers/{cast.dossier.pk}/tables/CRP/").content.decode()
    assert "Loyers des logements conventionnés" in page
    assert ">7043</td>" in page
    assert "en euros" in page
    cell = re.search(rf'<td [^>]*data-k="{LOYERS}"[^>]*>([^<]*)', page)
    assert cell is not None
    assert "1\u202f234\u202f567,89" == cell[1]
    assert 'data-v="1"' in cell[0]
    total = re.search(r'<td [^>]*data-k="CRP.RT11.N"[^>]*>', page)
    assert total is not None
    assert 'aria-readonly="true"' in total[0]


@pytest.mark.parametrize("code", ["CRP", "Q03", "Q08", "T08R", "ID", "FER", "VENT"])
def test_every_shape_of_table_is_drawn(cast: Cast, code: str) -> None:
    """Plain, keyed, several sections, words and choices; and alone, as a fragment."""
    client = signed_in(cast.saisie)
    assert 200 == client.get(f"/dossiers/{cast.dossier.pk}/tables/{code}/").status_code
    assert 200 == client.get(f"/dossiers/{cast.dossier.pk}/tables/{code}/corps/").status_code


PAGE_QUERIES = 14
SAVE_QUERIES = 16


def test_what_the_page_reads_does_not_grow_with_the_table(cast: Cast) -> None:
    """The same queries for two lines and for a hundred."""
    client = signed_in(cast.saisie)
    counts = {}
    for code in ("CR", "VENT"):
        client.get(f"/dossiers/{cast.dossier.pk}/tables/{code}/")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/dossiers/{cast.dossier.pk}/tables/{code}/")
        counts[code] = len(queries)
    assert counts["CR"] == counts["VENT"]
    assert counts["CR"] <= PAGE_QUERIES


@pytest.mark.parametrize(
    "path",
    [
        "tables/CRP/",
        "tables/CRP/corps/",
        "tables/CRP/controles/",
        "cellule/?cle=CRP.R033.N",
        "lignes/?q=loyers",
    ],
)
def test_the_stranger_and_the_federation_find_nothing(committed: Cast, path: str) -> None:
    """Not theirs, or not transmitted yet: the answer is that of a dossier that does not exist."""
    cast = committed
    address = f"/dossiers/{cast.dossier.pk}/{path}"
    assert 200 == signed_in(cast.saisie).get(address).status_code
    assert 200 == signed_in(cast.gestion).get(address).status_code
    assert 404 == signed_in(cast.etranger).get(address).status_code
    assert 404 == signed_in(cast.analyste).get(address).status_code
    assert 302 == Client().get(address).status_code


def test_the_federation_reads_from_step_4_and_types_nothing(committed: Cast) -> None:
    """The same page, closed; the endpoint refuses."""
    cast = committed
    with open_scope(cast.scope()):
        Dossier.objects.filter(pk=cast.dossier.pk).update(etape="4_Fiabilisation", rang=4)
    client = signed_in(cast.analyste)
    page = client.get(f"/dossiers/{cast.dossier.pk}/tables/CRP/").content.decode()
    assert "Lecture seule" in page
    assert "data-modifiable" not in page
    assert 400 == post(client, cast, "saisies", saisies=[]).status_code
    assert 200 == post(client, cast, "evenements").status_code


def test_an_unknown_table_is_not_found(committed: Cast) -> None:
    """A code that the form does not have, or has for other families only."""
    cast = committed
    client = signed_in(cast.saisie)
    for code in ("ZZZ", "SEM1"):
        assert 404 == client.get(f"/dossiers/{cast.dossier.pk}/tables/{code}/").status_code


def test_who_only_manages_users_reads_and_does_not_type(cast: Cast) -> None:
    """The page is drawn without a way to type, and the endpoint refuses."""
    client = signed_in(cast.gestion)
    page = client.get(f"/dossiers/{cast.dossier.pk}/tables/CRP/").content.decode()
    assert "data-modifiable" not in page
    assert 400 == post(client, cast, "saisies", saisies=[]).status_code


# ── Saving ───────────────────────────────────────────────────────────────────────────────────────


def test_a_save_says_what_it_wrote_and_all_that_moved(cast: Cast) -> None:
    """The new version and the text of the cell; the totals; the line of the journal to start from."""
    client = signed_in(cast.saisie)
    answer = save(client, cast, (LOYERS, "(1 234)", 0))
    assert [[LOYERS, 1, "−1\u202f234,00"]] == answer["ecrites"]
    assert "−1\u202f234,00" == answer["cellules"]["CRP.RT11.N"]
    with open_scope(cast.scope()):
        assert Journal.objects.latest("id").pk == answer["curseur"]


def test_a_later_save_says_only_what_moved_since(committed: Cast) -> None:
    """A short answer for a page that is up to date; everything for one that is late."""
    client = signed_in(committed.saisie)
    first = save(client, committed, (LOYERS, "10", 0))
    second = save(client, committed, ("CRP.R010.N", "5", 0), curseur=first["curseur"])
    assert "CRP.R010.N" in second["cellules"]
    assert LOYERS not in second["cellules"]
    assert LOYERS in save(client, committed, ("CRP.R010.N", "6", 1), curseur=0)["cellules"]


def test_the_first_entry_starts_the_dossier(cast: Cast) -> None:
    """Nobody has to tick a box before typing."""
    save(signed_in(cast.saisie), cast, (LOYERS, "10", 0))
    with open_scope(cast.scope()):
        assert "2_Saisie" == Dossier.objects.get(pk=cast.dossier.pk).etape


def test_a_conflict_shows_what_stands_and_whose_it_is(cast: Cast) -> None:
    """The second is shown the first's value, and nothing of theirs is written."""
    save(signed_in(cast.saisie), cast, (LOYERS, "10", 0))
    answer = save(signed_in(cast.comptable), cast, (LOYERS, "20", 0))
    conflict = answer["conflits"][0]
    assert ("10,00", 1, "Saisie Essai", False) == (
        conflict["texte"],
        conflict["version"],
        conflict["par"],
        conflict["a_moi"],
    )
    assert [] == answer["ecrites"]


def test_a_refusal_is_told_in_french_beside_what_is_kept(cast: Cast) -> None:
    """Each entry of a batch stands alone."""
    answer = save(signed_in(cast.saisie), cast, (LOYERS, "douze", 0), ("CRP.R010.N", "5", 0))
    assert "« douze » n'est pas un nombre" in answer["refus"][0][1]
    assert ["CRP.R010.N"] == [one[0] for one in answer["ecrites"]]


def test_a_gap_is_told_while_one_types(committed: Cast) -> None:
    """Its severity, its words, and the cells of this table; the page that heard it is not told again."""
    client = signed_in(committed.saisie)
    answer = save(client, committed, ("ACT.A110.BRUT", "50", 0), ("PAS.P010.N", "100", 0), table="PAS")
    gap = {one["lieu"]: one for one in answer["alertes"]}["K030"]
    assert ("bloquant", False) == (gap["gravite"], gap["justifiee"])
    assert "50,00" in gap["message"]
    assert all(cell.startswith("PAS.") for cell in gap["cellules"])
    again = json.loads(post(client, committed, "evenements", table="PAS", curseur=answer["curseur"]).content)
    assert None is again["alertes"]


def test_without_a_session_the_answer_is_401_and_nothing_is_written(cast: Cast) -> None:
    """In JSON, for the page to keep what was typed."""
    answer = post(Client(), cast, "saisies", saisies=[{"cle": LOYERS, "texte": "1", "version": 0}])
    assert (401, "session") == (answer.status_code, json.loads(answer.content)["etat"])


def test_somebody_else_signed_in_since_sends_nothing_in_their_name(cast: Cast) -> None:
    """What Sacha typed is not signed by Camille."""
    answer = post(signed_in(cast.comptable), cast, "saisies", saisies=[], moi=cast.saisie.pk)
    assert (403, "personne") == (answer.status_code, json.loads(answer.content)["etat"])


def test_a_presented_dossier_answers_409_with_a_sentence(committed: Cast) -> None:
    """And keeps its values."""
    cast = committed
    with open_scope(cast.scope()):
        Dossier.objects.filter(pk=cast.dossier.pk).update(etape="3_Validation", rang=3)
    answer = post(
        signed_in(cast.saisie), cast, "saisies", saisies=[{"cle": LOYERS, "texte": "1", "version": 0}]
    )
    assert 409 == answer.status_code
    assert "Validation" in json.loads(answer.content)["message"]
    with open_scope(cast.scope()):
        assert 0 == Valeur.objects.count()


@pytest.mark.parametrize("name", ["saisies", "evenements", "rangs", "neant", "annulation", "commentaires"])
def test_the_endpoints_are_closed_to_others(committed: Cast, name: str) -> None:
    """The stranger and the federation get 404, whoever has no session 401, and a GET does nothing."""
    cast = committed
    assert 404 == post(signed_in(cast.etranger), cast, name).status_code
    assert 404 == post(signed_in(cast.analyste), cast, name).status_code
    assert 401 == post(Client(), cast, name).status_code
    assert 405 == signed_in(cast.saisie).get(f"/dossiers/{cast.dossier.pk}/{name}/").status_code


@pytest.mark.parametrize(
    "body",
    [
        {"saisies": "x"},
        {"saisies": [1]},
        {"saisies": [{"cle": 1}]},
        {"saisies": [{"cle": LOYERS, "texte": "1", "version": -1}]},
        {"saisies": [], "lot": "x"},
        {"saisies": [], "table": "ZZZ"},
    ],
)
def test_a_request_that_cannot_be_read_is_refused(cast: Cast, body: dict[str, Any]) -> None:
    """With 400, never 500."""
    assert 400 == post(signed_in(cast.saisie), cast, "saisies", **body).status_code


def test_a_save_makes_few_queries_whatever_its_size(committed: Cast) -> None:
    """One cell or fifty: the same statements."""
    client = signed_in(committed.saisie)
    cursor = save(client, committed, (LOYERS, "1", 0))["curseur"]
    keys = [f"CRP.R{number}.N" for number in ("010", "015", "020", "031", "032", "034", "035", "036")]
    counts = []
    for entries in ([(keys[0], "1", 0)], [(key, "2", 0) for key in keys[1:]]):
        with CaptureQueriesContext(connection) as queries:
            cursor = save(client, committed, *entries, curseur=cursor)["curseur"]
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= SAVE_QUERIES


# ── The others ───────────────────────────────────────────────────────────────────────────────────


def test_a_colleague_hears_what_was_typed_and_sees_who_is_there(committed: Cast) -> None:
    """The key, its version and author, the texts that moved; the person and the cell they are on."""
    cast = committed
    saisie, comptable = signed_in(cast.saisie), signed_in(cast.comptable)
    start = json.loads(post(comptable, cast, "evenements").content)
    save(saisie, cast, (LOYERS, "10", 0), cle=LOYERS)
    heard = json.loads(post(comptable, cast, "evenements", curseur=start["curseur"]).content)
    assert [[LOYERS, 1, "saisie", "Saisie Essai", cast.saisie.pk, True]] == heard["autres"]
    assert "10,00" == heard["cellules"][LOYERS]
    assert [[cast.saisie.pk, "Saisie Essai", "CRP", LOYERS]] == heard["presents"]
    assert heard["structure"] is False


# ── Rows, « néant », undo, comments ──────────────────────────────────────────────────────────────


def test_rows_are_added_inserted_removed_and_brought_back(cast: Cast) -> None:
    """Several at once for a paste; undoing the removal brings the cells back."""
    client = signed_in(cast.saisie)
    made = json.loads(
        post(client, cast, "rangs", table="Q03", section="Q03.OP", action="ajouter", nombre=2).content
    )
    assert (1, True) == (made["numero"], made["structure"])
    save(client, cast, ("Q03.OP#1.C01", "Tilleuls", 0), ("Q03.OP#2.C01", "Chênes", 0), table="Q03")
    post(client, cast, "rangs", table="Q03", section="Q03.OP", action="ajouter", apres=1)
    save(client, cast, ("Q03.OP#3.C01", "Saules", 0), table="Q03")
    gone = json.loads(
        post(client, cast, "rangs", table="Q03", section="Q03.OP", action="retirer", numero=1).content
    )
    with open_scope(cast.scope()):
        assert ["Saules", "Chênes"] == [row.cle for row in live(cast.dossier).evaluation.facts.rows["Q03.OP"]]
    post(client, cast, "annulation", table="Q03", lot=gone["lot"])
    with open_scope(cast.scope()):
        rows = live(cast.dossier).evaluation.facts.rows["Q03.OP"]
        assert ["Tilleuls", "Saules", "Chênes"] == [row.cle for row in rows]
    assert 400 == post(client, cast, "rangs", table="Q03", section="Q03.XX", action="ajouter").status_code


def test_a_table_that_holds_something_is_not_declared_neant(committed: Cast) -> None:
    """It says how many values stand in the way; emptied, or empty, it is declared; a statement never is."""
    cast = committed
    client = signed_in(cast.saisie)
    save(client, cast, ("Q07.L030.N", "5", 0), table="Q07")
    answer = post(client, cast, "neant", table="Q07", neant=True)
    assert 400 == answer.status_code
    assert "1 valeur :" in json.loads(answer.content)["message"]
    save(client, cast, ("Q07.L030.N", "", 1), table="Q07")
    assert 200 == post(client, cast, "neant", table="Q07", neant=True).status_code
    page = client.get(f"/dossiers/{cast.dossier.pk}/tables/Q07/").content.decode()
    assert "Néant déclaré." in page
    assert "data-modifiable" not in page
    assert 200 == post(client, cast, "neant", table="Q07", neant=False).status_code
    assert 400 == post(client, cast, "neant", table="CRP", neant=True).status_code


def test_an_unknown_act_is_not_undone(cast: Cast) -> None:
    """The journal does not hold it."""
    assert 400 == post(signed_in(cast.saisie), cast, "annulation", lot=str(uuid.uuid4())).status_code


def test_a_comment_is_left_on_a_cell(committed: Cast) -> None:
    """Whoever reads the dossier may speak; an empty word, or a cell that is none, is refused."""
    cast = committed
    client = signed_in(cast.gestion)
    assert 200 == post(client, cast, "commentaires", cle=LOYERS, texte="Voir le bail.").status_code
    with open_scope(cast.scope()):
        assert "Voir le bail." == Commentaire.objects.get(cle=LOYERS).texte
    assert 400 == post(client, cast, "commentaires", cle=LOYERS, texte="  ").status_code
    assert 400 == post(client, cast, "commentaires", cle="CRP.X.N", texte="x").status_code
    assert (
        "Voir le bail." in client.get(f"/dossiers/{cast.dossier.pk}/cellule/?cle={LOYERS}").content.decode()
    )


# ── The drawer and the search ────────────────────────────────────────────────────────────────────


def test_the_drawer_tells_the_whole_story_of_a_cell(cast: Cast) -> None:
    """Law, controls, explanation, past with a way back."""
    client = signed_in(cast.saisie)
    save(client, cast, (LOYERS, "10", 0))
    save(client, cast, (LOYERS, "20", 1))
    page = client.get(f"/dossiers/{cast.dossier.pk}/cellule/?cle={LOYERS}").content.decode()
    for words in (
        "Loyers des logements conventionnés",
        "ANC 2015-04",
        "10,00 → 20,00",
        "Saisie Essai",
        "K034",
    ):
        assert words in page
    assert 'data-text="10,00"' in page
    total = client.get(f"/dossiers/{cast.dossier.pk}/cellule/?cle=CRP.RT11.N").content.decode()
    assert f'data-go="{LOYERS}"' in total
    assert 404 == client.get(f"/dossiers/{cast.dossier.pk}/cellule/?cle=CRP.X.N").status_code


def test_the_drawer_opens_on_a_row(cast: Cast) -> None:
    """A column of a keyed section is explained on its row."""
    client = signed_in(cast.saisie)
    post(client, cast, "rangs", table="Q03", section="Q03.OP", action="ajouter")
    save(client, cast, ("Q03.OP#1.C01", "Tilleuls", 0), ("Q03.OP#1.C07", "900", 0), table="Q03")
    page = client.get(f"/dossiers/{cast.dossier.pk}/cellule/?cle=Q03.OP%231.C14").content.decode()
    assert "900,00" in page


@pytest.mark.parametrize(
    ("query", "wanted"),
    [("7043", "CRP.R033.N"), ("loyers conventionnes", "CRP.R033.N"), ("70431", "CRP.R033.N")],
)
def test_a_line_is_found_by_words_or_account(cast: Cast, query: str, wanted: str) -> None:
    """Whatever the accents; an account finds the line that takes it."""
    answer = signed_in(cast.saisie).get(f"/dossiers/{cast.dossier.pk}/lignes/", {"q": query, "table": "CRP"})
    assert wanted in [one["cle"] for one in json.loads(answer.content)["lignes"]]
