"""Documents too big for one piece; a piece is seen by whoever sees its document."""

import django.db.models.deletion
from django.db import migrations, models

from harmonia.tenancy import rls


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0004_isolement_message"),
        ("organismes", "0002_isolement"),
    ]

    operations = [
        migrations.CreateModel(
            name="Morceau",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("numero", models.PositiveIntegerField()),
                ("contenu", models.BinaryField()),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="morceaux",
                        to="documents.document",
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
            ],
            options={
                "ordering": ("numero",),
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("document", "numero"), name="morceau_unique")
                ],
            },
        ),
        *rls.protect(
            "documents_morceau",
            "(EXISTS (SELECT 1 FROM documents_document d WHERE d.id = document_id))",
            rls.OWN,
            "SELECT, INSERT",
        ),
    ]
