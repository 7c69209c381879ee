"""The labels of accounts, from the dated chart of the models."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

_PLAN = Path(__file__).parents[1] / "modeles" / "plan_comptes" / "plan_comptes.csv"


@lru_cache(maxsize=1)
def _libelles() -> dict[str, str]:
    with _PLAN.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    return {row["compte"]: row["libelle"] for row in rows if int(row["valide_de"] or 0) < 2026}


@lru_cache(maxsize=512)
def libelle(compte: str) -> str:
    """
    Return the label of an account, or of its longest known root.

    >>> libelle("512199") == libelle("5121")
    True
    """
    labels = _libelles()
    return next((labels[compte[:n]] for n in range(len(compte), 0, -1) if compte[:n] in labels), compte)
