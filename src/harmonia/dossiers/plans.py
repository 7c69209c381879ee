"""The compiled form of a dossier; compiled once per process, before the first request that needs it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from liasse import Facts, Form, Plan, compile_model, evaluate, form_of, judge, load_model


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


def warm(wanted: Iterable[tuple[str, str, str, int]]) -> int:
    """
    Compile forms, and all that their first evaluation would, before anybody waits for them.

    *wanted* are questionnaires, millésimes, families and exercices; returns how many plans are ready.
    """
    made = 0
    for questionnaire, millesime, famille, exercice in sorted(set(wanted)):
        plan = plan_of(questionnaire, millesime, famille)
        form_for(plan)
        judge(evaluate(plan, Facts(exercice)))
        made += 1
    return made
