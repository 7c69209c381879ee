"""What the serving role may do with the tables that are not ours: sessions, accounts, queue, cache."""

from __future__ import annotations

from typing import Final

import psycopg
from psycopg import sql

from harmonia.launch.postgres import APP

_FULL: Final = (
    "acces_%",
    "account_%",
    "auth_%",
    "django_session",
    "mfa_%",
    "oauth2_provider_%",
    "procrastinate_%",
    "tenancy_cache",
)
_READ: Final = ("django_content_type", "django_migrations")


def grant_rights(url: str) -> None:
    """Give the serving role its rights, after every migration; *url* is the owner's."""
    with psycopg.connect(url) as connection:
        for patterns, rights in ((_FULL, "SELECT, INSERT, UPDATE, DELETE"), (_READ, "SELECT")):
            for table in _tables(connection, patterns):
                connection.execute(
                    sql.SQL("GRANT {} ON {} TO {}").format(
                        sql.SQL(rights), sql.Identifier(table), sql.Identifier(APP)
                    )
                )
        for sequence in _sequences(connection, _FULL):
            connection.execute(
                sql.SQL("GRANT USAGE, SELECT ON SEQUENCE {} TO {}").format(
                    sql.Identifier(sequence), sql.Identifier(APP)
                )
            )


def _tables(connection: psycopg.Connection, patterns: tuple[str, ...]) -> list[str]:
    query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE ANY(%s)"
    return [row[0] for row in connection.execute(query, (list(patterns),))]


def _sequences(connection: psycopg.Connection, patterns: tuple[str, ...]) -> list[str]:
    query = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND sequencename LIKE ANY(%s)"
    return [row[0] for row in connection.execute(query, (list(patterns),))]
