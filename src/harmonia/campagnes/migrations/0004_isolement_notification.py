"""Row-level security: an organisation reads what was sent to it; the plumbing and the authority write."""

from django.db import migrations

from harmonia.tenancy import rls

AUTHORITY = f"({rls.FEDERATION} OR {rls.SYSTEM})"


class Migration(migrations.Migration):
    """Policies."""

    dependencies = [("campagnes", "0003_notification")]
    operations = [
        *rls.protect(
            "campagnes_notification", f"({rls.OWN} OR {AUTHORITY})", AUTHORITY, "SELECT, INSERT, UPDATE"
        ),
    ]
