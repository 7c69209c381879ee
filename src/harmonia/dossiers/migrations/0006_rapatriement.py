"""Rapatriements and what they said: the organisation writes, the authority reads from step 4 on."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from harmonia.tenancy import rls

CONTENT = f"({rls.OWN} OR {rls.FROM_REVIEW})"


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0005_demande_correction"),
        ("organismes", "0004_isolement_invitation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="importdepose",
            name="source",
            field=models.CharField(
                choices=[
                    ("fichier", "Fichier"),
                    ("reprise", "Reprise de l'exercice précédent"),
                    ("rapatriement", "Rapatriement"),
                ],
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="Rapatriement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("numero", models.PositiveIntegerField()),
                ("empreinte", models.CharField(max_length=64)),
                ("transmis_le", models.DateTimeField()),
                ("origine", models.JSONField(default=dict)),
                ("comparaison", models.JSONField(null=True)),
                ("contresignature", models.JSONField(null=True)),
                ("le", models.DateTimeField()),
                ("annule_le", models.DateTimeField(null=True)),
                (
                    "depose",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dossiers.importdepose",
                    ),
                ),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="dossiers.dossier"
                    ),
                ),
                (
                    "organisme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
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
        migrations.AddField(
            model_name="justification",
            name="rapatriement",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="dossiers.rapatriement",
            ),
        ),
        migrations.CreateModel(
            name="CelluleCopiee",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("cle", models.CharField(max_length=120)),
                ("valeur", models.BigIntegerField()),
                ("texte", models.TextField(null=True)),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="dossiers.dossier"
                    ),
                ),
                (
                    "organisme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="organismes.organisme",
                    ),
                ),
                (
                    "rapatriement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="dossiers.rapatriement",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("rapatriement", "cle"), name="copie_unique")],
            },
        ),
        *rls.protect("dossiers_rapatriement", CONTENT, rls.OWN, "SELECT, INSERT, UPDATE"),
        *rls.protect("dossiers_cellulecopiee", CONTENT, rls.OWN, "SELECT, INSERT"),
    ]
