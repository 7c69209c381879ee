"""Read the XML form of a filing (`docs/schemas/depot-1.xsd`) into the same plain data as its JSON form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final
from xml.parsers import expat

from liasse.imports.issues import IssueLog
from liasse.imports.safe_xml import UNREADABLE, DtdError, safe_parser

Plain = dict[str, Any]

ROOT: Final = "depot"
MAX_DEPTH: Final = 40
_TEXT: Final = frozenset({"cellule", "valeur"})


class _TooDeepError(Exception):
    """Elements are nested beyond any filing."""


def root_name(head: bytes) -> str:
    """Return the local name of the first element of an XML document, as far as its first bytes tell."""
    found: list[str] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, _: found.append(name.rpartition(":")[2])
    with suppress(*UNREADABLE):
        parser.Parse(head, False)  # noqa: FBT003 - expat takes no keyword
    return found[0] if found else ""


def parse_filing_xml(content: bytes, log: IssueLog) -> Plain | None:
    """Parse an XML document; None, with its issue, when it is not well-formed or not safe."""
    builder = _Builder(log)
    try:
        builder.parser.Parse(content, True)  # noqa: FBT003 - expat takes no keyword
    except DtdError:
        log.add("I301", "Le document déclare un DTD, que ce lecteur refuse.")
        return None
    except _TooDeepError:
        log.add("I301", "Le document est trop imbriqué.")
        return None
    except expat.ExpatError as error:
        message = f"Ligne {error.lineno}, colonne {error.offset + 1} : ce n'est pas du XML bien formé."
        log.add("I301", message, ligne=error.lineno)
        return None
    return builder.made


class _Builder:
    """Turns the events of the parser into plain data; each open element has its place to write to."""

    def __init__(self, log: IssueLog) -> None:
        self.made: Plain = {}
        self._log = log
        self._stack: list[tuple[str, Any]] = []
        self._text: list[str] = []
        self.parser = safe_parser(self._start, self._end, self._text.append)

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        local = name.rpartition(":")[2]
        if len(self._stack) >= MAX_DEPTH:
            raise _TooDeepError
        parent, target = self._stack[-1] if self._stack else ("", None)
        open_ = _OPEN.get((parent, local))
        self._text.clear()
        if open_ is None or (target is None and self._stack):
            if target is not None or not self._stack:
                line = self.parser.CurrentLineNumber
                self._log.add("I306", f"Élément inattendu <{local}>.", ligne=line, valeur=local)
            self._stack.append((local, None))
        elif not self._stack:
            self.made |= {key: value for key, value in attributes.items() if key not in {"xmlns", "format"}}
            self._stack.append((local, self.made))
        else:
            self._stack.append((local, open_(target, attributes)))

    def _end(self, _name: str) -> None:
        local, target = self._stack.pop()
        if local in _TEXT and target is not None:
            store, key = target
            if key in store:
                line = self.parser.CurrentLineNumber
                self._log.add("I306", f"« {key} » est donnée deux fois.", ligne=line, valeur=key)
            store[key] = "".join(self._text)
        self._text.clear()


def _cells(year: Plain, _attributes: Mapping[str, str]) -> Plain:
    found: Plain = year.setdefault("cellules", {})
    return found


def _cell(cells: Plain, attributes: Mapping[str, str]) -> tuple[Plain, str]:
    return cells, attributes.get("ref", "")


def _rows(year: Plain, attributes: Mapping[str, str]) -> list[Plain]:
    found: list[Plain] = year.setdefault("lignes", {}).setdefault(attributes.get("section", ""), [])
    return found


def _row(rows: list[Plain], _attributes: Mapping[str, str]) -> Plain:
    rows.append({})
    return rows[-1]


def _value(row: Plain, attributes: Mapping[str, str]) -> tuple[Plain, str]:
    return row, attributes.get("colonne", "")


def _neant(year: Plain, attributes: Mapping[str, str]) -> None:
    year.setdefault("neant", []).append(attributes.get("table", ""))


def _rounding(year: Plain, attributes: Mapping[str, str]) -> list[str]:
    year["arrondi"] = attributes.get("a", []) or []
    found: list[str] = year["arrondi"] if isinstance(year["arrondi"], list) else []
    return found


def _rounded(cells: list[str], attributes: Mapping[str, str]) -> None:
    cells.append(attributes.get("ref", ""))


def _balance(year: Plain, attributes: Mapping[str, str]) -> Plain:
    flags = {key: attributes.get(key) == "true" for key in ("ouverture", "mouvements")}
    year["balance"] = {**flags, "comptes": []}
    made: Plain = year["balance"]
    return made


def _account(balance: Plain, attributes: Mapping[str, str]) -> None:
    balance["comptes"].append(dict(attributes))


def _auxiliaries(balance: Plain, attributes: Mapping[str, str]) -> list[Plain]:
    found: list[Plain] = balance.setdefault("auxiliaires", {}).setdefault(attributes.get("compte", ""), [])
    return found


def _auxiliary(pairs: list[Plain], attributes: Mapping[str, str]) -> None:
    pairs.append(dict(attributes))


def _precedent(year: Plain, _attributes: Mapping[str, str]) -> Plain:
    made: Plain = year.setdefault("precedent", {})
    return made


_YEAR: Final[dict[str, Callable[[Any, Mapping[str, str]], Any]]] = {
    "cellules": _cells,
    "lignes": _rows,
    "neant": _neant,
    "arrondi": _rounding,
    "balance": _balance,
    "precedent": _precedent,
}

_OPEN: Final[dict[tuple[str, str], Callable[[Any, Mapping[str, str]], Any]]] = {
    ("", ROOT): lambda _target, _attributes: None,
    **{(parent, name): open_ for parent in (ROOT, "precedent") for name, open_ in _YEAR.items()},
    ("cellules", "cellule"): _cell,
    ("lignes", "ligne"): _row,
    ("ligne", "valeur"): _value,
    ("arrondi", "arrondie"): _rounded,
    ("balance", "compte"): _account,
    ("balance", "auxiliaires"): _auxiliaries,
    ("auxiliaires", "solde"): _auxiliary,
}
"""What each element, under its parent, opens: where its content is written."""
