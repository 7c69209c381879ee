"""The first entry of a dossier takes it to the step of entry."""

from __future__ import annotations

import uuid
from typing import Final

from harmonia.dossiers.models import Dossier
from harmonia.dossiers.transitions import Demand, move
from harmonia.dossiers.workflow import workflow

_ACTION: Final = "demarrer"


def start(dossier: Dossier, user_id: int | None) -> None:
    """Pass from the first step to the next; nothing when that was done already, by whomever."""
    if dossier.etape != workflow().premiere.code or user_id is None:
        return
    action = workflow().actions[_ACTION]
    jeton = uuid.uuid5(uuid.NAMESPACE_URL, f"harmonia/dossiers/{dossier.pk}/{_ACTION}")
    move(dossier, Demand(_ACTION, jeton, dossier.version), action.qui)
