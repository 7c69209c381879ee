"""A passkey, added and used in a real browser under the content-security policy."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import sign_in, watch
from tests.e2e.portal import PASSWORD, Portal

pytestmark = [pytest.mark.navigateur]

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_passkey_is_added_then_signs_in_alone_or_after_the_password(
    portal: Portal, browser: Browser, axe: Callable[[Page], list[str]]
) -> None:
    """On a name, since browsers refuse passkeys to a bare address; recovery codes come with the first one."""
    context = browser.new_context(base_url=portal.address.replace("127.0.0.1", "localhost"), locale="fr-FR")
    page, faults = context.new_page(), list[str]()
    watch(page, faults)
    debugger = context.new_cdp_session(page)
    debugger.send("WebAuthn.enable")
    debugger.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    account, name = (
        str(one)
        for one in portal.query(
            "SELECT username, first_name || ' ' || last_name FROM acces_user"
            " WHERE username LIKE %s ORDER BY id DESC LIMIT 1",
            "coop%",
        )[0]
    )
    sign_in(page, account)
    page.goto("/compte/2fa/webauthn/add/")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Confirmer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ajouter une clé d'accès")
    assert [] == axe(page)
    page.get_by_label("Permettre de se connecter avec cette clé seule").check()
    page.get_by_role("button", name="Ajouter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Codes de secours")
    assert 10 == page.locator(".codes li").count()
    for page_of in ("", "webauthn/", "recovery-codes/", "totp/activate/"):
        address = f"/compte/2fa/{page_of}"
        page.goto(address)
        assert [] == axe(page), address

    page.get_by_role("button", name="Se déconnecter").click()
    page.get_by_role("button", name="Se connecter avec une clé d'accès").click()
    expect(page.get_by_role("link", name=name)).to_be_visible()

    page.get_by_role("button", name="Se déconnecter").click()
    page.fill("input[name=login]", account)
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Se connecter", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Second facteur")
    assert [] == axe(page)
    page.get_by_role("button", name="Utiliser une clé d'accès").click()
    expect(page.get_by_role("link", name=name)).to_be_visible()
    assert [] == faults
    context.close()
