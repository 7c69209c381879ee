"""A postponed assembly: the decision is sent, the authority answers, the due date follows, both read it."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, connection, transaction

from harmonia.campagnes.calendar import due_date
from harmonia.campagnes.models import CalendrierOrganisme
from harmonia.documents.exchange import RefusedFileError
from harmonia.documents.models import Document, Prorogation
from harmonia.documents.prorogations import (
    Asked,
    ProrogationError,
    accept,
    ask,
    refuse,
    requests_of,
    waiting,
    withdraw,
)
from harmonia.tenancy.scope import open_scope
from tests.harmonia.cast import Cast, signed_in
from tests.harmonia.files import pdf

ASKED = Asked(date(2023, 9, 20), date(2023, 10, 20), "Commissaire aux comptes empêché")


def sent(cast: Cast, asked: Asked = ASKED) -> Prorogation:
    """Send the decision in the name of `ici`."""
    with open_scope(cast.scope()):
        return ask(cast.campagne, cast.ici.pk, cast.dossier.pk, asked, pdf())


def due(cast: Cast) -> date:
    """Return the due date of `ici`, as it reads it."""
    with open_scope(cast.scope()):
        return due_date(cast.campagne, CalendrierOrganisme.objects.filter(organisme=cast.ici).first())


def test_the_authority_reads_the_decision_before_anything_is_transmitted(cast: Cast) -> None:
    """At step 1, the request and its document; nothing else of the organisation."""
    made = sent(cast)
    with open_scope(cast.scope_federation):
        assert [made] == waiting(cast.campagne)
        assert b"%PDF" == bytes(Document.objects.get(pk=made.document_id).contenu)[:4]


def test_another_organisation_knows_nothing_of_it(cast: Cast) -> None:
    """Neither the request nor the document."""
    made = sent(cast)
    with open_scope(cast.scope_ailleurs):
        assert [] == requests_of(cast.campagne.pk, cast.ici.pk)
        assert not Document.objects.filter(pk=made.document_id).exists()


def test_an_accepted_request_moves_the_due_date(cast: Cast) -> None:
    """To the day granted, which may not be the one that was asked for; both sides read the answer."""
    sent(cast)
    assert date(2023, 7, 31) == due(cast)
    with open_scope(cast.scope_federation):
        accept(cast.campagne, cast.ici.pk, date(2023, 9, 30), "Jusqu'à la fin de septembre.")
    assert date(2023, 9, 30) == due(cast)
    with open_scope(cast.scope()):
        (told,) = requests_of(cast.campagne.pk, cast.ici.pk)
    assert ("acceptee", date(2023, 9, 30), cast.analyste) == (told.etat, told.echeance, told.repondu_par)


def test_a_refused_request_moves_nothing_and_says_why(cast: Cast) -> None:
    """A reason is due; then another request may be made."""
    sent(cast)
    with open_scope(cast.scope_federation):
        with pytest.raises(ProrogationError, match="motif"):
            refuse(cast.campagne, cast.ici.pk, "  ")
        refuse(cast.campagne, cast.ici.pk, "La décision n'est pas signée.")
    assert date(2023, 7, 31) == due(cast)
    assert "demandee" == sent(cast).etat


def test_one_request_waits_at_a_time(cast: Cast) -> None:
    """The second is refused in words, and leaves no document behind; withdrawn, the first gives way."""
    sent(cast)
    with pytest.raises(ProrogationError, match="attend déjà"):
        sent(cast)
    with open_scope(cast.scope()):
        assert 1 == Document.objects.filter(dossier_id=cast.dossier.pk).count()
        withdraw(cast.campagne, cast.ici.pk)
        withdraw(cast.campagne, cast.ici.pk)
    sent(cast)
    with open_scope(cast.scope()):
        assert ["demandee", "retiree"] == [one.etat for one in requests_of(cast.campagne.pk, cast.ici.pk)]


def test_a_request_that_nobody_waits_for_is_not_answered(cast: Cast) -> None:
    """Withdrawn or answered by somebody else meanwhile."""
    with open_scope(cast.scope_federation), pytest.raises(ProrogationError, match="Aucune demande"):
        accept(cast.campagne, cast.ici.pk, date(2023, 10, 20))


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (Asked(date(2023, 7, 1), date(2023, 7, 31), "Report"), "déjà le 31/07/2023"),
        (Asked(date(2023, 12, 1), date(2023, 10, 1), "Report"), "avant l'assemblée"),
        (Asked(date(2023, 9, 1), date(2023, 10, 1), " "), "motif"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_in_words(cast: Cast, asked: Asked, words: str) -> None:
    """Dates that do not follow, nothing said."""
    with pytest.raises(ProrogationError, match=words):
        sent(cast, asked)


def test_a_decision_is_a_document(cast: Cast) -> None:
    """What is not of an admitted kind is refused, and nothing is asked."""
    with open_scope(cast.scope()):
        with pytest.raises(RefusedFileError):
            ask(cast.campagne, cast.ici.pk, cast.dossier.pk, ASKED, SimpleUploadedFile("decision.exe", b"MZ"))
        assert [] == requests_of(cast.campagne.pk, cast.ici.pk)


def test_what_was_asked_is_never_rewritten(cast: Cast) -> None:
    """Below the ORM: the words and the dates of a request are the organisation's, for good."""
    made = sent(cast)
    with (
        open_scope(cast.scope_federation),
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE documents_prorogation SET motif = 'autre' WHERE id = %s", [made.pk])


# ── The pages ────────────────────────────────────────────────────────────────────────────────────


def test_it_is_asked_for_and_answered_on_the_pages(cast: Cast) -> None:
    """From the calendar of the organisation to the dossier as the authority sees it, and back."""
    colleague, analyst = signed_in(cast.comptable), signed_in(cast.analyste)
    given = {
        "assemblee_reportee_le": "2023-09-20",
        "echeance": "2023-10-20",
        "motif": "Report de l'assemblée",
        "decision": pdf(),
    }
    asked = colleague.post(f"/dossiers/{cast.dossier.pk}/prorogation/", given, follow=True).content.decode()
    assert "En attente de réponse" in asked
    seen = analyst.get(f"/suivi/{cast.dossier.pk}/").content.decode()
    assert "2023-10-20" in seen
    answer = {"reponse_est": "accepter", "echeance": "2023-10-20", "reponse": "Entendu."}
    told = analyst.post(f"/suivi/{cast.dossier.pk}/prorogation/", answer, follow=True).content.decode()
    assert "prorogation est acceptée" in told
    back = colleague.get(f"/dossiers/{cast.dossier.pk}/calendrier/").content.decode()
    assert "20/10/2023" in back
    assert "Acceptée" in back


def test_a_missing_decision_is_said_beside_its_field(cast: Cast) -> None:
    """And what was typed is still there."""
    given = {"assemblee_reportee_le": "2023-09-20", "echeance": "2023-10-20", "motif": "Report"}
    page = signed_in(cast.saisie).post(f"/dossiers/{cast.dossier.pk}/prorogation/", given).content.decode()
    assert "<details open" in page
    assert "2023-10-20" in page
