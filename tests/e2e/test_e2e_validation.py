"""Validation, seen by the people who sign and by the federation, which reads the values only then."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Person
from tests.e2e.portal import Portal

pytestmark = [pytest.mark.navigateur]

STEP = (
    "SELECT o.siren, d.id FROM dossiers_dossier d JOIN organismes_organisme o ON o.id = d.organisme_id"
    " WHERE d.etape = %s"
)


def at_step(portal: Portal, etape: str, signed: int) -> tuple[str, int]:
    """Return the account and the dossier of a cooperative at a step, with that many signatures."""
    rows = portal.query(
        f"{STEP} AND (SELECT count(*) FROM dossiers_signature s"
        " WHERE s.dossier_id = d.id AND s.annulee_le IS NULL) = %s ORDER BY d.id LIMIT 1",
        etape,
        signed,
    )
    siren, dossier = rows[0]
    return f"coop{siren}", int(str(dossier))


def test_the_federation_reads_the_values_once_two_signatures_are_there(
    portal: Portal, person: Person, axe: Callable[[Page], list[str]]
) -> None:
    """Signed by the comptable, then validated with a double click: one transition, and the wall opens."""
    account, dossier = at_step(portal, "3_Validation", 0)
    analyst = person("analyste", tolerate="404")
    assert 404 == (answer.status if (answer := analyst.goto(f"/dossiers/{dossier}/")) else 0)
    page = person(account)
    page.goto(f"/dossiers/{dossier}/")
    assert [] == axe(page)
    page.get_by_role("button", name="Signer (responsable comptable)").click()
    expect(page.get_by_role("status")).to_contain_text("Votre signature est enregistrée")
    page.get_by_role("button", name="Valider (responsable hiérarchique)").dblclick()
    expect(page.get_by_role("status")).to_contain_text("La fédération peut maintenant le lire")
    moves = portal.query(
        "SELECT count(*) FROM dossiers_transition WHERE dossier_id = %s AND action = 'valider'", dossier
    )
    assert [(1,)] == moves
    analyst.goto(f"/dossiers/{dossier}/")
    expect(analyst.get_by_role("heading", name=re.compile("Étape 4"))).to_be_visible()


def test_a_return_is_asked_refused_then_accepted(portal: Portal, person: Person) -> None:
    """Each side reads the reason of the other; accepted, the dossier is the organisation's again."""
    account, dossier = at_step(portal, "5_Cloture", 2)
    analyst, page = person("analyste", tolerate="404"), person(account)
    analyst.goto(f"/dossiers/{dossier}/")
    ask(analyst, "Rouvrir le dossier", "Une table est à compléter.")
    for answer, motif in (
        ("Refuser le retour", "Les chiffres sont justes."),
        ("Accepter le retour en saisie", ""),
    ):
        page.goto(f"/dossiers/{dossier}/")
        ask(page, "Demander un retour en saisie", "La table 8 est à revoir.")
        analyst.goto(f"/dossiers/{dossier}/")
        expect(analyst.get_by_text("La table 8 est à revoir.").first).to_be_visible()
        ask(analyst, answer, motif)
    page.goto(f"/dossiers/{dossier}/")
    expect(page.get_by_role("heading", name=re.compile("Étape 2"))).to_be_visible()
    assert 404 == (response.status if (response := analyst.goto(f"/dossiers/{dossier}/")) else 0)


def ask(page: Page, action: str, motif: str) -> None:
    """Press the button of an action; with a reason, open its box first."""
    if not motif:
        page.get_by_role("button", name=action).click()
        return
    page.locator("summary", has_text=action).click()
    box = page.locator("details[open]", has_text=action)
    box.get_by_label("Motif").fill(motif)
    box.get_by_role("button", name="Confirmer").click()
