"""Row-level security: status and dates are the authority's to read, values only from step 4 on."""

from django.db import migrations

from harmonia.tenancy import rls

CONTENT = f"({rls.OWN} OR {rls.FROM_REVIEW})"
STATUS = f"({rls.OWN} OR {rls.FEDERATION} OR {rls.SYSTEM})"
APPEND = "SELECT, INSERT"
KEPT = "SELECT, INSERT, UPDATE"


class Migration(migrations.Migration):
    """Policies; the journal, the balances, the reports and the sealed versions are never changed."""

    dependencies = [("dossiers", "0001_initial")]
    operations = [
        *rls.protect("dossiers_dossier", STATUS, rights=KEPT),
        *rls.protect("dossiers_valeur", CONTENT, rls.OWN, KEPT),
        *rls.protect("dossiers_journal", CONTENT, rls.OWN, APPEND),
        *rls.protect("dossiers_balancedeposee", CONTENT, rls.OWN, APPEND),
        *rls.protect("dossiers_rapportscelle", CONTENT, rights=APPEND),
        *rls.protect("dossiers_transition", f"({rls.OWN} OR {rls.FEDERATION})", rights=APPEND),
        *rls.protect("dossiers_signature", f"({rls.OWN} OR {rls.FEDERATION})", rights=KEPT),
        *rls.protect("dossiers_versionscellee", f"({rls.OWN} OR {rls.FEDERATION})", rls.OWN, APPEND),
        *rls.protect("dossiers_justification", CONTENT, rights=KEPT),
        *rls.protect("dossiers_commentaire", CONTENT, rights=APPEND),
        *rls.protect("dossiers_presence", CONTENT),
    ]
