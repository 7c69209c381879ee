"""Where the two portals of the fault tests stand: one PostgreSQL, a database each, ports nobody has."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import Any, Final

import psycopg

from harmonia.launch import postgres
from tests.e2e.portal import PASSWORD, ROOT

_PATIENCE: Final = 60.0
PORTAILS: Final = ("ministere", "federation")


def announce(ports: dict[str, int]) -> None:
    """Tell, by the environment, what the processes of both portals have to know."""
    for name in [one for one in os.environ if one.startswith(("COV_", "COVERAGE_"))]:
        del os.environ[name]
    os.environ.update(
        {f"HARMONIA_PORT_{name.upper()}": str(port) for name, port in ports.items()}
        | {
            "HARMONIA_HOTE": "127.0.0.1",
            "HARMONIA_JOURNAL": "WARNING",
            "HARMONIA_MOT_DE_PASSE": PASSWORD,
            "HARMONIA_SANS_SECOND_FACTEUR": "1",
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}",
        }
    )


@dataclass(frozen=True, slots=True)
class Base:
    """
    The database of a portal, read as the superuser, whom no policy binds.

    `altered` is done before each reading, and never committed.
    """

    cluster: postgres.Cluster
    portail: str
    altered: str = ""

    def read(self, *queries: tuple[str, tuple[object, ...]]) -> list[list[tuple[Any, ...]]]:
        """
        Run queries on one and the same state of the database; again while it is starting anew.

        Raises:
            psycopg.OperationalError: it does not answer for a minute.
        """
        end = time.monotonic() + _PATIENCE
        while True:
            try:
                return self._read(*queries)
            except psycopg.OperationalError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)

    def _read(self, *queries: tuple[str, tuple[object, ...]]) -> list[list[tuple[Any, ...]]]:
        url = self.cluster.url(self.cluster.server.postgres_user, self.portail)
        with psycopg.connect(url) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            if self.altered:
                connection.execute(self.altered.encode())
            found = [list(connection.execute(sql.encode(), values).fetchall()) for sql, values in queries]
            connection.rollback()
            return found

    def one(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Run one query."""
        return self.read((sql, values))[0]
