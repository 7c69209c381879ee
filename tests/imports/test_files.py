"""
Drop a file in `should_pass/` or `should_fail/`, get a test.

`NAME.attendu.json` beside it says what is expected.

`GOLDEN=accept pytest tests/imports` writes the expected reports, to be read before they are committed.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from liasse.imports.recognise import read_file
from liasse.imports.report import ImportSeverity, Lecture
from liasse.ledger.balance import Balance

HERE = Path(__file__).parent
SUFFIX = ".attendu.json"
SERIOUS = {ImportSeverity.ERROR, ImportSeverity.FATAL}


def files(folder: str) -> list[Path]:
    """List the files of a folder, without their expected reports."""
    return sorted(path for path in (HERE / folder).iterdir() if not path.name.endswith(SUFFIX))


def totals(balance: Balance | None) -> dict[str, int] | None:
    """Sum a balance up: number of accounts, then cents."""
    if balance is None:
        return None
    return {
        "comptes": len(balance),
        "ouverture": sum(abs(ligne.ouverture or 0) for ligne in balance),
        "debit": sum(ligne.debit or 0 for ligne in balance),
        "credit": sum(ligne.credit or 0 for ligne in balance),
        "debiteurs": sum(max(ligne.solde, 0) for ligne in balance),
        "crediteurs": sum(max(-ligne.solde, 0) for ligne in balance),
        "auxiliaires": sum(map(len, balance.auxiliaires.values())),
    }


def compact(lecture: Lecture) -> dict[str, Any]:
    """Reduce a reading to what is compared."""
    report = lecture.report
    return {
        "format": report.format,
        "exercice": lecture.exercice,
        "lignes_lues": report.lignes_lues,
        "choix": dict(report.choix),
        "colonnes": dict(report.colonnes) if report.format.startswith("balance") else {},
        "balance": totals(lecture.balance),
        "precedente": totals(lecture.precedente),
        "issues": [f"{issue.code} {issue.ligne}" for issue in report.issues],
        "tues": dict(report.tues),
    }


def compare(path: Path, lecture: Lecture) -> None:
    """Compare a reading with the expected one, or write it when asked."""
    expected = path.with_name(path.name + SUFFIX)
    actual = compact(lecture)
    if os.environ.get("GOLDEN") == "accept":
        expected.write_text(json.dumps(actual, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert json.loads(expected.read_text(encoding="utf-8")) == actual


@pytest.mark.parametrize("path", files("should_pass"), ids=lambda path: path.name)
def test_a_good_file_is_read_whole(path: Path) -> None:
    """A file of `should_pass` is read without leaving anything out."""
    lecture = read_file(path)
    compare(path, lecture)
    assert [] == [issue for issue in lecture.report.issues if issue.severity in SERIOUS]


@pytest.mark.parametrize("path", files("should_fail"), ids=lambda path: path.name)
def test_a_bad_file_says_what_is_wrong(path: Path) -> None:
    """A file of `should_fail` has at least one error, said with what to do."""
    lecture = read_file(path)
    compare(path, lecture)
    serious = [issue for issue in lecture.report.issues if issue.severity in SERIOUS]
    assert (True, True) == (bool(serious), all(issue.message and issue.remede for issue in serious))
