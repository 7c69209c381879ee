"""A person in front of a portal: opens pages, fills the forms found there, begins again after a fault."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final, TypeVar
from urllib.parse import urljoin

import httpx

_PATIENCE: Final = 120.0
_T = TypeVar("_T")


class InterruptedActError(Exception):
    """No answer, or one of failure, at an `address` that may be loaded again (empty: a form was sent)."""

    def __init__(self, words: str, address: str = "") -> None:
        super().__init__(words)
        self.address = address


@dataclass(slots=True)
class Form:
    """A form as it was on its page: where it goes, what it holds, its buttons by their words."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: dict[str, tuple[str, str, str]] = field(default_factory=dict)

    def holds(self, name: str, value: str) -> bool:
        """Tell whether a field has a value."""
        return (name, value) in self.fields


class _Reader(HTMLParser):
    """Finds the forms of a page and its links."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._select = self._button = ""
        self._words: list[str] = []
        self._given: Mapping[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag brings."""
        given = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(given.get("href", ""))
        elif tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get")))
        elif self.forms and tag in {"input", "select", "textarea", "option", "button"}:
            self._field(tag, given)

    def _field(self, tag: str, given: Mapping[str, str]) -> None:
        name, fields = given.get("name", ""), self.forms[-1].fields
        if tag == "input" and name and (given.get("type") != "checkbox" or "checked" in given):
            fields.append((name, given.get("value", "")))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            fields.append((self._select, given.get("value", "")))
        elif tag == "button":
            self._button, self._words, self._given = "button", [], given

    def handle_data(self, data: str) -> None:
        """Note the words of a button."""
        if self._button:
            self._words.append(data.strip())

    def handle_endtag(self, tag: str) -> None:
        """Note that a button or a list ends."""
        if tag == "select":
            self._select = ""
        elif tag == "button" and self._button and self.forms:
            given = self._given
            words = " ".join(word for word in self._words if word)
            known = (given.get("name", ""), given.get("value", ""), given.get("formaction", ""))
            self.forms[-1].buttons[words] = known
            self._button = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was read."""

    address: str
    status: int
    text: str
    forms: tuple[Form, ...]
    links: tuple[str, ...]

    def form(self, keep: Callable[[Form], bool]) -> Form | None:
        """Return the first form of a kind."""
        return next((one for one in self.forms if keep(one)), None)

    def offers(self, action: str) -> Form | None:
        """Return the form of a step, when the page proposes it."""
        return self.form(lambda one: one.holds("action", action))


class Person:
    """Somebody with a browser, signed in where they work."""

    def __init__(self, name: str, password: str, *addresses: str) -> None:
        self._client = httpx.Client(follow_redirects=True, timeout=30)
        self._name, self._password = name, password
        self.passed: deque[str] = deque(maxlen=50)
        for address in addresses:
            until_done(lambda address=address: self._sign_in(address))  # type: ignore[misc]

    def _sign_in(self, address: str) -> None:
        page = self.open(f"{address}/compte/login/")
        form = page.form(lambda one: any(name == "login" for name, _ in one.fields))
        if form is not None:
            self.submit(page, form, login=self._name, password=self._password)

    def open(self, address: str) -> Page:
        """
        Open a page.

        Raises:
            InterruptedActError: the portal does not answer, or by a failure.
        """
        return self._read("GET", address, None)

    def submit(self, page: Page, form: Form, button: str = "", **typed: str) -> Page:
        """
        Fill a form and send it, by a button or the first one.

        Raises:
            InterruptedActError: the portal does not answer, or by a failure.
        """
        name, value, action = form.buttons.get(button, ("", "", ""))
        sent = [(one, text) for one, text in form.fields if one not in typed]
        sent += [*typed.items(), *([(name, value)] if name else [])]
        content: dict[str, list[str]] = {}
        for one, text in sent:
            content.setdefault(one, []).append(text)
        return self._read("POST", urljoin(page.address, action or form.action or page.address), content)

    def _read(self, method: str, address: str, content: Mapping[str, list[str]] | None) -> Page:
        try:
            answer = self._client.request(method, address, data=content)
        except httpx.TransportError as error:
            raise InterruptedActError(f"{type(error).__name__} {error}", _loaded(error.request)) from error
        if answer.status_code >= 500:
            raise InterruptedActError(f"{answer.status_code} {answer.text[:400]}", _loaded(answer.request))
        self.passed.extend(str(one.url) for one in (*answer.history, answer))
        reader = _Reader()
        reader.feed(answer.text)
        links, forms = tuple(reader.links), tuple(reader.forms)
        return Page(str(answer.url), answer.status_code, answer.text, forms, links)

    def last(self, part: str) -> str:
        """Return the last address that the browser went through, in which there is a part; empty if none."""
        return next((one for one in reversed(self.passed) if part in one), "")


def _loaded(request: httpx.Request) -> str:
    return str(request.url) if request.method == "GET" else ""


def until_done(act: Callable[[], _T]) -> _T:
    """
    Do something again until nothing interrupts it.

    Raises:
        InterruptedActError: it is still interrupted after two minutes.
    """
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            return act()
        except InterruptedActError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def are_ready(addresses: tuple[str, ...]) -> bool:
    """Tell whether portals serve."""
    for address in addresses:
        try:
            if httpx.get(f"{address}/readyz", timeout=5).status_code != httpx.codes.OK:
                return False
        except httpx.TransportError:
            return False
    return True
