"""
Errors about the *model* or about us, one class per floor.

What is wrong with *data* (a ledger, a cell) is never raised: it is a line of an
`ImportReport` or a `Finding`.  See `docs/decisions/0003-two-families-of-problems.md`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a model file: path, line (1-based), and the part of it, if known."""

    file: str
    line: int = 0
    part: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}, {self.part}" if self.part else where


@dataclass(frozen=True, slots=True)
class Problem:
    """
    One thing wrong with a model, ready to be printed in French.

    `text`, `start` and `length` (in characters) underline the faulty piece of a formula.
    """

    code: str
    message: str
    place: Place
    text: str = ""
    start: int = 0
    length: int = 0

    def __str__(self) -> str:
        lines = [str(self.place)]
        if self.text:
            lines.append(f"    {self.text}")
            lines.append("    " + " " * self.start + "^" * max(1, self.length))
        lines.append(f"{self.message}   [{self.code}]")
        return "\n".join(lines)


class LiasseError(Exception):
    """Root of every error that this library raises."""


class ParseError(LiasseError):
    """A formula that is not in the language; carries the offset in the text."""

    def __init__(self, message: str, start: int = 0, length: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.length = length


class ModelError(LiasseError):
    """All the problems found in a model, together."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n\n".join(str(problem) for problem in self.problems))


class SourceError(ModelError):
    """Model files that cannot be read as TOML or do not have the declared form."""


class CompileError(ModelError):
    """A model whose formulas cannot be turned into a plan."""


class UnusableInputError(LiasseError):
    """An input that no reader can use; the message, in French, says what to do."""


MODEL_CODES = {
    "M001": "Fichier TOML illisible",
    "M002": "Clé obligatoire absente",
    "M003": "Clé inconnue",
    "M004": "Valeur d'une autre forme qu'attendu",
    "M005": "Fichier du modèle absent",
    "M006": "Code mal formé",
    "M007": "Famille, unité, gravité ou certitude inconnue",
    "M101": "Formule mal écrite",
    "M102": "Table inconnue",
    "M103": "Colonne inconnue ou fermée sur cette ligne",
    "M104": "Ligne inconnue",
    "M105": "Nom inconnu",
    "M106": "Fonction inconnue",
    "M107": "Arguments d'une fonction",
    "M108": "Unités incompatibles",
    "M109": "Formules qui dépendent d'elles-mêmes",
    "M110": "Condition attendue, ou valeur attendue",
    "M111": "Compte placé sur plusieurs lignes, ou sur aucune",
    "M112": "Contrôle sans exemple conforme ou sans exemple en écart",
    "M113": "Référence ou certitude absente",
    "M114": "Nom inconnu dans un message",
    "M115": "Exemple qui ne donne pas ce qu'il annonce",
    "M116": "Correspondance entre millésimes",
    "M117": "Millésime publié dont l'empreinte a changé",
}
"""Every problem code of a model, with its title; documented in `docs/erreurs.md`."""


def nearest(word: str, known: Iterable[str]) -> str:
    """
    Return a French « Vouliez-vous dire … ? » sentence for the nearest known spelling, or nothing.

    >>> nearest("L7O42", ["L7042", "L703"])
    ' Vouliez-vous dire « L7042 » ?'
    """
    matches = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" Vouliez-vous dire « {matches[0]} » ?" if matches else ""
