"""What the authority sees of a dossier in progress: how complete it is, kept beside its step."""

from __future__ import annotations

import threading
import time
from typing import Final

from harmonia.dossiers.completeness import completeness
from harmonia.dossiers.evaluation import Live
from harmonia.dossiers.models import Dossier
from harmonia.tenancy.scope import Role, current

EVERY: Final = 60.0
"""Seconds between two looks at a dossier that is being typed, in one process."""

_lock: Final = threading.Lock()
_looked: Final[dict[int, float]] = {}


def keep_progress(dossier: Dossier, state: Live) -> None:
    """Keep how complete a dossier is, when that moved; only its organisation does."""
    if current().role is Role.ORGANISME:
        keep_percent(dossier, completeness(dossier, state).percent)


def keep_percent(dossier: Dossier, percent: int) -> None:
    """Keep how complete a dossier was found to be, when that moved."""
    if percent != dossier.completude and current().role is Role.ORGANISME:
        Dossier.objects.filter(pk=dossier.pk).update(completude=percent)
        dossier.completude = percent


def keep_progress_now_and_then(dossier: Dossier, state: Live) -> None:
    """Keep it at most once a minute: what a page that polls can afford."""
    now = time.monotonic()
    with _lock:
        if now - _looked.get(dossier.pk, -EVERY) < EVERY:
            return
        _looked[dossier.pk] = now
    keep_progress(dossier, state)
