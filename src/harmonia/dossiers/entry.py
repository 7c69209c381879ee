"""What a person types, read as the integer that the engine computes with; refusals are French sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from liasse import MAX_AMOUNT, Kind, encode, parse_decimal, unit

_DATE: Final = re.compile(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})\Z|(\d{4})-(\d{2})-(\d{2})\Z")
_YES: Final = frozenset({"oui", "o", "vrai", "1", "x"})
_NO: Final = frozenset({"non", "n", "faux", "0"})
_MAX_TEXT: Final = 2_000
_EMPTY: Final = frozenset({"", "-", "–", "−"})


@dataclass(frozen=True, slots=True)
class Typed:
    """A value to keep (None: nothing), its words for a text, or why it is refused."""

    valeur: int | None = None
    texte: str | None = None
    refus: str = ""


def read_typed(text: str, kind: Kind) -> Typed:
    """
    Read what was typed into a cell of a kind; a lone dash empties the cell.

    >>> read_typed("(1 234)", Kind("euro")).valeur, read_typed("-", Kind("euro")).valeur
    (-123400, None)
    """
    body = text.strip()
    if body in _EMPTY:
        return Typed()
    if kind.unite == "texte":
        if len(body) > _MAX_TEXT:
            return Typed(refus=f"Le texte dépasse {_MAX_TEXT} caractères : raccourcissez-le.")
        return Typed(1, body)
    if kind.unite == "choix":
        return _choice(body, kind)
    if kind.unite == "oui_non":
        return _yes_no(body)
    return _date(body) if kind.unite == "date" else _number(body, kind)


def _choice(body: str, kind: Kind) -> Typed:
    wanted = body.casefold()
    for code, label in kind.choix.items():
        if wanted in {code.casefold(), label.casefold()}:
            return Typed(encode(code, kind))
    return Typed(refus=f"« {body} » n'est pas un des choix : {', '.join(kind.choix.values())}.")


def _yes_no(body: str) -> Typed:
    wanted = body.casefold()
    if wanted in _YES | _NO:
        return Typed(int(wanted in _YES))
    return Typed(refus=f"« {body} » n'est ni oui ni non.")


def _date(body: str) -> Typed:
    found = _DATE.match(body)
    try:
        if found and found[3]:
            return Typed(date(int(found[3]), int(found[2]), int(found[1])).toordinal())
        if found:
            return Typed(date(int(found[4]), int(found[5]), int(found[6])).toordinal())
    except ValueError:
        pass
    return Typed(refus=f"« {body} » n'est pas une date : écrivez-la ainsi, 31/12/2022.")


def _number(body: str, kind: Kind) -> Typed:
    of = unit(kind.unite)
    value = parse_decimal(body.removesuffix("%").removesuffix("€"), of.decimals)
    if value is None:
        if parse_decimal(body.removesuffix("%").removesuffix("€"), 12) is not None:
            decimals = (
                f"{of.decimals} décimale{'s' if of.decimals > 1 else ''}" if of.decimals else "nombre entier"
            )
            return Typed(refus=f"« {body} » a trop de décimales : {decimals} au plus dans cette cellule.")
        return Typed(refus=f"« {body} » n'est pas un nombre : écrivez par exemple 1 234,56 ou (1 234).")
    if abs(value) > MAX_AMOUNT:
        return Typed(refus=f"« {body} » dépasse le plus grand montant admis.")
    return Typed(value)
