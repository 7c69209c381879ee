"""
A portal that really runs, and Chromium in front of it.

`portal` is the running portal, seeded once per session; tests keep apart by working on the dossiers of
different people (`sign_in`).  `person` opens a browser of its own for somebody: `person("saisie")` returns
their page; a page fails its test on any error of the console.  `axe` says what keeps a page from being
accessible.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests.e2e.portal import PASSWORD, Portal, chromium, running_portal

ARGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
)
TAGS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
LAYOUT: Final = {"width": 1280, "height": 800}

expect.set_options(timeout=20_000)

Person = Callable[..., Page]


@pytest.fixture(scope="session")
def portal(browser: Browser) -> Iterator[Portal]:
    """Return a portal that answers."""
    with running_portal() as started:
        context = browser.new_context()
        wait_until_ready(context, started.address)
        context.close()
        yield started


def wait_until_ready(context: BrowserContext, address: str) -> None:
    """
    Wait until a portal serves.

    Raises:
        AssertionError: it does not, after half a minute.
    """
    assert any(_answers(context, address) for _ in range(150)), "the portal does not answer"


def _answers(context: BrowserContext, address: str) -> bool:
    """Tell whether a portal is ready; when it is not, after a short while."""
    try:
        ready: bool = context.request.get(f"{address}/readyz").ok
    except PlaywrightError:
        ready = False  # nobody listens yet
    if not ready:
        time.sleep(0.2)
    return ready


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return Chromium, headless."""
    former = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps a loop in this thread
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium(), args=list(ARGS))
        yield launched
        launched.close()
    if former is None:
        os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)


@pytest.fixture
def context_of(portal: Portal, browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Return a function that opens a browser of its own, in French, closed with the test."""
    opened: list[BrowserContext] = []

    def open_one(**options: Any) -> BrowserContext:
        context = browser.new_context(
            base_url=portal.address,
            locale="fr-FR",
            timezone_id="Europe/Paris",
            permissions=["clipboard-read", "clipboard-write"],
            **{"viewport": LAYOUT, **options},
        )
        context.set_default_timeout(15_000)
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        context.close()


@pytest.fixture
def person(context_of: Callable[..., BrowserContext]) -> Iterator[Person]:
    """
    Return a function that signs somebody in, in a browser of their own, and returns their page.

    An error of the console fails the test, but for those that it expects:
    `person("saisie", tolerate="ERR_INTERNET_DISCONNECTED")`.
    """
    faults: list[str] = []

    def sign(name: str, tolerate: str = "", **options: Any) -> Page:
        page = context_of(**options).new_page()
        watch(page, faults, tolerate)
        sign_in(page, name)
        return page

    yield sign
    assert [] == faults


def watch(page: Page, faults: list[str], tolerate: str = "") -> None:
    """Note every error of a page's console and every exception of its scripts."""

    def note(text: str) -> None:
        if not (tolerate and re.search(tolerate, text)):
            faults.append(text)

    def heard(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            note(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    page.on("console", heard)
    page.on("pageerror", lambda error: note(f"exception: {error}"))


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    """Fill the sign-in form."""
    page.goto("/compte/login/")
    page.fill("input[name=login]", name)
    page.fill("input[name=password]", password)
    page.get_by_role("main").locator("button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/compte/login" not in url)


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """
    Return a function that lists what axe finds on a page, once its styles are there, one line per violation.

    The library is evaluated by the debugger, which the content-security policy does not bind.
    """
    source = AXE_FILE_PATH.read_text(encoding="utf-8")

    def run(page: Page, within: str = "") -> list[str]:
        page.wait_for_load_state()
        page.evaluate(source)
        result = page.evaluate(
            "([within, tags]) => axe.run(within || document, {runOnly: {type: 'tag', values: tags}})",
            [within, list(TAGS)],
        )
        return [
            f"{one['id']}: {one['help']} – {node['html'][:160]}"
            for one in result["violations"]
            for node in one["nodes"]
        ]

    return run


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep what drives a browser together: one portal for all of it."""
    for item in items:
        if item.get_closest_marker("navigateur"):
            item.add_marker(pytest.mark.xdist_group("navigateur"))
