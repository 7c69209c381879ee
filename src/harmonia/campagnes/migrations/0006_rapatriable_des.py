"""From when on another portal may copy what was filed: as before, once it is transmitted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A setting of the collection."""

    dependencies = [("campagnes", "0005_calendriers_familles")]
    operations = [
        migrations.AddField(
            model_name="campagne",
            name="rapatriable_des",
            field=models.CharField(
                choices=[
                    ("transmission", "la transmission"),
                    ("saisie_terminee", "la fin de la saisie, en version provisoire"),
                ],
                default="transmission",
                max_length=16,
            ),
        ),
    ]
