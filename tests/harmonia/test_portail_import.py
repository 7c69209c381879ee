"""The pages of an import: who may, what they show, one click or two."""

from __future__ import annotations

import csv
import io
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from harmonia.dossiers import taches
from harmonia.dossiers.evaluation import live
from harmonia.dossiers.models import EtatImport, ImportDepose, Journal
from harmonia.dossiers.services import Entry, save_entries
from harmonia.tenancy.scope import open_scope
from tests.harmonia.cast import Cast, signed_in
from tests.harmonia.test_dossiers_imports import BALANCE, LOYERS, as_json, choice, filing, given


def posted(cast: Cast, user: Any, body: bytes = BALANCE.encode(), jeton: str = "") -> Any:
    """Post a file to the dossier of `ici`."""
    return signed_in(user).post(
        reverse("import", args=[cast.dossier.pk]),
        {"fichier": SimpleUploadedFile("b.csv", body), "jeton": jeton or str(uuid.uuid4())},
    )


def test_a_file_is_deposited_read_previewed_applied_and_undone(cast: Cast) -> None:
    """From one page, each step on its own."""
    answer = posted(cast, cast.saisie)
    with open_scope(cast.scope()):
        depose = ImportDepose.objects.get()
    assert reverse("import_detail", args=[cast.dossier.pk, depose.pk]) == answer.url
    client = signed_in(cast.saisie)
    assert {"etat": "depose", "progression": 0} == client.get(
        reverse("import_etat", args=[cast.dossier.pk, depose.pk])
    ).json()
    taches.run(cast.scope(), depose.pk, 1)
    page = client.get(answer.url)
    assert 200 == page.status_code
    assert "Balance générale (texte)" in page.content.decode()
    with open_scope(cast.scope()):
        ticked = choice(cast, depose)
    form = {"choix": list(ticked.chosen), "curseur": ticked.cursor}
    for _ in range(2):
        client.post(reverse("import_appliquer", args=[cast.dossier.pk, depose.pk]), form)
    with open_scope(cast.scope()):
        assert 1 == Journal.objects.filter(cle="@balance").count()
    assert "Annuler cet import" in client.get(answer.url).content.decode()
    client.post(reverse("import_annuler", args=[cast.dossier.pk, depose.pk]))
    with open_scope(cast.scope()):
        assert EtatImport.ANNULE == ImportDepose.objects.get().etat
        assert "@balance" not in live(cast.dossier).state


def test_a_deposit_sent_twice_counts_once(cast: Cast) -> None:
    """The page draws a token."""
    jeton = str(uuid.uuid4())
    assert posted(cast, cast.saisie, jeton=jeton).url == posted(cast, cast.saisie, jeton=jeton).url
    with open_scope(cast.scope()):
        assert 1 == ImportDepose.objects.count()


@pytest.mark.parametrize(
    ("who", "status"),
    [("comptable", 200), ("gestion", 403), ("etranger", 404), ("analyste", 404)],
)
@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("import", "get"),
        ("reprise", "get"),
        ("import_detail", "get"),
        ("import_etat", "get"),
        ("import_rapport", "get"),
        ("import_effet", "post"),
        ("import_appliquer", "post"),
        ("import_annuler", "post"),
        ("import_lire", "post"),
    ],
)
def test_only_who_types_in_the_organisation_imports(
    cast: Cast, who: str, status: int, name: str, method: str
) -> None:
    """The administrator without a profile of entry is refused; a stranger finds nothing."""
    depose = given(cast, "b.csv", BALANCE)
    args = [cast.dossier.pk] if name in {"import", "reprise"} else [cast.dossier.pk, depose.pk]
    answer = getattr(signed_in(getattr(cast, who)), method)(reverse(name, args=args))
    assert (status if status != 200 else answer.status_code) == answer.status_code
    assert (answer.status_code < 400) == (status == 200)


def test_what_moved_since_the_preview_is_shown_again(cast: Cast) -> None:
    """The page comes back with its differences and the reason; nothing is written."""
    with open_scope(cast.scope()):
        content = as_json(cast, filing(cast, {LOYERS: 3000}))
    depose = given(cast, "d.json", content)
    with open_scope(cast.scope()):
        ticked = choice(cast, depose)
        save_entries(cast.dossier, [Entry(LOYERS, "10", 0)])
    answer = signed_in(cast.saisie).post(
        reverse("import_appliquer", args=[cast.dossier.pk, depose.pk]),
        {"choix": list(ticked.chosen), "curseur": ticked.cursor},
    )
    assert "a changé CRP.R033.N" in answer.content.decode()
    with open_scope(cast.scope()):
        assert 1000 == live(cast.dossier).evaluation.value(LOYERS)


def test_the_report_is_a_csv_without_formulas(cast: Cast) -> None:
    """A value of the file that looks like a formula is only a text."""
    depose = given(cast, "b.csv", BALANCE + "=1+1;Piège;12,00;\n101300;Capital;=cmd;\n")
    answer = signed_in(cast.saisie).get(reverse("import_rapport", args=[cast.dossier.pk, depose.pk]))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert "Ligne" == rows[0][1]
    assert len(rows) > 1
    assert not any(cell[:1] in {"=", "+", "-", "@"} for row in rows for cell in row)


def test_a_reprise_without_a_former_dossier_is_told(cast: Cast) -> None:
    """The page says that there is nothing to take over."""
    page = signed_in(cast.saisie).get(reverse("reprise", args=[cast.dossier.pk]))
    assert "rien à reprendre" in page.content.decode()
