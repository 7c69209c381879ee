"""One value as people and files write it (`1234.56`, `2022-12-31`, `true`, a code, words), both ways."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from typing import Final

from liasse.amounts import MAX_AMOUNT, parse_decimal, to_decimal_string, unit
from liasse.source.encoding import Kind, decode

MAX_TEXT: Final = 10_000
MAX_DIGITS: Final = 32
"""No amount nor year has that many digits: beyond, an exponent could fill the memory."""
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_YES: Final = frozenset({"true", "oui"})
_NO: Final = frozenset({"false", "non"})


class ValueFaultError(ValueError):
    """A value that is not one of its kind; the message, in French, has no subject and no final point."""


def write_value(value: int, kind: Kind, words: str = "") -> str | bool:
    """
    Write an encoded value: a decimal string in its unit, an ISO date, true or false, a code, or words.

    >>> write_value(-5, Kind("euro")), write_value(738520, Kind("date"))
    ('-0.05', '2022-12-31')
    """
    if kind.unite == "texte":
        return words
    written = decode(value, kind)
    if isinstance(written, bool | str):
        return written
    if isinstance(written, date):
        return written.isoformat()
    return to_decimal_string(value, unit(kind.unite).decimals)


def read_value(raw: object, kind: Kind) -> tuple[int, str] | None:
    """
    Return the encoded value and the words of what was written; None for null and the empty text.

    >>> read_value("1 234,5", Kind("euro")), read_value("LOC", Kind("choix", {"LOC": "Locatif"}))
    ((123450, ''), (1, ''))

    Raises:
        ValueFaultError: it is not a value of that kind.
    """
    if raw is None or raw == "":
        return None
    if kind.unite == "texte":
        return 1, _words(raw)
    read = {"date": _day, "oui_non": _yes_or_no, "choix": _choice}.get(kind.unite, _number)
    return read(raw, kind), ""


def _words(raw: object) -> str:
    if not isinstance(raw, str):
        raise ValueFaultError(f"{shown(raw)} n'est pas un texte (entre guillemets)")
    if len(raw) > MAX_TEXT:
        raise ValueFaultError(f"le texte dépasse {MAX_TEXT} caractères")
    if _FORBIDDEN.search(raw):
        raise ValueFaultError("le texte contient un caractère de commande")
    return raw


def _day(raw: object, _kind: Kind) -> int:
    if isinstance(raw, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", raw.strip(), re.ASCII):
        try:
            return date.fromisoformat(raw.strip()).toordinal()
        except ValueError:
            pass
    elif isinstance(raw, date):
        return raw.toordinal()
    raise ValueFaultError(f"{shown(raw)} n'est pas une date (AAAA-MM-JJ)")


def _yes_or_no(raw: object, _kind: Kind) -> int:
    if isinstance(raw, bool):
        return int(raw)
    word = raw.strip().lower() if isinstance(raw, str) else ""
    if word in _YES | _NO:
        return int(word in _YES)
    raise ValueFaultError(f"{shown(raw)} n'est ni oui (true) ni non (false)")


def _choice(raw: object, kind: Kind) -> int:
    codes = list(kind.choix)
    word = raw.strip() if isinstance(raw, str) else ""
    if word in codes:
        return codes.index(word) + 1
    raise ValueFaultError(f"{shown(raw)} n'est pas un des choix ({', '.join(codes)})")


def _number(raw: object, kind: Kind) -> int:
    decimals = unit(kind.unite).decimals
    text = plain(raw)
    value = parse_decimal(text, decimals) if text else None
    if value is None:
        what = f"un nombre d'au plus {decimals} décimales" if decimals else "un nombre entier"
        raise ValueFaultError(f"{shown(raw)} n'est pas {what}")
    if abs(value) > MAX_AMOUNT:
        raise ValueFaultError(f"{text} dépasse ce que la liasse peut porter")
    return value


def shown(raw: object) -> str:
    """Write what was found for a message, as the file has it."""
    if isinstance(raw, Decimal):
        return str(raw)
    text = json.dumps(raw, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else text[:79] + "…"


def plain(raw: object) -> str:
    """Write an amount as text, whatever its exponent; nothing for what is not an amount."""
    if isinstance(raw, bool):
        return ""
    if isinstance(raw, Decimal):
        return f"{raw:f}" if raw.is_finite() and abs(raw.adjusted()) < MAX_DIGITS else ""
    if isinstance(raw, int):
        return str(raw) if abs(raw) < 10**MAX_DIGITS else ""
    return raw if isinstance(raw, str) else ""
