"""
Model files in one form: text in, text out, same meaning; comments and order are kept.

Column stops are fixed (`CODE_STOP`, `LABEL_STOP`…): a long label overflows its stop and moves nothing
else, so that a diff shows only what changed.  Formulas are written in canonical form when they parse.
Values on several lines are left as they are.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from liasse.errors import ParseError
from liasse.language.ast import Node
from liasse.language.parser import parse, parse_targets
from liasse.language.printer import print_formula
from liasse.source.inline import Array, Inline, InlineTable, Scalar, UnfinishedError, read_value
from liasse.source.vocabulary import CODE

CODE_STOP: Final = 8
"""Width of a line or column code before its `=`, in `[lignes]` and `[colonnes]`."""

LABEL_STOP: Final = 72
"""Width of `libelle = "…",` on a line, after which the next field starts."""

TITLE_STOP: Final = 40
"""Width of `titre = "…",` on a column, after which the next field starts."""

KEY_STOP: Final = 9
CONTROL_STOP: Final = 11
HEADER_STOP: Final = 13

_HEADING: Final = re.compile(r"\s*(\[\[?)\s*(.*?)\s*(\]\]?)\s*(#.*)?\Z")
_KEY: Final = re.compile(
    r"\s*((?:\"[^\"]*\"|'[^']*'|[A-Za-z0-9_-]+)(?:\s*\.\s*(?:\"[^\"]*\"|[A-Za-z0-9_-]+))*)\s*=\s*"
)
_CONTROL_KEYS: Final = frozenset({"verifie", "gravite", "pour", "message", "instruction"})


@dataclass(frozen=True, slots=True)
class _Entry:
    """One item of a file: a blank line, a comment, a heading, or a key with its value."""

    kind: str
    text: str = ""
    key: str = ""
    value: Inline | None = None
    comment: str = ""


def format_text(text: str) -> str:
    r"""
    Put the text of a model file in its one form.

    Raises:
        tomllib.TOMLDecodeError: the text is not TOML.

    >>> print(format_text('[lignes]\nA010={total=true,BRUT="debiteur( 109 )"}'), end="")
    [lignes]
    A010     = { total = true, BRUT = "debiteur(109)" }
    """
    tomllib.loads(text)
    entries = _spaced(list(_entries(text.replace("\r\n", "\n").split("\n"))))
    return "\n".join(_written(entries)) + "\n"


def _entries(lines: list[str]) -> Iterator[_Entry]:
    position = 0
    while position < len(lines):
        line = lines[position]
        stripped = line.strip()
        if not stripped:
            yield _Entry("blank")
        elif stripped.startswith("#"):
            yield _Entry("comment", stripped)
        elif stripped.startswith("["):
            yield _Entry("heading", _heading(line))
        else:
            entry, used = _assignment(lines[position:])
            position += used - 1
            yield entry
        position += 1


def _heading(line: str) -> str:
    return _HEADING.sub(lambda match: f"{match[1]}{match[2]}{match[3]}  {match[4] or ''}", line).strip()


def _assignment(lines: list[str]) -> tuple[_Entry, int]:
    """Read a key and its value; a value on several lines comes as it is written."""
    match = _KEY.match(lines[0])
    if match is not None:
        try:
            value, end = read_value(lines[0], match.end())
        except UnfinishedError:
            return _several_lines(lines)
        rest = lines[0][end:].strip()
        return _Entry("value", key=match[1], value=value, comment=rest), 1
    return _Entry("raw", lines[0].rstrip()), 1


def _several_lines(lines: list[str]) -> tuple[_Entry, int]:
    used = 1
    while used < len(lines) and not _is_complete("\n".join(lines[:used])):
        used += 1
    return _Entry("raw", "\n".join(lines[:used])), used


def _is_complete(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _spaced(entries: list[_Entry]) -> list[_Entry]:
    """Put one blank line before each section (and the comments above it), never two, none at the ends."""
    spaced: list[_Entry] = []
    for entry in entries:
        if entry.kind == "heading":
            _separate(spaced)
        if entry.kind != "blank" or (spaced and spaced[-1].kind not in {"blank", "heading"}):
            spaced.append(entry)
    while spaced and spaced[-1].kind == "blank":
        spaced.pop()
    return spaced


def _separate(spaced: list[_Entry]) -> None:
    """Make sure that a blank line stands above the comments that lead to a heading."""
    at = len(spaced)
    while at and spaced[at - 1].kind == "comment":
        at -= 1
    if at and spaced[at - 1].kind != "blank":
        spaced.insert(at, _Entry("blank"))


def _written(entries: list[_Entry]) -> Iterator[str]:
    section = ""
    stop = _stop("", _section_keys(entries, 0))
    for at, entry in enumerate(entries):
        if entry.kind == "heading":
            section = entry.text.partition("]")[0].strip("[ ")
            stop = _stop(section, _section_keys(entries, at + 1))
            yield entry.text
        elif entry.kind == "value" and entry.value is not None:
            yield _assigned(entry, entry.value, section, stop)
        else:
            yield entry.text


def _section_keys(entries: list[_Entry], start: int) -> frozenset[str]:
    keys = set()
    for entry in entries[start:]:
        if entry.kind == "heading":
            break
        keys.add(entry.key)
    return frozenset(keys)


def _stop(section: str, keys: frozenset[str]) -> int:
    """Return the width of the keys of a section, from what kind of section it is."""
    if section in {"lignes", "colonnes"}:
        return CODE_STOP
    if not section and "questionnaire" in keys:
        return HEADER_STOP
    is_control = ".parties" in section or (keys & _CONTROL_KEYS and not section.startswith("exemple"))
    return CONTROL_STOP if is_control else KEY_STOP


def _assigned(entry: _Entry, value: Inline, section: str, stop: int) -> str:
    if section in {"lignes", "colonnes"} and isinstance(value, InlineTable):
        label, width = ("libelle", LABEL_STOP) if section == "lignes" else ("titre", TITLE_STOP)
        text = _line_table(value, label, width)
    else:
        text = _print(_canonical(entry.key, value, in_lines=False))
    comment = f"  {entry.comment}" if entry.comment else ""
    return f"{entry.key.ljust(stop)} = {text}{comment}"


def _line_table(table: InlineTable, label: str, width: int) -> str:
    """Write a line of a form; its label, when it comes first, is padded to a fixed stop."""
    fields = [f"{key} = {_print(_canonical(key, value, in_lines=True))}" for key, value in table.items]
    if not fields:
        return "{}"
    if table.items[0][0] == label and len(fields) > 1:
        return "{ " + f"{fields[0]},".ljust(width) + " " + ", ".join(fields[1:]) + " }"
    return "{ " + ", ".join(fields) + " }"


def _print(value: Inline) -> str:
    match value:
        case Scalar():
            return value.text
        case Array():
            inside = ", ".join(_print(item) for item in value.items)
            return f"[{inside}]"
        case InlineTable():
            inside = ", ".join(f"{key} = {_print(item)}" for key, item in value.items)
            return f"{{ {inside} }}" if inside else "{}"


def _canonical(key: str, value: Inline, *, in_lines: bool) -> Inline:
    """Rewrite the formulas of a value; *in_lines* tells that keys in capitals are columns."""
    match value:
        case Scalar():
            return Scalar(_formula(key, value.text, in_lines=in_lines))
        case Array():
            return Array(tuple(_canonical(key, item, in_lines=in_lines) for item in value.items))
        case InlineTable():
            inner = in_lines or key == "si_famille"
            return InlineTable(
                tuple((name, _canonical(name, item, in_lines=inner)) for name, item in value.items)
            )


def _formula(key: str, text: str, *, in_lines: bool) -> str:
    is_formula = key in {"formule", "verifie", "si"} or (in_lines and CODE.match(key) is not None)
    if not text.startswith('"') or "\\" in text or not (is_formula or key == "pour"):
        return text
    body = text[1:-1]
    printed = _reprinted(body, _parse_targets if key == "pour" else _parse_one)
    return f'"{printed}"' if printed is not None else text


def _parse_one(text: str) -> tuple[Node, ...]:
    return (parse(text),)


def _parse_targets(text: str) -> tuple[Node, ...]:
    return parse_targets(text)


def _reprinted(text: str, read: Callable[[str], tuple[Node, ...]]) -> str | None:
    """Write a formula again, or None when it does not parse or would not read the same."""
    try:
        trees = read(text)
        printed = ", ".join(print_formula(tree) for tree in trees)
        return printed if read(printed) == trees else None
    except ParseError:
        return None
