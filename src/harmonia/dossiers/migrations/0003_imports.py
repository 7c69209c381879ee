"""Imports: an organisation's own business, applied or not."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from harmonia.tenancy import rls


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0005_morceaux"),
        ("dossiers", "0002_isolement"),
        ("organismes", "0002_isolement"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportDepose",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[("fichier", "Fichier"), ("reprise", "Reprise de l'exercice précédent")],
                        max_length=12,
                    ),
                ),
                (
                    "etat",
                    models.CharField(
                        choices=[
                            ("depose", "À lire"),
                            ("lu", "Lu"),
                            ("applique", "Appliqué"),
                            ("annule", "Annulé"),
                            ("echoue", "Échoué"),
                        ],
                        default="depose",
                        max_length=12,
                    ),
                ),
                ("jeton", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("nom", models.CharField(max_length=200)),
                ("options", models.JSONField(default=dict)),
                ("tour", models.PositiveSmallIntegerField(default=1)),
                ("progression", models.PositiveSmallIntegerField(default=0)),
                ("reconnu", models.JSONField(default=dict)),
                ("rapport", models.JSONField(default=list)),
                ("lu", models.JSONField(null=True)),
                ("message", models.TextField(blank=True)),
                ("lot", models.UUIDField(null=True)),
                ("bilan", models.JSONField(default=dict)),
                ("le", models.DateTimeField()),
                ("applique_le", models.DateTimeField(null=True)),
                ("annule_le", models.DateTimeField(null=True)),
                (
                    "balance",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dossiers.balancedeposee",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.document",
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
                "ordering": ("-id",),
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        *rls.protect("dossiers_importdepose", rls.OWN, rights="SELECT, INSERT, UPDATE"),
    ]
