"""The command line, run in process on small files, with a model of a few lines."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from liasse.cli import main
from liasse.cli.models import ENVIRONMENT

MODELES = Path(__file__).parent / "modeles"

BALANCE = """Compte;Libellé;Solde débit;Solde crédit
101;Capital;0,00;1 000,00
211;Terrains;800,00;0,00
512;Banques;260,00;0,00
601;Achats;40,00;0,00
704;Loyers;0,00;100,00
"""

FEC_HEADER = (
    "JournalCode\tJournalLib\tEcritureNum\tEcritureDate\tCompteNum\tCompteLib\tCompAuxNum\tCompAuxLib\tPieceRef\t"
    "PieceDate\tEcritureLib\tDebit\tCredit\tEcritureLet\tDateLet\tValidDate\tMontantdevise\tIdevise"
)


@dataclass(frozen=True, slots=True)
class Result:
    """What a command gave: its code, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - a parsed JSON document
        """The standard output, parsed."""
        return json.loads(self.out)


Run = Callable[..., Result]
Write = Callable[[str, str], Path]


@pytest.fixture(autouse=True)
def modeles(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Use the small model, and work in an empty folder."""
    monkeypatch.setenv(ENVIRONMENT, str(MODELES))
    monkeypatch.chdir(tmp_path)
    return MODELES


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Return the function that runs `liasse` with some arguments."""

    def run_(*arguments: str | Path) -> Result:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return run_


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return the function that writes a text file in the working folder."""

    def write_(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write_


def fec(*rows: str) -> str:
    """Write a FEC from rows `journal numero date compte libelle debit credit`, separated by `|`."""
    lines = [FEC_HEADER]
    for row in rows:
        journal, numero, day, compte, libelle, debit, credit = row.split("|")
        empty = [""] * 2
        fields = [
            journal,
            journal,
            numero,
            day,
            compte,
            f"Compte {compte}",
            *empty,
            f"P{numero}",
            day,
            libelle,
        ]
        lines.append("\t".join([*fields, debit, credit, *empty, day, *empty]))
    return "\n".join(lines) + "\n"


LEDGER = fec(
    "AN|1|20220101|101|À-nouveaux|0,00|1000,00",
    "AN|1|20220101|211|À-nouveaux|800,00|0,00",
    "AN|1|20220101|512|À-nouveaux|200,00|0,00",
    "VT|2|20220131|512|Loyer de janvier|60,00|0,00",
    "VT|2|20220131|704|Loyer de janvier|0,00|60,00",
    "VT|3|20220228|512|Loyer de février|40,00|0,00",
    "VT|3|20220228|704|Loyer de février|0,00|40,00",
    "AC|4|20220315|601|Fournitures|40,00|0,00",
    "AC|4|20220315|512|Fournitures|0,00|40,00",
)


@pytest.fixture
def balance(write: Write) -> Path:
    """Return a balanced balance générale."""
    return write("balance.csv", BALANCE)


@pytest.fixture
def ledger(write: Write) -> Path:
    """Return a FEC that sums to the same balance."""
    return write("grand-livre.txt", LEDGER)


@pytest.fixture
def unbalanced(write: Write) -> Path:
    """Return a balance whose assets are 500 short, and one account of which has no line."""
    return write("faux.csv", BALANCE.replace("800,00", "300,00") + "489;Attente;0,00;25,50\n")
