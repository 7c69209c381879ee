"""A new user is invited, opens the link of the mail, chooses a password and signs in; pages seen by axe."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from email import message_from_bytes
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import Person, sign_in, watch
from tests.e2e.portal import Portal

pytestmark = [pytest.mark.navigateur]

CHOSEN = "trois chevaux bleus en juillet"
Axe = Callable[[Page], list[str]]


def mail_to(folder: Path, address: str) -> str:
    """Return the words of the last message to an address, once the worker has sent it."""
    for _ in range(150):
        for path in sorted(folder.glob("*.log"), reverse=True):
            for part in path.read_bytes().split(b"-" * 79):
                message = message_from_bytes(part.lstrip())
                if message["To"] == address:
                    content = message.get_payload(decode=True)
                    assert isinstance(content, bytes)
                    return content.decode()
        time.sleep(0.2)
    raise AssertionError(f"no message to {address}")


def test_a_new_user_is_invited_chooses_a_password_and_signs_in(
    portal: Portal, person: Person, context_of: Callable[..., BrowserContext], axe: Axe
) -> None:
    """From the administrator's page to the dossier, nothing to tick and nobody else to ask."""
    portal.start(portal.worker)
    page = person("gestion")
    page.get_by_role("link", name="Utilisateurs").click()
    assert [] == axe(page)
    page.get_by_label("Adresse électronique").fill("noe.neuf@harmonia.example")
    page.get_by_label("Prénom").fill("Noé")
    page.get_by_label("Nom (facultatif)", exact=True).fill("Neuf")
    page.get_by_role("button", name="Inviter").dblclick()
    expect(page.get_by_role("status")).to_contain_text("L'invitation part pour noe.neuf@harmonia.example")
    found = re.search(r"http\S+/invitation/\S+", mail_to(portal.mail, "noe.neuf@harmonia.example"))
    assert found is not None

    faults: list[str] = []
    other = context_of().new_page()
    watch(other, faults)
    other.goto(found[0])
    assert [] == axe(other)
    expect(other.get_by_label("Identifiant")).to_have_value("noe.neuf")
    other.get_by_label("Mot de passe", exact=True).fill(CHOSEN)
    other.get_by_label("Mot de passe, une seconde fois").fill(CHOSEN)
    other.get_by_role("button", name="Ouvrir mon compte").dblclick()
    expect(other.get_by_role("status")).to_contain_text("l'identifiant « noe.neuf »")
    sign_in(other, "noe.neuf", CHOSEN)
    other.get_by_role("link", name="Continuer").first.click()
    expect(other.get_by_role("heading", level=1)).to_contain_text("QDIS")
    assert [] == faults
    assert [(1, 1)] == portal.query(
        "SELECT (SELECT count(*) FROM acces_user WHERE email = 'noe.neuf@harmonia.example'),"
        " (SELECT count(*) FROM organismes_invitation WHERE courriel = 'noe.neuf@harmonia.example'"
        " AND acceptee_le IS NOT NULL)"
    )
    other.goto(found[0].replace(portal.address, ""))
    expect(other.get_by_role("heading", level=1)).to_have_text("Ce lien ne sert plus")


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
    for address in (*(one for one in OWN), f"{root}echanges/", f"{root}calendrier/"):
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
