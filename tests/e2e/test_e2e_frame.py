"""The frame of every page: it signs in, it says nothing in the console, axe finds nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import Person

pytestmark = [pytest.mark.navigateur]


def test_somebody_signs_in_and_sees_their_dossiers(person: Person, axe: Callable[[Page], list[str]]) -> None:
    """The first page names the organisation and its collections, and axe finds nothing."""
    page = person("saisie")
    assert page.get_by_role("heading", level=1).inner_text()
    assert page.get_by_role("link", name="QDIS 2022").is_visible()
    assert [] == axe(page)
