"""A document of the small model of the command-line tests."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import pytest

from liasse import Balance, Facts, LigneBalance, Plan, compile_model, evaluate, load_model, verify
from liasse.imports.report import ImportIssue, ImportReport, ImportSeverity
from liasse.outputs.document import Document

MODELES = Path(__file__).parents[1] / "cli" / "modeles"

SOLDES = {"101": -100_000, "211": 80_000, "512": 26_000, "601": 4_000, "704": -10_000}

Make = Callable[..., Document]


@lru_cache(maxsize=1)
def small_plan() -> Plan:
    """Return the plan of the small model."""
    return compile_model(load_model(MODELES, "etats_reglementaires", "2022"), "COOP")


def balance_of(soldes: dict[str, int]) -> Balance:
    """Return a balance whose accounts have a label that needs escaping."""
    return Balance(
        tuple(LigneBalance(compte, soldes[compte], f"<{compte}> & Cie") for compte in sorted(soldes))
    )


@pytest.fixture
def plan() -> Plan:
    """Return the plan of the small model."""
    return small_plan()


@pytest.fixture
def make() -> Make:
    """Return the function that makes a document from balances, typed cells and a reading."""

    def make_(
        soldes: dict[str, int] | None = None,
        cells: dict[str, int] | None = None,
        before: dict[str, int] | None = None,
        report: ImportReport | None = None,
        remarques: tuple[str, ...] = (),
    ) -> Document:
        plan = small_plan()
        precedent = evaluate(plan, Facts(2021, balance_of(before))) if before else None
        balance = balance_of(SOLDES if soldes is None else soldes) if soldes != {} else None
        return Document(
            fichier="balance.csv",
            verification=verify(plan, Facts(2022, balance, cells or {}, precedent)),
            lecture=report
            or ImportReport("balance.csv", "balance", 5, {"compte": "Compte"}, {"Encodage": "UTF-8"}),
            precedent=ImportReport("avant.csv", "balance", 4) if before else None,
            remarques=remarques,
        )

    return make_


def issue(code: str, severity: ImportSeverity, line: int = 0) -> ImportIssue:
    """Return one defect of a file."""
    column = "Debit" if line else ""
    return ImportIssue(code, severity, f"Constat de {code}.", "À corriger.", "balance.csv", line, column, "x")


DEFECTIVE = ImportReport(
    "balance.csv",
    "balance",
    120,
    issues=(
        issue("I123", ImportSeverity.INFO),
        *(issue("I113", ImportSeverity.WARNING, line) for line in range(2, 26)),
        issue("I104", ImportSeverity.ERROR, 30),
    ),
    tues={"I113": 7},
)
