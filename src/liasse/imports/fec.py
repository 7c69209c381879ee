"""
Read a FEC (fichier des écritures comptables, article A47 A-1 LPF) into a balance générale.

Flat files are read here, XML ones in `fec_xml`.  The lines are never kept: `iter_ecritures` reads the file
again to show those of some accounts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

from liasse.imports import fec_xml
from liasse.imports.fec_columns import (
    OFFICIAL,
    FecLayout,
    check_layout,
    is_fec_header,
    is_fec_record,
    positions_of,
)
from liasse.imports.fec_parts import Job, is_header, read_all, records
from liasse.imports.fec_report import conclude, period_of, to_ecriture
from liasse.imports.fec_rows import Period, RowChecker
from liasse.imports.fec_totals import Openings
from liasse.imports.files import broken_reading, unusable
from liasse.imports.issues import IssueLog
from liasse.imports.report import ImportReport, Lecture
from liasse.imports.text import (
    SEPARATORS,
    OnProgress,
    TextBlocks,
    head_lines,
    read_head,
    sniff,
    split_fields,
)
from liasse.ledger.ecritures import Ecriture

_SAMPLE: Final = 50
"""Lines looked at, besides the header."""


def read_fec(
    path: Path | str,
    *,
    exercice: int | None = None,
    on_progress: OnProgress | None = None,
    journaux_ouverture: Collection[str] | None = None,
) -> Lecture:
    """
    Read a FEC, flat or XML, into a balance and a report.

    Args:
        exercice: the year of closing; dates outside it become warnings.
        on_progress: called with the bytes read and the size of the file.
        journaux_ouverture: codes of the opening journals, instead of recognising them.
    """
    path = Path(path)
    try:
        head = read_head(path)
        if fec_xml.is_xml(head):
            return fec_xml.read_fec_xml(path, exercice, on_progress, journaux_ouverture)
        return _read_flat(path, head, exercice, on_progress, journaux_ouverture)
    except OSError as error:
        return broken_reading(path, "fec", error)


def find_layout(lines: list[str]) -> FecLayout | None:
    """Recognise the separator and the columns from the first lines, or None when it is not a FEC."""
    filled = [line for line in lines if line.strip()]
    for separator in SEPARATORS:
        layout = _named_layout(filled, separator)
        if layout is not None:
            return layout
    for separator in SEPARATORS:
        fields = split_fields(filled[0], separator) if filled else []
        if is_fec_record(fields):
            names = list(OFFICIAL.values()) + ["" for _ in fields[len(OFFICIAL) :]]
            return FecLayout(separator, tuple(names), positions_of(names), has_header=False)
    return None


def _named_layout(filled: list[str], separator: str) -> FecLayout | None:
    """Read the first line as a header; see whether it, or every line after it, has a separator too many."""
    header = filled[0] if filled else ""
    names = [name.strip() for name in split_fields(header, separator)]
    found = len(names)
    while names and not names[-1]:
        names.pop()
    if not is_fec_header(names):
        return None
    widths = {len(split_fields(line, separator)) for line in filled[1:_SAMPLE] if line.endswith(separator)}
    trailing = found == len(names) + 1 or (widths == {len(names) + 1} and len(filled) > 1)
    quoted = header.lstrip().startswith('"')
    return FecLayout(separator, tuple(names), positions_of(names), is_quoted=quoted, has_trailing=trailing)


def _read_flat(
    path: Path,
    head: bytes,
    exercice: int | None,
    on_progress: OnProgress | None,
    journaux_ouverture: Collection[str] | None,
) -> Lecture:
    form = sniff(head)
    lines = head_lines(head, form)
    layout = find_layout(lines)
    if layout is None:
        return not_a_fec(path, lines)
    log = IssueLog(str(path))
    check_layout(layout, log)
    if log.has_fatal:
        report = ImportReport(str(path), "fec", 0, layout.shown(), {}, log.issues(), log.silenced())
        return Lecture(report)
    declared = None if journaux_ouverture is None else tuple(journaux_ouverture)
    period = period_of(path, exercice)
    part = read_all(Job(path, form, layout, period, declared, form.bom, path.stat().st_size), on_progress)
    part.log.absorb(log, 0)
    return conclude(path, layout, form, part, exercice)


def not_a_fec(path: Path, lines: list[str]) -> Lecture:
    """Say that a text file is not a FEC, with what its first line is instead."""
    first = next((line for line in lines if line.strip()), "")
    log = IssueLog(str(path))
    if not first:
        return unusable(path, "I002", "Le fichier est vide.")
    message = (
        "La première ligne n’est pas l’en-tête d’un FEC : JournalCode, EcritureNum, CompteNum… n’y sont pas."
    )
    log.add("I101", message, ligne=1, valeur=first)
    return Lecture(ImportReport(str(path), "inconnu", 0, {}, {}, log.issues(), log.silenced()))


def iter_ecritures(
    path: Path | str,
    comptes: Collection[str] | None = None,
    *,
    journaux_ouverture: Collection[str] | None = None,
) -> Iterator[Ecriture]:
    """
    Read the file again and give the ledger lines of *comptes* (exact numbers), or all of them.

    Lines that `read_fec` leaves out are left out here too.
    """
    path = Path(path)
    try:
        head = read_head(path)
        if fec_xml.is_xml(head):
            yield from fec_xml.iter_xml(path, comptes, journaux_ouverture)
        else:
            yield from _iter_flat(path, head, comptes, journaux_ouverture)
    except OSError:
        return


def _iter_flat(
    path: Path, head: bytes, comptes: Collection[str] | None, journaux_ouverture: Collection[str] | None
) -> Iterator[Ecriture]:
    form = sniff(head)
    layout = find_layout(head_lines(head, form))
    if layout is None or "compte" not in layout.positions:
        return
    blocks = TextBlocks(path, form)
    decode = blocks.encoding.decode
    checker = RowChecker(layout, IssueLog(str(path)), Period(), decode)
    openings = Openings(decode, journaux_ouverture)
    wanted = None if comptes is None else frozenset(comptes)
    for ligne, line in _lines_with(blocks, wanted):
        for fields in records(line, layout):
            if len(fields) != layout.width or is_header(fields, layout, decode):
                continue
            row = checker.check(fields, ligne)
            if row is not None and (wanted is None or decode(row.compte) in wanted):
                yield to_ecriture(
                    row, ligne, decode, is_opening=openings.covers(row.journal, row.journal_lib)
                )


def _lines_with(blocks: TextBlocks, wanted: frozenset[str] | None) -> Iterator[tuple[int, bytes]]:
    """Give the lines that may hold one of the accounts, skipping by whole blocks."""
    needles = (
        None
        if wanted is None
        else [numero.encode("utf-8", "replace") for numero in wanted if numero.isascii()]
    )
    if wanted is not None and len(needles or ()) < len(wanted):
        needles = None
    ligne = 0
    for block in blocks:
        if needles is not None and not any(needle in block for needle in needles):
            ligne += block.count(b"\n")
            continue
        for line in block.split(b"\n")[:-1]:
            ligne += 1
            if needles is None or any(needle in line for needle in needles):
                yield ligne, line
