"""
Read a file that somebody gave, recognised by its content; no database here, only what the file says.

The result is plain data, kept with the import: what was recognised, what is wrong line by line, the content.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from harmonia.dossiers.plans import form_for
from liasse import DepotYear, Plan, filing_plain, year_plain
from liasse.echanges import (
    FilingFile,
    ImportIssue,
    ImportReport,
    ImportSeverity,
    open_filing,
    preview_balance,
    read_file,
)

OnProgress = Callable[[int, int], None]

FORMATS: Final = {
    "depot-xlsx": "Classeur exporté de la liasse",
    "depot-xml": "Dépôt XML",
    "depot-json": "Dépôt JSON",
    "balance": "Balance générale (texte)",
    "inconnu": "Fichier non reconnu",
}
_FEC_NAME: Final = re.compile(r"(\d{9})FEC(\d{8})", re.IGNORECASE)
_TO_MAP: Final = frozenset({"I201", "I213", "I219"})
"""What is wrong when only a person can tell what the columns are."""


@dataclass(frozen=True, slots=True)
class Demande:
    """
    What is asked of a reading: whose file it should be, and the columns that a person chose.

    `exercice` is that of the dossier; `dit` the one that a person says that the file is for.
    """

    siren: str
    organisme: str
    exercice: int
    dit: int | None = None
    colonnes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lu:
    """
    What a file says, as plain data.

    `contenu` holds a filing (`depot`, and `base` for a workbook that was exported before), `balance` a
    general balance; both are None when nothing can be taken.
    """

    reconnu: dict[str, Any]
    rapport: list[dict[str, Any]]
    contenu: dict[str, Any] | None = None
    balance: dict[str, Any] | None = None


def read(path: Path, plan: Plan, demande: Demande, on_progress: OnProgress | None = None) -> Lu:
    """
    Read a file of any kind that is admitted; what is wrong with it is said, never raised.

    Args:
        on_progress: called with the bytes read and the size, for a ledger or a balance.
    """
    filing = open_filing(path)
    return _filing(filing, plan, demande) if filing is not None else _ledger(path, plan, demande, on_progress)


# ── A filing: XML, JSON, workbook ────────────────────────────────────────────────────────────────


def _filing(filing: FilingFile, plan: Plan, demande: Demande) -> Lu:
    if not filing.is_usable:
        return Lu(_recognised(filing.report(), None, ()), _issues(filing.report()))
    form = form_for(plan)
    reading = filing.read(form, plan.fingerprint)
    exercice = demande.dit or filing.exercice
    doubts = list(_filing_doubts(filing, plan, demande))
    doubts += _siren_doubt(reading.depot.faits.textes, plan, demande)
    contenu = {"depot": filing_plain(reading.depot, form)}
    if reading.base is not reading.depot:
        contenu["base"] = filing_plain(reading.base, form)
    balance = contenu["depot"].get("balance")
    for plain in contenu.values():
        plain.pop("balance", None)
        plain.pop("precedent", None)
    recognised = _recognised(reading.report, exercice, doubts)
    if not reading.report.is_usable:
        return Lu(recognised, _issues(reading.report))
    return Lu(recognised, _issues(reading.report), contenu, balance)


def _filing_doubts(filing: FilingFile, plan: Plan, demande: Demande) -> Iterator[str]:
    told = demande.dit or filing.exercice
    if told is not None and told != demande.exercice:
        yield _other_exercice(told, demande.exercice)
    if filing.organisme and filing.organisme != demande.organisme:
        yield f"Le fichier porte le nom « {filing.organisme} »."
    if filing.famille and filing.famille != plan.famille:
        yield f"Le fichier est d'un organisme de la famille {filing.famille}, et non {plan.famille}."
    if filing.questionnaire and filing.questionnaire != plan.model.questionnaire:
        yield (
            f"Le fichier est un dépôt « {filing.questionnaire} » :"
            " seules les cellules que ce dossier connaît sont reprises."
        )


def _siren_doubt(texts: Mapping[str, str], plan: Plan, demande: Demande) -> list[str]:
    for reference, words in texts.items():
        digits = re.sub(r"\s", "", words)
        if (
            reference in plan.index
            and "SIREN" in plan.slot(reference).libelle.upper()
            and re.fullmatch(r"\d{9}", digits)
            and digits != demande.siren
        ):
            return [f"Le fichier porte le SIREN {digits} ; le vôtre est {demande.siren}."]
    return []


# ── A balance or a ledger ────────────────────────────────────────────────────────────────────────


def _ledger(path: Path, plan: Plan, demande: Demande, on_progress: OnProgress | None) -> Lu:
    lecture = read_file(
        path, exercice=demande.exercice, mapping=demande.colonnes or None, on_progress=on_progress
    )
    report, balance = lecture.report, lecture.balance
    told, doubts = demande.dit or report.exercice_lu, []
    if told is not None and told != demande.exercice:
        doubts.append(_other_exercice(told, demande.exercice))
    named = _FEC_NAME.search(path.name)
    if named and named[1] != demande.siren:
        doubts.append(f"Le nom du fichier porte le SIREN {named[1]} ; le vôtre est {demande.siren}.")
    recognised = _recognised(report, told, doubts)
    if not report.format.startswith("fec"):
        recognised["apercu"] = _preview(path, report)
    if balance is None or not report.is_usable:
        return Lu(recognised, _issues(report))
    recognised["comptes"] = len(balance)
    recognised["precedente"] = lecture.precedente is not None
    plain = year_plain(DepotYear(balance=balance), form_for(plan))["balance"]
    return Lu(recognised, _issues(report), None, plain)


def _other_exercice(told: int, asked: int) -> str:
    return f"Le fichier porte sur l'exercice {told}, et le dossier sur l'exercice {asked}."


def _preview(path: Path, report: ImportReport) -> dict[str, Any] | None:
    """Return the first rows, for the columns to be told or corrected; None when there are none to tell."""
    is_grid = report.format.startswith("balance") or any(issue.code in _TO_MAP for issue in report.issues)
    found = preview_balance(path) if is_grid else None
    if found is None:
        return None
    return {
        "noms": list(found.noms),
        "entetes": list(found.entetes),
        "lignes": [list(row) for row in found.lignes],
        "colonnes": {role: found.noms[index] for role, index in found.colonnes.items()},
    }


# ── What is kept of a report ─────────────────────────────────────────────────────────────────────


def _recognised(
    report: ImportReport, exercice: int | None, doubts: list[str] | tuple[str, ...]
) -> dict[str, Any]:
    return {
        "format": report.format,
        "libelle": format_name(report.format),
        "exercice": exercice,
        "lignes": report.lignes_lues,
        "choix": dict(report.choix),
        "colonnes": dict(report.colonnes),
        "reserves": list(doubts),
        "tues": dict(report.tues),
    }


def format_name(code: str) -> str:
    """
    Return what people call a format.

    >>> format_name("depot-xml"), format_name("fec-xml")
    ('Dépôt XML', 'Fichier des écritures comptables (FEC)')
    """
    if code.startswith("fec"):
        return "Fichier des écritures comptables (FEC)"
    if code.startswith("balance") and code != "balance":
        return "Balance générale (classeur)"
    return FORMATS.get(code, code)


def _issues(report: ImportReport) -> list[dict[str, Any]]:
    return [_issue(issue) for issue in report.issues]


def _issue(issue: ImportIssue) -> dict[str, Any]:
    remede = issue.remede
    if issue.code in _TO_MAP and issue.code != "I219":
        remede = "Dites ci-dessous ce que contient chaque colonne, ou refaites l'export."
    return {
        "code": issue.code,
        "gravite": str(issue.severity),
        "grave": issue.severity in {ImportSeverity.FATAL, ImportSeverity.ERROR},
        "message": issue.message,
        "remede": remede,
        "ligne": issue.ligne,
        "colonne": issue.colonne,
        "valeur": issue.valeur,
    }
