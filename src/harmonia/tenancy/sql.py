"""The SQL of every request, of which the server keeps the plan as long as the connection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection


def ask(sql: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
    """
    Run one statement that gives rows, and return them.

    Parameters reach the server apart from the text: where it cannot tell the type of one, the SQL says it.
    """
    wrapper: Any = connection
    with wrapper.planned_cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def tell(sql: str, values: Sequence[object]) -> None:
    """Run one statement of which nobody reads the answer, with the next query of the transaction."""
    wrapper: Any = connection
    wrapper.later(sql, values)
