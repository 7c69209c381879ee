"""The job of this room: the tokens that open nothing any more are not kept."""

from __future__ import annotations

from django.db import close_old_connections
from oauth2_provider.models import clear_expired
from procrastinate.contrib.django import app


@app.periodic(cron="50 3 * * *", periodic_id="jetons")
@app.task(name="retirer_les_jetons", queue="menage", queueing_lock="jetons")  # type: ignore[untyped-decorator, unused-ignore]
def retirer_les_jetons(timestamp: int) -> None:  # noqa: ARG001 - the moment for which the job was made
    """Remove the codes and tokens that expired; a token that can still be renewed stays."""
    close_old_connections()
    clear_expired()
