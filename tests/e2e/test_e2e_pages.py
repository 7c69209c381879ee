"""Accounts, organisations and the federation, seen by axe; two organisations for one person; messages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import Person
from tests.e2e.portal import Portal

pytestmark = [pytest.mark.navigateur]

Axe = Callable[[Page], list[str]]


def test_a_person_of_two_organisations_switches_by_the_keyboard(person: Person) -> None:
    """The menu of the top bar opens, closes and chooses without a mouse."""
    page = person("double")
    menu = page.locator(".top__menu summary")
    before = str(menu.text_content())
    menu.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator(".top__menu")).not_to_have_attribute("open", "")
    page.keyboard.press("Enter")
    page.locator(".top__menu button:not([aria-current])").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Vous travaillez maintenant pour")
    assert before != page.locator(".top__menu summary").text_content()


ANYBODY = (
    "/compte/login/?next=/dossiers/1/",
    "/compte/password/reset/",
    "/compte/signup/",
    "/invitation/x/",
    "/rien/",
)
OWN = (
    "/compte/",
    "/compte/password/change/",
    "/compte/email/",
    "/compte/2fa/",
    "/compte/reauthenticate/",
    "/organisme/",
    "/organisme/modifier/",
    "/organisme/contacts/nouveau/",
    "/utilisateurs/",
)
THEIRS = (
    "/suivi/",
    "/suivi/?retard=1",
    "/campagnes/",
    "/campagnes/nouvelle/",
    "/organismes/",
    "/organismes/nouveau/",
    "/equipe/",
)


def test_the_pages_of_accounts_have_no_violation(context_of: Callable[..., BrowserContext], axe: Axe) -> None:
    """Before anybody signed in."""
    page = context_of().new_page()
    for address in ANYBODY:
        page.goto(address)
        assert [] == axe(page), address


def test_the_pages_of_an_organisation_have_no_violation(person: Person, axe: Axe) -> None:
    """Account, users, organisation, exchange, calendar; on a wide screen and on a phone."""
    page = person("seule")
    page.goto("/")
    dossier = page.get_by_role("link", name="Continuer").or_(page.get_by_role("link", name="Ouvrir")).first
    root = str(dossier.get_attribute("href"))
    for address in (
        *(one for one in OWN),
        f"{root}echanges/",
        f"{root}calendrier/",
        f"{root}verification/completude/",
    ):
        page.goto(address)
        assert [] == axe(page), address
        page.set_viewport_size({"width": 390, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
        page.set_viewport_size({"width": 1280, "height": 800})


def test_the_pages_of_the_federation_have_no_violation(person: Person, axe: Axe) -> None:
    """Follow-up, collections, organisations, team; a dossier at each step."""
    page = person("federation")
    page.goto("/suivi/")
    rows = [str(one.get_attribute("href")) for one in page.locator("table.follow th a").all()]
    for address in (*THEIRS, *rows[:6], "/campagnes/1/", "/organismes/1/"):
        page.goto(address)
        assert [] == axe(page), address
        page.set_viewport_size({"width": 390, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
        page.set_viewport_size({"width": 1280, "height": 800})


def test_a_message_goes_from_one_side_to_the_other(portal: Portal, person: Person) -> None:
    """Sent twice by a double click, it is there once, with its document."""
    page = person("seule")
    number = portal.query(
        "SELECT d.id FROM dossiers_dossier d JOIN organismes_rattachement r USING (organisme_id)"
        " JOIN acces_user u ON u.id = r.user_id WHERE u.username = 'seule' ORDER BY d.id DESC LIMIT 1"
    )[0][0]
    page.goto(f"/dossiers/{number}/echanges/")
    page.get_by_label("Votre message").fill("Où mettre la vacance ?")
    page.get_by_label("Joindre un document").set_input_files(
        {"name": "note.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 fictif"}
    )
    page.get_by_role("button", name="Envoyer").dblclick()
    expect(page.get_by_role("status")).to_contain_text("Votre message est envoyé")
    other = person("analyste")
    other.goto("/suivi/")
    other.get_by_role("link", name="1 message").click()
    expect(other.locator(".word")).to_have_count(1)
    with other.expect_download() as download:
        other.get_by_role("link", name="note.pdf").click()
    assert b"%PDF-1.7 fictif" == Path(download.value.path()).read_bytes()
