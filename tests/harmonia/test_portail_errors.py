"""What people read when a page cannot be given: French, on our paper, with what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.views.defaults import bad_request, server_error

import harmonia
from tests.harmonia.cast import Cast, signed_in


def test_a_page_that_is_not_there(cast: Cast) -> None:
    """For anybody."""
    for client in (Client(), signed_in(cast.saisie)):
        page = client.get("/rien/")
        assert (404, True) == (page.status_code, "Cette page n'est pas là" in page.content.decode())


def test_a_dossier_of_others_is_not_told_from_one_that_does_not_exist(cast: Cast) -> None:
    """Word for word, but for the address that was asked."""
    client = signed_in(cast.saisie)
    answers = [client.get(f"/dossiers/{number}/") for number in (cast.dossier_ailleurs.pk, 10**9)]
    theirs, none = (
        re.sub(r'value="\w{64}"|page=/dossiers/\d+/', "", one.content.decode()) for one in answers
    )
    assert ({404}, theirs) == ({one.status_code for one in answers}, none)


def test_a_page_of_the_administrator_says_whom_to_ask(cast: Cast) -> None:
    """A colleague without the profile."""
    page = signed_in(cast.saisie).get("/utilisateurs/")
    assert (403, True) == (page.status_code, "administrateur de votre organisme" in page.content.decode())


def test_a_page_that_is_too_old_says_to_reload_it(cast: Cast) -> None:
    """The CSRF token of another session."""
    client = signed_in(cast.saisie)
    client.handler.enforce_csrf_checks = True
    page = client.post("/organisme/choisir/")
    assert (403, True) == (page.status_code, "trop ancienne" in page.content.decode())


@pytest.mark.parametrize(
    ("view", "code", "words"), [(server_error, 500, "incident"), (bad_request, 400, "ne se lit pas")]
)
def test_an_incident_is_told_without_the_database(view: object, code: int, words: str) -> None:
    """The page needs neither context nor query."""

    def answer(request: HttpRequest) -> HttpResponse:
        assert callable(view)
        found = view(request, Exception()) if code == 400 else view(request)
        assert isinstance(found, HttpResponse)
        return found

    page = answer(RequestFactory().get("/"))
    assert (code, True) == (page.status_code, words in page.content.decode())


def test_a_session_that_expired_comes_back_to_its_page(cast: Cast) -> None:
    """The sign-in page says so, and leads there."""
    client = signed_in(cast.saisie)
    client.session.flush()
    address = f"/dossiers/{cast.dossier.pk}/"
    page = client.get(address, follow=True)
    assert "vous reviendrez à la page où vous étiez" in page.content.decode()
    assert f'name="next" value="{address}"' in page.content.decode()


def test_a_quoted_sentence_keeps_one_full_stop() -> None:
    """What somebody wrote ends as they like: before a full stop of ours, its own is left out (`cite`)."""
    folder = Path(harmonia.__file__).parent
    doubled = [
        f"{path.relative_to(folder)}: {found}"
        for path in folder.rglob("templates/**/*.html")
        for found in re.findall(
            r"« {{[^|}]*(?:motif|texte|avance|reponse|message)[^|}]*}} »\.", path.read_text("utf-8")
        )
    ]
    assert doubled == []
