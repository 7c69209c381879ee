"""Requests for correction: the authority adds them, nobody changes them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from harmonia.tenancy import rls


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0004_edition"),
        ("organismes", "0005_registre"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DemandeCorrection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("cles", models.JSONField()),
                ("motif", models.TextField()),
                ("pour_le", models.DateField(null=True)),
                ("le", models.DateTimeField()),
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
        *rls.protect(
            "dossiers_demandecorrection",
            f"({rls.OWN} OR {rls.FEDERATION})",
            rls.FEDERATION,
            "SELECT, INSERT",
        ),
    ]
