"""Two live portals: filed with the ministry, copied here with proof, changed, corrected, revoked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.conftest import LAYOUT, sign_in, wait_until_ready, watch
from tests.e2e.couple import Couple, running_couple
from tests.e2e.grid import cell, saved

pytestmark = [pytest.mark.navigateur, pytest.mark.slow]

CELL = "CRC.C410.R"


@pytest.fixture(scope="module")
def couple(browser: Browser) -> Iterator[Couple]:
    """Return both portals, that answer."""
    with running_couple() as started:
        context = browser.new_context()
        for portal in (started.ministere, started.federation):
            wait_until_ready(context, portal.address)
        context.close()
        started.federation.start(started.federation.worker)
        yield started


@pytest.fixture
def page(couple: Couple, browser: Browser) -> Iterator[Page]:
    """Return the page of the accountant, signed in on both portals."""
    options: dict[str, Any] = {"locale": "fr-FR", "timezone_id": "Europe/Paris", "viewport": LAYOUT}
    context: BrowserContext = browser.new_context(base_url=couple.federation.address, **options)
    opened, faults = context.new_page(), list[str]()
    watch(opened, faults)
    opened.goto(f"{couple.ministere.address}/compte/login/")
    opened.fill("input[name=login]", "seule")
    opened.fill("input[name=password]", "demonstration-2022")
    opened.get_by_role("main").locator("button[type=submit]").first.click()
    opened.wait_for_url(lambda url: "/compte/login" not in url)
    sign_in(opened, "seule")
    yield opened
    context.close()
    assert [] == faults


def test_filed_once_copied_with_proof(couple: Couple, page: Page, axe: Callable[[Page], list[str]]) -> None:
    """
    Consent there, difference here, one application, a countersigned proof; then what differs since.

    The ministry down, or the consent ended, is said; typing goes on.
    """
    home = page.get_by_role("link", name="QDIS 2022").get_attribute("href") or ""
    consent(couple, page, home, axe)
    attested(couple, page, axe)
    typed(page, f"{home}tables/CRC/", CELL, "12,34")
    page.goto(home)
    expect(page.get_by_text("1 cellule diverge du ministère")).to_be_visible()
    page.goto(f"{home}verification/?q=DIVERGE")
    expect(page.get_by_text("diverge du ministère").first).to_be_visible()

    couple.ministry("corriger", "CRC.C310.R", "4200")
    ask_again(page, home)
    expect(page.get_by_role("heading", name="Ce qui va changer")).to_be_visible(timeout=60_000)
    expect(page.locator("tr[data-genre]")).to_have_count(2)
    expect(page.locator("tr[data-genre=modifiee_ici] input")).not_to_be_checked()

    couple.ministere.web.stop()
    ask_again(page, home)
    expect(page.get_by_text("ne répond pas").first).to_be_visible(timeout=60_000)
    typed(page, f"{home}tables/CRC/", "CRC.C330.R", "55")
    couple.ministere.start(couple.ministere.web)
    wait_until_ready(page.context, couple.ministere.address)

    couple.ministry("revoquer")
    page.wait_for_timeout(6_000)  # what was just asked is not asked again at once
    page.goto(f"{home}rapatrier/")
    expect(page.get_by_text("n'ouvre plus rien").first).to_be_visible(timeout=60_000)
    expect(page.get_by_role("button", name="Donner l'accord au ministère")).to_be_visible()
    before_the_transmission(couple, page, home, axe)


def before_the_transmission(couple: Couple, page: Page, home: str, axe: Callable[[Page], list[str]]) -> None:
    """Copy a version that is presented there, by the setting of its collection; then what is transmitted."""
    couple.ministry("preparer", "CRC.C310.R", "5300")
    page.get_by_role("button", name="Donner l'accord au ministère").click()
    expect(page.get_by_role("heading", name="ou êtes prêt à transmettre")).to_be_visible()
    assert [] == axe(page)
    page.get_by_role("button", name="Autoriser la lecture").click()
    expect(page.get_by_role("heading", name="Rapatriement d'une version provisoire")).to_be_visible()
    expect(page.get_by_role("heading", name="Ce qui va changer")).to_be_visible(timeout=60_000)
    assert [] == axe(page)
    page.get_by_role("button", name=re.compile("^Appliquer")).click()
    page.goto(home)
    expect(page.get_by_text("Version provisoire, non transmise.")).to_be_visible()
    assert [] == axe(page)
    couple.ministry("finir")
    ask_again(page, home)
    expect(page.get_by_role("heading", name="Rapatriement de la version 3")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name=re.compile("^(Appliquer|Attester)")).click()
    page.goto(home)
    expect(page.get_by_text("Version provisoire, non transmise.")).to_have_count(0)


def consent(couple: Couple, page: Page, home: str, axe: Callable[[Page], list[str]]) -> None:
    """Go from the menu of the dossier to the ministry's portal, and come back with the preview."""
    page.goto(home)
    page.get_by_text("Modifier le dossier").click()
    page.get_by_role("link", name="Rapatrier").click()
    assert [] == axe(page)
    page.get_by_role("button", name="Donner l'accord au ministère").click()
    expect(page).to_have_url(re.compile(re.escape(couple.ministere.address)))
    page.get_by_role("button", name="Autoriser la lecture").click()
    expect(page.get_by_role("heading", name="Ce qui va changer")).to_be_visible(timeout=60_000)
    assert [] == axe(page)


def attested(couple: Couple, page: Page, axe: Callable[[Page], list[str]]) -> None:
    """Apply what is proposed, and read the receipt once it is countersigned."""
    page.get_by_role("button", name=re.compile("^Appliquer")).click()
    page.get_by_role("link", name="Voir le reçu").click()
    expect(page.get_by_text("mêmes chiffres des deux côtés")).to_be_visible()
    assert [] == axe(page)
    for _ in range(60):
        if couple.federation.query("SELECT 1 FROM dossiers_rapatriement WHERE contresignature IS NOT NULL"):
            break
        page.wait_for_timeout(500)
    page.reload()
    expect(page.get_by_text("identique", exact=True)).to_be_visible()


def typed(page: Page, table: str, key: str, text: str) -> None:
    """Type a figure in a cell."""
    page.goto(f"{table}?cellule={key}")
    page.locator("#grille[data-pret]").wait_for()
    cell(page, key).click()
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    saved(page)


def ask_again(page: Page, home: str) -> None:
    """Look for a new version under the consent that stands."""
    page.goto(f"{home}rapatrier/")
    page.get_by_role("button", name="Chercher une nouvelle version").click()
