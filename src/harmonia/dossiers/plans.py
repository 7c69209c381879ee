"""The compiled form of a dossier; compiled once per process, before the first request that needs it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from liasse import Form, Plan, compile_model, form_of, load_model


@lru_cache(maxsize=64)
def plan_of(questionnaire: str, millesime: str, famille: str) -> Plan:
    """
    Return the plan of a form for a family.

    Raises:
        ModelError: the model has problems.
    """
    return compile_model(load_model(Path(settings.MODELES), questionnaire, millesime), famille)


def form_for(plan: Plan) -> Form:
    """Return what a filing may hold under a plan: the kind of every cell and column."""
    return form_of(plan)
