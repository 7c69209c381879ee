"""One cell of a workbook to the encoded value of a cell of a filing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from liasse.amounts import MAX_AMOUNT, parse_decimal, unit
from liasse.imports.balance_cells import Cell, ExcelError
from liasse.source.encoding import Kind
from liasse.source.values import ValueFaultError, read_value, shown

_EPOCH: Final = date(1899, 12, 30)
_LAST_SERIAL: Final = 2_958_465
_NOISE: Final = Decimal("1e-6")
"""What doubles add to a number, in units of its last decimal: not a decimal that anybody typed."""

_FAR: Final = 1_000
"""A filled cell adds up many accounts: it may show more than anybody may type."""

Read = tuple[int, str, bool]
"""The encoded value, the words of a text, and whether decimals were rounded away."""


def read_cell(raw: Cell, kind: Kind) -> Read | None:
    """
    Return what a cell says; None when it is blank.

    >>> read_cell(1234.56, Kind("euro")), read_cell(0.1234, Kind("pourcent")), read_cell("", Kind("euro"))
    ((123456, '', False), (1234, '', False), None)

    Raises:
        ValueFaultError: it is not a value of that kind.
    """
    if raw is None or raw == "":
        return None
    if isinstance(raw, ExcelError):
        raise ValueFaultError(f"la cellule est en erreur ({raw})")
    reader = {"texte": _text, "date": _day, "choix": _choice, "oui_non": _plain}.get(kind.unite)
    if reader is not None:
        read = read_value(reader(raw, kind), kind)
        return None if read is None else (*read, False)
    return _number(raw, kind)


def _text(raw: Cell, _kind: Kind) -> object:
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    if isinstance(raw, bool):
        return "oui" if raw else "non"
    return raw if isinstance(raw, str) else str(raw)


def _plain(raw: Cell, _kind: Kind) -> object:
    return raw


def _day(raw: Cell, _kind: Kind) -> object:
    if isinstance(raw, int | float) and not isinstance(raw, bool) and 1 <= raw <= _LAST_SERIAL:
        return _EPOCH + timedelta(days=int(raw))
    if isinstance(raw, str):
        for form in ("%d/%m/%Y", "%d/%m/%y", "%d.%m.%Y"):
            try:
                return datetime.strptime(raw.strip(), form).date()  # noqa: DTZ007 - a day has no time zone
            except ValueError:
                continue
    return raw


def _choice(raw: Cell, kind: Kind) -> object:
    """Return the code of a choice given by its code, its label, or both as the list shows them."""
    if not isinstance(raw, str):
        return raw
    word = raw.strip()
    code = word.partition(" – ")[0]
    if word in kind.choix or code not in kind.choix:
        labels = {label.casefold(): one for one, label in kind.choix.items()}
        return word if word in kind.choix else labels.get(word.casefold(), word)
    return code


def _number(raw: Cell, kind: Kind) -> Read:
    of = unit(kind.unite)
    if isinstance(raw, str):
        value = parse_decimal(raw, of.decimals)
        if value is None:
            raise ValueFaultError(f"{shown(raw)} n'est pas un nombre d'au plus {of.decimals} décimales")
        return value, "", False
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise ValueFaultError(f"{shown(raw)} n'est pas un nombre")
    scaled = Decimal(repr(raw)) / Decimal(of.factor.numerator) * Decimal(of.factor.denominator)
    if not scaled.is_finite() or abs(scaled) > _FAR * MAX_AMOUNT:
        raise ValueFaultError(f"{shown(raw)} dépasse ce que la liasse peut porter")
    value = int(scaled.to_integral_value(ROUND_HALF_UP))
    return value, "", abs(scaled - value) > max(_NOISE, abs(scaled) * Decimal("1e-15"))
