"""Another portal, that asks the organisations of the ministry's door for their consent, and reads."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.test import Client
from oauth2_provider.models import Application

from harmonia.api.clients import Credentials, declare
from harmonia.api.consentements import Terms, give, last_day
from harmonia.api.models import Consentement
from harmonia.api.portees import Portee
from harmonia.organismes.models import Rattachement
from harmonia.tenancy.scope import open_scope
from tests.harmonia.cast import Cast

RETOUR = "http://127.0.0.1:8002/rapatriement/retour/"
QUESTIONNAIRE = "etats_reglementaires"


@dataclass(slots=True)
class Portail:
    """Another portal that asks for consents, as a client of OAuth does."""

    nom: str = "Harmonia.coop"
    credentials: Credentials = field(init=False)
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    http: Client = field(default_factory=Client)

    def __post_init__(self) -> None:
        """Declare itself at the ministry's."""
        self.credentials = declare(self.nom, [RETOUR])

    def asks(self, siren: str, exercice: str = "2022", **more: str) -> str:
        """Return the address to which it sends somebody."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self.credentials.identifiant,
            "redirect_uri": RETOUR,
            "scope": f"lecture:{siren}:{exercice}:{QUESTIONNAIRE}",
            "state": "etat",
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
            **more,
        }
        return f"/oauth/autoriser/?{urlencode({key: value for key, value in query.items() if value})}"

    def token(self, code: str, **more: str) -> Any:
        """Exchange a code."""
        return self.post(
            "/oauth/jeton/",
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": RETOUR,
                "code_verifier": self.verifier,
                **more,
            },
        )

    def refresh(self, refresh_token: str, **more: str) -> Any:
        """Renew an access token."""
        return self.post(
            "/oauth/jeton/", {"grant_type": "refresh_token", "refresh_token": refresh_token, **more}
        )

    def post(self, address: str, form: dict[str, str]) -> Any:
        """Post a form, in its name."""
        basic = f"{self.credentials.identifiant}:{self.credentials.secret}".encode()
        return self.http.post(
            address,
            urlencode(form),
            content_type="application/x-www-form-urlencoded",
            headers={"Authorization": f"Basic {base64.b64encode(basic).decode()}"},
        )

    def get(self, address: str, token: str = "", **headers: str) -> Any:
        """Read an address of the API."""
        own = {"Authorization": f"Bearer {token}"} if token else {}
        return self.http.get(address, headers={**own, **headers})

    def tokens(self, person: Client, cast: Cast) -> dict[str, str]:
        """Have somebody of `ici` accept, and return the tokens."""
        response = self.token(code_of(accept(person, self.asks(cast.ici.siren))))
        assert response.status_code == 200, response.content
        found: dict[str, str] = response.json()
        return found


def consent_of(cast: Cast, jours: int = 30, *, provisoire: bool = False) -> Consentement:
    """Write a consent of `ici`, as its comptable gives it to a portal declared here."""
    given = declare("Harmonia.coop", [RETOUR])
    client = Application.objects.get(client_id=given.identifiant)
    portee = Portee(cast.ici.siren, 2022, QUESTIONNAIRE)
    terms = Terms(client, portee, cast.ici, "États réglementaires 2022", last_day(jours), provisoire)
    with open_scope(cast.scope(cast.comptable)):
        row = Rattachement.objects.get(user=cast.comptable, organisme=cast.ici)
        return give(terms, row, secrets.token_urlsafe(24))


def accept(person: Client, address: str, jours: str = "30", *, allow: bool = True) -> Any:
    """Have somebody answer the page of consent."""
    page = person.get(address)
    assert page.status_code == 200, page.content.decode()
    form = {**hidden(page), "jours": jours, **({"allow": "True"} if allow else {})}
    return person.post(address, form)


def hidden(page: Any) -> dict[str, str]:
    """Return the hidden fields of a page."""
    found = {}
    for tag in re.findall(r'<input type="hidden"[^>]*>', page.content.decode()):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        assert name is not None
        found[unescape(name[1])] = unescape(value[1]) if value else ""
    return found


def code_of(response: Any) -> str:
    """Return the code that a redirection carries."""
    assert response.status_code == 302, response.content.decode()
    query = parse_qs(urlsplit(response.headers["Location"]).query)
    assert "code" in query, response.headers["Location"]
    return str(query["code"][0])
