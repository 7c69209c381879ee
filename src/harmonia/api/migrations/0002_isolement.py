"""
Row-level security: an organisation reads and ends its consents; another portal sees the one it reads under.

`api_couvre` tells whether the consent of the scope covers a dossier.  It runs as the owner of the tables, so
that another portal learns that one thing and cannot see a dossier, nor whether there is one.
"""

from django.db import migrations

from harmonia.tenancy import rls

LIVE = "(clos_le IS NULL AND expire_le > now())"
READS = f"({rls.OWN} OR {rls.SYSTEM} OR {rls.FEDERATION} OR ({rls.TIERS} AND id = {rls.CONSENT} AND {LIVE}))"
GIVES = f"({rls.OWN} AND donne_par_id = {rls.USER} AND clos_le IS NULL)"
ENDS = f"(({rls.OWN} OR {rls.SYSTEM}) AND clos_le IS NULL)"
ENDED = f"(({rls.OWN} AND clos_par_id = {rls.USER}) OR {rls.SYSTEM})"
TABLE = "api_consentement"

COVERS = """
CREATE FUNCTION api_couvre(demande bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (
    SELECT 1 FROM api_consentement c
    JOIN campagnes_campagne k ON k.exercice = c.exercice AND k.questionnaire = c.questionnaire
    JOIN dossiers_dossier d ON d.campagne_id = k.id AND d.organisme_id = c.organisme_id
    WHERE d.id = demande
      AND c.id = nullif(current_setting('harmonia.consentement', true), '')::uuid
      AND c.clos_le IS NULL AND c.expire_le > now())
$$;
REVOKE ALL ON FUNCTION api_couvre(bigint) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    """Policies."""

    dependencies = [("api", "0001_initial"), ("campagnes", "0002_isolement"), ("dossiers", "0002_isolement")]
    operations = [
        rls.grant(TABLE, "SELECT, INSERT, UPDATE (clos_le, clos_par_id, fin)"),
        migrations.RunSQL(
            f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY;"
            f" CREATE POLICY lecture ON {TABLE} FOR SELECT TO {rls.APP} USING ({READS});"
            f" CREATE POLICY ajout ON {TABLE} FOR INSERT TO {rls.APP} WITH CHECK ({GIVES});"
            f" CREATE POLICY changement ON {TABLE} FOR UPDATE TO {rls.APP}"
            f" USING ({ENDS}) WITH CHECK ({ENDED});",
            f"DROP POLICY lecture ON {TABLE}; DROP POLICY ajout ON {TABLE};"
            f" DROP POLICY changement ON {TABLE}; ALTER TABLE {TABLE} DISABLE ROW LEVEL SECURITY",
        ),
        migrations.RunSQL(
            f"{COVERS} GRANT EXECUTE ON FUNCTION api_couvre(bigint) TO {rls.APP}",
            "DROP FUNCTION api_couvre(bigint)",
        ),
    ]
