"""
Read a balance générale from a text file or a workbook.

What a column gives is recognised in `balance_columns`; rows are sorted in `balance_rows`; here they become
a `Balance`, with the checks over the whole file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from liasse.amounts import format_french
from liasse.imports.balance_cells import Notation
from liasse.imports.balance_columns import AMOUNTS, PREVIOUS, Colonnes, apply_mapping
from liasse.imports.balance_rows import CompteRow, RowTaker, Sums
from liasse.imports.files import broken_reading, unusable
from liasse.imports.grid import Grid, SheetGrid, choose_sheet, open_text
from liasse.imports.issues import IssueLog
from liasse.imports.report import ImportReport, Lecture
from liasse.imports.spreadsheet import WorkbookError, read_sheets
from liasse.imports.text import OnProgress, read_head
from liasse.ledger.balance import Balance, LigneBalance

_DATE: Final = re.compile(r"(?<!\d)(?:\d{1,2}[/.\-]\d{1,2}[/.\-])((?:19|20)\d\d)(?!\d)")
_EXERCICE: Final = re.compile(r"exercice\D{0,20}((?:19|20)\d\d)(?!\d)", re.IGNORECASE)
_SUBTOTAL_LENGTH: Final = 2
_MIN_SUBTOTALS: Final = 3
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


def _open(path: Path, log: IssueLog) -> tuple[Grid, Colonnes | None]:
    if not read_head(path, 8).startswith(_WORKBOOK_MAGIC):
        return open_text(path)
    sheets = [sheet for sheet in read_sheets(path) if sheet.rows]
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
    notation = Notation.learn(_amount_texts(grid, columns))
    taker = RowTaker(columns, notation, log, is_text=grid.is_text)
    lines = 0
    for number, row in grid.rows(on_progress):
        lines = number
        if number > columns.rows:
            taker.take(row, number)
    _leave_subtotals(taker.comptes, log)
    maker = _BalanceMaker(columns, taker.comptes, log)
    _check_columns(grid, columns, log)
    _check_rows(taker, maker, columns, log)
    year = exercice if exercice is not None else _year(columns)
    choix = grid.choices() | {"Décimale": notation.name} | _choices(columns, maker, year)
    if not taker.comptes:
        log.add("I219", "Aucune ligne n’a pu être reprise comme compte.")
        report = ImportReport(
            str(path), grid.fmt, lines, columns.mapping, choix, log.issues(), log.silenced()
        )
        return Lecture(report, None, None, year)
    balance = maker.balance()
    precedente = (
        _BalanceMaker(columns, taker.comptes, log, PREVIOUS).balance() if maker.has_previous else None
    )
    _check_balance(balance, log)
    report = ImportReport(str(path), grid.fmt, lines, columns.mapping, choix, log.issues(), log.silenced())
    return Lecture(report, balance, precedente, year)


def _amount_texts(grid: Grid, columns: Colonnes) -> Iterable[str]:
    """Give every amount written as text, to learn how the file writes them."""
    indexes = [index for role, index in columns.positions.items() if role.removeprefix(PREVIOUS) in AMOUNTS]
    for number, row in grid.rows():
        if number > columns.rows:
            for index in indexes:
                if index < len(row) and isinstance(cell := row[index], str):
                    yield cell


def _leave_subtotals(comptes: dict[str, CompteRow], log: IssueLog) -> None:
    """
    Leave out the rows that repeat, under a shorter number, the total of the accounts below them.

    Classes and sub-classes (one or two digits) are totals as soon as a longer account stands below; a longer
    root is one only when the whole file is built so: every root equals what is below, at least three times.
    """
    below = {
        root: [other for other in comptes if other != root and other.startswith(root)]
        for root in _roots(comptes)
    }
    long_roots = [root for root in below if len(root) > _SUBTOTAL_LENGTH]
    leaves = {compte for compte in comptes if compte not in below}
    built_so = len(long_roots) >= _MIN_SUBTOTALS and all(
        comptes[root].sums == _sum(comptes[c].sums for c in below[root] if c in leaves) for root in long_roots
    )
    for root in sorted(below):
        if len(root) <= _SUBTOTAL_LENGTH or built_so:
            row = comptes.pop(root)
            message = (
                f"Le compte {root} totalise les comptes qui commencent par {root} : il est laissé de côté."
            )
            log.add("I206", message, ligne=row.lignes[0], valeur=root)


def _roots(comptes: Mapping[str, CompteRow]) -> list[str]:
    numbers = sorted(comptes)
    return [number for number, after in zip(numbers, numbers[1:], strict=False) if after.startswith(number)]


def _sum(every: Iterable[Sums]) -> Sums:
    total: Sums = {}
    for sums in every:
        for role, value in sums.items():
            total[role] = total.get(role, 0) + value
    return total


class _BalanceMaker:
    """Turn what was read of each account into lines of a balance, for the exercice or the one before."""

    def __init__(
        self, columns: Colonnes, comptes: Mapping[str, CompteRow], log: IssueLog, prefix: str = ""
    ) -> None:
        roles = {role.removeprefix(prefix) for role in columns.positions if role.startswith(prefix)}
        self.prefix = prefix
        self.comptes = comptes
        self.has_previous = any(role.startswith(PREVIOUS) for role in columns.positions)
        self.has_solde = "solde" in roles or {"solde_debit", "solde_credit"} <= roles
        self.has_ouverture = "ouverture" in roles or {"ouverture_debit", "ouverture_credit"} <= roles
        self.has_mouvements = {"debit", "credit"} <= roles and self._are_movements()
        self._pair = {"debit", "credit"} <= roles
        self._log = log
        self.sign = -1 if columns.is_reversed else 1

    def _are_movements(self) -> bool:
        """Tell movements from closing balances, when a file gives only Débit and Crédit: some account has both."""
        if self.has_solde or self.has_ouverture:
            return True
        return any(
            row.sums.get(self.prefix + "debit") and row.sums.get(self.prefix + "credit")
            for row in self.comptes.values()
        )

    def ouverture(self, sums: Sums) -> int:
        """Return the opening balance, debit minus credit."""
        return self._net(sums, "ouverture")

    def _net(self, sums: Sums, group: str) -> int:
        p = self.prefix
        signed = self.sign * sums.get(p + group, 0)
        return signed + sums.get(f"{p}{group}_debit", 0) - sums.get(f"{p}{group}_credit", 0)

    def movement(self, sums: Sums) -> int:
        """Return the movements, debit minus credit."""
        return sums.get(self.prefix + "debit", 0) - sums.get(self.prefix + "credit", 0)

    def gives_solde(self, sums: Sums) -> bool:
        """Tell whether the closing balance is written."""
        return any(self.prefix + role in sums for role in ("solde", "solde_debit", "solde_credit"))

    def solde(self, sums: Sums) -> int:
        """Return the closing balance: as written, else opening plus movements."""
        if self.has_solde and self.gives_solde(sums):
            return self._net(sums, "solde")
        return self.ouverture(sums) + self.movement(sums)

    def balance(self) -> Balance:
        """Return the balance."""
        auxiliaires = {
            compte: tuple(sorted((name, self.solde(sums)) for name, sums in row.auxiliaires.items()))
            for compte, row in sorted(self.comptes.items())
            if row.auxiliaires
        }
        lignes = tuple(self._ligne(compte, self.comptes[compte]) for compte in sorted(self.comptes))
        return Balance(lignes, self.has_ouverture, self.has_mouvements, auxiliaires)

    def _ligne(self, compte: str, row: CompteRow) -> LigneBalance:
        p = self.prefix
        return LigneBalance(
            compte,
            self.solde(row.sums),
            row.libelle,
            self.ouverture(row.sums) if self.has_ouverture else None,
            row.sums.get(p + "debit", 0) if self.has_mouvements else None,
            row.sums.get(p + "credit", 0) if self.has_mouvements else None,
            len(row.lignes),
        )


def _check_columns(grid: Grid, columns: Colonnes, log: IssueLog) -> None:
    if getattr(grid, "is_mixed", False):
        log.add("I007", "Le fichier mêle de l’UTF-8 et un jeu de caractères sur un octet.")
    if columns.is_proposed:
        pairs = ", ".join(f"{role} = {header}" for role, header in columns.mapping.items())
        how = "l’ordre des colonnes" if columns.rows else "le contenu des colonnes"
        log.add("I208", f"Colonnes proposées d’après {how} : {pairs}.", ligne=columns.rows)
    if columns.is_reversed:
        log.add(
            "I221",
            "Le solde signé est écrit crédit moins débit : son signe est retourné.",
            ligne=columns.rows,
        )
    if any(role.startswith(PREVIOUS) for role in columns.positions):
        names = ", ".join(f"« {h} »" for role, h in columns.mapping.items() if role.startswith(PREVIOUS))
        log.add("I214", f"Colonnes lues pour l’exercice précédent : {names}.", ligne=columns.rows)


def _check_rows(taker: RowTaker, maker: _BalanceMaker, columns: Colonnes, log: IssueLog) -> None:
    """Check each account, then the grand total when the file has one."""
    if not maker.has_solde and maker.has_mouvements:
        log.add("I217", "Le solde de chaque compte est calculé : ouverture plus mouvements.")
    for compte, row in sorted(taker.comptes.items()):
        _check_account(compte, row, maker, columns, log)
    if taker.total is not None:
        _check_total(taker, columns, log)


def _check_account(
    compte: str, row: CompteRow, maker: _BalanceMaker, columns: Colonnes, log: IssueLog
) -> None:
    sums, ligne = row.sums, row.lignes[0]
    repeated = len(row.lignes) > 1 and (not row.auxiliaires or row.has_own_row)
    if repeated:
        where = ", ".join(map(str, row.lignes[:10]))
        log.add("I204", f"Le compte {compte} figure aux lignes {where}.", ligne=ligne, valeur=compte)
    if sums.get("solde_debit") and sums.get("solde_credit") and len(row.lignes) == 1:
        log.add(
            "I212",
            f"Le compte {compte} a un solde débiteur et un solde créditeur.",
            ligne=ligne,
            valeur=compte,
        )
    if not (maker.has_solde and maker.has_ouverture and {"debit", "credit"} <= columns.positions.keys()):
        return
    expected = maker.ouverture(sums) + maker.movement(sums)
    given = maker.solde(sums) if maker.gives_solde(sums) else 0
    if given != expected:
        kept = "le solde donné est retenu" if maker.gives_solde(sums) else "le solde calculé est retenu"
        message = (
            f"Compte {compte} : solde donné {format_french(given)}, ouverture plus mouvements "
            f"{format_french(expected)} ; {kept}."
        )
        log.add("I205", message, ligne=ligne, valeur=format_french(given - expected))


def _check_total(taker: RowTaker, columns: Colonnes, log: IssueLog) -> None:
    assert taker.total is not None
    ligne, given = taker.total
    found = _sum(row.sums for row in taker.comptes.values())
    for role, total in given.items():
        if total != found.get(role, 0):
            name = columns.headers[columns.positions[role]]
            message = f"Colonne {name} : total écrit {format_french(total)}, comptes lus {format_french(found.get(role, 0))}."
            log.add("I218", message, ligne=ligne, colonne=name, valeur=format_french(total))


def _check_balance(balance: Balance, log: IssueLog) -> None:
    gap = sum(ligne.solde for ligne in balance)
    if gap:
        log.add(
            "I211",
            f"Les soldes débiteurs et créditeurs diffèrent de {format_french(gap)}.",
            valeur=format_french(gap),
        )
    if balance.is_closed:
        log.add("I215", "Tous les comptes des classes 6 et 7 sont soldés et le résultat est au compte 12.")


def _year(columns: Colonnes) -> int | None:
    """Return the year of closing that the titles above the header give."""
    text = "\n".join(columns.titles)
    years = [int(year) for year in _EXERCICE.findall(text)] or [int(year) for year in _DATE.findall(text)]
    return max(years, default=None)


def _choices(columns: Colonnes, maker: _BalanceMaker, year: int | None) -> dict[str, str]:
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
