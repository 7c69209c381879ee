"""Readings that stop before they begin: a file that is missing, unreadable, or of another kind."""

from __future__ import annotations

from pathlib import Path

from liasse.imports.issues import IssueLog
from liasse.imports.report import ImportReport, Lecture


def unusable(
    path: Path, code: str, message: str, *, valeur: str = "", remede: str = "", fmt: str = "inconnu"
) -> Lecture:
    """Return a reading that gives nothing but one fatal issue."""
    log = IssueLog(str(path))
    log.add(code, message, valeur=valeur, remede=remede)
    return Lecture(ImportReport(str(path), fmt, 0, {}, {}, log.issues(), log.silenced()))


def broken_reading(path: Path, fmt: str, error: OSError) -> Lecture:
    """Turn an error of the operating system into a fatal issue."""
    name = path.name
    if isinstance(error, FileNotFoundError):
        return unusable(path, "I001", f"Le fichier « {name} » n’existe pas.")
    if isinstance(error, IsADirectoryError):
        return unusable(path, "I003", f"« {name} » est un dossier et non un fichier.")
    if isinstance(error, PermissionError):
        return unusable(path, "I003", f"La lecture du fichier « {name} » est refusée.")
    return unusable(path, "I009", f"La lecture du fichier « {name} » s’est interrompue.", fmt=fmt)
