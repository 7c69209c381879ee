"""The labels of accounts, from the chart of the models in force for an exercice and a family."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from liasse.ledger.comptes import PlanComptes
from liasse.source.loader import load_plan_comptes

_MODELES = Path(__file__).parents[1] / "modeles"
_DEBUT = 2022
"""The chart of the models starts there; older exercices take its labels."""


@lru_cache(maxsize=64)
def _plan(famille: str, annee: int) -> PlanComptes:
    return PlanComptes.of(load_plan_comptes(_MODELES), max(annee, _DEBUT), famille)


@lru_cache(maxsize=4096)
def libelle(compte: str, famille: str, annee: int) -> str:
    """
    Return the label of an account, or of its longest known root.

    >>> libelle("512199", "OPH", 2022) == libelle("5121", "OPH", 2022)
    True
    >>> libelle("7064", "SEM", 2022) == libelle("7064", "COOP", 2022)
    False
    """
    known = _plan(famille, annee).find(compte)
    return known.libelle if known else compte
