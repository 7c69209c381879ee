"""What leaves a dossier: read back, or read as text."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from harmonia.dossiers.editions import ask, make
from harmonia.dossiers.evaluation import live
from harmonia.dossiers.history import past_moment, shifts_since
from harmonia.dossiers.justifications import justify
from harmonia.dossiers.models import Dossier, Edition
from harmonia.dossiers.transitions import seal
from harmonia.portail.tasks import write_edition
from harmonia.tenancy.scope import open_scope
from liasse import form_of, read_filing
from tests.harmonia.cast import Cast, signed_in
from tests.harmonia.figures import LOYERS, found, put, read, two_years


def pdf_text(body: bytes, folder: Path) -> str:
    """Return the words of a PDF."""
    path = folder / "document.pdf"
    path.write_bytes(body)
    made = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True)
    return " ".join(made.stdout.split())


def downloaded(cast: Cast, dossier: Dossier, path: str) -> bytes:
    """Return a file, as somebody of the cooperative downloads it."""
    answer = signed_in(cast.saisie).get(f"/dossiers/{dossier.pk}/{path}")
    assert 200 == answer.status_code
    assert str(answer["Content-Disposition"]).startswith("attachment; filename=")
    return bytes(answer.content)


def test_the_anomalies_are_read_back_from_a_workbook(cast: Cast) -> None:
    """One line per finding, amounts as numbers, with what was said of it."""
    dossier = two_years(cast)
    with open_scope(cast.scope()):
        anomaly = found(dossier)
        justify(dossier, live(dossier), anomaly.check, anomaly.judgement, "=2+2 : douze logements.")
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(downloaded(cast, dossier, "verification/anomalies.xlsx"))
    )
    heading, *lines = book.get_sheet_by_name("Anomalies").to_python()[3:]
    rows = [dict(zip(map(str, heading), line, strict=True)) for line in lines]
    row = next(row for row in rows if row["Ligne"] == "CRP.R033")
    assert ("À justifier", "Justifiée", 150_000.0) == (row["Gravité"], row["État"], row["Écart"])
    assert "=2+2 : douze logements." == row["Justification"]


def test_the_anomalies_as_csv_follow_the_filter_and_hold_no_formula(cast: Cast) -> None:
    """Semicolons, decimal comma; words that look like a formula are words."""
    dossier = two_years(cast)
    with open_scope(cast.scope()):
        anomaly = found(dossier)
        justify(dossier, live(dossier), anomaly.check, anomaly.judgement, "=2+2")
    body = downloaded(cast, dossier, "verification/anomalies.csv?table=CRP&gravite=a_justifier")
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig")), delimiter=";"))
    assert {"CRP.R033", "CRP.RT"} == {row["Ligne"] for row in rows}
    row = next(row for row in rows if row["Ligne"] == "CRP.R033")
    assert ("150000,00", "'=2+2") == (row["Écart"], row["Justification"])


def test_the_anomalies_are_printed(cast: Cast, tmp_path: Path) -> None:
    """The sentence, each finding, what was said; provisional before validation."""
    dossier = two_years(cast)
    with open_scope(cast.scope()):
        anomaly = found(dossier)
        justify(dossier, live(dossier), anomaly.check, anomaly.judgement, "Douze logements <neufs>.")
    text = pdf_text(downloaded(cast, dossier, "verification/anomalies.pdf"), tmp_path)
    for words in (
        "Coopérative d'Ici",
        "anomalies bloquantes",
        "CRP.R033",
        "Douze logements <neufs>.",
        "Document provisoire",
    ):
        assert words in text


def test_the_journal_tells_who_changed_what(cast: Cast) -> None:
    """Before and after, in words; as a workbook and as CSV."""
    dossier = two_years(cast)
    with open_scope(cast.scope()):
        put(dossier, {LOYERS: 31_000_000})
    body = downloaded(cast, dossier, "exporter/journal.csv")
    row = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig")), delimiter=";"))[-1]
    assert (LOYERS, "Saisie Essai", "Saisie") == (row["Cellule"], row["Par"], row["Origine"])
    assert ("300\u202f000,00\u00a0€", "310\u202f000,00\u00a0€") == (row["Avant"], row["Après"])
    book = CalamineWorkbook.from_filelike(io.BytesIO(downloaded(cast, dossier, "exporter/journal.xlsx")))
    assert LOYERS == book.get_sheet_by_name("Journal").to_python()[-1][4]


@pytest.mark.parametrize("forme", ["json", "xml"])
def test_the_filing_leaves_as_data_now_and_as_it_was(cast: Cast, forme: str) -> None:
    """What is read back is what stood then."""
    dossier = two_years(cast)
    with open_scope(cast.scope()):
        moment = timezone.localtime() + timedelta(milliseconds=1)
        while timezone.localtime() < moment:
            pass
        put(dossier, {LOYERS: 31_000_000})
    now = downloaded(cast, dossier, f"exporter/depot.{forme}")
    then = downloaded(cast, dossier, f"exporter/depot.{forme}?le={moment:%Y-%m-%dT%H:%M:%S.%f}")
    assert b"310000.00" in now
    assert b"310000.00" not in then
    assert b"300000.00" in then
    if forme == "json":
        with open_scope(cast.scope()):
            plan = live(dossier).plan
        assert 30_000_000 == read_filing(json.loads(then), form_of(plan))[0].faits.cellules[LOYERS]


def test_the_past_tells_what_changed_since(cast: Cast) -> None:
    """On its page too; before the first value, the dossier was empty."""
    dossier = two_years(cast)
    with open_scope(cast.scope()):
        empty = past_moment(dossier, timezone.now() - timedelta(days=1))
        assert (0, {}) == (empty.numero, dict(empty.state))
        moment = past_moment(dossier, timezone.now())
        assert [] == shifts_since(dossier, moment)
        put(dossier, {LOYERS: 31_000_000})
        assert [(LOYERS, "300\u202f000,00\u00a0€", "310\u202f000,00\u00a0€")] == [
            (change.cle, change.avant, change.apres) for change in shifts_since(dossier, moment)
        ]
    said = signed_in(cast.saisie).get(f"/dossiers/{dossier.pk}/passe/?le=2020-01-01T00:00").content.decode()
    assert "Le dossier était vide" in said
    said = signed_in(cast.saisie).get(f"/dossiers/{dossier.pk}/passe/?le=hier").content.decode()
    assert "pas un moment" in said


# ── Made in the background ───────────────────────────────────────────────────────────────────────


def made(cast: Cast, dossier_id: int, nature: str) -> Edition:
    """Ask for a long file, and make it as the worker does."""
    with open_scope(cast.scope()):
        edition, is_new = ask(read(dossier_id), nature, f"liasse.{nature}")
        assert is_new
    make(edition.pk, cast.scope(), write_edition)
    with open_scope(cast.scope()):
        edition.refresh_from_db()
    return edition


@pytest.mark.slow
def test_the_whole_filing_is_printed(committed: Cast, tmp_path: Path) -> None:
    """Cover, contents with their pages, each form with its figures; provisional, then sealed."""
    cast = committed
    dossier = two_years(cast)
    provisional = made(cast, dossier.pk, "pdf")
    text = pdf_text(bytes(provisional.contenu or b""), tmp_path)
    for words in (
        "Document provisoire",
        "Sommaire",
        "Compte de résultat",
        "300 000,00",
    ):
        assert words in text, words
    with open_scope(cast.scope()):
        seal(dossier)
        Dossier.objects.filter(pk=dossier.pk).update(rang=4, etape="4_Fiabilisation")
    sealed = pdf_text(bytes(made(cast, dossier.pk, "pdf").contenu or b""), tmp_path)
    assert "Validé et scellé, version 1" in sealed
    assert "Document provisoire" not in sealed


@pytest.mark.slow
def test_the_workbook_of_the_filing_is_made_once_per_state(committed: Cast) -> None:
    """Asked for again, the same file; once a figure moves, another."""
    cast = committed
    dossier = two_years(cast)
    first = made(cast, dossier.pk, "xlsx")
    assert ("prete", 100) == (first.etat, first.avancement)
    book = CalamineWorkbook.from_filelike(io.BytesIO(bytes(first.contenu or b"")))
    assert "CRP" in book.sheet_names
    with open_scope(cast.scope()):
        assert (first.pk, False) == (ask(dossier, "xlsx", "liasse.xlsx")[0].pk, False)
        put(dossier, {LOYERS: 31_000_000})
        assert ask(dossier, "xlsx", "liasse.xlsx")[1]


def test_a_file_that_fails_says_so_and_may_be_asked_for_again(committed: Cast) -> None:
    """The job tells its failure to who waits, and to the log."""
    cast = committed
    dossier = two_years(cast)
    with open_scope(cast.scope()):
        edition, _ = ask(dossier, "pdf", "liasse.pdf")

    def broken(_dossier: Dossier, _edition: Edition) -> object:
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        make(edition.pk, cast.scope(), broken)  # type: ignore[arg-type]
    said = signed_in(cast.saisie).get(f"/dossiers/{dossier.pk}/exporter/editions/{edition.pk}/suivi/")
    assert "pas pu être préparé" in said.content.decode()
    with open_scope(cast.scope()):
        assert ask(dossier, "pdf", "liasse.pdf")[1]


def test_a_long_file_is_asked_for_and_followed(committed: Cast) -> None:
    """The button queues one job, however often it is pressed; a stranger follows nothing."""
    cast = committed
    dossier = two_years(cast)
    client = signed_in(cast.saisie)
    for _ in range(2):
        answer = client.post(f"/dossiers/{dossier.pk}/exporter/editions/pdf/")
        assert 302 == answer.status_code
    assert {"etat": "demandee", "avancement": 0} == client.get(f"{answer['Location']}?etat").json()
    with open_scope(cast.scope()):
        assert 1 == Edition.objects.filter(dossier=dossier).count()
    assert 404 == signed_in(cast.etranger).get(answer["Location"]).status_code
    assert 404 == client.get(answer["Location"].replace("suivi", "fichier")).status_code


@pytest.mark.parametrize(
    "path",
    ["exporter/", "exporter/journal.csv", "exporter/depot.json", "passe/", "verification/anomalies.csv"],
)
@pytest.mark.parametrize("who", ["etranger", "analyste"])
def test_a_stranger_exports_nothing(cast: Cast, path: str, who: str) -> None:
    """Nor the federation before step 4."""
    assert 404 == signed_in(getattr(cast, who)).get(f"/dossiers/{cast.dossier.pk}/{path}").status_code
