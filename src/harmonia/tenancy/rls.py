"""
Row-level security as migration operations.

A policy is an SQL condition on a row; the helpers below are the conditions of this product.  The owner of
the tables migrates them and is not bound; the role that serves pages owns nothing and always is.
"""

from __future__ import annotations

from typing import Final

from django.db import migrations

APP: Final = "harmonia_app"

ROLE: Final = "(SELECT current_setting('harmonia.role', true))"
OWN: Final = (
    f"({ROLE} = 'organisme' AND organisme_id ="
    " (SELECT nullif(current_setting('harmonia.organisme', true), '')::bigint))"
)
FEDERATION: Final = f"{ROLE} IN ('federation', 'ministere')"
TIERS: Final = f"{ROLE} = 'tiers'"
USER: Final = "(SELECT nullif(current_setting('harmonia.utilisateur', true), '')::bigint)"
CONSENT: Final = "(SELECT nullif(current_setting('harmonia.consentement', true), '')::uuid)"
SYSTEM: Final = f"{ROLE} = 'systeme'"
FROM_REVIEW: Final = (
    f"({FEDERATION} AND EXISTS (SELECT 1 FROM dossiers_dossier d"  # noqa: S608 - our own constants
    " WHERE d.id = dossier_id AND d.rang >= 4))"
)
"""The authority of the portal reads what a dossier holds from step 4 on."""


def grant(table: str, rights: str = "SELECT, INSERT, UPDATE, DELETE") -> migrations.RunSQL:
    """Give the application its rights on a table, and on the sequence of its key."""
    return migrations.RunSQL(
        f"GRANT {rights} ON {table} TO {APP};"
        f" DO $$ BEGIN IF to_regclass('{table}_id_seq') IS NOT NULL THEN"
        f" EXECUTE 'GRANT USAGE, SELECT ON SEQUENCE {table}_id_seq TO {APP}'; END IF; END $$;",
        f"REVOKE ALL ON {table} FROM {APP}",
    )


def protect(table: str, reads: str, writes: str | None = None, rights: str = "") -> list[migrations.RunSQL]:
    """
    Put a table under row-level security.

    *reads* is the condition to see a row, *writes* the one to add, change or remove it (the same by default).
    """
    write = writes or reads
    policies = (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
        f" CREATE POLICY lecture ON {table} FOR SELECT TO {APP} USING ({reads});"
        f" CREATE POLICY ajout ON {table} FOR INSERT TO {APP} WITH CHECK ({write});"
        f" CREATE POLICY changement ON {table} FOR UPDATE TO {APP} USING ({write}) WITH CHECK ({write});"
        f" CREATE POLICY retrait ON {table} FOR DELETE TO {APP} USING ({write});"
    )
    undo = "".join(
        f"DROP POLICY {name} ON {table};" for name in ("lecture", "ajout", "changement", "retrait")
    )
    return [
        grant(table, rights) if rights else grant(table),
        migrations.RunSQL(policies, f"{undo} ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"),
    ]
