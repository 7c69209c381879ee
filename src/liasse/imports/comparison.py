"""
Three filings side by side: what was exported (base), what the dossier says (yours), what came back (theirs).

Nothing is applied here but what is asked: `apply` takes the differences that somebody accepted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from liasse.imports.filing import FilingReading
from liasse.imports.issues import IssueLog
from liasse.imports.report import ImportIssue
from liasse.imports.workbook import numbered
from liasse.model.filing import Depot, DepotYear
from liasse.model.rules import Row

Value = tuple[int, str]
"""An encoded value and, for a text, its words."""


class Change(StrEnum):
    """What came back for a cell or a row, next to what the dossier says."""

    NEW = "nouvelle"
    """The dossier had nothing there."""
    CHANGED = "modifiee"
    """The dossier still says what was exported; the file says something else."""
    CONFLICT = "conflit"
    """The dossier and the file both moved, and differ."""
    ADDED = "ligne_ajoutee"
    """A row that neither the export nor the dossier had."""
    REMOVED = "ligne_supprimee"
    """A row that was exported, that the dossier still has, and that the file has no more."""


@dataclass(frozen=True, slots=True)
class Difference:
    """
    One thing that came back different.

    `reference` is a cell (`ACT.A010.BRUT`), a column of a section with `ligne` the key of the row and `rang`
    its number among rows of the same key, or a section for a whole row; None is « vide ».
    """

    reference: str
    change: Change
    base: Value | None
    yours: Value | None
    theirs: Value | None
    ligne: str = ""
    rang: int = 1


@dataclass(frozen=True, slots=True)
class Comparison:
    """The differences, in the order of the filing, and what must be said before any is applied."""

    differences: tuple[Difference, ...]
    avertissements: tuple[ImportIssue, ...] = ()

    def count(self, change: Change) -> int:
        """Return how many differences are of one kind."""
        return sum(1 for one in self.differences if one.change is change)


def compare(reading: FilingReading, yours: Depot) -> Comparison:
    """Compare a file that came back with the dossier; what is equal on both sides is left out."""
    base, theirs = reading.base.faits, reading.depot.faits
    found = (*_cells(base, yours.faits, theirs), *_rows(base, yours.faits, theirs))
    return Comparison(tuple(found), tuple(_warnings(reading, yours)))


def _warnings(reading: FilingReading, yours: Depot) -> Iterator[ImportIssue]:
    log, theirs = IssueLog(reading.report.fichier), reading.depot
    names = {
        "questionnaire": "d'un autre questionnaire",
        "millesime": "d'un autre millésime",
        "exercice": "d'un autre exercice",
        "famille": "d'une autre famille",
        "organisme": "d'un autre organisme",
    }
    for name, said in names.items():
        mine, its = str(getattr(yours, name)), str(getattr(theirs, name))
        if mine and its and mine != its:
            log.add("I312", f"Le fichier est {said} : {its}, et non {mine}.", colonne=name, valeur=its)
    if yours.empreinte and theirs.empreinte and yours.empreinte != theirs.empreinte:
        log.add("I307", "Le fichier vient d'une autre version du modèle.", valeur=theirs.empreinte)
    return iter(log.issues())


def _value(year: DepotYear, reference: str) -> Value | None:
    return _told(year.cellules, year.textes, reference)


def _told(values: Mapping[str, int], texts: Mapping[str, str], name: str) -> Value | None:
    value = values.get(name)
    return None if value is None else (value, texts.get(name, ""))


def _change(base: Value | None, yours: Value | None, theirs: Value | None) -> Change | None:
    """Return what came back; None when there is nothing to do, blanks never overwriting."""
    if theirs is None or theirs in (base, yours):
        return None
    if yours is None:
        return Change.NEW if base is None else Change.CONFLICT
    return Change.CHANGED if yours == base else Change.CONFLICT


def _cells(base: DepotYear, yours: DepotYear, theirs: DepotYear) -> Iterator[Difference]:
    for reference in theirs.cellules:
        values = (_value(base, reference), _value(yours, reference), _value(theirs, reference))
        change = _change(*values)
        if change is not None:
            yield Difference(reference, change, *values)


Rows = Mapping[tuple[str, int], Row]


def _numbered(rows: Sequence[Row]) -> Rows:
    """Name each row by its key and its number among rows of the same key."""
    return dict(zip(numbered(row.cle for row in rows), rows, strict=True))


def _rows(base: DepotYear, yours: DepotYear, theirs: DepotYear) -> Iterator[Difference]:
    for section in dict.fromkeys((*base.lignes, *theirs.lignes)):
        years = (base, yours, theirs)
        before, mine, its = (_numbered(year.lignes.get(section, ())) for year in years)
        for name, row in its.items():
            if name in mine or name in before:
                yield from _row_cells(section, name, before.get(name), mine.get(name), row)
            else:
                yield Difference(section, Change.ADDED, None, None, (1, name[0]), *name)
        for name, row in before.items():
            if name not in its and name in mine:
                change = Change.REMOVED if mine[name] == row else Change.CONFLICT
                words = (1, name[0])
                yield Difference(section, change, words, words, None, *name)


def _row_cells(
    section: str, name: tuple[str, int], base: Row | None, yours: Row | None, theirs: Row
) -> Iterator[Difference]:
    for column in theirs.valeurs:
        values = (_row_value(base, column), _row_value(yours, column), _row_value(theirs, column))
        change = _change(*values)
        if change is not None:
            yield Difference(f"{section}.{column}", change, *values, *name)


def _row_value(row: Row | None, column: str) -> Value | None:
    return None if row is None else _told(row.valeurs, row.textes, column)


def apply(yours: Depot, reading: FilingReading, accepted: Iterable[Difference]) -> Depot:
    """Return the dossier with the accepted differences taken from the file."""
    cells, texts = dict(yours.faits.cellules), dict(yours.faits.textes)
    rows = {section: dict(_numbered(found)) for section, found in yours.faits.lignes.items()}
    theirs = {section: _numbered(found) for section, found in reading.depot.faits.lignes.items()}
    for one in accepted:
        if one.ligne:
            _apply_row(rows, theirs, one)
        elif one.theirs is not None:
            cells[one.reference] = one.theirs[0]
            if one.theirs[1]:
                texts[one.reference] = one.theirs[1]
    lignes = {section: tuple(found.values()) for section, found in rows.items() if found}
    return replace(yours, faits=replace(yours.faits, cellules=cells, textes=texts, lignes=lignes))


def _apply_row(
    rows: dict[str, dict[tuple[str, int], Row]], theirs: Mapping[str, Rows], one: Difference
) -> None:
    name = (one.ligne, one.rang)
    section, _, column = one.reference.rpartition(".")
    if one.reference in theirs or one.theirs is None:
        section, column = one.reference, ""
    found = rows.setdefault(section, {})
    its = theirs.get(section, {}).get(name)
    if one.theirs is None:
        found.pop(name, None)
    elif not column and its is not None:
        found[name] = its
    else:
        row = found.get(name, Row(one.ligne))
        texts = {**row.textes, column: one.theirs[1]} if one.theirs[1] else row.textes
        found[name] = replace(row, valeurs={**row.valeurs, column: one.theirs[0]}, textes=texts)
