"""Row-level security: what hangs on a dossier is read by the authority from step 4 on."""

from django.db import migrations

from harmonia.tenancy import rls


class Migration(migrations.Migration):
    """Policies."""

    dependencies = [("documents", "0001_initial"), ("dossiers", "0001_initial")]
    operations = [
        *rls.protect(
            "documents_document",
            f"({rls.OWN} OR {rls.FROM_REVIEW} OR ({rls.FEDERATION} AND dossier_id IS NULL))",
            f"({rls.OWN} OR {rls.FEDERATION})",
            "SELECT, INSERT",
        ),
    ]
