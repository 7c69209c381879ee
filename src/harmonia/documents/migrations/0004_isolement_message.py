"""Row-level security: messages are read by both sides; so is a document that was joined to one."""

from django.db import migrations

from harmonia.tenancy import rls

READS = f"({rls.OWN} OR {rls.FROM_REVIEW} OR ({rls.FEDERATION} AND dossier_id IS NULL))"
SHARED = f"({rls.OWN} OR {rls.FROM_REVIEW} OR ({rls.FEDERATION} AND (dossier_id IS NULL OR partage)))"
POLICY = "lecture ON documents_document"


class Migration(migrations.Migration):
    """Policies; a message is never changed, only marked as read."""

    dependencies = [("documents", "0003_message")]
    operations = [
        *rls.protect(
            "documents_message",
            f"({rls.OWN} OR {rls.FEDERATION})",
            rights="SELECT, INSERT, UPDATE (lu_le)",
        ),
        migrations.RunSQL(
            f"DROP POLICY {POLICY}; CREATE POLICY {POLICY} FOR SELECT TO {rls.APP} USING ({SHARED});",
            f"DROP POLICY {POLICY}; CREATE POLICY {POLICY} FOR SELECT TO {rls.APP} USING ({READS});",
        ),
    ]
