"""
Provisional versions: the organisation seals them and reads them; the authority of the portal reads none.

Other portals are let in by the room of the consents (`api`).
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from harmonia.tenancy import rls


class Migration(migrations.Migration):
    """A table, added to and never changed."""

    dependencies = [
        ("dossiers", "0008_rapatriement_sans_numero"),
        ("organismes", "0004_isolement_invitation"),
        ("transmissions", "0002_isolement"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="InstantaneProvisoire",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("jeton", models.UUIDField(unique=True)),
                ("document", models.TextField()),
                ("empreinte", models.CharField(max_length=64)),
                ("scelle_le", models.DateTimeField()),
                (
                    "cle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="transmissions.clepubliee",
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"ordering": ("-id",), "abstract": False, "base_manager_name": "objects"},
        ),
        *rls.protect("transmissions_instantaneprovisoire", rls.OWN, rights="SELECT, INSERT"),
    ]
