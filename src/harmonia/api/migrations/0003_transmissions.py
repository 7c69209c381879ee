"""
Row-level security: another portal reads the transmissions of the dossier that its consent covers, no others.

Of every other table that holds something of a dossier it reads no row, since none of their policies names it.
"""

from django.db import migrations

from harmonia.tenancy import rls

TABLE = "transmissions_transmission"
FORMER = f"({rls.OWN} OR {rls.ROLE} = 'ministere')"
READS = f"({FORMER} OR ({rls.TIERS} AND api_couvre(dossier_id)))"


class Migration(migrations.Migration):
    """Policy."""

    dependencies = [("api", "0002_isolement"), ("transmissions", "0002_isolement")]
    operations = [
        migrations.RunSQL(
            f"DROP POLICY lecture ON {TABLE};"
            f" CREATE POLICY lecture ON {TABLE} FOR SELECT TO {rls.APP} USING ({READS});",
            f"DROP POLICY lecture ON {TABLE};"
            f" CREATE POLICY lecture ON {TABLE} FOR SELECT TO {rls.APP} USING ({FORMER});",
        ),
    ]
