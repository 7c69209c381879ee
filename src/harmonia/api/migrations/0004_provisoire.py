"""
Row-level security: another portal reads the provisional version that its consent covers, and no other.

`api_provisoire` names it: the consent of the scope stands and covers such versions, the collection shows
them, the dossier is presented or further, and this version is that of the last time it was presented.  It
runs as the owner of the tables, once per question, whatever there is to find.
"""

from django.db import migrations, models

from harmonia.tenancy import rls

TABLE = "transmissions_instantaneprovisoire"
READS = f"({rls.OWN} OR ({rls.TIERS} AND id = (SELECT api_provisoire())))"

SHOWN = """
CREATE FUNCTION api_provisoire() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT p.id FROM api_consentement c
  JOIN campagnes_campagne k ON k.exercice = c.exercice AND k.questionnaire = c.questionnaire
  JOIN dossiers_dossier d ON d.campagne_id = k.id AND d.organisme_id = c.organisme_id
  JOIN transmissions_instantaneprovisoire p ON p.dossier_id = d.id
  JOIN dossiers_transition t ON t.dossier_id = d.id AND t.jeton = p.jeton
  WHERE c.id = nullif(current_setting('harmonia.consentement', true), '')::uuid
    AND c.clos_le IS NULL AND c.expire_le > now() AND c.provisoire
    AND k.rapatriable_des = 'saisie_terminee'
    AND d.rang >= 3
    AND NOT EXISTS (SELECT 1 FROM dossiers_transition u
      WHERE u.dossier_id = d.id AND u.action = t.action AND u.id > t.id)
$$;
REVOKE ALL ON FUNCTION api_provisoire() FROM PUBLIC;
"""


class Migration(migrations.Migration):
    """What a consent covers, and the policy."""

    dependencies = [
        ("api", "0003_transmissions"),
        ("campagnes", "0006_rapatriable_des"),
        ("transmissions", "0003_provisoire"),
    ]
    operations = [
        migrations.AddField("consentement", "provisoire", models.BooleanField(default=False)),
        migrations.RunSQL(
            f"{SHOWN} GRANT EXECUTE ON FUNCTION api_provisoire() TO {rls.APP}",
            "DROP FUNCTION api_provisoire()",
        ),
        migrations.RunSQL(
            f"DROP POLICY lecture ON {TABLE};"
            f" CREATE POLICY lecture ON {TABLE} FOR SELECT TO {rls.APP} USING ({READS});",
            f"DROP POLICY lecture ON {TABLE};"
            f" CREATE POLICY lecture ON {TABLE} FOR SELECT TO {rls.APP} USING ({rls.OWN});",
        ),
    ]
