"""
How much each page asks of the database: a bound per page, the same with one row and with many.

The bounds are in `queries.txt`, one line per page of `permissions.txt` that somebody opens: to add a page,
add a line.  A page is opened twice, and the second time counts: what the process remembers is in memory.
"""

from __future__ import annotations

from pathlib import Path

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.harmonia.cast import Cast, signed_in
from tests.harmonia.crowd import add_one_of_each
from tests.harmonia.figures import two_years
from tests.harmonia.test_portail_permissions import (
    ROLES,
    Line,
    address_of,
    contents,
    lines,
    move_to,
    objects,
    words_of,
)

FILE = Path(__file__).with_name("queries.txt")
SIDES = (("saisie", "comptable", "direction", "gestion"), ("federation", "analyste"))
MADE = (
    "import_",
    "rapatriement_",
    "edition",
    "verification_rapport",
    "version_scellee",
    "travail_export",
)
ROUNDS = 6
Page = tuple[str, str]
LISTED = {
    ("suivi", "federation"): "Voisine 7",
    ("organismes", "federation"): "Voisine 7",
    ("suivi_organisme", "federation"): "voisin7",
    ("equipe", "federation"): "agent7",
    ("campagnes", "federation"): "QDIS 2029",
    ("accueil", "saisie"): "QDIS 2029",
    ("utilisateurs", "gestion"): "neuf7@essai.example",
    ("organisme", "saisie"): "C7",
    ("import", "saisie"): "f7.csv",
    ("reprise", "saisie"): "r7",
    ("verification_historique", "saisie"): "Version 8",
    ("consultations", "saisie"): "Agent 7",
}
"""Where the last thing added is seen: more is indeed shown."""


def bounds() -> dict[Page, int]:
    """Return the bound of each page, for the organisation's person and for the authority's."""
    found = {}
    for text in FILE.read_text(encoding="utf-8").splitlines():
        words = text.partition("#")[0].split()
        if words:
            for side, bound in zip(("organisme", "autorité"), words[1:], strict=True):
                if bound != "-":
                    found[words[0], side] = int(bound)
    return found


def pages() -> dict[Page, tuple[Line, str]]:
    """Return the pages that people open, each with the first person of each side who may."""
    found = {}
    for line in lines():
        answers = dict(zip(ROLES, line.expected, strict=True))
        name = line.name + (f"@{line.rang}" if line.rang else "") + (f"?{line.query}" if line.query else "")
        for side, roles in zip(("organisme", "autorité"), SIDES, strict=True):
            role = next((role for role in roles if answers[role] == "200"), "")
            if line.method == "GET" and role:
                found[name, side] = (line, role)
    return found


def count_all(cast: Cast, made: dict[str, object]) -> dict[Page, int]:
    """Return how many queries each page asks when it is opened again."""
    clients = {role: signed_in(getattr(cast, role)) for roles in SIDES for role in roles}
    counted = {}
    for rang in (1, 4):
        move_to(cast, rang)
        for page, (line, role) in pages().items():
            if (line.rang or 1) == rang:
                address = f"{address_of(line.name, made | words_of(line.name))}?{line.query}"
                counted[page] = _count(clients[role], address)
    move_to(cast, 1)
    return counted


def _count(client: Client, address: str) -> int:
    assert 200 == client.get(address).status_code, address
    with CaptureQueriesContext(connection) as queries:
        _read(client, address)
    return len(queries)


def _read(client: Client, address: str) -> None:
    """Open a page to its last byte."""
    response = client.get(address)
    if response.streaming:
        b"".join(response)


def _said(cast: Cast, made: dict[str, object], name: str, role: str) -> str:
    answer = signed_in(getattr(cast, role)).get(address_of(name, made | words_of(name)))
    return answer.content.decode()


def test_every_page_has_its_bound() -> None:
    """A page without a bound is a page whose work nobody looked at."""
    assert set() == set(pages()) ^ set(bounds())


def test_no_page_asks_more_because_there_is_more_to_show(committed: Cast) -> None:
    """One of each thing, then seven: the bound is kept, and nothing is asked row by row."""
    dossier = two_years(committed)
    made = objects(committed)
    for name in MADE:
        made |= contents(committed, name)
    add_one_of_each(committed, dossier, 1)
    few = count_all(committed, made)
    for number in range(2, ROUNDS + 2):
        add_one_of_each(committed, dossier, number)
    many = count_all(committed, made)
    assert {} == {page: words for page, words in LISTED.items() if words not in _said(committed, made, *page)}
    assert {} == {page: (few[page], many[page]) for page in few if many[page] > few[page]}
    known = bounds()
    assert {} == {page: few[page] for page in few if few[page] > known.get(page, 0)}
