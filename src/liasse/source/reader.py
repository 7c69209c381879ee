"""One TOML file with the places of its keys, and typed access that collects problems."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from liasse.errors import Place, Problem, SourceError, nearest

_SECTION: Final = re.compile(r"\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?\Z")
_KEY: Final = re.compile(r"\s*(\"[^\"]+\"|[A-Za-z0-9_.-]+)\s*=")
_TYPE_NAMES: Final = {
    str: "un texte",
    bool: "true ou false",
    dict: "une table { … }",
    list: "une liste [ … ]",
    int: "un nombre entier",
}


@dataclass(slots=True)
class Problems:
    """Problems gathered while a model is read."""

    found: list[Problem] = field(default_factory=list)

    def add(
        self, code: str, message: str, place: Place, text: str = "", start: int = 0, length: int = 0
    ) -> None:
        """Keep one problem."""
        self.found.append(Problem(code, message, place, text, start, length))


@dataclass(frozen=True, slots=True)
class TomlFile:
    """A parsed file; `places` maps `section` and `section.key` to a physical line."""

    name: str
    content: Mapping[str, Any]
    places: Mapping[str, int]
    lines: tuple[str, ...]

    def place(self, *path: str, part: str = "") -> Place:
        """Return where the last known element of a dotted path stands."""
        for length in range(len(path), 0, -1):
            line = self.places.get(".".join(path[:length]))
            if line:
                return Place(self.name, line, part)
        return Place(self.name, 0, part)


def read_toml(path: Path, root: Path, problems: Problems) -> TomlFile | None:
    """Read one file, or add the reason why it cannot be read and return None."""
    name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        problems.add("M005", f"Le fichier {name} n'existe pas.", Place(name))
        return None
    except UnicodeDecodeError as error:
        problems.add("M001", f"Le fichier n'est pas en UTF-8 (octet {error.start}).", Place(name))
        return None
    try:
        content = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        problems.add("M001", *_toml_problem(error, name, text))
        return None
    lines = tuple(text.splitlines())
    return TomlFile(name, content, _index(lines), lines)


def csv_rows(path: Path, name: str, header: tuple[str, ...], code: str) -> Iterator[tuple[Place, list[str]]]:
    """
    Yield the rows of a CSV file of the model after its header, each with its place.

    Raises:
        SourceError: it is not in UTF-8, not CSV, or its first line is not *header*.
    """
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream, delimiter=";")
        try:
            if tuple(next(reader, ())) != header:
                message = f"La première ligne doit être « {';'.join(header)} »."
                raise SourceError([Problem(code, message, Place(name, 1))])
            for fields in reader:
                yield Place(name, reader.line_num), fields
        except UnicodeDecodeError as error:
            message = f"Le fichier n'est pas en UTF-8 (octet {error.start})."
            raise SourceError([Problem("M001", message, Place(name))]) from error
        except csv.Error as error:
            message = f"Ce n'est pas du CSV ({error})."
            raise SourceError([Problem("M001", message, Place(name, reader.line_num))]) from error


_REASONS: Final = (
    (r"Cannot overwrite a value", "cette clé est déjà donnée plus haut"),
    (r"Cannot declare (.*) twice", "cette section est déjà déclarée plus haut"),
    (r"Cannot mutate immutable", "cette section ou cette clé est déjà déclarée plus haut"),
    (r"Invalid value", "une valeur est attendue ici : texte entre guillemets, nombre, true, liste ou table"),
    (r"Unclosed|Expected .* (at end|after)", "il manque une fermeture, ou un signe est de trop"),
    (r"Unescaped|Illegal character", "ce caractère n'est pas permis ici"),
)


def _toml_problem(error: tomllib.TOMLDecodeError, name: str, text: str) -> tuple[str, Place, str, int, int]:
    match = re.search(r"line (\d+), column (\d+)", str(error))
    line, column = (int(match[1]), int(match[2])) if match else (text.count("\n") + 1, 1)
    lines = text.splitlines() or [""]
    shown = lines[min(line, len(lines)) - 1]
    english = re.sub(r" \(at .*\)", "", str(error))
    reason = next((french for pattern, french in _REASONS if re.search(pattern, english)), english)
    key = _KEY.match(shown) or _SECTION.match(shown)
    if key and reason.endswith("plus haut"):
        first = next((rank for rank, one in enumerate(lines, 1) if _same_key(one, key[1])), line)
        return f"« {key[1]} » : {reason}, ligne {first}.", Place(name, line), shown, key.start(1), len(key[1])
    return f"Ce n'est pas du TOML : {reason}.", Place(name, line), shown, min(column, len(shown)) - 1, 1


def _same_key(line: str, key: str) -> bool:
    found = _KEY.match(line) or _SECTION.match(line)
    return found is not None and found[1] == key


def _index(lines: tuple[str, ...]) -> dict[str, int]:
    places: dict[str, int] = {}
    section, repeated = "", {}  # type: tuple[str, dict[str, int]]
    for number, line in enumerate(lines, 1):
        heading = _SECTION.match(line)
        if heading:
            section = heading[1].replace('"', "")
            if line.lstrip().startswith("[["):
                repeated[section] = repeated.get(section, -1) + 1
                section = f"{section}.{repeated[section]}"
            places.setdefault(section, number)
            continue
        key = _KEY.match(line)
        if key:
            name = key[1].strip('"')
            places.setdefault(f"{section}.{name}" if section else name, number)
    return places


@dataclass(frozen=True, slots=True)
class Section:
    """One table of a file: typed access to its keys, each fault added to the problems."""

    file: TomlFile
    path: tuple[str, ...]
    content: Mapping[str, Any]
    problems: Problems

    @property
    def place(self) -> Place:
        """Where the section starts."""
        return self.file.place(*self.path)

    def at(self, key: str) -> Place:
        """Where a key stands."""
        found = self.file.place(*self.path, key)
        return Place(found.file, found.line, self.path[-1] if self.path and found.line else "")

    def check(self, known: Mapping[str, type]) -> None:
        """Report unknown keys and values of another type than the vocabulary says."""
        for key, value in self.content.items():
            wanted = known.get(key)
            if wanted is None:
                self.problems.add("M003", f"Clé inconnue « {key} ».{nearest(key, known)}", self.at(key))
            elif wanted is not object and not isinstance(value, wanted):
                self.problems.add("M004", f"« {key} » doit être {_TYPE_NAMES[wanted]}.", self.at(key))

    def require(self, *keys: str) -> None:
        """Report the mandatory keys that are absent."""
        for key in keys:
            if key not in self.content:
                self.problems.add("M002", f"La clé « {key} » manque.", self.place)

    def text(self, key: str, default: str = "") -> str:
        """Return a text, or the default."""
        value = self.content.get(key, default)
        return value if isinstance(value, str) else default

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, empty when absent."""
        value = self.content.get(key, ())
        return tuple(str(item) for item in value) if isinstance(value, list) else ()

    def flag(self, key: str) -> bool:
        """Return a boolean, False when absent."""
        return self.content.get(key) is True

    def mapping(self, key: str) -> Mapping[str, Any]:
        """Return a sub-table, empty when absent."""
        value = self.content.get(key, {})
        return value if isinstance(value, dict) else {}

    def choice(self, key: str, known: tuple[str, ...], default: str = "") -> str:
        """Return a text that must be one of *known*."""
        value = self.text(key, default)
        if value and value not in known:
            message = (
                f"« {value} » n'est pas admis pour « {key} » ({', '.join(known)}).{nearest(value, known)}"
            )
            self.problems.add("M007", message, self.at(key))
            return default
        return value
