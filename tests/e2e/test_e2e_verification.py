"""The statements of the verification, its print, and what the federation says of a justification."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Person
from tests.e2e.portal import Portal

pytestmark = [pytest.mark.navigateur]


def own_dossier(portal: Portal, siren: str) -> int:
    """Return this year's dossier of a cooperative."""
    rows = portal.query(
        "SELECT d.id FROM dossiers_dossier d JOIN organismes_organisme o ON o.id = d.organisme_id"
        " JOIN campagnes_campagne c ON c.id = d.campagne_id WHERE o.siren = %s ORDER BY c.exercice DESC",
        siren,
    )
    return int(str(rows[0][0]))


def first_siren(portal: Portal) -> str:
    """Return the cooperative of « saisie », « comptable » and « direction »."""
    rows = portal.query(
        "SELECT o.siren FROM organismes_rattachement r JOIN organismes_organisme o ON o.id = r.organisme_id"
        " JOIN acces_user u ON u.id = r.user_id WHERE u.username = 'saisie'"
    )
    return str(rows[0][0])


def test_the_statements_open_down_to_the_cell(
    portal: Portal, person: Person, axe: Callable[[Page], list[str]]
) -> None:
    """QDIS AE: the chart is there, a line opens on its components without leaving the page."""
    dossier = own_dossier(portal, first_siren(portal))
    page = person("comptable")
    for tab in ("QDIS SF", "QDIS AE"):
        page.goto(f"/dossiers/{dossier}/verification/")
        page.get_by_role("link", name=tab).click()
        expect(page.locator("figure img")).to_be_visible()
        assert page.locator("figure img").evaluate("image => image.decode().then(() => image.naturalWidth)")
        assert [] == axe(page)
    page.get_by_role("link", name="Autofinancement courant HLM").click()
    expect(page.locator(".tree").first).to_contain_text("Total des marges et produits")
    assert page.url.endswith("/verification/ae/")


def test_the_filing_is_printed_in_the_background(portal: Portal, person: Person) -> None:
    """Its progress is followed; the file that comes is a PDF."""
    portal.start(portal.worker)
    dossier = own_dossier(portal, first_siren(portal))
    page = person("direction")
    page.goto(f"/dossiers/{dossier}/exporter/")
    page.get_by_role("button", name="PDF imprimable").click()
    link = page.get_by_role("link", name=re.compile("Télécharger"))
    expect(link).to_be_visible(timeout=180_000)
    with page.expect_download() as download:
        link.click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")


def test_the_federation_refuses_a_justification_and_the_organisation_reads_why(
    portal: Portal, person: Person
) -> None:
    """At step 4, with a reason; the warning waits again."""
    rows = portal.query(
        "SELECT o.siren, d.id FROM dossiers_dossier d JOIN organismes_organisme o ON o.id = d.organisme_id"
        " WHERE d.etape = '4_Fiabilisation' ORDER BY d.id DESC LIMIT 1"
    )
    siren, dossier = rows[0]
    analyst = person("analyste")
    analyst.goto(f"/dossiers/{dossier}/verification/?gravite=a_justifier")
    row = analyst.locator("details.anomaly--ok").first
    place = row.locator(".anomaly__code").inner_text()
    row.locator("summary").click()
    row.get_by_label(re.compile("Motif")).fill("La cause n'est pas dite.")
    row.get_by_role("button", name="Refuser").click()
    expect(analyst.get_by_role("status").first).to_contain_text("Décision enregistrée")
    page = person(f"coop{siren}")
    page.goto(f"/dossiers/{dossier}/verification/?q={place}")
    page.locator("details.anomaly").first.locator("summary").click()
    expect(page.get_by_text("La cause n'est pas dite.")).to_be_visible()
    expect(page.locator(".mark").first).to_have_text("Justification refusée")
