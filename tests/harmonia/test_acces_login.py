"""Signing in: identifier or e-mail, lock-out shared by every process, a password chosen again by oneself."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from harmonia.acces.models import User
from tests.harmonia.cast import PASSWORD, Cast

LOGIN, RESET = "/compte/login/", "/compte/password/reset/"


def attempt(client: Client, password: str, login: str = "saisie") -> str:
    """Return what the page says of an attempt."""
    return client.post(LOGIN, {"login": login, "password": password}, follow=True).content.decode()


@pytest.mark.parametrize("login", ["saisie", "Saisie", "saisie@essai.example", "SAISIE@essai.example"])
def test_one_signs_in_with_the_identifier_or_the_address(cast: Cast, login: str) -> None:
    """Whatever the case."""
    assert "Se déconnecter" in attempt(Client(), PASSWORD, login)


def test_a_wrong_password_says_what_to_do_and_not_which_half_is_wrong(cast: Cast) -> None:
    """A known and an unknown identifier are answered alike."""
    known, unknown = attempt(Client(), "faux"), attempt(Client(), "faux", "personne")
    words = "L&#x27;identifiant ou le mot de passe ne correspond pas"
    assert (1, 1) == (known.count(words), unknown.count(words))


def test_six_failures_lock_the_account_for_a_while(cast: Cast) -> None:
    """Even the right password then waits, and the page says how long."""
    for _ in range(6):
        attempt(Client(), "faux")
    assert "bloqué pour dix minutes" in attempt(Client(), PASSWORD)
    assert "Se déconnecter" in attempt(Client(), PASSWORD, "comptable")


ELSEWHERE = """
import django; django.setup()
from django.conf import settings
from django.test import Client
settings.ALLOWED_HOSTS = ["testserver"]
for _ in range(4):
    Client().post("/compte/login/", {"login": "saisie", "password": "faux"})
"""


def test_failures_are_counted_across_processes(committed: Cast) -> None:
    """Four in another process and two here: the limit is kept in the database, not in a memory."""
    at = connection.settings_dict
    address = f"postgresql://{at['USER']}@/{at['NAME']}?host={at['HOST']}"
    env = {
        **os.environ,
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "harmonia.settings",
        "HARMONIA_SECRET": "essai",
        "HARMONIA_JOURNAL": "ERROR",
    }
    subprocess.run([sys.executable, "-c", ELSEWHERE], env=env, check=True, cwd=Path.cwd())
    for _ in range(2):
        attempt(Client(), "faux")
    assert "bloqué pour dix minutes" in attempt(Client(), PASSWORD)


def test_a_closed_account_signs_nobody_in_and_ends_its_sessions(cast: Cast) -> None:
    """At once."""
    client = Client()
    attempt(client, PASSWORD)
    User.objects.filter(pk=cast.saisie.pk).update(is_active=False)
    assert LOGIN in client.get("/").headers["Location"]
    assert "Ce compte est fermé" in attempt(Client(), PASSWORD)


def test_a_password_is_chosen_again_by_the_link_of_a_mail(cast: Cast) -> None:
    """The link serves once; nobody else is needed."""
    client = Client()
    client.post(RESET, {"email": "saisie@essai.example"})
    sent = mail.outbox[0]
    assert ("Choisir un nouveau mot de passe", ["saisie@essai.example"]) == (sent.subject, sent.to)
    found = re.search(r"http\S+/compte/password/reset/key/\S+", str(sent.body))
    assert found is not None
    path = "/" + found[0].split("/", 3)[3]
    chosen = "trois chevaux bleus en juillet"
    for link in (path, path):
        page = client.get(link, follow=True)
        client.post(page.request["PATH_INFO"], {"password1": chosen, "password2": chosen})
    assert "Ce lien ne sert plus" in page.content.decode()
    assert "Se déconnecter" in attempt(Client(), chosen)


def test_an_unknown_address_is_answered_alike_and_receives_nothing(cast: Cast) -> None:
    """Neither the page nor the mail tells who has an account."""
    known = Client().post(RESET, {"email": "saisie@essai.example"})
    unknown = Client().post(RESET, {"email": "personne@essai.example"})
    assert known.headers["Location"] == unknown.headers["Location"]
    assert [["saisie@essai.example"]] == [one.to for one in mail.outbox]


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ("court", "12 caractères"),
        ("123456789012", "entièrement numérique"),
        ("saisie@essai.example", "trop semblable"),
    ],
)
def test_a_weak_password_is_refused_in_french(cast: Cast, chosen: str, words: str) -> None:
    """Length, digits only, its owner's name."""
    client = Client()
    attempt(client, PASSWORD)
    answer = client.post(
        "/compte/password/change/", {"oldpassword": PASSWORD, "password1": chosen, "password2": chosen}
    )
    assert words in answer.content.decode()


def test_nobody_signs_up(cast: Cast) -> None:
    """The page says how accounts are opened, and a form sent anyway makes none."""
    before = User.objects.count()
    fields = {"username": "intrus", "email": "i@essai.example", "password1": PASSWORD, "password2": PASSWORD}
    assert "sur invitation" in Client().post("/compte/signup/", fields).content.decode()
    assert before == User.objects.count()
    assert "signup" not in Client().get(LOGIN).content.decode()
