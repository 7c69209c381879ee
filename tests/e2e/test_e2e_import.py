"""A balance brought into an empty dossier: read in the background, previewed, applied, undone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.e2e.conftest import Person
from tests.e2e.portal import Portal

pytestmark = [pytest.mark.navigateur]

BALANCE = """Compte;Libellé;Débit;Crédit
101300;Capital;;1 000 000,00
213000;Constructions;2 500 000,00;
164000;Emprunts;;900 000,00
512000;Banque;150 000,00;
615100;Entretien;50 000,00;
704300;Loyers des logements conventionnés;;800 000,00
"""


def test_a_balance_is_read_previewed_applied_and_undone(
    portal: Portal, person: Person, axe: Callable[[Page], list[str]]
) -> None:
    """What it will change is seen before; each cell keeps its origin; undoing empties them again."""
    portal.start(portal.worker)
    page = person("seule")
    home = page.get_by_role("link", name="QDIS 2022").get_attribute("href") or ""
    page.goto(f"{home}import/")
    file: FilePayload = {"name": "balance.csv", "mimeType": "text/csv", "buffer": BALANCE.encode()}
    page.set_input_files("#fichier", files=[file])
    page.get_by_role("button", name="Lire le fichier").click()
    expect(page.get_by_role("heading", name="Ce qui va changer")).to_be_visible(timeout=60_000)
    assert [] == axe(page)
    page.get_by_role("button", name=re.compile("^Appliquer")).click()
    expect(page.get_by_text("la balance générale")).to_be_visible()
    imported = page.url
    page.goto(f"{home}tables/CRP/?cellule=CRP.R033.N")
    expect(page.locator("table").first).to_contain_text("800\u202f000,00")
    page.goto(imported)
    page.get_by_role("button", name="Annuler cet import").click()
    expect(page.get_by_role("heading", name="Annulé")).to_be_visible()
    page.goto(f"{home}tables/CRP/")
    expect(page.locator("table").first).not_to_contain_text("800\u202f000,00")


def test_a_file_that_is_nothing_we_read_says_so(portal: Portal, person: Person) -> None:
    """Where, what, what to do; the dossier is untouched."""
    portal.start(portal.worker)
    page = person("seule")
    home = page.get_by_role("link", name="QDIS 2022").get_attribute("href") or ""
    page.goto(f"{home}import/")
    picture: FilePayload = {
        "name": "photo.csv",
        "mimeType": "text/csv",
        "buffer": b"\x89PNG\r\n\x1a\n" + bytes(64),
    }
    page.set_input_files("#fichier", files=[picture])
    page.get_by_role("button", name="Lire le fichier").click()
    expect(page.get_by_text("semble être une image PNG")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("link", name="Choisir un autre fichier")).to_be_visible()
