"""The two acts that are interrupted, done by somebody who begins again after a fault."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests.faults.person import Form, InterruptedActError, Page, Person, until_done

_PATIENCE: Final = 180.0
_IMPORT: Final = re.compile(r"/dossiers/\d+/import/\d+/$")
_MOTIF: Final = "Une ligne est à revoir."


class LostError(AssertionError):
    """The page proposes nothing that leads on, or proposes it for too long."""


def _shown(page: Page) -> str:
    """Return what a page proposes."""
    words = [words for form in page.forms for words in form.buttons]
    return f"{page.status} at {page.address}, {', '.join(words)}"


Interrupted = Callable[[InterruptedActError], None]
"""What is done between a fault and the next try: wait for the portals, read both databases."""


def button(form: Form, start: str) -> str:
    """Return the words of a button that begin so; empty when there is none."""
    return next((words for words in form.buttons if words.startswith(start)), "")


@dataclass(slots=True)
class Transmission:
    """The dossier of an organisation on the ministry's portal, transmitted again and again."""

    organisme: Person
    agent: Person
    address: str
    luck: random.Random

    def prepare(self) -> None:
        """Bring the dossier to the last signature: the organisation asks to correct, the ministry agrees."""
        for _ in range(20):
            page = until_done(lambda: self.organisme.open(self.address))
            if page.offers("transmettre") and not page.offers("signer_comptable"):
                return
            until_done(lambda page=page: self._step(page))  # type: ignore[misc]
        raise LostError(f"no way to the last signature from {page.address}")

    def _step(self, page: Page) -> None:
        for action in ("presenter", "signer_comptable", "demander_retour"):
            form = page.offers(action)
            if form is not None:
                self.organisme.submit(
                    page, form, **({"motif": _MOTIF} if action == "demander_retour" else {})
                )
                return
        page = self.agent.open(self.address)
        form = page.offers("accepter_retour")
        if form is None:
            raise LostError(f"nothing to accept: {_shown(page)}")
        self.agent.submit(page, form)

    def ready(self) -> tuple[Page, Form]:
        """Return the page with the button that transmits."""
        page = until_done(lambda: self.organisme.open(self.address))
        form = page.offers("transmettre")
        if form is None:
            raise LostError("the page does not propose to transmit")
        return page, form

    def act(self, page: Page, form: Form, interrupted: Interrupted) -> None:
        """Transmit; after a fault, send the same page again or read it anew, and do what it proposes."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            try:
                self.organisme.submit(page, form)
                if self.luck.random() < 0.3:
                    self.organisme.submit(page, form)  # a double click
            except InterruptedActError as error:
                interrupted(error)
                if self.luck.random() < 0.5:
                    continue
            page = until_done(lambda: self.organisme.open(self.address))
            proposed = page.offers("transmettre")
            if proposed is None:
                return
            form = proposed
        raise LostError("the dossier is not transmitted after three minutes")


@dataclass(slots=True)
class Rapatriement:
    """The dossier of the same organisation on the federation's portal, filled and emptied again and again."""

    organisme: Person
    address: str
    luck: random.Random
    at: str = ""

    def act(self, interrupted: Interrupted, *, fresh: bool) -> Page:
        """Give the accord when it is asked for or *fresh*, wait for the preview, take all of it."""
        self.at = ""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            try:
                page = self.preview(fresh=fresh)
                if page is not None:
                    page = self.apply(page)
                if page is not None:
                    return page
            except InterruptedActError as error:
                interrupted(error)
                if not self.at and error.address and self.luck.random() < 0.5:
                    self._again(error.address, interrupted)
        raise LostError(f"no Rapatriement after three minutes: {self.at}")

    def _again(self, address: str, interrupted: Interrupted) -> None:
        """Load again the address that did not answer, as a browser does; it may lead to the import."""
        try:
            self._arrived(self.organisme.open(address))
        except InterruptedActError as error:
            interrupted(error)

    def _arrived(self, page: Page) -> Page:
        if page.status >= 400:
            raise LostError(f"{page.status} at {page.address}")
        if _IMPORT.search(page.address):
            self.at = page.address
        return page

    def preview(self, *, fresh: bool) -> Page | None:
        """Return the page of an import that is read; None when it failed, and all begins again."""
        page = self.organisme.open(self.at) if self.at else self._begin(fresh=fresh)
        end = time.monotonic() + _PATIENCE
        while "data-suivi=" in page.text:
            if time.monotonic() > end:
                raise LostError(f"still reading after three minutes: {page.address}")
            time.sleep(0.1)
            page = self.organisme.open(page.address)
        if not self.at or "Recommencer" in page.text:
            self.at = ""
            return None
        return page

    def _begin(self, *, fresh: bool) -> Page:
        page = self.organisme.open(f"{self.address}rapatrier/")
        waiting = [link for link in page.links if _IMPORT.search(link)]
        if waiting:
            return self._arrived(self.organisme.open(self.address.partition("/dossiers/")[0] + waiting[0]))
        for words in ("Donner", "Rapatrier", "Chercher"):
            form = page.form(lambda one, words=words: bool(button(one, words)))  # type: ignore[misc]
            if form is not None:
                asked = {"accord": "1"} if fresh else {}
                return self._consent(self.organisme.submit(page, form, button(form, words), **asked))
        raise LostError(f"nothing to ask for at {page.address}")

    def _consent(self, page: Page) -> Page:
        form = page.form(lambda one: bool(button(one, "Autoriser")))
        if form is not None:
            page = self.organisme.submit(page, form, button(form, "Autoriser"))
        return self._arrived(page)

    def apply(self, page: Page) -> Page | None:
        """Take what is proposed; None when the page does not say that it is taken."""
        if page.form(lambda one: bool(button(one, "Annuler ce Rapatriement"))):
            return page
        form = page.form(lambda one: bool(button(one, "Appliquer") or button(one, "Attester")))
        if form is None:
            raise LostError(f"nothing to apply at {page.address}")
        done = self.organisme.submit(page, form, button(form, "Appliquer") or button(form, "Attester"))
        return done if done.form(lambda one: bool(button(one, "Annuler ce Rapatriement"))) else None

    def replay(self) -> None:
        """Load again the address by which the accord came back: it has served."""
        address = self.organisme.last("/rapatriement/retour/")
        if address:
            self._arrived(until_done(lambda: self.organisme.open(address)))

    def undo(self, page: Page, interrupted: Interrupted) -> None:
        """Undo what was applied, until the page says that it is undone."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            form = page.form(lambda one: bool(button(one, "Annuler ce Rapatriement")))
            if form is None:
                return
            try:
                page = self.organisme.submit(page, form, button(form, "Annuler ce Rapatriement"))
            except InterruptedActError as error:
                interrupted(error)
                page = until_done(lambda: self.organisme.open(self.at))
        raise LostError(f"still applied after three minutes: {self.at}")
