"""French typography in templates."""

from __future__ import annotations

from django import template
from django.utils.safestring import mark_safe

from harmonia.portail.typography import typo, typo_template

register = template.Library()


@register.filter(name="typo")
def typo_filter(text: object) -> str:
    """Set the no-break spaces of what Python says; what is HTML already keeps its tags as they are."""
    html = getattr(text, "__html__", None)
    if html is None:
        return typo(str(text))
    return mark_safe(typo_template(html()))  # noqa: S308 - it says that it is safe, and only spaces change


@register.filter
def table_de(cle: str) -> str:
    """
    Return the table of a key.

    >>> table_de("Q03.OP#2.C05")
    'Q03'
    """
    return cle.partition(".")[0].partition("#")[0]
