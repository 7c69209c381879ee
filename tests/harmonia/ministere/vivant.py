"""A ministry's portal that really runs, on the database of a test: the web server, committed rows, HTTP."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import psycopg
from django.conf import settings
from django.db import connections

from harmonia.acces.models import User
from harmonia.api.clients import Credentials
from harmonia.launch import postgres
from harmonia.launch.environment import Place, environment
from harmonia.launch.processes import Program, web_command
from tests.e2e.portal import ROOT, free_port
from tests.harmonia.cast import signed_in
from tests.harmonia.ministere.tiers import QUESTIONNAIRE, RETOUR


@dataclass(slots=True)
class Vivant:
    """A portal that runs: where it answers, and the database behind it, as its superuser sees it."""

    adresse: str
    base: str

    def sql(self, query: str, *values: object) -> None:
        """Change rows as nobody of the product can: to make a token old, for one."""
        with psycopg.connect(self.base, autocommit=True) as connection:
            connection.execute(query.encode(), values)


@contextmanager
def running(cluster: postgres.Cluster, folder: Path) -> Iterator[Vivant]:
    """Serve the database that the test works on."""
    name, port = str(connections["default"].settings_dict["NAME"]), free_port()
    place = Place(folder, "ministere")
    env = environment(place, cluster, name) | {
        "DJANGO_SETTINGS_MODULE": "harmonia.settings_check",  # the hashers under which a test writes secrets
        "HARMONIA_SECRET": settings.SECRET_KEY,
        "HARMONIA_ADRESSE": f"http://127.0.0.1:{port}",
        "HARMONIA_CLE": settings.CLE,
        "HARMONIA_STATIQUES": "",
        "HARMONIA_JOURNAL": "ERROR",
        "HARMONIA_SANS_SECOND_FACTEUR": "1",
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}",
    }
    command = [str(port) if word == str(place.port) else word for word in web_command(place, 2)]
    web = Program("web", command, env)
    web.start()
    try:
        _wait(f"http://127.0.0.1:{port}/readyz")
        yield Vivant(f"http://127.0.0.1:{port}", cluster.url(cluster.server.postgres_user, name))
    finally:
        web.stop()


def _wait(address: str) -> None:
    for _ in range(600):
        try:
            if httpx.get(address).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise AssertionError("the portal does not answer")


def browser(vivant: Vivant, user: User) -> httpx.Client:
    """Return a browser in which somebody is signed in."""
    name = settings.SESSION_COOKIE_NAME
    cookie = signed_in(user).cookies[name].value
    return httpx.Client(base_url=vivant.adresse, cookies={name: cookie}, follow_redirects=False, timeout=30)


@dataclass(slots=True)
class Hostile:
    """The federation's portal turned hostile: it holds its own secret, and asks for whatever it can."""

    vivant: Vivant
    credentials: Credentials
    http: httpx.Client
    verifier: str = ""

    def asks(self, scope: str) -> str:
        """Return where it sends somebody, for a scope."""
        self.verifier = secrets.token_urlsafe(48)
        digest = hashlib.sha256(self.verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self.credentials.identifiant,
            "redirect_uri": RETOUR,
            "scope": scope,
            "state": "etat",
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        return f"/oauth/autoriser/?{urlencode(query)}"

    def code(self, person: httpx.Client, siren: str, exercice: int = 2022) -> str:
        """Have somebody accept, and return the code."""
        address = self.asks(f"lecture:{siren}:{exercice}:{QUESTIONNAIRE}")
        page = person.get(address)
        assert page.status_code == 200, page.text
        fields = re.findall(r'<input type="hidden" name="([^"]*)"(?: value="([^"]*)")?', page.text)
        form = {unescape(name): unescape(value) for name, value in fields}
        answer = person.post(address, data={**form, "allow": "True", "jours": "30"})
        return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]

    def token(self, code: str) -> httpx.Response:
        """Exchange a code."""
        return self._post(
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": RETOUR,
                "code_verifier": self.verifier,
            }
        )

    def refresh(self, refresh_token: str) -> httpx.Response:
        """Renew a token."""
        return self._post({"grant_type": "refresh_token", "refresh_token": refresh_token})

    def _post(self, form: dict[str, str]) -> httpx.Response:
        own = (self.credentials.identifiant, self.credentials.secret)
        return self.http.post("/oauth/jeton/", data=form, auth=own)

    def get(self, address: str, token: str) -> httpx.Response:
        """Read an address of the API."""
        return self.http.get(address, headers={"Authorization": f"Bearer {token}"})


def shown(response: httpx.Response) -> tuple[int, bytes, list[tuple[str, str]]]:
    """Return all that an answer shows, but for the hour and the order of the words of its policy."""
    headers: dict[str, Any] = dict(response.headers)
    headers.pop("date")
    policy = sorted(headers.pop("content-security-policy").split("; "))
    return response.status_code, response.content, [*sorted(headers.items()), ("csp", "; ".join(policy))]
