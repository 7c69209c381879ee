"""The jobs of this room: telling who signed that it was transmitted."""

from __future__ import annotations

from django.db import close_old_connections
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from harmonia.tenancy.scope import Role, Scope
from harmonia.transmissions import avis


@app.task(  # type: ignore[untyped-decorator, unused-ignore]
    name="prevenir_transmission",
    queue="courriels",
    retry=RetryStrategy(max_attempts=8, exponential_wait=4),
)
def prevenir(transmission_id: int, organisme_id: int, user_id: int) -> None:
    """Send the mails promised for a transmission; tried again when the mail server does not answer."""
    close_old_connections()
    avis.tell(Scope(Role.ORGANISME, user_id, organisme_id), transmission_id)
