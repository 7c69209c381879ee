"""When the ministry's portal last said that an accord holds, and when it last did not answer."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two dates."""

    dependencies = [("rapatriement", "0001_initial")]
    operations = [
        migrations.AddField("accesministere", "verifie_le", models.DateTimeField(null=True)),
        migrations.AddField("accesministere", "muet_le", models.DateTimeField(null=True)),
    ]
