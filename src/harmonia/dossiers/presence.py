"""Who has a dossier open: their pages say so every few seconds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.utils import timezone

from harmonia.dossiers.models import Dossier, Presence
from harmonia.tenancy.scope import current

STILL_THERE: Final = timedelta(seconds=30)
"""After that long without a word, a person is gone."""


def present(dossier: Dossier) -> Sequence[Presence]:
    """Return the other people who have the dossier open now."""
    since = timezone.now() - STILL_THERE
    rows = Presence.objects.filter(dossier=dossier, vu_le__gte=since).select_related("user")
    return list(rows.exclude(user_id=current().user_id).order_by("user__last_name", "user__first_name"))
