"""A cooperative files its regulatory statements with the ministry: dates, verification, signatures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Person, wait_until_ready
from tests.e2e.portal import Portal, running_portal

pytestmark = [pytest.mark.navigateur]


@pytest.fixture(scope="module")
def portal(browser: Browser) -> Iterator[Portal]:
    """Return the ministry's portal instead of the federation's."""
    with running_portal("ministere") as started:
        context = browser.new_context()
        wait_until_ready(context, started.address)
        context.close()
        yield started


def test_a_filing_is_verified_signed_and_transmitted(
    person: Person, axe: Callable[[Page], list[str]]
) -> None:
    """Alix holds every profile of the second cooperative, whose statements are typed."""
    page = person("seule")
    assert "Harmonia.gouv" in page.title()
    assert [] == axe(page)
    page.get_by_role("link", name="États réglementaires 2022").click()
    assert [] == axe(page)

    page.get_by_role("link", name="Calendrier et date de l").click()
    held = date.today() - timedelta(days=3)  # noqa: DTZ011 - the day of the browser
    page.get_by_label("Date (facultatif)").fill(held.isoformat())
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("status")).to_contain_text("La date est enregistrée")
    assert [] == axe(page)

    page.get_by_role("link", name="États réglementaires 2022").click()
    page.get_by_role("button", name="Lancer la vérification").click()
    tabs = page.get_by_role("navigation", name="Parties de la vérification").get_by_role("link")
    expect(tabs).to_have_count(3)
    assert ["Complétude", "Historique"] == tabs.all_inner_texts()[1:]
    assert [] == axe(page)

    page.get_by_role("link", name="États réglementaires 2022").click()
    page.get_by_role("button", name="Présenter à la validation").click()
    page.get_by_role("button", name="Signer (responsable comptable)").click()
    page.get_by_role("button", name="Signer et transmettre").click()
    expect(page.get_by_role("status")).to_contain_text("transmis au ministère")
    expect(page.locator("[aria-current=step]")).to_contain_text("4. Examen")
    assert [] == axe(page)


def test_a_postponed_assembly_moves_the_due_date_once_the_ministry_agrees(
    person: Person, axe: Callable[[Page], list[str]]
) -> None:
    """A cooperative sends the decision; an agent reads it before any value, and accepts."""
    page, agent = person("coop000000109"), person("agent")
    page.get_by_role("link", name="États réglementaires 2022").click()
    page.get_by_role("link", name="Calendrier et date de l").click()
    page.get_by_text("Demander une prorogation").click()
    later = date.today() + timedelta(days=120)  # noqa: DTZ011 - the day of the browser
    page.get_by_label("Nouvelle date d").fill((later - timedelta(days=30)).isoformat())
    page.get_by_label("Échéance demandée").fill(later.isoformat())
    page.get_by_label("Motif").fill("Ordonnance du tribunal du 20 novembre")
    page.get_by_label("Décision de prorogation").set_input_files(
        {"name": "ordonnance.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 fictif"}
    )
    page.get_by_role("button", name="Envoyer la demande").click()
    expect(page.get_by_role("status").first).to_contain_text("envoyée avec la décision")
    expect(page.get_by_role("status").last).to_contain_text("sous réserve")
    assert [] == axe(page)

    agent.get_by_role("link", name="Coopérative d'HLM Fauvette").first.click()
    expect(agent.get_by_role("link", name="ordonnance.pdf")).to_be_visible()
    expect(agent.get_by_role("link", name="Lire le dossier")).to_have_count(0)
    assert [] == axe(agent)
    agent.get_by_role("button", name="Accepter").click()
    expect(agent.get_by_role("status")).to_contain_text(f"{later:%d/%m/%Y}")

    page.reload()
    row = page.get_by_role("row").filter(has_text="Échéance").last
    expect(row).to_contain_text(f"{later:%d/%m/%Y}")


def test_the_door_is_told_at_a_glance_and_shows_its_own_contacts(
    person: Person, axe: Callable[[Page], list[str]]
) -> None:
    """A white head where the federation's is green; the DHUP, and nobody of the federation."""
    page = person("esh")
    colour = page.locator("header.top").evaluate("it => getComputedStyle(it).backgroundColor")
    assert "rgb(255, 255, 255)" == colour
    page.get_by_role("link", name="Aide et contacts").click()
    expect(page.get_by_role("main")).to_contain_text("DHUP")
    expect(page.get_by_role("main")).not_to_contain_text("fédéra")
    assert [] == axe(page)


def test_the_demonstration_is_somewhere_and_signed_by_who_may(person: Person) -> None:
    """The regions are told apart; each signature is that of a person who holds the profile."""
    agent = person("agent")
    agent.get_by_role("link", name="Région", exact=True).click()
    expect(agent.get_by_role("main")).to_contain_text("Pays de la Loire")
    expect(agent.get_by_role("main").get_by_text("Non renseignée")).to_have_count(0)
    agent.get_by_role("link", name="Coopérative d'HLM Saule").first.click()
    signed = agent.get_by_role("listitem").filter(has_text="Signé")
    expect(signed.first).to_contain_text("Camille Compte (responsable comptable)")
    expect(signed.last).to_contain_text("Dominique Direction (responsable hiérarchique)")
