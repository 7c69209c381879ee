"""
French typography, put where it is read: no-break spaces before « : ; ? ! » % € » and after « « ».

Templates are written with plain spaces; the loaders below set them once, when a template is compiled, so
that a page costs nothing more.  What Python says goes through the filter `typo`.
"""

from __future__ import annotations

import re
from typing import Final

from django.template import Origin
from django.template.loaders import app_directories, filesystem

NBSP: Final = "\u00a0"
_BEFORE: Final = re.compile(r" (?=[:;?!»%€](?:\W|$))")
_AFTER: Final = re.compile(r"« ")
_KEPT: Final = re.compile(
    r"(<script.*?</script>|<style.*?</style>|{%.*?%}|{{.*?}}|{#.*?#}|<[^>]*>)", re.DOTALL
)


def typo(text: str) -> str:
    """
    Return a text with its no-break spaces.

    >>> typo("Rien à dire ? « Oui » : 12 %").replace(NBSP, "~")
    'Rien à dire~? «~Oui~»~: 12~%'
    """
    return _AFTER.sub(f"«{NBSP}", _BEFORE.sub(NBSP, text))


def typo_template(source: str) -> str:
    """
    Return a template with its no-break spaces; tags, attributes and scripts stay as they are.

    >>> typo_template("<a title='a : b'>Fini ? {% if a %}{{ a }} %{% endif %}</a>").replace(NBSP, "~")
    "<a title='a : b'>Fini~? {% if a %}{{ a }}~%{% endif %}</a>"
    """
    parts = _KEPT.split(source)
    return "".join(part if at % 2 else typo(part) for at, part in enumerate(parts))


class FilesystemLoader(filesystem.Loader):
    """The templates of the portal."""

    def get_contents(self, origin: Origin) -> str:
        """Return a page with its no-break spaces; mail stays in plain ones."""
        return _set(origin, super().get_contents(origin))


class AppLoader(app_directories.Loader):
    """The templates of the rooms and of the libraries."""

    def get_contents(self, origin: Origin) -> str:
        """Return a page with its no-break spaces; mail stays in plain ones."""
        return _set(origin, super().get_contents(origin))


def _set(origin: Origin, source: str) -> str:
    return typo_template(source) if str(origin.name).endswith(".html") else source
