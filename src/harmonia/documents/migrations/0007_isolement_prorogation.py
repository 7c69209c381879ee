"""Row-level security: a request of prorogation is read and answered by the authority at any step."""

from django.db import migrations

from harmonia.tenancy import rls


class Migration(migrations.Migration):
    """Policies; a request is never removed."""

    dependencies = [("documents", "0006_prorogation")]
    operations = [
        *rls.protect(
            "documents_prorogation",
            f"({rls.OWN} OR {rls.FEDERATION} OR {rls.SYSTEM})",
            f"({rls.OWN} OR {rls.FEDERATION})",
            "SELECT, INSERT, UPDATE (etat, echeance, reponse, repondu_par_id, repondu_le)",
        ),
    ]
