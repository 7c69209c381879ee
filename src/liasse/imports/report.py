"""What a reader found and what it made of it: the `ImportReport`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from liasse.ledger.balance import Balance


class ImportSeverity(StrEnum):
    """How far a defect of a file goes."""

    FATAL = "inutilisable"
    """The file cannot be used at all."""
    ERROR = "erreur"
    """A line, or a value, could not be taken: what it held is left out and said."""
    WARNING = "avertissement"
    """Taken, but not as the standard asks."""
    INFO = "information"
    """A choice that the reader made and shows."""


@dataclass(frozen=True, slots=True)
class ImportIssue:
    """One defect: file, line (1-based, 0 for the whole file), column name, what, and what to do (French)."""

    code: str
    severity: ImportSeverity
    message: str
    remede: str
    fichier: str = ""
    ligne: int = 0
    colonne: str = ""
    valeur: str = ""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """
    What a reader recognised and what went wrong.

    `colonnes` maps the role that the reader gave (`compte`, `solde_debit`…) to the header found.
    `choix` holds what was recognised, for display: encoding, separator, decimal mark, opening journals…
    At most `MAX_ISSUES` issues are kept per code; `tues` counts, per code, those not kept.
    `exercice_lu` is the closing year that the file itself tells, by its dates or its titles.
    """

    fichier: str
    format: str
    lignes_lues: int = 0
    colonnes: Mapping[str, str] = field(default_factory=dict)
    choix: Mapping[str, str] = field(default_factory=dict)
    issues: tuple[ImportIssue, ...] = ()
    tues: Mapping[str, int] = field(default_factory=dict)
    exercice_lu: int | None = None

    @property
    def is_usable(self) -> bool:
        """Tell whether the file gave something to work on."""
        return not any(issue.severity is ImportSeverity.FATAL for issue in self.issues)

    @property
    def left_out(self) -> tuple[ImportIssue, ...]:
        """The issues that left a line, or a value, out of what was read."""
        return tuple(issue for issue in self.issues if issue.severity is ImportSeverity.ERROR)

    def count(self, code: str) -> int:
        """Return how many times *code* was met, kept or not."""
        return sum(issue.code == code for issue in self.issues) + self.tues.get(code, 0)


MAX_ISSUES = 100
"""Issues kept per code; the others are counted, so that a broken file cannot fill the memory."""


@dataclass(frozen=True, slots=True)
class Lecture:
    """
    What reading one file gives.

    `balance` is for the exercice; `precedente` is the N-1 balance when the same file gives it (an N-1
    column); `exercice` is the closing year asked, else the one that the file tells.  Both balances are
    None when the report is not usable.
    """

    report: ImportReport
    balance: Balance | None = None
    precedente: Balance | None = None
    exercice: int | None = None

    @property
    def exercice_lu(self) -> int | None:
        """The closing year that the file itself tells, whatever was asked."""
        return self.report.exercice_lu
