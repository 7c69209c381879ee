"""The previous exercice, when it follows another millésime: its plan, then its transposition."""

from __future__ import annotations

from collections.abc import Callable

from liasse.cli.models import millesimes, model_root
from liasse.compiler.passes import compile_model
from liasse.compiler.plan import Plan
from liasse.engine.transposition import comparable_lines, transpose
from liasse.engine.values import Evaluation
from liasse.outputs.wording import count
from liasse.source.correspondances import load_correspondances
from liasse.source.loader import load_model


def plan_before(plan: Plan, exercice: int) -> Plan:
    """
    Return the plan of the exercice before *exercice*, for a filing made with *plan*.

    The plan itself when its millésime covers that exercice, or when no other one does.

    Raises:
        ModelError: the model of the previous exercice has problems.
    """
    model = plan.model
    if model.exercices.covers(exercice - 1):
        return plan
    root = model_root()
    for millesime, validity in millesimes(root, model.questionnaire).items():
        if millesime != model.millesime and validity.covers(exercice - 1):
            older = load_model(root, model.questionnaire, millesime, exemples=False)
            return compile_model(older, plan.famille) if plan.famille in older.familles else plan
    return plan


def brought_to(plan: Plan, precedent: Evaluation, say: Callable[[str], None]) -> Evaluation:
    """
    Return the previous exercice as an evaluation of *plan*; a change of millésime is said.

    Raises:
        SourceError: the correspondences between the two millésimes are missing or wrong.
    """
    older, newer = precedent.plan.model, plan.model
    if precedent.plan is plan:
        return precedent
    correspondances = load_correspondances(model_root(), older, newer)
    readable = comparable_lines(correspondances)
    empty = sum("." in key and key not in readable for key in correspondances.by_target())
    lines = count(empty, "ligne n'a", "lignes n'ont", none="aucune ligne n'est sans")
    say(
        f"L'exercice {precedent.facts.exercice} suit le millésime {older.millesime} : sa colonne N-1 est"
        f" transposée dans le millésime {newer.millesime} ; {lines} pas de N-1 comparable."
    )
    return transpose(precedent, plan, correspondances)
