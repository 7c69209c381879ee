"""
A cursor for the queries of every request: the server plans each once, then only its parameters travel.

The usual cursor comes back to the interpreter a dozen times between the question and the answer; this one
asks the driver once, and lets other threads compute meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import count
from typing import Any, Final

import psycopg
from psycopg import errors, pq
from psycopg.adapt import PyFormat, Transformer

_MARK: Final = re.compile(r"%[s%]")

Plans = dict[tuple[str, tuple[int, ...]], bytes]
"""The names of the plans that a connection holds, by query and types of its parameters."""


class PlannedCursor:
    """What Django asks of a cursor, for one statement at a time that gives all its rows."""

    def __init__(self, connection: psycopg.Connection[Any], plans: Plans) -> None:
        self._connection, self._server, self._plans = connection, connection.pgconn, plans
        self._answer: pq.abc.PGresult | None = None
        self._reader = Transformer(connection)

    def execute(self, sql: str, values: Sequence[object]) -> None:
        """
        Run a statement in the transaction of the connection, begun when it is not.

        Raises:
            psycopg.Error: the server refuses, or does not answer.
        """
        writer = Transformer(self._connection)
        given = writer.dump_sequence(values, [PyFormat.TEXT] * len(values))
        types = writer.types or ()
        with self._connection.lock:
            self._begin()
            name = self._plans.get((sql, types)) or self._plan(sql, types)
            self._answer = _checked(self._connection, self._server.exec_prepared(name, given))  # type: ignore[arg-type]

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Return every row."""
        if self._answer is None:
            return []
        self._reader.set_pgresult(self._answer)
        return self._reader.load_rows(0, self._answer.ntuples, tuple)

    def close(self) -> None:
        """Forget the answer."""
        self._answer = None

    def _begin(self) -> None:
        idle = self._server.transaction_status == pq.TransactionStatus.IDLE
        if idle and not self._connection.autocommit:
            _checked(self._connection, self._server.exec_(b"BEGIN"))

    def _plan(self, sql: str, types: tuple[int, ...]) -> bytes:
        numbers = count(1)
        text = _MARK.sub(lambda mark: "%" if mark[0] == "%%" else f"${next(numbers)}", sql)
        name = b"h%d" % len(self._plans)
        _checked(self._connection, self._server.prepare(name, text.encode(), types))
        self._plans[sql, types] = name
        return name


def commit(connection: psycopg.Connection[Any]) -> None:
    """
    Commit the transaction of a connection, if it is in one.

    Raises:
        psycopg.Error: the server refuses, or does not answer.
    """
    with connection.lock:
        if connection.pgconn.transaction_status != pq.TransactionStatus.IDLE:
            _checked(connection, connection.pgconn.exec_(b"COMMIT"))


def _checked(connection: psycopg.Connection[Any], answer: pq.abc.PGresult) -> pq.abc.PGresult:
    if answer.status in {pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK}:
        return answer
    if connection.closed:
        raise psycopg.OperationalError(connection.pgconn.get_error_message())
    raise errors.error_from_result(answer, encoding=connection.info.encoding)
