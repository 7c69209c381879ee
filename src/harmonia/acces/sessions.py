"""Sessions in the database, read by a query that is compiled once."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

from harmonia.tenancy.sql import ask

_LOAD = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(db.SessionStore):
    """The usual store, its reading apart."""

    def load(self) -> dict[str, Any]:
        """Return what the session holds; an unknown or expired one is forgotten."""
        rows = ask(_LOAD, [self.session_key, timezone.now()])
        if not rows:
            self._session_key = None
            return {}
        return dict(self.decode(rows[0][0]))
