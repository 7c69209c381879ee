"""« Lancer la vérification »: what the page says, what is sealed, who may justify and decide."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from harmonia.documents.models import Document
from harmonia.dossiers.access import may_read
from harmonia.dossiers.completeness import completeness
from harmonia.dossiers.evaluation import live
from harmonia.dossiers.justifications import kept
from harmonia.dossiers.models import Dossier, Justification, RapportScelle
from harmonia.dossiers.reports import difference, is_intact, verify_and_seal
from harmonia.dossiers.services import Entry, save_entries
from harmonia.dossiers.transitions import seal
from harmonia.tenancy.scope import open_scope
from tests.harmonia.cast import Cast, signed_in
from tests.harmonia.figures import CAPITAL, FORTE_VARIATION, LOYERS, put, read, two_years

WORDS = "Mise en location de douze logements."


def page(client: Client, dossier: Dossier, path: str = "", status: int = 200) -> str:
    """Return the words of a page of the verification, spaces made plain."""
    answer = client.get(f"/dossiers/{dossier.pk}/verification/{path}")
    assert status == answer.status_code, answer.content[:400]
    return re.sub(r"\s+", " ", answer.content.decode().replace("&#x27;", "'"))


def to_review(cast: Cast, dossier: Dossier) -> Dossier:
    """Put a dossier at step 4."""
    with open_scope(cast.scope()):
        Dossier.objects.filter(pk=dossier.pk).update(rang=4, etape="4_Fiabilisation")
        return read(dossier.pk)


def say(client: Client, dossier: Dossier, **fields: object) -> int:
    """Justify the strong variation of the rents, as the form does; return the status."""
    answer = client.post(
        f"/dossiers/{dossier.pk}/verification/justifier/", {"lieu": FORTE_VARIATION, "texte": WORDS, **fields}
    )
    return answer.status_code


# ── The page ─────────────────────────────────────────────────────────────────────────────────────


def test_the_first_sentence_counts_what_waits(cast: Cast) -> None:
    """Blocking first, then what is to justify; the tab repeats how many wait."""
    dossier = two_years(cast)
    said = page(signed_in(cast.saisie), dossier)
    assert re.search(r"\d+ anomalies bloquantes, \d+ à justifier, \d+ contrôles satisfaits", said)
    assert "Aucun rapport n'est encore scellé" in said


def test_a_gap_opens_on_its_sum_its_cells_and_its_box(cast: Cast) -> None:
    """Both sides, the gap in euros, each cell a link to its table, the reference, the box."""
    dossier = two_years(cast)
    said = page(signed_in(cast.saisie), dossier, f"anomalie/?lieu={FORTE_VARIATION}&fragment=1")
    assert (
        "150\u202f000,00 €".replace(" ", "\u00a0") in said.replace("&nbsp;", "\u00a0")
        or "150 000,00 €" in said
    )
    assert f"/dossiers/{dossier.pk}/tables/CRP/?cellule=CRP.R033.N" in said
    assert 'name="texte"' in said
    assert "À faire" in said


@pytest.mark.parametrize(
    ("query", "there", "absent"),
    [
        ("?gravite=bloquant", "K152", "K049.produits CRP.R033"),
        ("?gravite=a_justifier", "K049.produits CRP.R033", "K152"),
        ("?table=CRP", "K049.produits CRP.R033", "K152"),
        ("?q=loyers+conventionnés", "K049.produits CRP.R033", "K152"),
        ("?resultat=non_evaluable&table=Q02", "Non évaluable", "K049.produits CRP.R033"),
    ],
)
def test_the_list_is_filtered(cast: Cast, query: str, there: str, absent: str) -> None:
    """By severity, table, words or outcome."""
    dossier = two_years(cast)
    said = page(signed_in(cast.saisie), dossier, query)
    assert there in said
    assert absent not in said.partition('class="anomalies"')[2]


def test_the_page_asks_the_database_little(cast: Cast) -> None:
    """The same number of queries, however many gaps: the figures are in memory."""
    dossier = two_years(cast)
    client = signed_in(cast.saisie)
    page(client, dossier)
    with CaptureQueriesContext(connection) as few:
        page(client, dossier)
    with open_scope(cast.scope()):
        put(dossier, {"PAS.P020.N": 90_000_000, "CRP.R031.N": 50_000_000, "CRC.C320.T": 70_000_000})
    page(client, dossier)
    with CaptureQueriesContext(connection) as many:
        page(client, dossier)
    own = [query["sql"] for query in many.captured_queries if "dossiers_" in query["sql"]]
    assert len(few) == len(many)
    assert len(own) <= 10, own


def test_the_home_page_counts_as_the_verification_does(cast: Cast) -> None:
    """A finding over two tables is one finding; and the button is at the foot."""
    dossier = two_years(cast)
    client = signed_in(cast.saisie)
    counted = re.search(r"(\d+) anomalies bloquantes, (\d+) à justifier", page(client, dossier))
    assert counted is not None
    home = client.get(f"/dossiers/{dossier.pk}/").content.decode()
    assert f"{counted[1]} anomalies bloquantes" in home
    assert f"{counted[2]} à justifier" in home
    assert "Lancer la vérification</button>" in home


# ── What is sealed ───────────────────────────────────────────────────────────────────────────────


def test_the_button_seals_a_dated_report(cast: Cast) -> None:
    """Who, when, after which line of the journal, with the aggregates; and its digest holds."""
    dossier = two_years(cast)
    client = signed_in(cast.saisie)
    assert 302 == client.post(f"/dossiers/{dossier.pk}/verification/lancer/").status_code
    with open_scope(cast.scope()):
        report = RapportScelle.objects.get(dossier=dossier)
        assert ("Saisie Essai", cast.saisie.pk) == (report.contenu["scelle"]["par"], report.par_id)
        assert FORTE_VARIATION in {
            f"{one['controle']} {one['ligne']}".strip() for one in report.contenu["anomalies"]
        }
        assert 30_000_000 == report.contenu["agregats"]["AE.AE010.N"]
        assert is_intact(report)
    assert "rien n'a changé depuis" in page(client, dossier)


def test_clicking_twice_seals_once(cast: Cast) -> None:
    """The same figures, by the same person, within seconds."""
    dossier = two_years(cast)
    client = signed_in(cast.saisie)
    for _ in range(2):
        client.post(f"/dossiers/{dossier.pk}/verification/lancer/")
    with open_scope(cast.scope()):
        assert 1 == RapportScelle.objects.filter(dossier=dossier).count()


def test_a_report_that_was_tampered_with_shows(cast: Cast) -> None:
    """One figure changed is one digest broken."""
    dossier = two_years(cast)
    with open_scope(cast.scope()):
        report = verify_and_seal(dossier)
        report.contenu["agregats"]["AE.AE010.N"] += 1
        assert not is_intact(report)
        version = seal(dossier)
        version.refresh_from_db()
        assert is_intact(version)
        version.contenu["cellules"][CAPITAL] = "1.00"
        assert not is_intact(version)


def test_two_reports_are_compared(cast: Cast) -> None:
    """What went, what came, what moved, and the aggregates."""
    dossier = two_years(cast)
    with open_scope(cast.scope()):
        first = verify_and_seal(dossier)
        put(dossier, {LOYERS: 10_000_000})
        second = verify_and_seal(dossier)
        changed = difference(first, second)
        assert FORTE_VARIATION in {shift.nom for shift in changed.disparues}
        assert "AE.AE010.N" in {shift.nom for shift in changed.agregats}
        assert difference(second, second).is_empty
    said = page(signed_in(cast.saisie), dossier, f"rapports/{second.pk}/")
    assert "Ce qui a changé" in said
    assert "intact" in said
    assert "intact" in page(signed_in(cast.saisie), dossier, "historique/")


# ── Justify and decide ───────────────────────────────────────────────────────────────────────────


def test_a_warning_is_justified_with_an_amount_and_a_document(cast: Cast) -> None:
    """What was given is what is kept, and the document comes back as it was."""
    dossier = two_years(cast)
    client = signed_in(cast.saisie)
    upload = SimpleUploadedFile("bail.pdf", b"%PDF-1.7 bail", "application/pdf")
    assert 302 == say(client, dossier, montant="150 000,00", document=upload)
    with open_scope(cast.scope()):
        row = kept(dossier)[FORTE_VARIATION]
        assert (WORDS, 15_000_000) == (row.texte, row.montant)
    answer = client.get(f"/documents/{row.document_id}/")
    assert (b"%PDF-1.7 bail", "nosniff") == (answer.content, answer["X-Content-Type-Options"])
    assert answer["Content-Disposition"].startswith("attachment")
    assert "Justifiée" in page(client, dossier, f"anomalie/?lieu={FORTE_VARIATION}")


def test_one_text_justifies_every_line_of_a_control(cast: Cast) -> None:
    """Each line has its justification; a line that somebody justified keeps their words, and its amount."""
    dossier = two_years(cast)
    with open_scope(cast.scope()):
        Dossier.objects.filter(pk=dossier.precedent_id or 0).update(etape="2_Saisie", rang=2)
        put(read(dossier.precedent_id or 0), {"CRP.R041.N": 10_000_000, "CRP.R051.N": 10_000_000})
        put(dossier, {"CRP.R041.N": 90_000_000, "CRP.R051.N": 90_000_000})
    client = signed_in(cast.saisie)
    other = FORTE_VARIATION.replace("R033", "R051")
    say(client, dossier, lieu=other, texte="Nouvelle résidence.")
    said = page(client, dossier, f"anomalie/?lieu={FORTE_VARIATION}")
    assert ["Justifier les 3 lignes de ce contrôle"] == re.findall(r"Justifier les \d+ lignes[^<]*", said)
    say(client, dossier, montant="150 000,00", toutes="1")
    with open_scope(cast.scope()):
        rows = kept(dossier)
    third = FORTE_VARIATION.replace("R033", "R041")
    assert [(WORDS, 15_000_000), ("Nouvelle résidence.", None), (WORDS, None)] == [
        (rows[lieu].texte, rows[lieu].montant) for lieu in (FORTE_VARIATION, other, third)
    ]
    assert "de ce contrôle" not in page(client, dossier, f"anomalie/?lieu={FORTE_VARIATION}")


def test_an_amount_that_falls_short_says_what_is_left(cast: Cast) -> None:
    """And words refused keep no document."""
    dossier = two_years(cast)
    client = signed_in(cast.saisie)
    say(client, dossier, montant="100 000")
    assert "reste 50 000,00 € sans explication" in page(client, dossier, f"anomalie/?lieu={FORTE_VARIATION}")
    say(client, dossier, texte=" ", document=SimpleUploadedFile("bail.pdf", b"%PDF-1.7"))
    with open_scope(cast.scope()):
        assert 0 == Document.objects.count()


def test_a_stale_justification_says_so(cast: Cast) -> None:
    """« À revoir »: its words are offered again in the box."""
    dossier = two_years(cast)
    client = signed_in(cast.saisie)
    say(client, dossier)
    with open_scope(cast.scope()):
        put(dossier, {LOYERS: 31_000_000})
    said = page(client, dossier, f"anomalie/?lieu={FORTE_VARIATION}")
    assert "Les chiffres ont changé depuis cette justification" in said
    assert f">{WORDS}</textarea>" in said


def test_last_year_s_words_are_shown_and_taken_over(cast: Cast) -> None:
    """Beside the box; « Reprendre » puts them in it, and nothing is kept until the form is sent."""
    dossier = two_years(cast)
    client = signed_in(cast.saisie)
    with open_scope(cast.scope()):
        Justification.objects.create(
            dossier_id=dossier.precedent_id or 0,
            organisme_id=cast.ici.pk,
            controle="K049.produits",
            lieu="CRP.R033",
            texte="Livraison de l'an dernier.",
            figures="",
            par=cast.comptable,
            le=dossier.etape_le,
        )
    said = page(client, dossier, f"anomalie/?lieu={FORTE_VARIATION}&reprendre=1")
    assert "L'an dernier" in said
    assert ">Livraison de l'an dernier.</textarea>" in said
    with open_scope(cast.scope()):
        assert {} == kept(dossier)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"texte": " "}, "Écrivez en quelques mots"),
        ({"montant": "douze"}, "n'est pas un montant"),
        ({"document": SimpleUploadedFile("outil.exe", b"MZ")}, "type admis"),
    ],
)
def test_what_cannot_be_kept_is_told(cast: Cast, fields: dict[str, object], words: str) -> None:
    """In French, and nothing is kept."""
    dossier = two_years(cast)
    client = signed_in(cast.saisie)
    answer = client.post(
        f"/dossiers/{dossier.pk}/verification/justifier/",
        {"lieu": FORTE_VARIATION, "texte": WORDS, **fields},
        follow=True,
    )
    assert words in answer.content.decode().replace("&#x27;", "'")
    with open_scope(cast.scope()):
        assert {} == kept(dossier)


def test_the_federation_decides_at_step_4(cast: Cast) -> None:
    """It refuses with a reason; the organisation reads it and counts one more to justify."""
    dossier = two_years(cast)
    client, analyst = signed_in(cast.saisie), signed_in(cast.analyste)
    say(client, dossier)
    dossier = to_review(cast, dossier)
    with open_scope(cast.scope()):
        row = kept(dossier)[FORTE_VARIATION]
    assert "Accepter jusqu'à" in page(analyst, dossier, f"anomalie/?lieu={FORTE_VARIATION}")
    answer = analyst.post(
        f"/dossiers/{dossier.pk}/verification/decider/",
        {"justification": row.pk, "decision": "refusee", "motif": "Cause non dite.", "lieu": FORTE_VARIATION},
    )
    assert 302 == answer.status_code
    said = page(client, dossier, f"anomalie/?lieu={FORTE_VARIATION}")
    assert "Justification refusée" in said
    assert "Cause non dite." in said


# ── Who may ──────────────────────────────────────────────────────────────────────────────────────

PAGES = ("", "completude/", "sf/", "ae/", "historique/", "anomalie/?lieu=K152", "graphique/SF.svg")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("who", ["etranger", "analyste"])
def test_a_stranger_finds_nothing(cast: Cast, path: str, who: str) -> None:
    """As if the dossier did not exist; nor does the federation before step 4."""
    page(signed_in(getattr(cast, who)), cast.dossier, path, status=404)


@pytest.mark.parametrize("path", PAGES)
def test_colleagues_and_the_federation_at_step_4_read_every_tab(cast: Cast, path: str) -> None:
    """Whatever the profile."""
    dossier = to_review(cast, two_years(cast))
    for who in (cast.gestion, cast.direction, cast.analyste):
        page(signed_in(who), dossier, path)


def test_nobody_justifies_or_decides_out_of_their_place(committed: Cast) -> None:
    """The administrator without a profile, the stranger, the federation; the organisation decides nothing."""
    cast = committed
    dossier = to_review(cast, two_years(cast))
    for who in (cast.gestion, cast.etranger, cast.analyste):
        assert 404 == say(signed_in(who), dossier)
    say(signed_in(cast.saisie), dossier)
    with open_scope(cast.scope()):
        row = kept(dossier)[FORTE_VARIATION]
    answer = signed_in(cast.direction).post(
        f"/dossiers/{dossier.pk}/verification/decider/", {"justification": row.pk, "decision": "acceptee"}
    )
    assert 404 == answer.status_code
    with open_scope(cast.scope()):
        assert ["saisie"] == [one.par.username for one in kept(dossier).values()]


# ── SF and AE ────────────────────────────────────────────────────────────────────────────────────


def test_the_statements_show_both_years_and_what_is_provisional(cast: Cast) -> None:
    """Rents of this year and last, their variation; and what a provisional figure waits for."""
    dossier = two_years(cast)
    said = page(signed_in(cast.saisie), dossier, "ae/")
    row = said.partition("AE010</td>")[2].partition("</tr>")[0]
    assert ["300\u202f000", "100\u202f000", "+200\u202f000"] == re.findall(r"[+]?\d+\u202f\d+", _figures(row))
    assert re.search(r"provisoire.{0,60}attend Q\d\d \(\d+ cellule", said)


def _figures(row: str) -> str:
    """Return the cells of a row whose thin spaces were made plain by `page`, thin again."""
    return re.sub(r"(\d) (\d{3})", "\\1\u202f\\2", re.sub(r"<[^>]*>", "|", row))


def test_a_figure_is_explained_down_to_the_cell(cast: Cast) -> None:
    """Its formula, its components, the link to the cell where one types."""
    dossier = two_years(cast)
    client = signed_in(cast.saisie)
    said = page(client, dossier, "explication/?cellule=AE.AE500.N&fragment=1")
    assert f"/dossiers/{dossier.pk}/tables/CRP/?cellule=CRP.R033.N" in said
    assert "AE380 + AE460" in said
    assert "À ne pas confondre avec l'autofinancement net" in said
    assert "certitude M, usage de la profession" in said
    page(client, dossier, "explication/?cellule=AE.RIEN.N", status=404)


def test_a_chart_is_drawn_with_its_title_and_its_sentence(cast: Cast) -> None:
    """As an image that holds its own font, kept by the browser while the figures stand."""
    dossier = two_years(cast)
    client = signed_in(cast.saisie)
    source = re.search(r'<img src="([^"]+)"', page(client, dossier, "ae/"))
    assert source is not None
    answer = client.get(source[1].replace("&amp;", "&"))
    body = answer.content.decode()
    assert "image/svg+xml" == answer["Content-Type"]
    assert "private" in answer["Cache-Control"]
    assert "<title>Des marges à l'autofinancement net</title>" in body
    assert "font/woff2;base64" in body
    assert "Personnel" in re.sub(r"<[^>]*>", " ", body)


def test_the_federation_sees_how_complete_a_dossier_is_and_nothing_more(cast: Cast) -> None:
    """Its completeness is kept beside the step when the organisation verifies."""
    with open_scope(cast.scope()):
        save_entries(cast.dossier, [Entry("ACT.A040.BRUT", "10", 0)])
        verify_and_seal(cast.dossier)
        expected = completeness(cast.dossier, live(cast.dossier)).percent
    with open_scope(cast.scope_federation):
        seen = Dossier.objects.get(pk=cast.dossier.pk)
        assert 0 < expected == seen.completude
        assert not may_read(seen)
