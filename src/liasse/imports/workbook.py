"""
Read back a workbook that `liasse exporter` made: the filing that it says now, over the one that was exported.

An empty cell never erases what was known; a formula typed where one types a value is read as its value, and
said; a value typed over a formula of the form is ignored, and said.  Defined names tell where each cell is,
so that inserted rows and moved sheets do not matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeGuard

from liasse.amounts import MAX_AMOUNT
from liasse.imports.balance_cells import Cell
from liasse.imports.filing_json import parse_filing_json
from liasse.imports.issues import IssueLog
from liasse.imports.spreadsheet import Sheet, WorkbookError, read_sheets
from liasse.imports.workbook_cells import Read, read_cell
from liasse.imports.workbook_parts import Parts, PartsError, Range, read_parts
from liasse.model.filing import Depot, DepotYear
from liasse.model.rules import Row
from liasse.source.encoding import Kind
from liasse.source.filing import Form, read_filing
from liasse.source.values import ValueFaultError, shown

SHEET: Final = "_liasse"
FORMAT: Final = "liasse-classeur"
VERSION: Final = 1
MAP: Final = 12
"""The row from which the sheet `SHEET` names the cells."""
BASE: Final = 9
"""The column of that sheet where the filing exported stands."""

_COMPUTED: Final = "calculee"
_PRECISION: Final = 51
"""Bits beyond which a double may lose the last cents of an enormous amount."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the map: a cell, a column of a keyed section, or a « néant »."""

    reference: str
    name: str
    nature: str
    follows: bool


@dataclass(frozen=True, slots=True)
class OpenedWorkbook:
    """A workbook of ours: the plain data of the filing exported, what it showed, and its cells now."""

    content: dict[str, Any]
    shown: Mapping[str, Any]
    entries: tuple[Entry, ...]
    parts: Parts
    sheets: Mapping[str, Sheet]

    def at(self, sheet: str, row: int, col: int) -> Cell:
        """Return the value of a cell."""
        rows = self.sheets[sheet].rows if sheet in self.sheets else []
        return rows[row][col] if row < len(rows) and col < len(rows[row]) else None


def open_workbook(path: Path, log: IssueLog) -> OpenedWorkbook | None:
    """Open a workbook; None when it is not one of ours, which its damage tells too late to matter."""
    try:
        parts = read_parts(path, SHEET)
    except PartsError:
        return None
    if parts is None:
        return None
    try:
        sheets = {sheet.name: sheet for sheet in read_sheets(path)}
    except WorkbookError as error:
        log.add(error.code, error.message)
        return OpenedWorkbook({}, {}, (), parts, {})
    machine = sheets.get(SHEET, Sheet(SHEET)).rows
    head = {str(row[0]): row[1] for row in machine[:MAP] if len(row) > 1}
    if head.get(FORMAT) != VERSION:
        log.add(
            "I302", f"Version « {head.get(FORMAT)} » du classeur : ce lecteur connaît la version {VERSION}."
        )
    content = parse_filing_json(_pieces(machine, BASE).encode("utf-8", "replace"), log) or {}
    kept = parse_filing_json(_pieces(machine, BASE + 1).encode("utf-8", "replace"), IssueLog("")) or {}
    return OpenedWorkbook(content, kept, tuple(_entries(machine)), parts, sheets)


def _pieces(machine: list[list[Cell]], col: int) -> str:
    texts = [row[col] for row in machine if len(row) > col and isinstance(row[col], str)]
    return "".join(str(text) for text in texts)


def _entries(machine: list[list[Cell]]) -> Iterator[Entry]:
    for row in machine[MAP:]:
        words = [str(cell) if cell is not None else "" for cell in (*row[:6], *[None] * (6 - len(row[:6])))]
        reference, name, _, nature, _, follows = words
        if reference and name:
            yield Entry(reference, name, nature, follows == "oui")


def read_workbook(opened: OpenedWorkbook, form: Form, log: IssueLog) -> tuple[Depot, Depot]:
    """Return the filing that a workbook says (the one exported, with what was typed since), and that one."""
    base = read_filing(opened.content, form)[0]
    reader = _Reader(opened, form, base.faits, log)
    for entry in opened.entries:
        if entry.nature == "neant":
            reader.neant(entry)
        elif entry.reference in form.cellules:
            reader.single(entry)
    rows = {section: found for section in form.sections if (found := reader.rows(section))}
    faits = replace(
        base.faits,
        cellules=reader.cells,
        textes=reader.texts,
        lignes=rows,
        neant=frozenset(reader.declared),
    )
    made = replace(base, faits=faits)
    return made, base if opened.content else made


class _Reader:
    """Reads the cells of a workbook over the facts that were exported."""

    def __init__(self, opened: OpenedWorkbook, form: Form, base: DepotYear, log: IssueLog) -> None:
        self._opened = opened
        self._form = form
        self._base = base
        self._log = log
        self._entries = {entry.reference: entry for entry in opened.entries}
        self.cells = dict(base.cellules)
        self.texts = dict(base.textes)
        self.declared = set(base.neant)

    def _place(self, entry: Entry) -> Range | None:
        place = self._opened.parts.names.get(entry.name)
        if place is None or place.sheet not in self._opened.sheets:
            self._log.add("I310", f"{entry.reference} n'est plus dans le classeur.", colonne=entry.reference)
            return None
        return place

    def neant(self, entry: Entry) -> None:
        """Read whether a table is declared « néant »."""
        place = self._place(entry)
        table = entry.reference.partition(".")[0]
        word = self._opened.at(place.sheet, place.top, place.left) if place is not None else None
        if word in {"oui", True} and table in self._form.tables:
            self.declared.add(table)
        elif word in {"non", False}:
            self.declared.discard(table)

    def single(self, entry: Entry) -> None:
        """Read a cell that stands alone."""
        place = self._place(entry)
        if place is None:
            return
        kind = self._form.cellules[entry.reference]
        read = self._read(entry, kind, entry.reference, place.sheet, place.top, place.left)
        known = self._known(entry, None, self._base.cellules, self._base.textes, entry.reference)
        if self._is_news(read, known, entry.reference, place.top):
            _write(read, self.cells, self.texts, entry.reference)

    def _is_news(
        self, read: Read | None, known: tuple[int, str] | None, where: str, row: int
    ) -> TypeGuard[Read]:
        """Tell whether a cell says something that a filing may hold and that was not known."""
        if read is None or _is_same(read, known):
            return False
        if abs(read[0]) <= MAX_AMOUNT:
            return True
        said = f"{where} : la valeur dépasse ce que la liasse peut porter."
        self._log.add("I304", said, ligne=row + 1, colonne=where)
        return False

    def _read(self, entry: Entry, kind: Kind, where: str, sheet: str, row: int, col: int) -> Read | None:
        """Return what a cell where one may type says; None when it says nothing to take."""
        raw = self._opened.at(sheet, row, col)
        has_formula = (sheet, row, col) in self._opened.parts.formulas
        if entry.nature == _COMPUTED:
            if not has_formula and raw not in {None, ""}:
                said = f"{where} est calculée : la valeur écrite à la place de sa formule est ignorée."
                self._log.add("I309", said, ligne=row + 1, colonne=where, valeur=str(raw))
            return None
        if has_formula and entry.follows:
            return None
        try:
            read = read_cell(raw, kind)
        except ValueFaultError as error:
            self._log.add("I304", f"{where} : {error}.", ligne=row + 1, colonne=where, valeur=str(raw))
            return None
        if read is not None and has_formula:
            said = f"{where} contient une formule : sa valeur est reprise."
            self._log.add("I308", said, ligne=row + 1, colonne=where, valeur=shown(raw))
        if read is not None and read[2]:
            said = f"{where} : {shown(raw)} est arrondi à l'unité de la cellule."
            self._log.add("I311", said, ligne=row + 1, colonne=where, valeur=shown(raw))
        return read

    def rows(self, section: str) -> tuple[Row, ...]:
        """Read the rows of a keyed section, over the exported rows of the same key."""
        base = self._base.lignes.get(section, ())
        entries = {
            column: entry
            for column in self._form.sections[section]
            if (entry := self._entries.get(f"{section}.{column}")) is not None
        }
        places = {column: self._place(entry) for column, entry in entries.items()}
        key = self._form.cles[section]
        key_place = places.get(key)
        if key_place is None:
            return base
        known = {name: rank for rank, name in enumerate(numbered(row.cle for row in base))}
        keyed = [
            (row, cle)
            for row in range(key_place.top, key_place.bottom + 1)
            if (cle := self._key(section, entries[key], key_place, row, places))
        ]
        names = numbered(cle for _, cle in keyed)
        return tuple(
            self._row(section, cle, known.get(name), row, entries, places)
            for (row, cle), name in zip(keyed, names, strict=True)
        )

    def _key(
        self, section: str, entry: Entry, place: Range, row: int, places: Mapping[str, Range | None]
    ) -> str:
        """Return the key of a row; a row that says something without one is told."""
        kind = self._form.sections[section][entry.reference.rpartition(".")[2]]
        read = self._read(entry, kind, f"{section} ligne {row + 1}", place.sheet, row, place.left)
        if read is not None:
            return read[1]
        typed = [column for column in places if self._entries[f"{section}.{column}"].nature == "saisie"]
        said = [
            column
            for column in typed
            if (other := places[column]) is not None
            and self._opened.at(other.sheet, row, other.left) not in {None, ""}
        ]
        if said:
            message = f"{section}, ligne {row + 1} de la feuille : la ligne n'a pas de clé."
            self._log.add("I305", message, ligne=row + 1, colonne=section)
        return ""

    def _row(
        self,
        section: str,
        cle: str,
        rank: int | None,
        row: int,
        entries: Mapping[str, Entry],
        places: Mapping[str, Range | None],
    ) -> Row:
        key = self._form.cles[section]
        base = self._base.lignes[section][rank] if rank is not None else Row(cle, {key: 1}, {key: cle})
        values, texts = dict(base.valeurs), dict(base.textes)
        for column, entry in entries.items():
            place = places[column]
            if column == key or place is None:
                continue
            kind = self._form.sections[section][column]
            where = f"{section}[{cle}].{column}"
            read = self._read(entry, kind, where, place.sheet, row, place.left)
            known = self._known(entry, rank, base.valeurs, base.textes, column)
            if self._is_news(read, known, where, row):
                _write(read, values, texts, column)
        return Row(cle, values, texts)

    def _known(
        self,
        entry: Entry,
        rank: int | None,
        values: Mapping[str, int],
        texts: Mapping[str, str],
        name: str,
    ) -> tuple[int, str] | None:
        """Return what a cell showed when the workbook was written; *rank* is that of its row, if any."""
        shown_ = self._opened.shown.get(entry.reference) if entry.nature == "remplie" else None
        if isinstance(shown_, list):
            shown_ = shown_[rank] if rank is not None and rank < len(shown_) else None
        if isinstance(shown_, str):
            return 1, shown_
        if shown_ is not None:
            return int(shown_), texts.get(name, "")
        return (values[name], texts.get(name, "")) if name in values else None


def _write(read: Read, values: dict[str, int], texts: dict[str, str], name: str) -> None:
    values[name] = read[0]
    if read[1]:
        texts[name] = read[1]


def _is_same(read: Read, known: tuple[int, str] | None) -> bool:
    """Tell whether a cell still says what it showed, as far as a double tells."""
    if known is None or read[1] != known[1]:
        return False
    return read[0] == known[0] or abs(read[0] - known[0]) <= abs(known[0]) >> _PRECISION


def numbered(keys: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Yield each key with its number among its like."""
    met: Counter[str] = Counter()
    for key in keys:
        met[key] += 1
        yield key, met[key]
