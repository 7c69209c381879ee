"""The espace d'échange: what is written on both sides, what may be joined, and how it is handed over."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

from harmonia.documents.exchange import MAX_BYTES, RefusedFileError, kind_of, post, unread
from harmonia.documents.models import Document, Message
from harmonia.documents.store import keep
from harmonia.tenancy.scope import open_scope
from tests.harmonia.cast import Cast, signed_in
from tests.harmonia.files import pdf


def page_of(cast: Cast) -> str:
    """Return the address of the thread of `ici`."""
    return f"/dossiers/{cast.dossier.pk}/echanges/"


def test_both_sides_write_and_read_below_step_4(cast: Cast) -> None:
    """A question does not wait for the validation; values do."""
    signed_in(cast.saisie).post(page_of(cast), {"texte": "Où mettre la vacance ?"})
    assert "Où mettre la vacance ?" in signed_in(cast.analyste).get(page_of(cast)).content.decode()
    signed_in(cast.analyste).post(page_of(cast), {"texte": "En Q07, ligne 3."})
    assert "En Q07, ligne 3." in signed_in(cast.comptable).get(page_of(cast)).content.decode()


def test_a_message_is_to_read_until_the_other_side_opens_it(cast: Cast) -> None:
    """Reading one's own says nothing."""
    with open_scope(cast.scope()):
        post(cast.dossier.pk, cast.ici.pk, "Bonjour.")
    signed_in(cast.comptable).get(page_of(cast))
    with open_scope(cast.scope_federation):
        assert {cast.dossier.pk: 1} == unread()
    assert "1 message" in signed_in(cast.analyste).get("/suivi/").content.decode()
    signed_in(cast.analyste).get(page_of(cast))
    with open_scope(cast.scope_federation):
        assert {} == unread()


def test_an_attachment_is_read_by_both_sides_and_by_nobody_else(cast: Cast) -> None:
    """The stranger gets the answer of a document that does not exist."""
    signed_in(cast.saisie).post(page_of(cast), {"texte": "Voici.", "joint": pdf()})
    with open_scope(cast.scope()):
        address = f"/documents/{Document.objects.get().pk}/"
    codes = [
        signed_in(one).get(address).status_code for one in (cast.comptable, cast.analyste, cast.etranger)
    ]
    assert [200, 200, 404] == codes


def test_a_document_that_was_not_sent_to_the_federation_waits_for_step_4(cast: Cast) -> None:
    """A justification's, for example."""
    with open_scope(cast.scope()):
        kept = Document.objects.create(
            organisme=cast.ici,
            dossier_id=cast.dossier.pk,
            nom="a.pdf",
            type="application/pdf",
            taille=1,
            empreinte="",
            contenu=b"%",
            depose_par=cast.saisie,
        )
    assert 404 == signed_in(cast.analyste).get(f"/documents/{kept.pk}/").status_code


def test_a_document_is_handed_over_as_a_file_never_shown(cast: Cast) -> None:
    """Its name is quoted, its type is ours, and the browser may run nothing of it."""
    signed_in(cast.saisie).post(page_of(cast), {"texte": "Voici.", "joint": pdf('é"t\u00e9.pdf')})
    with open_scope(cast.scope()):
        kept = Document.objects.get()
    answer = signed_in(cast.analyste).get(f"/documents/{kept.pk}/")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "\n" not in answer.headers["Content-Disposition"]
    assert ("application/pdf", "nosniff") == (
        answer.headers["Content-Type"],
        answer.headers["X-Content-Type-Options"],
    )
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert b"%PDF-1.7\n%fictif\n" == answer.getvalue()


def test_a_big_document_is_handed_over_whole(cast: Cast) -> None:
    """One that is kept in pieces, as an imported file is."""
    content = bytes(range(256)) * 6000
    with open_scope(cast.scope()):
        kept = keep(io.BytesIO(content), "grand.txt", "text/plain", cast.ici.pk, None)
    assert content == signed_in(cast.comptable).get(f"/documents/{kept.pk}/").getvalue()


@pytest.mark.parametrize(
    ("nom", "head", "taille", "words"),
    [
        ("page.html", b"<html>", 10, "n'est pas d'un type admis"),
        ("macro.xlsm", b"PK\x03\x04", 10, "n'est pas d'un type admis"),
        ("sans", b"abc", 10, "n'est pas d'un type admis"),
        ("note.pdf", b"<html><script>", 10, "son contenu dit autre chose"),
        ("compte.csv", b"a;b\0c", 10, "son contenu dit autre chose"),
        ("note.pdf", b"%PDF-1.7", MAX_BYTES + 1, "plus de 10 Mo"),
        ("note.pdf", b"", 0, "est vide"),
    ],
)
def test_what_may_not_be_joined_is_refused_in_french(nom: str, head: bytes, taille: int, words: str) -> None:
    """By its name, by its first bytes, by its size."""
    with pytest.raises(RefusedFileError, match=words):
        kind_of(nom, head, taille)


def test_a_refused_file_is_told_beside_the_field_and_nothing_is_sent(cast: Cast) -> None:
    """What was written is still there."""
    bad = SimpleUploadedFile("page.html", b"<script>alert(1)</script>")
    page = (
        signed_in(cast.saisie).post(page_of(cast), {"texte": "Voici ma page.", "joint": bad}).content.decode()
    )
    assert ("type admis" in page, "Voici ma page." in page) == (True, True)
    with open_scope(cast.scope()):
        assert 0 == Message.objects.count()


def test_a_path_in_a_name_is_dropped_and_words_are_escaped(cast: Cast) -> None:
    """A name is a name, and a message is text."""
    joint = SimpleUploadedFile("..\\..\\passwd.pdf", b"%PDF-1.7")
    with open_scope(cast.scope()):
        made = post(cast.dossier.pk, cast.ici.pk, "<script>alert(1)</script>", joint=joint)
        assert made.document is not None
        assert "passwd.pdf" == made.document.nom
    assert "<script>alert" not in signed_in(cast.analyste).get(page_of(cast)).content.decode()


def test_an_empty_message_is_refused(cast: Cast) -> None:
    """In words."""
    page = signed_in(cast.saisie).post(page_of(cast), {"texte": "  "}).content.decode()
    assert "Écrivez quelques mots" in page


def test_a_stranger_neither_reads_nor_writes_and_nobody_rewrites(cast: Cast) -> None:
    """By the ORM or by bare SQL: a message is never changed, only marked as read."""
    with open_scope(cast.scope()):
        made = post(cast.dossier.pk, cast.ici.pk, "Bonjour.")
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            Message.objects.filter(pk=made.pk).update(texte="Autre chose")
    with open_scope(cast.scope_ailleurs):
        assert 0 == Message.objects.count()
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            post(cast.dossier.pk, cast.ici.pk, "Coucou.")
    assert 404 == signed_in(cast.etranger).post(page_of(cast), {"texte": "Coucou."}).status_code
