"""Row-level security: the verification on which a verdict rests stays the authority's to read, at any step."""

from django.db import migrations

from harmonia.tenancy import rls

JUDGED = (
    f"({rls.FEDERATION} AND EXISTS"
    " (SELECT 1 FROM instruction_examen e WHERE e.rapport_id = dossiers_rapportscelle.id))"
)


class Migration(migrations.Migration):
    """One more policy to read: those that are there stay."""

    dependencies = [("instruction", "0002_isolement")]
    operations = [
        migrations.RunSQL(
            f"CREATE POLICY preuve ON dossiers_rapportscelle FOR SELECT TO {rls.APP} USING ({JUDGED})",
            "DROP POLICY preuve ON dossiers_rapportscelle",
        ),
    ]
