"""Why an act was taken while the delay of the former one still ran."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A column."""

    dependencies = [("instruction", "0003_preuves")]
    operations = [
        migrations.AddField("acte", "avance", models.TextField(blank=True, default="")),
    ]
