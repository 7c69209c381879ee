"""
What gunicorn is told: before the workers are forked, the forms of the collections are compiled, once.

Read by `gunicorn --config python:harmonia.launch.serving`, in the process that has loaded the application.
"""

from __future__ import annotations

import gc
import sys
from typing import Final

from django.db import DatabaseError, connections

from harmonia.tenancy.scope import Role, Scope, open_scope

_GATHERED_EVERY: Final = (20_000, 20, 100)
"""How much is allocated before each generation is looked through for what nobody holds any more."""

_TURN: Final = 0.000_5
"""
Seconds that a thread computes before another one may, tenfold shorter than by default.

A save asks the database a dozen times, and waits for its turn after each answer: beside a validation that
computes, a turn of 5 ms makes it last 60 ms more.
"""


def post_fork(_server: object, _worker: object) -> None:
    """
    Leave the forms out of what the collector of memory looks through, let it look less often; shorten turns.

    A process remembers hundreds of dossiers, none of which is garbage: looking through them all stops
    everybody for as long as half a second.
    """
    gc.freeze()
    gc.set_threshold(*_GATHERED_EVERY)
    sys.setswitchinterval(_TURN)


def when_ready(_server: object) -> None:
    """Compile the forms that the database names; what cannot be read now waits for who needs it first."""
    from harmonia.campagnes.models import Campagne  # noqa: PLC0415 - gunicorn reads this before the settings
    from harmonia.dossiers.plans import warm  # noqa: PLC0415 - idem

    try:
        with open_scope(Scope(Role.SYSTEME)):
            known = list(Campagne.objects.all())
    except DatabaseError:
        return
    finally:
        connections.close_all()
    warm(
        (questionnaire, one.millesime, famille, one.exercice)
        for one in known
        for questionnaire in (one.questionnaire, one.restitution)
        for famille in one.familles.split(",")
        if questionnaire
    )
