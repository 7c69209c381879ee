"""The rows of a balance: which are accounts, what they add up to, and what is left out and said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from liasse.imports.balance_cells import (
    Cell,
    ExcelError,
    Notation,
    account_text,
    cents_of_number,
    is_account,
    is_error,
    shown,
)
from liasse.imports.balance_columns import AMOUNTS, PREVIOUS, Colonnes, Row, words
from liasse.imports.issues import IssueLog

_GRAND: Final = re.compile(
    r"^(total|totaux|totals)( (general|generaux|balance|de la balance|de balance))?$|^grand total$"
)
_TOTAL_START: Final = re.compile(r"^(sous[ -]?total|total|totaux|report\b|a reporter)")

Sums = dict[str, int]


@dataclass(slots=True)
class CompteRow:
    """What the rows of one account add up to: role to cents; a role never given is absent."""

    sums: Sums = field(default_factory=dict)
    libelle: str = ""
    lignes: list[int] = field(default_factory=list)
    auxiliaires: dict[str, Sums] = field(default_factory=dict)
    has_own_row: bool = False

    @property
    def occurrences(self) -> int:
        """How many times the account is given: once when each row is that of another auxiliary."""
        by_auxiliary = not self.has_own_row and len(self.auxiliaires) == len(self.lignes)
        return 1 if by_auxiliary else len(self.lignes)


class RowTaker:
    """
    Sort the rows of a balance into accounts, totals, titles and defects.

    `usual` is the number of fields of most rows of a text file, 0 for a sheet, whose cells never shift.
    """

    def __init__(self, columns: Colonnes, notation: Notation, log: IssueLog, *, usual: int) -> None:
        self.columns = columns
        self.comptes: dict[str, CompteRow] = {}
        self.total: tuple[int, Sums] | None = None
        self._notation = notation
        self._log = log
        self._usual = usual
        self._is_text = usual > 0
        self._roles = [role for role in columns.positions if role.removeprefix(PREVIOUS) in AMOUNTS]
        self._compte_header = _folded(columns.headers[columns.positions["compte"]])

    def take(self, row: Row, ligne: int) -> None:
        """Take one row."""
        if not any(shown(cell) for cell in row):
            return
        compte = self._cell(row, "compte")
        if self._is_repeated_header(row):
            self._log.add("I207", "En-tête répété.", ligne=ligne, valeur=_text(row))
        elif self._is_total(row):
            self._take_total(row, ligne)
        elif not is_account(compte):
            self._without_account(row, ligne)
        elif self._is_text and self._is_cut_wrong(row):
            message = f"{len(row)} champs au lieu de {len(self.columns.headers)} ({_text(row)})."
            self._log.add("I220", message, ligne=ligne, valeur=_text(row))
        else:
            self._take_account(account_text(compte), row, ligne)

    def _is_cut_wrong(self, row: Row) -> bool:
        """
        Tell whether a row lacks a column that is read, or has fields too many.

        A blank field too many is forgiven only when the other rows have it too: alone, it may come from a
        separator inside a label, which shifts the amounts.
        """
        expected = len(self.columns.headers)
        if len(row) > expected:
            return len(row) != self._usual or any(shown(cell) for cell in row[expected:])
        return any(index >= len(row) for index in self.columns.positions.values())

    def _cell(self, row: Row, role: str) -> Cell:
        index = self.columns.positions.get(role)
        return row[index] if index is not None and index < len(row) else None

    def _is_repeated_header(self, row: Row) -> bool:
        index = self.columns.positions["compte"]
        if index >= len(row) or not self.columns.rows or not self._compte_header:
            return False
        if _folded(row[index]) != self._compte_header or _has_numbers(row):
            return False
        return sum(bool(_folded(cell)) for cell in row) > 1

    def _is_total(self, row: Row) -> bool:
        """Recognise totals by the words of the account or label, never by the account alone."""
        compte = self._cell(row, "compte")
        if is_account(compte):
            return False
        texts = [compte, *[cell for cell in row if isinstance(cell, str) and cell.strip()][:2]]
        return any(_TOTAL_START.match(_folded(text)) for text in texts)

    def _take_total(self, row: Row, ligne: int) -> None:
        self._log.add(
            "I206", f"Ligne de total laissée de côté ({_text(row)}).", ligne=ligne, valeur=_text(row)
        )
        label = next((_folded(cell) for cell in row if isinstance(cell, str) and cell.strip()), "")
        if not _GRAND.match(label):
            return
        sums: Sums = {}
        for role in self._roles:
            value, code = self._amount(self._cell(row, role))
            if value is not None and not code:
                sums[role] = value
        self.total = (ligne, sums)

    def _without_account(self, row: Row, ligne: int) -> None:
        """Report a row whose account cannot be read: a title, or amounts that must not vanish in silence."""
        given = [shown(self._cell(row, role)) for role in self._roles]
        compte = shown(self._cell(row, "compte"))
        if _has_amounts(self._cell(row, role) for role in self._roles):
            amounts = ", ".join(text for text in given if text)
            what = f"« {compte} » n’est pas un compte" if compte else "La ligne n’a pas de compte"
            message = f"{what} ; montants laissés de côté : {amounts}."
            self._log.add("I203", message, ligne=ligne, colonne=self._name("compte"), valeur=_text(row))
        else:
            self._log.add(
                "I207", f"Ligne sans compte ni montant ({_text(row)}).", ligne=ligne, valeur=_text(row)
            )

    def _name(self, role: str) -> str:
        return self.columns.headers[self.columns.positions[role]]

    def _take_account(self, compte: str, row: Row, ligne: int) -> None:
        sums = self._amounts(compte, row, ligne)
        if sums is None:
            return
        if not sums:
            message = f"Le compte {compte} n’a aucun montant ({_text(row)})."
            self._log.add("I207", message, ligne=ligne, valeur=_text(row))
            return
        known = self.comptes.setdefault(compte, CompteRow())
        known.lignes.append(ligne)
        known.libelle = known.libelle or shown(self._cell(row, "libelle"))
        auxiliaire = account_text(self._cell(row, "auxiliaire"))
        known.has_own_row |= not auxiliaire
        add_to(known.sums, sums)
        if auxiliaire:
            add_to(known.auxiliaires.setdefault(auxiliaire, {}), sums)

    def _amounts(self, compte: str, row: Row, ligne: int) -> Sums | None:
        """
        Read the amounts of an account; None when one of the exercice is not readable: the row is left out.

        A defect in a column N-1 takes away what the row says of N-1 only.
        """
        sums: Sums = {}
        bad: set[str] = set()
        for role in self._roles:
            value, code = self._amount(self._cell(row, role))
            if code:
                self._report_amount(code, compte, role, row, ligne)
                bad.add(PREVIOUS if role.startswith(PREVIOUS) else "")
            elif value is not None:
                sums[role] = value
        if "" in bad or not self._apply_side(compte, sums, row, ligne):
            return None
        if PREVIOUS in bad:
            return {role: value for role, value in sums.items() if not role.startswith(PREVIOUS)}
        return sums

    def _report_amount(self, code: str, compte: str, role: str, row: Row, ligne: int) -> None:
        name, text = self._name(role), shown(self._cell(row, role))
        end = " ; seul l’exercice précédent le perd" if role.startswith(PREVIOUS) else ""
        message = f"Compte {compte}, colonne {name} : {_REASONS[code]} « {text[:60]} »{end} ({_text(row)})."
        self._log.add(code, message, ligne=ligne, colonne=name, valeur=text)

    def _apply_side(self, compte: str, sums: Sums, row: Row, ligne: int) -> bool:
        """Give its sign to a balance whose side (D or C) stands in a column of its own."""
        if "sens" not in self.columns.positions or not sums.get("solde"):
            return True
        side = _folded(self._cell(row, "sens"))
        if side in ("c", "credit", "crediteur", "cr"):
            sums["solde"] = -sums["solde"]
        elif side not in ("d", "debit", "debiteur", "dr"):
            name = self._name("sens")
            message = f"Compte {compte}, colonne {name} : le sens « {side} » n’est ni D ni C ({_text(row)})."
            self._log.add("I202", message, ligne=ligne, colonne=name, valeur=side)
            return False
        return True

    def _amount(self, cell: Cell) -> tuple[int | None, str]:
        """Read one amount: cents or None for an empty cell, and the code of the defect if there is one."""
        if is_error(cell):
            return None, "I209"
        if isinstance(cell, bool):
            return None, "I202"
        if isinstance(cell, int | float):
            cents = cents_of_number(cell)
            return cents, "" if cents is not None else "I210"
        text = shown(cell)
        if not text or text in ("-", "–", "—"):
            return None, ""
        cents, ambiguous = self._notation.read(text) if isinstance(cell, str) else (None, False)
        return cents, "" if cents is not None else "I216" if ambiguous else "I202"


_REASONS: Final[Mapping[str, str]] = {
    "I202": "montant illisible",
    "I209": "erreur de tableur",
    "I210": "montant plus fin que le centime ou hors limites,",
    "I216": "montant équivoque",
}


def add_to(sums: Sums, more: Sums) -> None:
    """Add *more* to *sums*, role by role."""
    for role, value in more.items():
        sums[role] = sums.get(role, 0) + value


def _folded(cell: Cell) -> str:
    """Return what a cell says, without case, accents or punctuation."""
    return " ".join(words(shown(cell)))


def _text(row: Row) -> str:
    return " | ".join(text for text in map(shown, row) if text)[:300]


def _has_numbers(row: Row) -> bool:
    return any(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in row)


def _has_amounts(cells: Iterable[Cell]) -> bool:
    """Tell whether something among amount columns is, or contains, a figure."""
    return any(isinstance(cell, ExcelError) or any(char.isdigit() for char in shown(cell)) for cell in cells)
