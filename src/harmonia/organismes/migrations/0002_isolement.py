"""Row-level security: an organisation is read by its people and by the authority."""

from django.db import migrations

from harmonia.tenancy import rls

MINE = "user_id = (SELECT nullif(current_setting('harmonia.utilisateur', true), '')::bigint)"
AUTHORITY = f"({rls.FEDERATION} OR {rls.SYSTEM})"
ORGANISME = (
    f"({AUTHORITY} OR ({rls.ROLE} = 'organisme' AND id ="
    " (SELECT nullif(current_setting('harmonia.organisme', true), '')::bigint))"
    f" OR EXISTS (SELECT 1 FROM organismes_rattachement r WHERE r.organisme_id = organismes_organisme.id AND r.{MINE}))"
)


class Migration(migrations.Migration):
    """Policies."""

    dependencies = [("organismes", "0001_initial")]
    operations = [
        *rls.protect("organismes_organisme", ORGANISME, AUTHORITY),
        *rls.protect("organismes_contact", f"({rls.OWN} OR {AUTHORITY})"),
        *rls.protect(
            "organismes_rattachement", f"({MINE} OR {rls.OWN} OR {AUTHORITY})", f"({rls.OWN} OR {AUTHORITY})"
        ),
    ]
