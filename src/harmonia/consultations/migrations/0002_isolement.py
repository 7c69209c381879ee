"""Row-level security: written by who reads, in their own name; read by the organisation; never changed."""

from django.db import migrations

from harmonia.tenancy import rls

WRITES = (
    f"(({rls.FEDERATION} AND user_id IS NOT DISTINCT FROM nullif({rls.USER}, 0))"
    f" OR ({rls.TIERS} AND user_id IS NULL AND consentement_id = {rls.CONSENT}))"
)


class Migration(migrations.Migration):
    """Policies."""

    dependencies = [("consultations", "0001_initial")]
    operations = [
        *rls.protect(
            "consultations_consultation", f"({rls.OWN} OR {rls.FEDERATION})", WRITES, "SELECT, INSERT"
        ),
    ]
