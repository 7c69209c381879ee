"""
The wall (R7), from outside: a hostile federation against a portal of the ministry that really runs.

It has its own secret, a person of the cooperative who accepts what it asks, and every token that it was ever
given.  Two answers that must not differ are compared whole: status, body, headers, and the time they take.
"""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from harmonia.acces.models import User
from tests.harmonia.cast import Cast
from tests.harmonia.ministere.provisoires import presented, shows, taken_up
from tests.harmonia.ministere.test_transmissions import transmitted, type_in
from tests.harmonia.ministere.vivant import Hostile, Vivant, browser, shown

pytestmark = pytest.mark.usefixtures("loopback")

COURANTE = "/api/v1/transmissions/courante"
ASKED = 80
NOT_ALIKE = 1.5
"""How much longer one answer may take than another, medians compared, on a machine that does other things."""


def granted(hostile: Hostile, user: User, siren: str) -> dict[str, str]:
    """Have somebody accept, and return the tokens."""
    with browser(hostile.vivant, user) as person:
        response = hostile.token(hostile.code(person, siren))
    assert response.status_code == 200, response.text
    found: dict[str, str] = response.json()
    return found


def test_a_hostile_federation_gets_nothing_of_data_in_progress(hostile: Hostile, committed: Cast) -> None:
    """
    From the opening to the eve of the transmission, then of what the consent does not cover.

    One story, since a portal takes time to start: each answer is compared with the first one.
    """
    cast, vivant = committed, hostile.vivant
    tokens = granted(hostile, cast.comptable, cast.ici.siren)
    empty = granted(hostile, cast.etranger, cast.ailleurs.siren)["access_token"]
    reading = tokens["access_token"]
    nothing = shown(hostile.get(COURANTE, reading))
    assert 404 == nothing[0]

    type_in(cast, "10")
    assert nothing == shown(hostile.get(COURANTE, reading))
    assert nothing == shown(hostile.get(COURANTE, empty))
    _alike(hostile, reading, empty)
    empreinte = transmitted(cast).empreinte
    assert empreinte in hostile.get(COURANTE, reading).text
    for numero in ("2", "0", "99999999999999999999", "x"):
        assert nothing == shown(hostile.get(f"/api/v1/transmissions/{numero}", reading))
    _other_scopes(hostile, cast)
    _dead_tokens(hostile, cast, vivant, tokens)


def test_a_hostile_federation_gets_nothing_that_is_ready_and_that_it_was_not_given(
    hostile: Hostile, committed: Cast
) -> None:
    """Presented, in a collection that lets it be copied: only a consent given since reads it."""
    cast = committed
    before = granted(hostile, cast.comptable, cast.ici.siren)["access_token"]
    empty = granted(hostile, cast.etranger, cast.ailleurs.siren)["access_token"]
    nothing = shown(hostile.get(COURANTE, before))
    shows(cast)
    type_in(cast, "10")
    made = presented(cast)
    assert made is not None
    assert nothing == shown(hostile.get(COURANTE, before))
    _alike(hostile, before, empty)
    since = granted(hostile, cast.comptable, cast.ici.siren)["access_token"]
    assert made.document in hostile.get(COURANTE, since).text
    taken_up(cast)
    assert nothing == shown(hostile.get(COURANTE, since))
    _alike(hostile, since, empty)


def _alike(hostile: Hostile, *tokens: str) -> None:
    """Check that one answer takes as long as another; asked in turn, so that both meet the same machine."""
    taken: dict[str, list[float]] = {token: [] for token in tokens}
    for _ in range(ASKED):
        for token in tokens:
            before = time.perf_counter()
            hostile.get(COURANTE, token)
            taken[token].append(time.perf_counter() - before)
    medians = sorted(statistics.median(times) for times in taken.values())
    assert medians[-1] < medians[0] * NOT_ALIKE, medians


def _other_scopes(hostile: Hostile, cast: Cast) -> None:
    """Ask the person for another organisation: one page, whether it exists, files, or not."""
    with browser(hostile.vivant, cast.comptable) as person:
        pages = []
        for siren in (cast.ailleurs.siren, "732829320"):
            page = person.get(hostile.asks(f"lecture:{siren}:2022:etats_reglementaires"))
            pages.append((page.status_code, len(page.content)))
            assert 403 == page.status_code
        assert pages[0] == pages[1]
        for scope in ("lecture", "", "ecriture:000000018:2022:etats_reglementaires", "consentement:x"):
            location = person.get(hostile.asks(scope)).headers["Location"]
            assert "error=" in location


def _dead_tokens(hostile: Hostile, cast: Cast, vivant: Vivant, tokens: dict[str, str]) -> None:
    """Expired, revoked, replaced, replayed, invented: one answer."""
    nobody = shown(hostile.get(COURANTE, "inconnu"))
    assert 401 == nobody[0]
    vivant.sql("UPDATE oauth2_provider_accesstoken SET expires = now() - interval '1 second'")
    assert nobody == shown(hostile.get(COURANTE, tokens["access_token"]))
    with ThreadPoolExecutor(8) as pool:
        at_once = list(pool.map(hostile.refresh, [tokens["refresh_token"]] * 40))
    assert {200} == {answer.status_code for answer in at_once}
    renewed = hostile.refresh(tokens["refresh_token"]).json()["access_token"]
    assert 200 == hostile.get(COURANTE, renewed).status_code
    vivant.sql("UPDATE api_consentement SET expire_le = now() - interval '1 second'")
    assert nobody == shown(hostile.get(COURANTE, renewed))
    refused = hostile.refresh(tokens["refresh_token"])
    assert (400, {"error": "invalid_grant"}) == (refused.status_code, refused.json())

    with browser(vivant, cast.comptable) as person:
        code = hostile.code(person, cast.ici.siren)
        live = hostile.token(code).json()
        assert 200 == hostile.get(COURANTE, live["access_token"]).status_code
        replayed = hostile.token(code)
        assert (400, {"error": "invalid_grant"}) == (replayed.status_code, replayed.json())
        assert nobody == shown(hostile.get(COURANTE, live["access_token"]))

        live = hostile.token(hostile.code(person, cast.ici.siren)).json()
        consent_id = live["scope"].partition(":")[2]
        page = person.get(f"/consentements/{consent_id}/").text
        token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        person.post(f"/consentements/{consent_id}/revoquer/", data={"csrfmiddlewaretoken": token})
    assert nobody == shown(hostile.get(COURANTE, live["access_token"]))
    assert nobody == shown(hostile.http.get(COURANTE))
    assert nobody == shown(hostile.http.get(f"{COURANTE}?access_token={live['access_token']}"))
    _alike(hostile, live["access_token"], "inconnu", tokens["access_token"])
