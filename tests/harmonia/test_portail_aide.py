"""« Aide et contacts »: each portal shows its own, kept by its administrators."""

from __future__ import annotations

from django.conf import settings
from django.test import Client

from harmonia.tenancy.porte import porte, read_porte
from tests.harmonia.cast import Cast, signed_in


def test_everybody_reads_whom_to_ask_even_without_an_account(cast: Cast) -> None:
    """The contacts of this door, and none of the other one's."""
    page = Client().get("/aide/").content.decode()
    other = next(read_porte(settings.ROOT / name) for name in settings.PORTAILS if name != settings.PORTAIL)
    assert all(one.courriel in page for one in porte().interlocuteurs)
    assert not any(one.courriel in page for one in other.interlocuteurs)


def test_a_mail_says_who_writes_and_from_where(cast: Cast) -> None:
    """The organisation, its SIREN, the page that one comes from."""
    page = signed_in(cast.saisie).get("/aide/?page=/dossiers/7/").content.decode()
    assert "SIREN%20000000018" in page
    assert "page%20/dossiers/7/" in page


def test_a_page_that_is_no_path_is_not_quoted(cast: Cast) -> None:
    """What comes from an address is not put in a mail unless it is a path of ours."""
    assert "page%20" not in signed_in(cast.saisie).get("/aide/?page=http://ailleurs").content.decode()


def test_the_administrators_of_the_portal_keep_the_list(cast: Cast) -> None:
    """Once they have said somebody, what came with the door is not shown any more."""
    client = signed_in(cast.federation)
    given = {"objet": "Fiscalité", "nom": "Dominique Dupont", "courriel": "d@essai.example", "ordre": "1"}
    client.post("/aide/nouveau/", given)
    page = Client().get("/aide/").content.decode()
    assert "Dominique Dupont" in page
    assert porte().interlocuteurs[0].courriel not in page
