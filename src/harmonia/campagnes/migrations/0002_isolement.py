"""Row-level security: collections are everybody's to read; the dates of an organisation are its own."""

from django.db import migrations

from harmonia.tenancy import rls

AUTHORITY = f"({rls.FEDERATION} OR {rls.SYSTEM})"


class Migration(migrations.Migration):
    """Policies."""

    dependencies = [("campagnes", "0001_initial")]
    operations = [
        *rls.protect("campagnes_campagne", "true", AUTHORITY),
        *rls.protect("campagnes_calendrierorganisme", f"({rls.OWN} OR {AUTHORITY})"),
    ]
