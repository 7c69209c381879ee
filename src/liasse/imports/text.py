"""
Text files as accountants' software writes them: encoding, end of line, separator.

Everything works on bytes, block after block, so that memory stays bounded whatever the file.  The
separators of a FEC are ASCII, hence an 8-bit file needs no decoding to be cut; UTF-16 is recoded to UTF-8.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

OnProgress = Callable[[int, int], None]
"""Called with the bytes read and the size of the file."""

BLOCK_SIZE: Final = 1 << 17
MAX_LINE: Final = 1 << 20
"""A longer line is not a record: it is cut and reported."""

SEPARATORS: Final = ("\t", "|", ";", ",")
SEPARATOR_NAMES: Final = {
    "\t": "tabulation",
    "|": "barre verticale « | »",
    ";": "point-virgule",
    ",": "virgule",
}
EOL_NAMES: Final = {b"\n": "LF", b"\r\n": "CRLF", b"\r": "CR"}

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_C1: Final = re.compile(rb"[\x80-\x9f]")


@dataclass(frozen=True, slots=True)
class TextForm:
    """How the bytes of a file are to be cut: recoding when it is UTF-16, length of the BOM, end of line."""

    wide: str
    bom: int
    eol: bytes


def sniff(head: bytes) -> TextForm:
    r"""
    Recognise the byte-order mark, UTF-16 and the end of line from the first bytes of a file.

    >>> sniff(b"a\r\nb").eol
    b'\r\n'
    """
    bom, name = next(((mark, name) for mark, name in _BOMS if head.startswith(mark)), (b"", ""))
    wide = name if name.startswith("utf-16") else "" if bom else _wide_without_bom(head)
    text = head[len(bom) :].decode(wide, "replace").encode("utf-8", "replace") if wide else head
    eol = b"\r" if b"\n" not in text and b"\r" in text else b"\r\n" if b"\r\n" in text else b"\n"
    return TextForm(wide, len(bom), eol)


def _wide_without_bom(head: bytes) -> str:
    """Recognise UTF-16 without a mark: every other byte of Latin text is NUL."""
    sample = head[:1000]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    enough = len(sample) // 2 * 0.8
    if len(sample) >= 8 and odd > enough and not even:
        return "utf-16-le"
    return "utf-16-be" if len(sample) >= 8 and even > enough and not odd else ""


class TextBlocks:
    """
    The content of a text file as blocks of whole lines, each ending with LF, or CRLF as in the file.

    `start` and `stop` bound the bytes read, for a file read in parts (never with UTF-16).
    """

    def __init__(
        self,
        path: Path,
        form: TextForm,
        *,
        start: int = 0,
        stop: int | None = None,
        on_progress: OnProgress | None = None,
    ) -> None:
        self.path = path
        self.form = form
        self.start = max(start, form.bom)
        self.size = path.stat().st_size
        self.stop = self.size if stop is None else stop
        self.encoding = EncodingWatch(form)
        self.cut_lines = 0
        self._on_progress = on_progress

    def __iter__(self) -> Iterator[bytes]:
        eol = b"\r" if self.form.eol == b"\r" else b"\n"
        pending: list[bytes] = []
        length = 0
        for chunk in self._chunks():
            end = chunk.rfind(eol) + 1
            if not end:
                pending.append(chunk)
                length += len(chunk)
                if length > MAX_LINE:
                    pending, length = [b"".join(pending)[:MAX_LINE]], MAX_LINE
                continue
            yield self._whole(b"".join((*pending, chunk[:end])))
            pending, length = [chunk[end:]], len(chunk) - end
        rest = b"".join(pending)
        if rest:
            yield self._whole(rest + eol)

    def _whole(self, block: bytes) -> bytes:
        """Turn CR into LF where it ends the lines, and neutralise a record that is too long."""
        if self.form.eol == b"\r":
            block = block.replace(b"\r", b"\n")
        if len(block) > MAX_LINE:
            block = self._cut(block)
        self.encoding.look(block)
        return block

    def _cut(self, block: bytes) -> bytes:
        """Keep the beginning of records longer than `MAX_LINE`, without separators: they cannot be taken."""
        lines = block.split(b"\n")
        for index, line in enumerate(lines):
            if len(line) >= MAX_LINE:
                self.cut_lines += 1
                lines[index] = b"\x00" + line[:80].translate(None, b'\t|;,"')
        return b"\n".join(lines)

    def _chunks(self) -> Iterator[bytes]:
        decoder = codecs.getincrementaldecoder(self.form.wide)("replace") if self.form.wide else None
        done = self.start
        with self.path.open("rb") as file:
            file.seek(self.start)
            while done < self.stop and (chunk := file.read(min(BLOCK_SIZE, self.stop - done))):
                done += len(chunk)
                yield chunk if decoder is None else decoder.decode(chunk).encode("utf-8", "replace")
                if self._on_progress is not None:
                    self._on_progress(done, self.size)


class EncodingWatch:
    """
    Recognise the encoding while the file goes by.

    A file is UTF-8 until a block is not.  Then bytes 0x80–0x9F, absent from ISO 8859-15 text, tell
    Windows-1252.
    """

    def __init__(self, form: TextForm) -> None:
        self.wide = form.wide
        self.has_bom = form.bom > 0
        self.non_ascii = False
        self.utf8_seen = False
        self.other_seen = False
        self.c1_seen = False
        self._closer_looks = 20

    def look(self, block: bytes) -> None:
        """Take one more block of whole lines into account."""
        if block.isascii():
            return
        self.non_ascii = True
        try:
            block.decode("utf-8")
            self.utf8_seen = True
        except UnicodeDecodeError:
            self.other_seen = True
            self.c1_seen = self.c1_seen or _C1.search(block) is not None
            self._look_closer(block)

    def _look_closer(self, block: bytes) -> None:
        """Look for lines in UTF-8 beside the others, in the first blocks only."""
        if self.utf8_seen or not self._closer_looks:
            return
        self._closer_looks -= 1
        self.utf8_seen = any(not line.isascii() and _is_utf8(line) for line in block.split(b"\n"))

    def absorb(self, other: EncodingWatch) -> None:
        """Take into account what was seen in another part of the same file."""
        self.non_ascii |= other.non_ascii
        self.utf8_seen |= other.utf8_seen
        self.other_seen |= other.other_seen
        self.c1_seen |= other.c1_seen

    @property
    def is_mixed(self) -> bool:
        """Tell whether some blocks are UTF-8 beyond ASCII and others are not UTF-8."""
        return self.other_seen and (self.utf8_seen or self.has_bom)

    @property
    def fallback(self) -> str:
        """The 8-bit encoding to use for what is not UTF-8."""
        return "cp1252" if self.c1_seen else "iso-8859-15"

    @property
    def name(self) -> str:
        """The encoding, as shown to the user."""
        if self.wide:
            return "UTF-16"
        if self.other_seen:
            return "Windows-1252" if self.c1_seen else "ISO 8859-15"
        if self.has_bom:
            return "UTF-8 avec BOM"
        return "UTF-8" if self.non_ascii else "ASCII"

    def decode(self, piece: bytes) -> str:
        """Decode a piece of the file: UTF-8 when it is, else the 8-bit encoding recognised."""
        try:
            return piece.decode("utf-8")
        except UnicodeDecodeError:
            return piece.decode(self.fallback, "replace")


def _is_utf8(piece: bytes) -> bool:
    try:
        piece.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def read_head(path: Path, size: int = BLOCK_SIZE) -> bytes:
    """Return the first bytes of a file."""
    with path.open("rb") as file:
        return file.read(size)


def head_lines(head: bytes, form: TextForm) -> list[str]:
    """Decode the first lines of a file; the last one, which may be cut, is dropped when there are several."""
    raw = head[form.bom :]
    text = raw.decode(form.wide, "replace") if form.wide else decode_guess(raw)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines[:-1] if len(lines) > 1 and len(head) >= BLOCK_SIZE else lines


def decode_guess(raw: bytes) -> str:
    """Decode bytes that may end in the middle of a character."""
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(raw)
    except UnicodeDecodeError:
        return raw.decode("cp1252" if _C1.search(raw) else "iso-8859-15", "replace")


def split_fields(line: str, separator: str) -> list[str]:
    """
    Cut a line, minding quotes when there are some.

    >>> split_fields('a;"b;c";d', ";")
    ['a', 'b;c', 'd']
    """
    if '"' not in line:
        return line.split(separator)
    try:
        rows = list(csv.reader([line], delimiter=separator))
    except csv.Error:
        return line.split(separator)
    return rows[0] if rows else []
