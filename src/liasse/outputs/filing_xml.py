"""A filing as XML: `docs/schemas/depot-1.xsd` describes every element; `imports.filing_xml` reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from liasse.model.filing import VERSION, Depot
from liasse.source.filing import HEADER, Form, Plain, filing_plain

NAMESPACE: Final = f"urn:liasse:depot:{VERSION}"

_ESCAPES: Final = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "\t": "&#9;",
    "\n": "&#10;",
    "\r": "&#13;",
}
_TO_ESCAPE: Final = re.compile(r'[&<>"\t\n\r]')
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_filing_xml(depot: Depot, form: Form) -> str:
    """Write a filing; the same filing always gives the same text."""
    content = filing_plain(depot, form)
    attributes = {"xmlns": NAMESPACE, "version": str(VERSION)}
    attributes |= {key: str(content[key]) for key in (*HEADER, "exercice")}
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<depot{_attributes(attributes)}>"]
    lines += _year(content, " ")
    return "\n".join([*lines, "</depot>"]) + "\n"


def _escaped(text: str) -> str:
    return _TO_ESCAPE.sub(lambda match: _ESCAPES[match[0]], _NOT_XML.sub("\ufffd", text))


def _attributes(values: Mapping[str, str]) -> str:
    return "".join(f' {name}="{_escaped(value)}"' for name, value in values.items())


def _text(value: str | bool) -> str:  # noqa: FBT001 - a value, not a flag
    return _escaped(value) if isinstance(value, str) else str(value).lower()


def _element(indent: str, name: str, attributes: Mapping[str, str], value: str | bool) -> str:  # noqa: FBT001
    return f"{indent}<{name}{_attributes(attributes)}>{_text(value)}</{name}>"


def _year(content: Plain, indent: str) -> Iterator[str]:
    inner = indent + " "
    yield from _rounding(content.get("arrondi"), indent)
    yield f"{indent}<cellules>"
    for reference, value in content["cellules"].items():
        yield _element(inner, "cellule", {"ref": reference}, value)
    yield f"{indent}</cellules>"
    for section, rows in content.get("lignes", {}).items():
        yield f"{indent}<lignes{_attributes({'section': section})}>"
        yield from (line for row in rows for line in _row(row, inner))
        yield f"{indent}</lignes>"
    for table in content.get("neant", ()):
        yield f"{indent}<neant{_attributes({'table': table})}/>"
    if "balance" in content:
        yield from _balance(content["balance"], indent)
    if "precedent" in content:
        yield f"{indent}<precedent>"
        yield from _year(content["precedent"], inner)
        yield f"{indent}</precedent>"


def _rounding(arrondi: str | list[str] | None, indent: str) -> Iterator[str]:
    if isinstance(arrondi, str):
        yield f"{indent}<arrondi{_attributes({'a': arrondi})}/>"
    elif arrondi is not None:
        yield f"{indent}<arrondi>"
        yield from (f"{indent} <arrondie{_attributes({'ref': reference})}/>" for reference in arrondi)
        yield f"{indent}</arrondi>"


def _row(row: Plain, indent: str) -> Iterator[str]:
    yield f"{indent}<ligne>"
    for column, value in row.items():
        yield _element(indent + " ", "valeur", {"colonne": column}, value)
    yield f"{indent}</ligne>"


def _balance(balance: Mapping[str, Any], indent: str) -> Iterator[str]:
    flags = {key: str(balance[key]).lower() for key in ("ouverture", "mouvements")}
    yield f"{indent}<balance{_attributes(flags)}>"
    for account in balance["comptes"]:
        yield f"{indent} <compte{_attributes({key: str(value) for key, value in account.items()})}/>"
    for compte, pairs in balance.get("auxiliaires", {}).items():
        yield f"{indent} <auxiliaires{_attributes({'compte': compte})}>"
        yield from (f"{indent}  <solde{_attributes(pair)}/>" for pair in pairs)
        yield f"{indent} </auxiliaires>"
    yield f"{indent}</balance>"
