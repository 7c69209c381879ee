"""
A connection that is silent is taken for alive, without asking the server at each request.

A server that stopped has closed its end, which shows as something to read: only then is it asked.
"""

from __future__ import annotations

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """The usual wrapper, its health check first done on the socket."""

    def is_usable(self) -> bool:
        """Tell whether the connection can be used."""
        connection = self.connection
        if connection is None or connection.closed:
            return False
        try:
            readable, _, broken = select.select([connection.fileno()], [], [connection.fileno()], 0)
        except (OSError, ValueError):
            return bool(super().is_usable())
        return bool(super().is_usable()) if readable or broken else True
