"""
Read the XML form of the FEC (schemas formatA47A-I-*.xsd), element by element, in bounded memory.

A field may stand at the level of the journal, of the entry or of the line: a line inherits those above it.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from liasse.imports import fec_report
from liasse.imports.fec_columns import NAMES, ROLES, FecLayout, positions_of
from liasse.imports.fec_parts import Job, Part, PartReader
from liasse.imports.fec_rows import FecRow, Period, RowChecker, parse_date
from liasse.imports.fec_totals import Openings
from liasse.imports.files import unusable
from liasse.imports.issues import IssueLog
from liasse.imports.report import Lecture
from liasse.imports.safe_xml import UNREADABLE, DtdError, safe_parser
from liasse.imports.text import BLOCK_SIZE, EncodingWatch, OnProgress, TextForm
from liasse.ledger.ecritures import Ecriture

MAX_DEPTH: Final = 64
MAX_FIELD: Final = 4_000
MAX_BUFFERED: Final = 10_000
"""Lines of one entry kept until the entry ends; beyond, they are given without waiting."""

_CONTAINERS: Final = frozenset({"comptabilite", "exercice", "journal", "ecriture", "ligne"})
_LAYOUT: Final = FecLayout("", tuple(NAMES.values()), positions_of(list(NAMES.values())), has_header=False)
_MONTANT: Final = FecLayout(
    "",
    _LAYOUT.headers,
    {r: i for r, i in _LAYOUT.positions.items() if r not in ("debit", "credit")},
    has_header=False,
)

Record = tuple[int, list[bytes]]


class _TooDeepError(Exception):
    """Elements are nested beyond any ledger."""


class _Records:
    """Turn the events of the XML parser into records: (line of the file, values in the order of `ROLES`)."""

    def __init__(self) -> None:
        self.ready: deque[Record] = deque()
        self.root = ""
        self.closing = ""
        self._waiting: list[tuple[int, dict[str, str]]] = []
        self._contexts: list[dict[str, str]] = []
        self._path: list[str] = []
        self._text: list[str] = []
        self.parser = safe_parser(self._start, self._end, self._text.append)

    def _start(self, name: str, _: object) -> None:
        local = name.rpartition(":")[2].lower()
        self._path.append(local)
        if len(self._path) > MAX_DEPTH:
            raise _TooDeepError
        self.root = self.root or local
        self._text.clear()
        if local in _CONTAINERS:
            self._contexts.append({"#": str(self.parser.CurrentLineNumber)})

    def _end(self, name: str) -> None:
        local = self._path.pop()
        if local in _CONTAINERS:
            self._close(local, self._contexts.pop())
            return
        value = "".join(self._text)[:MAX_FIELD].strip()
        self._text.clear()
        if local == "datecloture":
            self.closing = value
        role = next(iter(positions_of([name.rpartition(":")[2]])), None)
        if role is not None and self._contexts and value:
            context = self._contexts[-1]
            context[role] = f"{context[role]} | {value}" if role in context else value

    def _close(self, local: str, context: dict[str, str]) -> None:
        if local == "ligne":
            self._waiting.append((int(context["#"]), context))
            if len(self._waiting) > MAX_BUFFERED:
                self._give(self._contexts)
        elif self._waiting:
            self._give([*self._contexts, context])

    def _give(self, contexts: list[dict[str, str]]) -> None:
        inherited: dict[str, str] = {}
        for context in contexts:
            inherited |= context
        for ligne, own in self._waiting:
            fields = inherited | own
            self.ready.append((ligne, [fields.get(role, "").encode("utf-8", "replace") for role in ROLES]))
        self._waiting.clear()


def is_xml(head: bytes) -> bool:
    """Tell whether a file begins as XML, whatever its UTF encoding."""
    start = head[:400].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return (
        start.startswith((b"<?xml", b"<!DOCTYPE", b"<!--"))
        or re.match(rb"<(\w+:)?comptabilite\b", start) is not None
    )


def _stream(path: Path, records: _Records, on_progress: OnProgress | None = None) -> Iterator[Record]:
    """Parse a file and give its records as they come."""
    size, done = path.stat().st_size, 0
    with path.open("rb") as file:
        while chunk := file.read(BLOCK_SIZE):
            records.parser.Parse(chunk)
            done += len(chunk)
            while records.ready:
                yield records.ready.popleft()
            if on_progress is not None:
                on_progress(done, size)
    records.parser.Parse(b"", True)  # noqa: FBT003 - the last call; no keyword in expat
    while records.ready:
        yield records.ready.popleft()


class _XmlReader:
    """Check records and add them up, with Debit/Credit or Montant/Sens according to each line."""

    def __init__(self, path: Path, period: Period, declared: tuple[str, ...] | None) -> None:
        self.log = IssueLog(str(path))
        self.encoding = EncodingWatch(TextForm("", 0, b"\n"))
        job = Job(path, TextForm("", 0, b"\n"), _LAYOUT, period, declared, 0, 0)
        self.reader = PartReader(job, self.log, self.encoding)
        self._checkers = _checkers(self.log, period, self.encoding)
        self.mode = "debit_credit"
        self.lines = 0
        self._unseen = set(_LAYOUT.positions.values())

    def take(self, record: Record) -> None:
        """Check one record."""
        self.lines += 1
        self.reader.line, values = record
        self._unseen = {index for index in self._unseen if not values[index]}
        self.mode = mode_of(values)
        self.reader.checker = self._checkers[self.mode]
        self.reader.take_values(values)

    def layout(self) -> FecLayout:
        """Return the fields that the document has, and those of its way of writing amounts."""
        layout = _LAYOUT if self.mode == "debit_credit" else _MONTANT
        kept = self.mode.split("_")
        return replace(
            layout,
            positions={
                role: index
                for role, index in layout.positions.items()
                if role in kept or index not in self._unseen
            },
        )

    def part(self) -> Part:
        """Return what the document gave."""
        self.reader.blocks.entries.finish()
        decimals = set().union(*(checker.decimals for checker in self._checkers.values()))
        reader = self.reader
        opened = reader.openings.recognised
        return Part(reader.totals, self.log, self.encoding, opened, self.lines, decimals)


def _checkers(log: IssueLog, period: Period, encoding: EncodingWatch) -> dict[str, RowChecker]:
    """Return what checks a line, by how its amounts are written."""
    return {
        layout.mode: RowChecker(layout, log, period, encoding.decode, iso_dates=True)
        for layout in (_LAYOUT, _MONTANT)
    }


def mode_of(values: list[bytes]) -> str:
    """Tell how the amounts of a record are written."""
    return "montant_sens" if values[_LAYOUT.positions["montant"]] else "debit_credit"


def read_fec_xml(
    path: Path,
    exercice: int | None,
    on_progress: OnProgress | None,
    journaux_ouverture: Collection[str] | None,
) -> Lecture:
    """Read an XML FEC into a balance and a report."""
    records = _Records()
    declared = None if journaux_ouverture is None else tuple(journaux_ouverture)
    xml = _XmlReader(path, fec_report.period_of(path, exercice), declared)
    try:
        for record in _stream(path, records, on_progress):
            xml.take(record)
    except DtdError:
        return unusable(
            path, "I129", "Le document XML déclare une DTD : sa lecture est refusée.", fmt="fec-xml"
        )
    except _TooDeepError:
        return unusable(path, "I128", "Les éléments XML sont emboîtés sans limite.", fmt="fec-xml")
    except UNREADABLE as error:
        return _malformed(path, records, error)
    if not xml.lines and records.root != "comptabilite":
        message = f"Le document XML a pour racine « {records.root[:60]} » et non « comptabilite »."
        return unusable(path, "I101", message, valeur=records.root)
    closing = parse_date(records.closing.encode()[:30])[0]
    return fec_report.conclude(path, xml.layout(), None, xml.part(), exercice, closing)


def _malformed(path: Path, records: _Records, error: Exception) -> Lecture:
    """Report a document that expat refuses, or whose encoding Python does not know."""
    fmt = "fec-xml" if records.root == "comptabilite" else "inconnu"
    reason = str(error)
    message = f"Le XML n’est plus lisible à partir de la ligne {records.parser.CurrentLineNumber}."
    return unusable(path, "I128", message, valeur=reason, fmt=fmt)


def iter_xml(
    path: Path, comptes: Collection[str] | None, journaux_ouverture: Collection[str] | None
) -> Iterator[Ecriture]:
    """Give the ledger lines of some accounts of an XML FEC."""
    encoding = EncodingWatch(TextForm("", 0, b"\n"))
    log = IssueLog(str(path))
    checkers = _checkers(log, Period(), encoding)
    openings = Openings(encoding.decode, journaux_ouverture)
    wanted = None if comptes is None else frozenset(numero.encode() for numero in comptes)
    try:
        for ligne, values in _stream(path, _Records()):
            row: FecRow | None = checkers[mode_of(values)].check(values, ligne)
            if row is not None and (wanted is None or row.compte in wanted):
                opening = openings.covers(row.journal, row.journal_lib)
                yield fec_report.to_ecriture(row, ligne, encoding.decode, is_opening=opening)
    except (*UNREADABLE, DtdError, _TooDeepError):
        return
