"""Small fictional files for the tests of the readers."""

from __future__ import annotations

from pathlib import Path

from liasse.imports.fec_columns import OFFICIAL
from liasse.imports.report import Lecture

HEADER = "\t".join(OFFICIAL.values())
_END = "\t\t\t20220101\t\t"
OPENING = (
    "AN\tÀ nouveaux\t1\t20220101\t101300\tCapital fictif\t\t\tP1\t20220101\tReport\t0,00\t500,00" + _END,
    "AN\tÀ nouveaux\t1\t20220101\t512000\tBanque\t\t\tP1\t20220101\tReport\t500,00\t0,00" + _END,
)
_TENANT = "VE\tLoyers\t2\t20220131\t411100\tLocataires\tL001\tLocataire 1\tP2\t20220131\tÉchéance"
RENT = (
    _TENANT + "\t30,00\t0,00\t\t\t20220131\t\t",
    "VE\tLoyers\t2\t20220131\t704300\tLoyers\t\t\tP2\t20220131\tÉchéance\t0,00\t30,00\t\t\t20220131\t\t",
)
NAME = "000000000FEC20221231.txt"


def write_fec(
    folder: Path, *lines: str, header: str = HEADER, encoding: str = "utf-8", eol: str = "\r\n"
) -> Path:
    """Write a FEC under its official name."""
    path = folder / NAME
    path.write_bytes((eol.join([header, *lines]) + eol).encode(encoding))
    return path


def write_text(folder: Path, *lines: str, name: str = "balance.csv") -> Path:
    """Write a text file."""
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def codes(lecture: Lecture) -> list[str]:
    """Return `code line` for each issue."""
    return [f"{issue.code} {issue.ligne}" for issue in lecture.report.issues]


def soldes(lecture: Lecture) -> dict[str, int]:
    """Return account to balance, in cents."""
    return {ligne.compte: ligne.solde for ligne in lecture.balance or ()}
