"""French typography in templates."""

from __future__ import annotations

from django import template
from django.utils.safestring import mark_safe

from harmonia.organismes.models import PROFILS
from harmonia.portail.typography import typo, typo_template
from harmonia.tenancy.porte import porte

register = template.Library()


@register.filter(name="typo")
def typo_filter(text: object) -> str:
    """Set the no-break spaces of what Python says; what is HTML already keeps its tags as they are."""
    html = getattr(text, "__html__", None)
    if html is None:
        return typo(str(text))
    return mark_safe(typo_template(html()))  # noqa: S308 - it says that it is safe, and only spaces change


@register.filter
def cite(text: object) -> str:
    """
    Return what somebody wrote, to be quoted within a sentence that has its own full stop.

    >>> cite("Revoir ce poste. "), cite("Pourquoi ?"), cite("À suivre…"), cite("À suivre...")
    ('Revoir ce poste', 'Pourquoi ?', 'À suivre…', 'À suivre...')
    """
    words = str(text).rstrip()
    return words if words.endswith("..") else words.removesuffix(".")


@register.filter
def profil(code: str) -> str:
    """
    Return what a profile is called in a sentence.

    >>> profil("hierarchique")
    'responsable hiérarchique'
    """
    named = PROFILS[code]
    return named[:1].lower() + named[1:]


@register.filter
def questionnaire(code: str) -> str:
    """Return the title of a form that this door collects; its code when it does not."""
    known = porte().questionnaires.get(code)
    return known.titre if known else code


@register.filter
def table_de(cle: str) -> str:
    """
    Return the table of a key.

    >>> table_de("Q03.OP#2.C05")
    'Q03'
    """
    return cle.partition(".")[0].partition("#")[0]
