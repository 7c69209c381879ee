"""Row-level security: what was transmitted is the organisation's and the ministry's to read; nobody changes it."""

from django.db import migrations

from harmonia.tenancy import rls

READS = f"({rls.OWN} OR {rls.ROLE} = 'ministere')"
CONTENT = f"({rls.OWN} OR {rls.FROM_REVIEW})"
APPEND = "SELECT, INSERT"
KEPT = "SELECT, INSERT, UPDATE"


class Migration(migrations.Migration):
    """Policies; a public key is public, and a transmission is only ever added."""

    dependencies = [("transmissions", "0001_initial")]
    operations = [
        rls.grant("transmissions_clepubliee", APPEND),
        *rls.protect("transmissions_transmission", READS, rls.OWN, APPEND),
        *rls.protect("transmissions_piecejointe", CONTENT, rls.OWN, KEPT),
        *rls.protect("transmissions_reservetransmission", CONTENT, rls.OWN, APPEND),
        *rls.protect("transmissions_avistransmission", rls.OWN, rights=KEPT),
    ]
