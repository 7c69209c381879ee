"""« Qui a vu mes données »: each reading from outside is a line, for the organisation to see, for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from harmonia.consultations.models import Consultation, Droit, Nature
from harmonia.consultations.services import Read, note
from harmonia.documents.exchange import post
from harmonia.dossiers.models import Dossier
from harmonia.tenancy.scope import Scope, open_scope
from tests.harmonia.cast import Cast, signed_in
from tests.harmonia.files import pdf

ADDRESSES = ("", "tables/CRP/", "verification/", "verification/historique/", "cellule/?cle=CRP.R033.N")


def transmitted(cast: Cast) -> str:
    """Bring the dossier of `ici` to the step from which the authority reads; return its address."""
    with open_scope(cast.scope()):
        Dossier.objects.filter(pk=cast.dossier.pk).update(rang=4)
    return f"/dossiers/{cast.dossier.pk}/"


def lines(scope: Scope) -> list[tuple[str, str, str]]:
    """Return who read what and how, as a scope sees it."""
    with open_scope(scope):
        return [(one.qui, one.objet, one.nature) for one in Consultation.objects.order_by("id")]


def test_the_authority_s_reading_is_told_to_the_organisation(cast: Cast) -> None:
    """Who, what, how, under which right; several pages of a dossier in a quarter of an hour are one line."""
    address, titre = transmitted(cast), cast.campagne.titre
    analyst = signed_in(cast.analyste)
    for page in ADDRESSES:
        assert 200 == analyst.get(f"{address}{page}").status_code
    assert [("Analyste Essai", titre, Nature.LECTURE)] == lines(cast.scope())
    page = signed_in(cast.saisie).get("/consultations/").content.decode()
    assert "Analyste Essai" in page
    assert "étape 4 ou suivante" in page
    assert "Lecture à l&#x27;écran" in page


def test_an_export_is_another_line(cast: Cast) -> None:
    """A file that leaves is told apart from a page that is looked at."""
    address, titre = transmitted(cast), cast.campagne.titre
    analyst = signed_in(cast.analyste)
    analyst.get(address)
    for name in ("depot.json", "depot.xml", "journal.csv"):
        assert 200 == analyst.get(f"{address}exporter/{name}").status_code
    who = "Analyste Essai"
    assert [(who, titre, Nature.LECTURE), (who, titre, Nature.EXPORT)] == lines(cast.scope())


def test_another_quarter_of_an_hour_or_person_is_another_line(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list says how often, roughly, and names everybody."""
    address = transmitted(cast)
    signed_in(cast.analyste).get(address)
    signed_in(cast.federation).get(address)
    later = timezone.now() + timedelta(minutes=15)
    monkeypatch.setattr("harmonia.consultations.services.timezone.now", lambda: later)
    signed_in(cast.analyste).get(address)
    assert ["Analyste Essai", "Federation Essai", "Analyste Essai"] == [
        who for who, _, _ in lines(cast.scope())
    ]


def test_what_could_not_be_read_leaves_no_line(cast: Cast) -> None:
    """Before step 4 the authority reads nothing; an organisation's own readings are not listed."""
    signed_in(cast.analyste).get(f"/dossiers/{cast.dossier.pk}/")
    signed_in(cast.analyste).get(f"/suivi/{cast.dossier.pk}/")
    signed_in(cast.saisie).get(f"/dossiers/{cast.dossier.pk}/")
    assert [] == lines(cast.scope())


def test_a_document_joined_to_a_message_says_so(cast: Cast) -> None:
    """It may be read at any step, since the organisation joined it."""
    with open_scope(cast.scope()):
        joint = post(cast.dossier.pk, cast.ici.pk, "Voici.", joint=pdf()).document
    assert joint is not None
    signed_in(cast.analyste).get(f"/documents/{joint.pk}/")
    with open_scope(cast.scope()):
        (line,) = Consultation.objects.all()
    assert (f"Document « {joint.nom} »", Droit.PARTAGE) == (line.objet, line.droit)


def test_a_stranger_sees_no_line(cast: Cast) -> None:
    """Each organisation its own."""
    signed_in(cast.analyste).get(transmitted(cast))
    assert [] == lines(cast.scope_ailleurs)
    assert "rien lu" in signed_in(cast.etranger).get("/consultations/").content.decode()


def execute(sql: str) -> None:
    """Run a statement, in a savepoint."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize(
    "sql", ["UPDATE consultations_consultation SET qui = ''", "DELETE FROM consultations_consultation"]
)
def test_a_line_never_changes(cast: Cast, sql: str) -> None:
    """Not for the authority, not for the organisation."""
    signed_in(cast.analyste).get(transmitted(cast))
    for scope in (cast.scope(), cast.scope_federation):
        with open_scope(scope), pytest.raises(DatabaseError, match="permission denied"):
            execute(sql)


def test_nobody_writes_a_line_in_another_s_name(cast: Cast) -> None:
    """An organisation writes none; a person of the authority only their own."""
    forged = {"organisme_id": cast.ici.pk, "user": cast.federation, "qui": "Federation Essai", "objet": "x"}
    now = {"le": timezone.now(), "quart": timezone.now(), "droit": Droit.AUTORITE, "nature": Nature.LECTURE}
    for scope in (cast.scope(), cast.scope_ailleurs, cast.scope_federation):
        with (
            open_scope(scope),
            pytest.raises(DatabaseError, match="row-level security"),
            transaction.atomic(),
        ):
            Consultation.objects.create(**forged, **now)


def test_the_organisation_s_own_people_write_nothing(cast: Cast) -> None:
    """They read what is theirs."""
    with open_scope(cast.scope()):
        note(Read(cast.ici.pk, cast.dossier.pk, "chez soi"))
    assert [] == lines(cast.scope())
