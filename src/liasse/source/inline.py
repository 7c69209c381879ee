"""
The values of one line of TOML, as written: enough of the grammar to lay them out again.

Texts, numbers and dates stay exactly as they are; arrays and inline tables become sequences.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_SPACES: Final = " \t"
_SCALAR_ENDS: Final = frozenset(" \t,]}#")


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text (with its quotes), a number, a boolean or a date."""

    text: str


@dataclass(frozen=True, slots=True)
class Array:
    """`[ … ]`."""

    items: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class InlineTable:
    """`{ … }`, in order."""

    items: tuple[tuple[str, Inline], ...]


Inline = Scalar | Array | InlineTable


class UnfinishedError(ValueError):
    """The value goes on after the end of the line."""


def read_value(line: str, start: int) -> tuple[Inline, int]:
    """
    Read the value that starts at *start*, and return it with the position just after it.

    Raises:
        UnfinishedError: the value goes on after the end of the line.

    >>> read_value("[1, 'a']  # ici", 0)
    (Array(items=(Scalar(text='1'), Scalar(text="'a'"))), 8)
    """
    reader = _Reader(line, start)
    value = reader.value()
    return value, reader.at


class _Reader:
    def __init__(self, line: str, at: int) -> None:
        self._line = line
        self.at = at

    def value(self) -> Inline:
        opening = self._peek()
        if opening == "[":
            return self._array()
        if opening == "{":
            return self._table()
        return Scalar(self._text() if opening in "\"'" else self._until(_SCALAR_ENDS))

    def _peek(self) -> str:
        """Skip spaces and return the next character; a comment or the end means that the value goes on."""
        while self.at < len(self._line) and self._line[self.at] in _SPACES:
            self.at += 1
        if self.at == len(self._line) or self._line[self.at] == "#":
            raise UnfinishedError
        return self._line[self.at]

    def _until(self, ends: frozenset[str]) -> str:
        start = self.at
        while self.at < len(self._line) and self._line[self.at] not in ends:
            self.at += 1
        return self._line[start : self.at]

    def _text(self) -> str:
        start, quote = self.at, self._line[self.at]
        if self._line.startswith(quote * 3, start):
            raise UnfinishedError
        self.at += 1
        while self._line[self.at] != quote:
            self.at += 2 if self._line[self.at] == "\\" and quote == '"' else 1
        self.at += 1
        return self._line[start : self.at]

    def _array(self) -> Array:
        self.at += 1
        items: list[Inline] = []
        while self._peek() != "]":
            items.append(self.value())
            self._comma()
        self.at += 1
        return Array(tuple(items))

    def _table(self) -> InlineTable:
        self.at += 1
        items: list[tuple[str, Inline]] = []
        while self._peek() != "}":
            key = self._key()
            items.append((key, self.value()))
            self._comma()
        self.at += 1
        return InlineTable(tuple(items))

    def _key(self) -> str:
        start = self.at
        while self._line[self.at] != "=":
            if self._line[self.at] in "\"'":
                self._text()
            else:
                self.at += 1
        key = self._line[start : self.at].strip()
        self.at += 1
        return key

    def _comma(self) -> None:
        if self._peek() == ",":
            self.at += 1
