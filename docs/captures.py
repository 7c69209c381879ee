"""
Take the pictures of `docs/captures/`: `python -m docs.captures`, or `make captures`.

A portal is started on the fictional sector; each picture is a page as somebody sees it.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.conftest import ARGS, sign_in, wait_until_ready
from tests.e2e.portal import Portal, chromium, running_portal

FOLDER: Final = Path(__file__).parent / "captures"


@dataclass(frozen=True, slots=True)
class Picture:
    """A page: its name, who looks, where (`{dossier}` is that person's last dossier), and how wide."""

    name: str
    who: str
    path: str
    width: int = 1280
    height: int = 860
    whole: bool = False


PICTURES: Final = (
    Picture("connexion", "", "/compte/login/"),
    Picture("accueil", "saisie", "/"),
    Picture("dossier", "saisie", "/dossiers/{dossier}/"),
    Picture("dossier-telephone", "saisie", "/dossiers/{dossier}/", 390, 844),
    Picture("table", "saisie", "/dossiers/{dossier}/tables/CRP/?cellule=CRP.R033.N"),
    Picture("table-lignes", "saisie", "/dossiers/{dossier}/tables/Q03/"),
    Picture("verification", "saisie", "/dossiers/{dossier}/verification/"),
    Picture("qdis-sf", "saisie", "/dossiers/{dossier}/verification/sf/"),
    Picture("qdis-ae", "saisie", "/dossiers/{dossier}/verification/ae/"),
    Picture("import", "saisie", "/dossiers/{dossier}/import/"),
    Picture("utilisateurs", "gestion", "/utilisateurs/"),
    Picture("suivi", "analyste", "/suivi/"),
    Picture("campagnes", "federation", "/campagnes/"),
)


def main() -> int:
    """Take every picture, or those named on the command line."""
    wanted = set(sys.argv[1:])
    FOLDER.mkdir(exist_ok=True)
    with running_portal() as portal, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(ARGS))
        for picture in PICTURES:
            if not wanted or picture.name in wanted:
                take(portal, browser, picture)
        browser.close()
    return 0


def take(portal: Portal, browser: Browser, picture: Picture) -> None:
    """Open the page as its person does, wait until it is still, and keep it."""
    context = browser.new_context(
        base_url=portal.address,
        locale="fr-FR",
        timezone_id="Europe/Paris",
        viewport={"width": picture.width, "height": picture.height},
    )
    wait_until_ready(context, portal.address)
    page = context.new_page()
    if picture.who:
        sign_in(page, picture.who)
    page.goto(picture.path.format(dossier=last_dossier(page) if "{dossier}" in picture.path else ""))
    page.wait_for_load_state("networkidle")
    page.screenshot(path=FOLDER / f"{picture.name}.png", full_page=picture.whole)
    print(f"docs/captures/{picture.name}.png")
    context.close()


def last_dossier(page: Page) -> str:
    """Return the number of the last dossier on the first page."""
    link = page.locator("a[href^='/dossiers/']").first.get_attribute("href") or ""
    return link.strip("/").split("/")[1]


if __name__ == "__main__":
    sys.exit(main())
