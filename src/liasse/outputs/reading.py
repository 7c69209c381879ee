"""
What the reading of a file leaves in doubt: lines left out, a file of another year.

A reader never raises and a control only sees what was read: without these findings, a filing from which
lines are missing could pass as sound.  They block, stand first among the anomalies, and are said beside the
totals.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from liasse.engine.controls import Outcome
from liasse.engine.findings import Finding, french_spaces
from liasse.imports.report import ImportIssue, ImportReport, ImportSeverity
from liasse.model.rules import Gravite
from liasse.outputs.wording import clipped, count, say_place

IMPORT: Final = "IMPORT"
"""The code of these findings: it is that of no control."""

OUT_OF_YEAR: Final = "I113"
_SHOWN: Final = 5
_MOST, _NEARLY_ALL = 50, 90
"""Per cent of the lines read."""
_LONGEST: Final = 80


@dataclass(frozen=True, slots=True)
class Reserve:
    """A doubt about all that was computed: the finding to list, and the words to put beside the totals."""

    finding: Finding
    phrase: str


def reserves(report: ImportReport, exercice: int) -> Iterator[Reserve]:
    """Yield what the reading of one file, taken as that of *exercice*, leaves in doubt."""
    yield from _left_out(report)
    yield from _other_year(report, exercice)


def _left_out(report: ImportReport) -> Iterator[Reserve]:
    issues = report.left_out
    if not issues:
        return
    whole = {issue.ligne for issue in issues if issue.ligne}
    lines = len(whole) + sum(not issue.ligne for issue in issues) + _silenced(report)
    many = lines > 1
    phrase = f"{count(lines, 'ligne', 'lignes')} de {Path(report.fichier).name}"
    phrase += " ne sont pas reprises, ou pas en entier" if many else " n'est pas reprise, ou pas en entier"
    hidden = len(issues) + _silenced(report) - min(len(issues), _SHOWN)
    first = " ; ".join(_say_issue(issue) for issue in issues[:_SHOWN])
    others = f" … et {count(hidden, 'autre', 'autres')}" if hidden > 0 else ""
    remedies = " ".join(dict.fromkeys(issue.remede for issue in issues))
    yield _reserve(
        "lecture",
        "Le fichier est lu en entier",
        phrase,
        f"{phrase} : {first}{others}.",
        f"Corrigez le fichier, puis recommencez : les états et les agrégats sont incomplets. {remedies}",
    )


def _silenced(report: ImportReport) -> int:
    """Return how many defects that leave something out were counted but not kept."""
    severities = {issue.code: issue.severity for issue in report.issues}
    return sum(times for code, times in report.tues.items() if severities.get(code) is ImportSeverity.ERROR)


def _say_issue(issue: ImportIssue) -> str:
    value = f" « {clipped(issue.valeur, _LONGEST)} »" if issue.valeur else ""
    return f"{say_place(issue)}{value} ({issue.code})"


def _other_year(report: ImportReport, exercice: int) -> Iterator[Reserve]:
    """
    Doubt a ledger most of whose entries are dated outside the exercice, when it tells another one.

    When it tells this one, nearly all must be outside: an exercice may not be a calendar year.
    """
    told, outside = report.exercice_lu, report.count(OUT_OF_YEAR)
    is_other = told not in {None, exercice}
    if not outside or outside * 100 < report.lignes_lues * (_MOST if is_other else _NEARLY_ALL):
        return
    phrase = f"{Path(report.fichier).name} n'est pas de l'exercice {exercice}"
    phrase += f" mais de {told}" if is_other else ""
    entries = count(outside, "écriture est datée", "écritures sont datées")
    yield _reserve(
        "exercice",
        "Le fichier est celui de l'exercice",
        phrase,
        f"{phrase} : {entries} hors de l'exercice {exercice}.",
        "Fournissez le fichier de l'exercice, ou demandez l'exercice du fichier.",
    )


def _reserve(partie: str, titre: str, phrase: str, message: str, instruction: str) -> Reserve:
    finding = Finding(
        code=IMPORT,
        partie=partie,
        titre=titre,
        outcome=Outcome.ECART,
        gravite=Gravite.BLOQUANT,
        message=french_spaces(message),
        instruction=french_spaces(instruction),
        reference="Règlement du projet",
        certitude="C",
    )
    return Reserve(finding, french_spaces(phrase))
