"""Find a line of a form by words or by account number."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from harmonia.portail.layout import layout_of, table_codes
from liasse import Plan

MOST: Final = 14
_ACCOUNT: Final = re.compile(r"\d{2,10}\Z")


@dataclass(frozen=True, slots=True)
class Found:
    """A line (or a whole table, without a line): where it stands, and how it reads."""

    table: str
    titre: str
    ligne: str
    libelle: str
    comptes: str
    cle: str


@dataclass(frozen=True, slots=True)
class _Indexed:
    found: Found
    words: str


def find(plan: Plan, query: str, first: str = "") -> list[Found]:
    """Return the lines that have all the words of a query, or take an account; those of *first* first."""
    wanted = _plain(query).split()
    if not wanted:
        return []
    if len(wanted) == 1 and _ACCOUNT.match(wanted[0]):
        hits = _by_account(plan, wanted[0])
    else:
        hits = [one.found for one in _index(plan) if all(word in one.words for word in wanted)]
    return sorted(hits, key=lambda one: one.table != first)[:MOST]


def _by_account(plan: Plan, account: str) -> list[Found]:
    """Return the lines filled from an account, the closest formulas first; else those that name it."""
    taking = [
        (max((len(root) for root in rule.selection.inclus if account.startswith(root)), default=0), rule.cell)
        for rule in plan.placements
        if account in rule.selection or any(root.startswith(account) for root in rule.selection.inclus)
    ]
    lines = {(one.found.table, one.found.ligne): one.found for one in _index(plan)}
    ordered = [cell for _, cell in sorted(taking, key=lambda one: -one[0])]
    places = [cell.split(".") for cell in ordered]
    found = [lines.get((place[0], place[1])) for place in places]
    named = [one.found for one in _index(plan) if re.search(rf"\b{account}", one.found.comptes)]
    return list(dict.fromkeys(one for one in (*found, *named) if one is not None))


@lru_cache(maxsize=16)
def _index(plan: Plan) -> tuple[_Indexed, ...]:
    made: list[_Indexed] = []
    for code in table_codes(plan):
        layout = layout_of(plan, code)
        titre = layout.table.titre
        made.append(_Indexed(Found(code, titre, "", titre, "", ""), _plain(f"{code} {titre}")))
        for block in layout.blocks:
            for strip in block.strips:
                spot = next((spot for spot in strip.spots if spot is not None), None)
                if spot is None or block.keyed:
                    continue
                found = Found(code, titre, strip.code, strip.libelle, strip.comptes, spot.reference)
                made.append(_Indexed(found, _plain(f"{code} {strip.code} {strip.libelle} {strip.comptes}")))
    return tuple(made)


def _plain(text: str) -> str:
    """
    Return a text without accents or capitals.

    >>> _plain("Dépréciations")
    'depreciations'
    """
    spread = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in spread if not unicodedata.combining(letter)).replace("’", "'")
