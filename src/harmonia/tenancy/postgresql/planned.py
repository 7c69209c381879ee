"""
A cursor for the queries of every request: the server plans each once, then only its parameters travel.

The usual cursor comes back to the interpreter a dozen times between the question and the answer; this one
asks the driver once, and lets other threads compute meanwhile.  A statement of which nobody reads the answer
waits for the next one, and leaves with it.
"""

from __future__ import annotations

import re
import select
from collections.abc import Sequence
from itertools import count
from typing import Any, Final

import psycopg
from psycopg import errors, pq
from psycopg.adapt import PyFormat, Transformer

_MARK: Final = re.compile(r"%[s%]")
_GOOD: Final = frozenset({pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK})

Plans = dict[tuple[str, tuple[int, ...]], bytes]
"""The names of the plans that a connection holds, by query and types of its parameters."""

Statement = tuple[str, Sequence[object]]
"""A statement and its parameters."""

_BEGIN: Final[Statement] = ("BEGIN", ())


class Line:
    """A connection, the plans that it holds, and the statements that wait for the next query."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self._server = connection.pgconn
        self._plans: Plans = {}
        self.waiting: list[Statement] = []

    def run(self, statement: Statement) -> pq.abc.PGresult:
        """
        Run a statement after those that wait, in the transaction of the connection, begun when it is not.

        Raises:
            psycopg.Error: the server refuses one of them, or does not answer.
        """
        with self.connection.lock:
            batch, self.waiting = [*self.waiting, statement], []
            idle = self._server.transaction_status == pq.TransactionStatus.IDLE
            if idle and not self.connection.autocommit:
                batch.insert(0, _BEGIN)
            sent = [self._named(one) for one in batch]
            if len(sent) == 1:
                return self._checked(self._server.exec_prepared(*sent[0]))
            return self._at_once(sent)

    def commit(self) -> None:
        """
        Commit the transaction, if there is one; what still waits was asked for it alone.

        Raises:
            psycopg.Error: the server refuses, or does not answer.
        """
        self.waiting.clear()
        with self.connection.lock:
            if self._server.transaction_status != pq.TransactionStatus.IDLE:
                self._checked(self._server.exec_(b"COMMIT"))

    def _checked(self, answer: pq.abc.PGresult | None) -> pq.abc.PGresult:
        """
        Return an answer that is not a refusal.

        Raises:
            psycopg.Error: it is one, or there is none.
        """
        if answer is not None and answer.status in _GOOD:
            return answer
        if answer is None or self.connection.closed:
            raise psycopg.OperationalError(self._server.get_error_message())
        raise errors.error_from_result(answer, encoding=self.connection.info.encoding)

    def _named(self, statement: Statement) -> tuple[bytes, Any]:
        sql, values = statement
        writer = Transformer(self.connection)
        given = writer.dump_sequence(values, [PyFormat.TEXT] * len(values))
        types = writer.types or ()
        return self._plans.get((sql, types)) or self._plan(sql, types), given

    def _plan(self, sql: str, types: tuple[int, ...]) -> bytes:
        numbers = count(1)
        text = _MARK.sub(lambda mark: "%" if mark[0] == "%%" else f"${next(numbers)}", sql)
        name = b"h%d" % len(self._plans)
        self._checked(self._server.prepare(name, text.encode(), types))
        self._plans[sql, types] = name
        return name

    def _at_once(self, sent: Sequence[tuple[bytes, Any]]) -> pq.abc.PGresult:
        """Send several statements in one go, and return the answer of the last one."""
        server = self._server
        server.enter_pipeline_mode()
        for name, given in sent:
            server.send_query_prepared(name, given)
        server.pipeline_sync()
        server.flush()
        answers = []
        for _ in sent:
            answers.append(self._next())
            self._next()  # nothing more of this one
        self._next()  # the end of them all
        server.exit_pipeline_mode()
        return [self._checked(answer) for answer in answers][-1]

    def _next(self) -> pq.abc.PGresult | None:
        """Return the next answer; others compute until it is there, which the driver alone would not let."""
        server = self._server
        while server.is_busy():
            select.select([server.socket], [], [])
            server.consume_input()
        return server.get_result()


class PlannedCursor:
    """What Django asks of a cursor, for one statement at a time that gives all its rows."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._answer: pq.abc.PGresult | None = None

    def execute(self, sql: str, values: Sequence[object]) -> None:
        """
        Run a statement, with those that wait for it.

        Raises:
            psycopg.Error: the server refuses, or does not answer.
        """
        self._answer = self._line.run((sql, values))

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Return every row."""
        if self._answer is None:
            return []
        reader = Transformer(self._line.connection)
        reader.set_pgresult(self._answer)
        return reader.load_rows(0, self._answer.ntuples, tuple)

    def close(self) -> None:
        """Forget the answer."""
        self._answer = None
