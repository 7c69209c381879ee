"""A Rapatriement that waits may be replaced by a later one."""

from django.db import migrations, models

STATES = [
    ("depose", "À lire"),
    ("lu", "Lu"),
    ("applique", "Appliqué"),
    ("annule", "Annulé"),
    ("remplace", "Remplacé"),
    ("echoue", "Échoué"),
]


class Migration(migrations.Migration):
    """Words only: the column stays as it is."""

    dependencies = [("dossiers", "0006_rapatriement")]
    operations = [
        migrations.AlterField(
            "importdepose", "etat", models.CharField(choices=STATES, default="depose", max_length=12)
        ),
    ]
