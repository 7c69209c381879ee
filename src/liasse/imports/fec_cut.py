"""
Cut blocks of FEC lines into columns.

A block is cut once and its columns are strided slices, which keeps everything inside the interpreter's C
loops.  What cannot be cut so raises `OddBlockError`.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence

from liasse.imports.fec_columns import FecLayout

Columns = dict[str, list[bytes]]
"""Role to the texts of its column, line after line; a column that the file has not is blank."""


class OddBlockError(Exception):
    """A block that is not regular: to be read line by line."""


class BlockCutter:
    """Cut whole blocks of lines of one layout, keeping the columns of some roles."""

    def __init__(self, layout: FecLayout, roles: frozenset[str]) -> None:
        self._width = layout.width
        self._stride = layout.width + 1 + layout.has_trailing
        self._separator = layout.separator.encode()
        self._may_quote = layout.is_quoted or layout.separator in (";", ",")
        self._read = {role: index for role, index in layout.positions.items() if role in roles}
        self._absent = roles - self._read.keys()
        self._is_last_read = layout.has_trailing or layout.width - 1 in self._read.values()

    def cut(self, block: bytes, ligne: int) -> tuple[Columns, Sequence[int]]:
        """
        Return the columns of a block of whole lines, and the number of each line; *ligne* is the first.

        Blank lines are left out.

        Raises:
            OddBlockError: some line has not the fields expected.
        """
        try:
            columns, count = self._cut(block)
        except OddBlockError:
            lines = block.split(b"\n")
            lines.pop()
            filled = [index for index, line in enumerate(lines) if line.strip(b"\r")]
            if len(filled) in (0, len(lines)):
                raise
            columns, _ = self._cut(b"\n".join([*map(lines.__getitem__, filled), b""]))
            return columns, [ligne + index for index in filled]
        return columns, range(ligne, ligne + count)

    def _cut(self, block: bytes) -> tuple[Columns, int]:
        """
        Cut a block without blank lines.

        The CR of CRLF stays at the end of the last field, which is seldom one that is read: dropping it from
        the whole block would cost as much as cutting it.
        """
        is_quoted = self._may_quote and b'"' in block
        if is_quoted or self._is_last_read:
            block = block.replace(b"\r\n", b"\n")
        if not is_quoted:
            columns, count = self._slice(block, self._separator, b"\n")
        elif self._is_all_quoted(block):
            columns, count = self._slice(block[1:-2] + b'"\n"', b'"%b"' % self._separator, b'"\n"')
        else:
            columns, count = self._cut_quoted(block)
        if self._absent:
            columns |= dict.fromkeys(self._absent, [b""] * count)
        return columns, count

    def _slice(self, block: bytes, separator: bytes, eol: bytes) -> tuple[Columns, int]:
        """Cut a block at once: each end of line becomes a field of its own, which must come in its turn."""
        fields = block.replace(eol, separator + b"\n" + separator).split(separator)
        fields.pop()
        stride = self._stride
        count, rest = divmod(len(fields), stride)
        if rest or fields[stride - 1 :: stride].count(b"\n") != count:
            raise OddBlockError
        if stride > self._width + 1 and any(fields[self._width :: stride]):
            raise OddBlockError
        return {role: fields[index::stride] for role, index in self._read.items()}, count

    def _is_all_quoted(self, block: bytes) -> bool:
        """Tell whether every field may be quoted: then fields cut at `";"` leave no quote anywhere."""
        expected = 2 * self._width * block.count(b"\n")
        return block[:1] == block[-2:-1] == b'"' and block.count(b'"') == expected

    def _cut_quoted(self, block: bytes) -> tuple[Columns, int]:
        """Cut lines some fields of which are quoted."""
        lines = block.decode("latin-1").split("\n")
        lines.pop()
        try:
            rows = list(csv.reader(lines, delimiter=self._separator.decode()))
        except csv.Error:
            raise OddBlockError from None
        if len(rows) != len(lines) or set(map(len, rows)) != {self._stride - 1}:
            raise OddBlockError
        columns = list(zip(*rows, strict=True))
        if self._stride > self._width + 1 and any(columns[self._width]):
            raise OddBlockError
        read = {role: "\n".join(columns[i]).encode("latin-1").split(b"\n") for role, i in self._read.items()}
        return read, len(rows)
