"""
Read a balance générale from a text file or a workbook.

What a column gives is recognised in `balance_columns`; rows are sorted in `balance_rows`; here they become
a `Balance`, with the checks over the whole file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from liasse.imports.balance_cells import Notation, is_account, shown
from liasse.imports.balance_checks import check_balance, check_columns, check_rows
from liasse.imports.balance_columns import AMOUNTS, PREVIOUS, Colonnes, Row, apply_mapping, column_name
from liasse.imports.balance_lines import BalanceMaker, leave_subtotals
from liasse.imports.balance_rows import RowTaker
from liasse.imports.fec_columns import is_fec_header
from liasse.imports.files import broken_reading, unusable
from liasse.imports.grid import Grid, SheetGrid, choose_sheet, open_text
from liasse.imports.issues import IssueLog
from liasse.imports.report import ImportReport, Lecture
from liasse.imports.spreadsheet import WorkbookError, read_sheets
from liasse.imports.text import OnProgress, read_head

_DATE: Final = re.compile(r"(?<!\d)(?:\d{1,2}[/.\-]\d{1,2}[/.\-])((?:19|20)\d\d)(?!\d)")
_EXERCICE: Final = re.compile(r"exercice\D{0,20}((?:19|20)\d\d)(?!\d)", re.IGNORECASE)
_WORKBOOK_MAGIC: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def read_balance(
    path: Path | str,
    *,
    mapping: Mapping[str, str] | None = None,
    exercice: int | None = None,
    on_progress: OnProgress | None = None,
) -> Lecture:
    """
    Read a balance générale into a `Balance` and a report.

    Args:
        mapping: role to header (or « Colonne A »), in place of the columns recognised.
        exercice: the year of closing, when it is known.
        on_progress: called with the bytes read and the size of the file.
    """
    path = Path(path)
    log = IssueLog(str(path))
    try:
        grid, columns = _open(path, log)
        if mapping is not None:
            columns = _mapped(grid, columns, mapping, log)
        if columns is None or not columns.is_usable or log.has_fatal:
            return _unrecognised(path, grid, log)
        return _read(path, grid, columns, log, exercice, on_progress)
    except WorkbookError as error:
        return unusable(path, error.code, error.message)
    except OSError as error:
        return broken_reading(path, "balance", error)


def recognise_columns(path: Path | str) -> Colonnes | None:
    """Return the columns recognised in a balance, to be shown before it is read; None when there are none."""
    try:
        return _open(Path(path), IssueLog(str(path)))[1]
    except (WorkbookError, OSError):
        return None


@dataclass(frozen=True, slots=True)
class Apercu:
    """
    The first rows of a file that may be a balance, for a person to say what its columns are.

    `colonnes` maps each role recognised to the index of its column; `noms` are the names by which the
    columns may be asked for (« Colonne A »).
    """

    noms: tuple[str, ...]
    entetes: tuple[str, ...]
    lignes: tuple[tuple[str, ...], ...]
    colonnes: Mapping[str, int]


def preview_balance(path: Path | str, rows: int = 6) -> Apercu | None:
    """Return the first rows of a text or a workbook; None when it is neither."""
    path = Path(path)
    try:
        grid, columns = _open(path, IssueLog(str(path)))
    except (WorkbookError, OSError):
        return None
    head = grid.head()
    start = columns.rows if columns else 0
    width = max((len(row) for row in head), default=0)
    headers = columns.headers if columns else ()
    lines = [row for row in head[start:] if any(row)][:rows]
    return Apercu(
        tuple(column_name(index) for index in range(width)),
        tuple(headers[index] if index < len(headers) else "" for index in range(width)),
        tuple(tuple(shown(cell) for cell in (*row, *[None] * (width - len(row)))) for row in lines),
        dict(columns.positions) if columns else {},
    )


def _open(path: Path, log: IssueLog) -> tuple[Grid, Colonnes | None]:
    if not read_head(path, 8).startswith(_WORKBOOK_MAGIC):
        text, columns = open_text(path)
        if _is_ledger(text.head()):
            raise WorkbookError("I201", "Le fichier est un FEC et non une balance.")
        return text, columns
    sheets = [sheet for sheet in read_sheets(path) if sheet.rows]
    if any(_is_ledger(sheet.rows) for sheet in sheets):
        raise WorkbookError(
            "I004", "Le classeur contient un FEC : enregistrez-le en texte (séparateur : tabulation)."
        )
    chosen = choose_sheet(sheets)
    if chosen is None:
        if not sheets:
            raise WorkbookError("I002", "Le classeur ne contient aucune cellule remplie.")
        return SheetGrid(sheets[0]), None
    grid, columns = chosen
    if len(sheets) > 1:
        others = ", ".join(f"« {sheet.name} »" for sheet in sheets if sheet is not grid.sheet)
        log.add("I010", f"La feuille « {grid.sheet.name} » est lue ; ne le sont pas : {others}.")
    if grid.sheet.is_truncated:
        raise WorkbookError(
            "I005", f"La feuille « {grid.sheet.name} » a plus de lignes qu’une balance n’en compte."
        )
    return grid, columns


def _is_ledger(rows: Sequence[Row]) -> bool:
    """Tell whether a header of FEC stands in the first rows: its lines are entries, not balances."""
    return any(is_fec_header([shown(cell) for cell in row]) for row in rows[:5])


def _mapped(grid: Grid, columns: Colonnes | None, mapping: Mapping[str, str], log: IssueLog) -> Colonnes:
    """Apply the columns that the user chose."""
    if columns is None:
        width = max((len(row) for row in grid.head()), default=0)
        first = [str(cell or "") for cell in next(iter(grid.head()), [])]
        columns = Colonnes({}, tuple(first + [""] * (width - len(first))), 1 if any(first) else 0)
    chosen, unknown = apply_mapping(columns, mapping)
    if unknown:
        known = ", ".join(f"« {name} »" for name in columns.headers if name)
        log.add("I213", f"Colonnes demandées mais absentes : {'; '.join(unknown)}. Le fichier a : {known}.")
    elif not chosen.is_usable:
        log.add(
            "I213",
            "La correspondance demandée ne donne pas à la fois un compte et de quoi calculer un solde.",
        )
    return chosen


def _unrecognised(path: Path, grid: Grid, log: IssueLog) -> Lecture:
    if not log.has_fatal:
        first = next((row for row in grid.head() if any(row)), ())
        seen = " | ".join(str(cell) for cell in first if cell not in (None, ""))
        log.add("I201", "Aucune colonne de comptes accompagnée de montants n’a été reconnue.", valeur=seen)
    return Lecture(ImportReport(str(path), "inconnu", 0, {}, grid.choices(), log.issues(), log.silenced()))


def _read(
    path: Path,
    grid: Grid,
    columns: Colonnes,
    log: IssueLog,
    exercice: int | None,
    on_progress: OnProgress | None,
) -> Lecture:
    notation, usual = _learn(grid, columns)
    taker = RowTaker(columns, notation, log, usual=usual)
    lines = 0
    for number, row in grid.rows(on_progress):
        if number > columns.rows:
            lines = number - columns.rows
            taker.take(row, number)
    leave_subtotals(taker.comptes, log)
    maker = BalanceMaker(columns, taker.comptes, log)
    check_columns(grid, columns, log)
    check_rows(taker, maker, columns, log)
    told = _year(columns)
    year = exercice if exercice is not None else told
    choix = grid.choices() | {"Décimale": notation.name} | _choices(columns, maker, year)
    if not taker.comptes:
        log.add("I219", "Aucune ligne n’a pu être reprise comme compte.")
        return Lecture(_report(path, grid, columns, log, lines, choix, told), None, None, year)
    balance = maker.balance()
    precedente = BalanceMaker(columns, taker.comptes, log, PREVIOUS).balance() if maker.has_previous else None
    check_balance(balance, log)
    return Lecture(_report(path, grid, columns, log, lines, choix, told), balance, precedente, year)


def _report(
    path: Path,
    grid: Grid,
    columns: Colonnes,
    log: IssueLog,
    lines: int,
    choix: Mapping[str, str],
    told: int | None,
) -> ImportReport:
    issues, silenced = log.issues(), log.silenced()
    return ImportReport(str(path), grid.fmt, lines, columns.mapping, choix, issues, silenced, told)


def _learn(grid: Grid, columns: Colonnes) -> tuple[Notation, int]:
    """Go through the file once to learn how it writes amounts, and how many fields its rows usually have."""
    lengths: Counter[int] = Counter()
    notation = Notation.learn(_amount_texts(grid, columns, lengths))
    usual = max(lengths, key=lambda length: (lengths[length], length), default=1)
    return notation, usual if grid.is_text else 0


def _amount_texts(grid: Grid, columns: Colonnes, lengths: Counter[int]) -> Iterator[str]:
    """Give every amount written as text; count the fields of the rows that have an account."""
    indexes = [index for role, index in columns.positions.items() if role.removeprefix(PREVIOUS) in AMOUNTS]
    compte = columns.positions["compte"]
    for number, row in grid.rows():
        if number <= columns.rows:
            continue
        if compte < len(row) and is_account(row[compte]):
            lengths[len(row)] += 1
        for index in indexes:
            if index < len(row) and isinstance(cell := row[index], str):
                yield cell


def _year(columns: Colonnes) -> int | None:
    """Return the year of closing that the titles above the header give."""
    text = "\n".join(columns.titles)
    years = [int(year) for year in _EXERCICE.findall(text)] or [int(year) for year in _DATE.findall(text)]
    return max(years, default=None)


def _choices(columns: Colonnes, maker: BalanceMaker, year: int | None) -> dict[str, str]:
    choix = {}
    if columns.rows:
        choix["Ligne d’en-tête"] = str(columns.rows)
    if maker.has_solde:
        choix["Solde"] = (
            "donné, en une colonne signée" if "solde" in columns.positions else "donné, débit et crédit"
        )
    else:
        choix["Solde"] = (
            "calculé, ouverture plus mouvements" if maker.has_mouvements else "débit moins crédit"
        )
    if year is not None:
        choix["Exercice"] = str(year)
    return choix
