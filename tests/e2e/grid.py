"""The grid of a table, as a test drives it: opened, read, pasted into, and known to be kept."""

from __future__ import annotations

import re
from typing import Final

from playwright.sync_api import Locator, Page, expect

CUT: Final = r"ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to load resource"
"""What the console says while the network is away."""
SAVED: Final = re.compile(r"Enregistré à \d\d.h.\d\d")
WAITING: Final = """() => new Promise((done) => {
  const waiting = () => Object.keys(localStorage).filter((one) => /^harmonia[.](saisie|lignes)[.]/.test(one));
  const look = (left) => (left && waiting().length ? setTimeout(look, 25, left - 1) : done(waiting()));
  look(400);
})"""
"""What the browser still keeps; asked until it is nothing, or after ten seconds."""


def open_table(page: Page, code: str, cell: str = "") -> None:
    """Open a table of the first dossier of the person, on a cell when one is named."""
    page.goto("/")
    address = page.get_by_role("link", name="QDIS 2022").get_attribute("href")
    page.goto(f"{address}tables/{code}/" + (f"?cellule={cell.replace('#', '%23')}" if cell else ""))
    page.locator("#grille[data-pret]").wait_for()


def cell(page: Page, key: str) -> Locator:
    """Return a cell by its key."""
    return page.locator(f'td[data-k="{key}"]')


def shown(page: Page, key: str) -> str:
    """Return the number of a cell with plain spaces and minus."""
    text = cell(page, key).evaluate("td => td.firstChild?.nodeType === 3 ? td.firstChild.data : ''")
    return str(text).replace("\u202f", " ").replace("\u2212", "-")


def saved(page: Page) -> None:
    """Wait until everything is kept."""
    expect(page.get_by_role("status").filter(has_text=SAVED)).to_be_visible()
    assert [] == page.evaluate(WAITING)


def paste(page: Page, text: str) -> None:
    """Put a block in the clipboard, as a spreadsheet does, and paste it."""
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+v")
