"""Amounts and tags, as French readers expect them, in templates."""

from __future__ import annotations

from typing import Final

from django import template

from liasse import format_french
from liasse.echanges import CERTITUDES, typeset

register = template.Library()

_MINUS: Final = "\u2212"
_EURO: Final = 100


@register.filter
def montant(value: int | None, unite: str = "euro") -> str:
    """Write a scaled integer with its unit; nothing when it is missing."""
    return format_french(value, unite)


@register.filter
def euros(value: int | None) -> str:
    """
    Write cents as whole euros, halves away from zero; nothing when they are missing.

    >>> euros(-123450).replace("\u202f", " "), euros(None)
    ('−1 235', '')
    """
    if value is None:
        return ""
    whole = (abs(value) + _EURO // 2) // _EURO
    return f"{_MINUS if value < 0 and whole else ''}{whole:,}".replace(",", "\u202f")


@register.filter
def signe(value: int | None) -> str:
    """Write a variation in whole euros, with its sign."""
    text = euros(value)
    return f"+{text}" if value is not None and value > 0 and text != "0" else text


@register.filter
def certitude(tag: str) -> str:
    """Say how certain a rule is."""
    return CERTITUDES.get(tag, "")


@register.filter
def fr(text: str) -> str:
    """Put no-break spaces where French typography wants them."""
    return typeset(text)


@register.filter
def nombre(value: int) -> str:
    """
    Write a count with thin spaces between thousands.

    >>> nombre(2002).replace("\u202f", " ")
    '2 002'
    """
    return f"{value:,}".replace(",", "\u202f")


@register.filter
def table_de(cell: str) -> str:
    """
    Return the table of a cell.

    >>> table_de("CRP.R010.N")
    'CRP'
    """
    return cell.partition(".")[0]
