"""The second factor: offered to all, asked of who works for the federation before anything else."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters
from django.test import Client
from django.urls import reverse

from harmonia.acces.adapter import MfaAdapter
from tests.harmonia.cast import PASSWORD, Cast, signed_in
from tests.harmonia.test_portail_permissions import lines

PAGES = (
    "/",
    "/suivi/",
    "/campagnes/",
    "/organismes/",
    "/equipe/",
    "/suivi/1/",
    "/dossiers/1/",
    "/dossiers/1/echanges/",
    "//suivi/",
    "/suivi/?next=/compte/",
)


def by_password(name: str) -> Client:
    """Return a browser in which somebody gave identifier and password on the sign-in page."""
    client = Client()
    client.post("/compte/login/", {"login": name, "password": PASSWORD})
    return client


def code(secret: str) -> str:
    """Return the code of now, as an application shows it."""
    return str(format_hotp_value(hotp_value(secret, next(iter(counters())))))


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_staff_without_a_second_factor_reach_nothing(cast: Cast, page: str, method: str) -> None:
    """Whatever the page and the method, they are sent to where it is set up."""
    response = getattr(by_password("federation"), method)(page)
    assert (302, "/compte/2fa/") == (response.status_code, response.headers.get("Location"))


def test_every_page_outside_the_account_is_behind_the_second_factor(cast: Cast) -> None:
    """By the middleware, before any view: a new page has nothing to do for it."""
    client = by_password("analyste")
    for line in lines():
        try:
            address = reverse(line.name)
        except Exception:  # noqa: BLE001 - an address that needs arguments is tried above
            continue
        if not address.startswith("/compte/"):
            assert 302 == client.get(address).status_code


def test_the_pages_of_the_account_lead_nowhere_else(cast: Cast) -> None:
    """A path that climbs out of them is no page."""
    assert 404 == by_password("federation").get("/compte/../suivi/").status_code


def test_an_application_of_codes_opens_the_portal(committed: Cast) -> None:
    """Set up in the session, which has shown it by doing so."""
    client = by_password("analyste")
    client.post("/compte/reauthenticate/", {"password": PASSWORD})
    page = client.get("/compte/2fa/totp/activate/")
    response = client.post("/compte/2fa/totp/activate/", {"code": code(page.context["form"].secret)})
    assert 302 == response.status_code
    assert 200 == client.get("/suivi/").status_code


def test_signing_in_asks_for_the_code(cast: Cast) -> None:
    """The password alone signs nobody in who has a second factor."""
    secret = generate_totp_secret()
    TOTP.activate(cast.analyste, secret)
    client = by_password("analyste")
    assert "/compte/login/" in client.get("/suivi/").headers["Location"]
    client.post("/compte/2fa/authenticate/", {"code": code(secret)})
    assert 200 == client.get("/suivi/").status_code


def test_a_session_opened_before_the_factor_was_set_up_elsewhere_must_show_it(cast: Cast) -> None:
    """Somebody who only knows the password does not profit from its owner's enrolment."""
    other = by_password("analyste")
    TOTP.activate(cast.analyste, generate_totp_secret())
    response = other.get("/suivi/")
    assert (302, "/compte/2fa/reauthenticate/?next=%2Fsuivi%2F") == (
        response.status_code,
        response.headers["Location"],
    )


def test_a_factor_removed_shuts_the_door_again(cast: Cast) -> None:
    """The database is asked each time, not the session."""
    client = signed_in(cast.analyste)
    assert 200 == client.get("/suivi/").status_code
    Authenticator.objects.filter(user=cast.analyste).delete()
    assert "/compte/2fa/" == client.get("/suivi/").headers["Location"]


@pytest.mark.parametrize(("name", "allowed"), [("analyste", False), ("saisie", True)])
def test_the_last_factor_is_kept_by_who_must_have_one(cast: Cast, name: str, allowed: bool) -> None:  # noqa: FBT001
    """An organisation's user may do without."""
    only = TOTP.activate(getattr(cast, name), generate_totp_secret()).instance
    assert allowed is MfaAdapter().can_delete_authenticator(only)


def test_secrets_are_encrypted_in_the_database(cast: Cast) -> None:
    """What the table holds is not the secret, and comes back as it was."""
    secret = generate_totp_secret()
    kept = TOTP.activate(cast.saisie, secret).instance.data["secret"]
    assert secret not in kept
    assert secret == MfaAdapter().decrypt(kept)


def test_an_organisation_s_user_needs_none(cast: Cast) -> None:
    """It is offered, never asked."""
    assert 200 == by_password("saisie").get("/").status_code
