"""Row-level security: invitations; an organisation may correct its own address and activity."""

from django.db import migrations

from harmonia.tenancy import rls

AUTHORITY = f"({rls.FEDERATION} OR {rls.SYSTEM})"
ITSELF = (
    f"({rls.ROLE} = 'organisme' AND id ="
    " (SELECT nullif(current_setting('harmonia.organisme', true), '')::bigint))"
)
POLICY = "changement ON organismes_organisme"
UPDATE = f"CREATE POLICY {POLICY} FOR UPDATE TO {rls.APP}"


class Migration(migrations.Migration):
    """Policies."""

    dependencies = [("organismes", "0003_invitation")]
    operations = [
        *rls.protect("organismes_invitation", f"({rls.OWN} OR {AUTHORITY})", rights="SELECT, INSERT, UPDATE"),
        migrations.RunSQL(
            f"DROP POLICY {POLICY};"
            f" {UPDATE} USING ({AUTHORITY} OR {ITSELF}) WITH CHECK ({AUTHORITY} OR {ITSELF});",
            f"DROP POLICY {POLICY}; {UPDATE} USING ({AUTHORITY}) WITH CHECK ({AUTHORITY});",
        ),
    ]
