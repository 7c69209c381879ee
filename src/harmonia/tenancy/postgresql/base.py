"""
Two habits of the connections: silence is taken for life, and the queries of every request are planned once.

A server that stopped has closed its end, which shows as something to read: only then is it asked.  A planned
query gives its parameters apart from its text, and the server keeps one plan, whatever they are, as long as
the connection.
"""

from __future__ import annotations

import select
from collections.abc import Callable, Sequence
from typing import Any

from django.db.backends.postgresql import base, operations
from django.db.backends.utils import CursorWrapper, debug_transaction
from psycopg.types.numeric import Int8Dumper

from harmonia.tenancy.postgresql.planned import Line, PlannedCursor


class Operations(operations.DatabaseOperations):
    """The usual operations; a planned query is told by its text, its parameters left out."""

    def last_executed_query(self, cursor: Any, sql: Any, params: Any) -> str:  # noqa: ANN401 - as Django's
        """Return what was asked, for those who count queries."""
        inner = cursor.cursor if isinstance(cursor, CursorWrapper) else cursor
        return (
            str(sql) if isinstance(inner, PlannedCursor) else super().last_executed_query(cursor, sql, params)
        )


class DatabaseWrapper(base.DatabaseWrapper):
    """The usual wrapper, its health check first done on the socket."""

    ops_class = Operations

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

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:  # noqa: ANN401 - as Django's
        """Open a connection on which plans are kept; a number has one type, whatever its size."""
        options = f"{conn_params.get('options', '')} -c plan_cache_mode=force_generic_plan"
        made = super().get_new_connection({**conn_params, "options": options.strip()})
        made.adapters.register_dumper(int, Int8Dumper)
        self._line = Line(made)
        return made

    def later(self, sql: str, values: Sequence[object]) -> None:
        """Run a statement before the next query of this transaction, whose answer nobody reads."""
        self.ensure_connection()
        self._line.waiting.append((sql, values))

    def _cursor(self, name: str | None = None) -> CursorWrapper:
        """Open a usual cursor; what waited for a planned query waits no longer."""
        self.ensure_connection()
        if self._line.waiting:
            with self.wrap_database_errors:
                self._line.run(self._line.waiting.pop())
        made: CursorWrapper = super()._cursor(name)  # type: ignore[misc]
        return made

    def _commit(self) -> None:
        """Commit by one call of the driver, as the planned queries are asked."""
        if self.connection is not None:
            with debug_transaction(self, "COMMIT"), self.wrap_database_errors:
                self._line.commit()

    def _rollback(self) -> None:
        """Roll back; what waited was asked for this transaction alone."""
        if self.connection is not None:
            self._line.waiting.clear()
        super()._rollback()  # type: ignore[misc]

    def planned_cursor(self) -> CursorWrapper:
        """Return a cursor whose queries the server plans once per connection."""
        self.ensure_connection()
        with self.wrap_database_errors:
            prepare: Callable[[PlannedCursor], CursorWrapper] = getattr(self, "_prepare_cursor")  # noqa: B009 - untyped
            return prepare(PlannedCursor(self._line))
