"""A dossier of the year before that follows another millésime, read as the N-1 of this year's form."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

import structlog
from django.conf import settings

from harmonia.tenancy.memory import Memory
from liasse import Correspondances, Evaluation, ModelError, Plan, load_correspondances, transpose

_KEPT: Final = 100
"""How many transposed exercices a process remembers."""

_log = structlog.get_logger(__name__)
_made: Final[Memory[tuple[int, str], tuple[Evaluation, Evaluation]]] = Memory(_KEPT)


def brought_to(plan: Plan, before: Evaluation) -> Evaluation | None:
    """
    Return an exercice as one of a later form; None when nothing says how one becomes the other.

    What has no counterpart is empty, which is what « non comparable » means.
    """
    if before.plan is plan:
        return before
    name = (id(before), plan.fingerprint)
    known = _made.get(name)
    if known is not None:
        return known[1]
    links = _links(before.plan, plan)
    if links is None:
        return None
    made = transpose(before, plan, links)
    _made.keep(name, (before, made))  # the exercice is kept with it, so that its number names no other
    return made


@lru_cache(maxsize=16)
def _links(old: Plan, new: Plan) -> Correspondances | None:
    try:
        return load_correspondances(Path(settings.MODELES), old.model, new.model)
    except (ModelError, OSError) as error:
        _log.warning(
            "no_correspondance", old=old.model.millesime, new=new.model.millesime, why=str(error)[:200]
        )
        return None
