"""Row-level security: what was decided or sent is added, never changed; lists are their owner's."""

from django.db import migrations

from harmonia.tenancy import rls

AUTHORITY = f"({rls.FEDERATION} OR {rls.SYSTEM})"
BOTH = f"({rls.OWN} OR {rls.FEDERATION})"
TOLD = f"({rls.OWN} OR {AUTHORITY})"
MINE = (
    f"({rls.FEDERATION} AND user_id ="
    " (SELECT nullif(current_setting('harmonia.utilisateur', true), '')::bigint))"
)
APPEND = "SELECT, INSERT"
KEPT = "SELECT, INSERT, UPDATE"


class Migration(migrations.Migration):
    """Policies."""

    dependencies = [("instruction", "0001_initial")]
    operations = [
        *rls.protect("instruction_importregistre", rls.FEDERATION, rights=KEPT),
        *rls.protect("instruction_examen", BOTH, rls.FEDERATION, APPEND),
        *rls.protect("instruction_procedure", TOLD, rls.FEDERATION, KEPT),
        *rls.protect("instruction_acte", TOLD, rls.FEDERATION, APPEND),
        *rls.protect("instruction_observation", BOTH, rls.OWN, APPEND),
        *rls.protect("instruction_pieceobservation", BOTH, rls.OWN, APPEND),
        *rls.protect("instruction_courrielgroupe", AUTHORITY, rls.FEDERATION, APPEND),
        *rls.protect("instruction_envoi", TOLD, AUTHORITY, KEPT),
        *rls.protect("instruction_saisine", rls.FEDERATION, rights=APPEND),
        *rls.protect("instruction_responsable", BOTH, rls.FEDERATION, KEPT),
        *rls.protect("instruction_retenu", MINE),
        *rls.protect("instruction_exportgroupe", MINE),
    ]
