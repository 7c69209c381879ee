"""
Read a range of bytes of a flat FEC into totals.

A big file is read in two ranges by two processes, and their totals add up.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from liasse.imports import fec_helper
from liasse.imports.fec_blocks import BlockReader
from liasse.imports.fec_columns import FecLayout
from liasse.imports.fec_cut import OddBlockError
from liasse.imports.fec_rows import Period, RowChecker, clean, is_regular_account
from liasse.imports.fec_totals import Decode, FecTotals, Openings
from liasse.imports.issues import IssueLog
from liasse.imports.text import BLOCK_SIZE, EncodingWatch, OnProgress, TextBlocks, TextForm, split_fields

MIN_PARALLEL = 24 << 20
"""A smaller file is read by one process: starting another would cost more than it saves."""

_SUB_BLOCK: Final = 64


@dataclass(frozen=True, slots=True)
class Job:
    """What to read: a file, its form and layout, and a range of bytes starting at a line."""

    path: Path
    form: TextForm
    layout: FecLayout
    period: Period
    journaux_ouverture: tuple[str, ...] | None
    start: int
    stop: int


@dataclass(slots=True)
class Part:
    """What one range of bytes gave; lines are counted from the start of the range."""

    totals: FecTotals
    log: IssueLog
    encoding: EncodingWatch
    openings: dict[bytes, bytes]
    lines: int
    decimals: set[str]
    irregular_dates: bool = False
    cut_lines: int = 0

    def absorb(self, other: Part) -> None:
        """Add what the next range gave."""
        self.totals.absorb(other.totals, self.lines)
        self.log.absorb(other.log, self.lines)
        self.encoding.absorb(other.encoding)
        self.openings = other.openings | self.openings
        self.lines += other.lines
        self.decimals |= other.decimals
        self.irregular_dates |= other.irregular_dates
        self.cut_lines += other.cut_lines


def split_record(line: bytes, layout: FecLayout) -> list[bytes]:
    """
    Cut a line into fields.

    The plain cut is tried first for tabs and bars, quotes first for other separators and quoted headers;
    the one that gives the expected number of fields is kept.  A trailing separator is dropped when the file
    has one everywhere: forgiving it on a single line could hide a separator inside a label.
    """
    plain = line.split(layout.separator.encode())
    if b'"' in line:
        text = line.decode("latin-1")
        quoted = [field.encode("latin-1") for field in split_fields(text, layout.separator)]
        first, second = (
            (quoted, plain) if layout.is_quoted or layout.separator in (";", ",") else (plain, quoted)
        )
        plain = second if len(first) != layout.width == len(second) else first
    if layout.has_trailing and len(plain) == layout.width + 1 and not plain[-1].strip():
        plain.pop()
    return plain


class PartReader:
    """Read blocks of lines: by whole blocks when they are regular, else line by line."""

    def __init__(self, job: Job, log: IssueLog, encoding: EncodingWatch) -> None:
        self.log = log
        self.layout = job.layout
        self.totals = FecTotals()
        self.checker = RowChecker(job.layout, log, job.period, encoding.decode)
        self.openings = Openings(encoding.decode, job.journaux_ouverture)
        self.blocks = BlockReader(job.layout, self.checker, self.totals, self.openings)
        self.line = 0
        """Number of the last line read."""

    def take(self, block: bytes) -> None:
        """Read one block of whole lines."""
        if self.blocks.is_possible:
            try:
                self.line += self.blocks.take(block, self.line + 1)
            except OddBlockError:
                pass
            else:
                return
        lines = block.split(b"\n")
        lines.pop()
        for start in range(0, len(lines), _SUB_BLOCK):
            self._take_lines(lines[start : start + _SUB_BLOCK])

    def _take_lines(self, lines: list[bytes]) -> None:
        if self.blocks.is_possible:
            try:
                self.line += self.blocks.take(b"\n".join(lines) + b"\n", self.line + 1)
            except OddBlockError:
                pass
            else:
                return
        for line in lines:
            self.line += 1
            self._take_line(line)

    def _take_line(self, line: bytes) -> None:
        for fields in records(line, self.layout):
            if len(fields) == self.layout.width:
                self.take_values(fields)
            else:
                self._wrong_width(line, len(fields))

    def take_values(self, fields: list[bytes]) -> None:
        """Read one record already cut into fields, at the current line."""
        if is_header(fields, self.layout, self.checker.decode):
            return
        row = self.checker.check(fields, self.line)
        if row is None:
            return
        if not is_regular_account(row.compte) and row.compte not in self.totals.comptes:
            shown = self.checker.decode(row.compte)
            message = f"Le compte « {shown} » ne commence pas par trois chiffres."
            self.log.add("I119", message, ligne=self.line, colonne="CompteNum", valeur=shown)
        opening = self.openings.covers(row.journal, row.journal_lib)
        self.totals.add(row, self.line, is_opening=opening)
        self.blocks.entries.follow_one(row.journal, row.numero, row.debit - row.credit, self.line)

    def _wrong_width(self, line: bytes, found: int) -> None:
        shown = self.checker.decode(line[:400])
        message = f"{found} champs au lieu de {self.layout.width}."
        self.log.add("I116", message, ligne=self.line, valeur=shown)


def records(line: bytes, layout: FecLayout) -> Iterator[list[bytes]]:
    """Cut a line into one record, or several when it hides lone CR ends of line; none when it is blank."""
    line = line.rstrip(b"\r")
    fields = split_record(line, layout)
    if len(fields) != layout.width and b"\r" in line:
        several = [split_record(piece, layout) for piece in line.split(b"\r") if piece.strip()]
        if several and all(len(each) == layout.width for each in several):
            yield from (each for each in several if any(map(clean, each)))
            return
    if any(map(clean, fields)):
        yield fields


def is_header(fields: list[bytes], layout: FecLayout, decode: Decode) -> bool:
    """Tell whether a record repeats the header: files put end to end have several."""
    index = layout.positions["compte"]
    return layout.has_header and decode(clean(fields[index])) == layout.headers[index]


def read_part(job: Job, on_progress: OnProgress | None = None) -> Part:
    """Read one range of bytes."""
    log = IssueLog(str(job.path))
    blocks = TextBlocks(job.path, job.form, start=job.start, stop=job.stop, on_progress=on_progress)
    reader = PartReader(job, log, blocks.encoding)
    with _without_collector():
        for block in blocks:
            reader.take(block)
    reader.blocks.entries.finish()
    checker = reader.checker
    return Part(
        reader.totals, log, blocks.encoding, reader.openings.recognised, reader.line,
        checker.decimals, checker.irregular_dates, blocks.cut_lines,
    )  # fmt: skip


@contextmanager
def _without_collector() -> Iterator[None]:
    """Suspend the cycle collector: blocks make long lists and no cycle, and it would go through them all."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def read_all(job: Job, on_progress: OnProgress | None = None) -> Part:
    """Read the whole range, with a second process when the file is big and a second core is there."""
    middle = _middle(job) if _is_worth_sharing(job) else job.stop
    helper = fec_helper.start(replace(job, start=middle)) if middle < job.stop else None
    if helper is None:
        return read_part(job, on_progress)
    share = (job.stop - job.start) / (middle - job.start)
    try:
        part = read_part(replace(job, stop=middle), _scaled(on_progress, job, share))
        following = helper.result()
    finally:
        helper.stop()
    if not isinstance(following, Part):
        following = read_part(replace(job, start=middle))
    part.absorb(following)
    return part


def _scaled(on_progress: OnProgress | None, job: Job, share: float) -> OnProgress | None:
    """Report progress over the whole file while this process reads its share of it."""
    if on_progress is None:
        return None

    def report(done: int, size: int) -> None:
        on_progress(min(size, job.start + int((done - job.start) * share)), size)

    return report


def _is_worth_sharing(job: Job) -> bool:
    big = job.stop - job.start >= MIN_PARALLEL and not job.form.wide
    return big and bool(sys.executable) and _cores() > 1


def _cores() -> int:
    count: Callable[[int], set[int]] | None = getattr(os, "sched_getaffinity", None)
    return len(count(0)) if count is not None else os.cpu_count() or 1


def _middle(job: Job) -> int:
    """Return where the second half starts; this process starts at once, so it takes a bit more."""
    eol = b"\r" if job.form.eol == b"\r" else b"\n"
    target = job.start + int((job.stop - job.start) * 0.53)
    with job.path.open("rb") as file:
        file.seek(target)
        found = file.read(BLOCK_SIZE).find(eol)
    return target + found + 1 if found >= 0 else job.stop
