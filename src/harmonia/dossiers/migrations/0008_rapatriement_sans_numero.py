"""A version that was not transmitted has no number."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A number that may be missing."""

    dependencies = [("dossiers", "0007_import_remplace")]
    operations = [
        migrations.AlterField("rapatriement", "numero", models.PositiveIntegerField(null=True)),
    ]
