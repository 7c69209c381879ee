"""The jobs of this room."""

from __future__ import annotations

import uuid

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from harmonia.organismes import invitations


@app.task(queue="courriels", retry=RetryStrategy(max_attempts=8, exponential_wait=4))  # type: ignore[untyped-decorator, unused-ignore]
def send_invitation(invitation_id: str) -> None:
    """Send an invitation; tried again when the mail server does not answer."""
    invitations.send_invitation(uuid.UUID(invitation_id))
