"""What is asked of the ministry: an organisation's own business, that no authority reads."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from harmonia.tenancy import rls


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("dossiers", "0006_rapatriement"),
        ("organismes", "0004_isolement_invitation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AccesMinistere",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("etat", models.CharField(max_length=64, unique=True)),
                ("verificateur", models.BinaryField()),
                ("demande_le", models.DateTimeField()),
                ("demande_expire_le", models.DateTimeField()),
                ("utilise_le", models.DateTimeField(null=True)),
                ("code", models.BinaryField(null=True)),
                ("jeton", models.BinaryField(null=True)),
                ("consentement", models.JSONField(default=dict)),
                ("expire_le", models.DateTimeField(null=True)),
                ("clos_le", models.DateTimeField(null=True)),
                ("motif", models.CharField(blank=True, max_length=200)),
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
        *rls.protect("rapatriement_accesministere", rls.OWN, rights="SELECT, INSERT, UPDATE"),
    ]
