"""The jobs of the desk: notices that leave, exports that are made."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from harmonia.instruction.envois import send_kept

_AGAIN = RetryStrategy(max_attempts=8, exponential_wait=4)


@app.task(name="envoyer_les_notifications", queue="courriels", retry=_AGAIN)  # type: ignore[untyped-decorator, unused-ignore]
def send_notices() -> None:
    """Send what was written; run twice or by two workers, each message leaves once."""
    send_kept()
