"""Who must file: place, entry and exit, mergers; and the dated history of each organisation."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from harmonia.tenancy import rls

AUTHORITY = f"({rls.FEDERATION} OR {rls.SYSTEM})"


class Migration(migrations.Migration):
    dependencies = [
        ("organismes", "0004_isolement_invitation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="organisme",
            name="absorbe_par",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="absorbes",
                to="organismes.organisme",
            ),
        ),
        migrations.AddField(
            model_name="organisme",
            name="departement",
            field=models.CharField(blank=True, max_length=3),
        ),
        migrations.AddField(
            model_name="organisme",
            name="entre_le",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="organisme",
            name="region",
            field=models.CharField(blank=True, max_length=2),
        ),
        migrations.AddField(
            model_name="organisme",
            name="sorti_le",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name="EvenementOrganisme",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "nature",
                    models.CharField(
                        choices=[
                            ("entree", "Entrée au registre"),
                            ("nom", "Changement de nom"),
                            ("famille", "Changement de famille"),
                            ("siege", "Changement de département"),
                            ("fusion", "Absorption"),
                            ("sortie", "Sortie du registre"),
                            ("retour", "Retour au registre"),
                        ],
                        max_length=8,
                    ),
                ),
                ("le", models.DateField()),
                ("avant", models.CharField(blank=True, max_length=160)),
                ("apres", models.CharField(blank=True, max_length=160)),
                ("source", models.CharField(blank=True, max_length=200)),
                ("note_le", models.DateTimeField(auto_now_add=True)),
                (
                    "autre",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organismes.organisme",
                    ),
                ),
                (
                    "organisme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="evenements",
                        to="organismes.organisme",
                    ),
                ),
                (
                    "par",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-le", "-id"),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        *rls.protect(
            "organismes_evenementorganisme", f"({rls.OWN} OR {AUTHORITY})", AUTHORITY, "SELECT, INSERT"
        ),
    ]
