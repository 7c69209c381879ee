"""The jobs of this room: opening a collection, its daily reminders."""

from __future__ import annotations

from django.core.management import call_command
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from harmonia.dossiers import opening

_AGAIN = RetryStrategy(max_attempts=8, exponential_wait=4)


@app.task(queue="campagnes", retry=_AGAIN)  # type: ignore[untyped-decorator, unused-ignore]
def open_campagne(campagne_id: int) -> None:
    """Open a collection and tell its members; run twice, it does nothing twice."""
    opening.open_and_notify(campagne_id)


@app.periodic(cron="15 * * * *")  # type: ignore[untyped-decorator, unused-ignore]
@app.task(queue="campagnes", retry=_AGAIN, queueing_lock="relances")  # type: ignore[untyped-decorator, unused-ignore]
def remind(timestamp: int) -> None:  # noqa: ARG001 - the moment for which the job was made
    """Send the reminders of the day; each hour, so that a worker that was down catches up."""
    opening.remind(timezone.localdate())


@app.periodic(cron="40 3 * * *")  # type: ignore[untyped-decorator, unused-ignore]
@app.task(queue="menage", queueing_lock="menage")  # type: ignore[untyped-decorator, unused-ignore]
def tidy(timestamp: int) -> None:  # noqa: ARG001 - the moment for which the job was made
    """Remove the sessions that expired."""
    call_command("clearsessions")
