"""What the addresses of the desk name, made for the permission matrix."""

from __future__ import annotations

import uuid
from datetime import date

from django.conf import settings
from django.utils import timezone

from harmonia.instruction.models import Acte, ExportGroupe, Procedure, Saisine
from harmonia.instruction.registre import deposit
from harmonia.tenancy.scope import Role, Scope, open_scope
from tests.harmonia.cast import Cast


def desk(cast: Cast, name: str) -> dict[str, object]:
    """Make what an address of the desk names, and return its arguments."""
    with open_scope(Scope(Role(settings.PORTAIL), cast.federation.pk)):
        if name.startswith("registre_"):
            body = b"SIREN;Nom;Famille;Dept\n000000034;Office;OPH;44\n"
            return {"import_id": deposit("r.csv", body, date(2023, 1, 1)).pk}
        if name.startswith("travail_"):
            row = ExportGroupe.objects.create(
                user=cast.federation,
                nature="xml",
                dossiers=[cast.dossier.pk],
                etat="prete",
                nom="x.zip",
                contenu=b"PK",
                le=timezone.now(),
            )
            return {"export_id": row.pk}
        if name in {"repondre", "saisine_fichier"}:
            return _procedure(cast)
    return {}


def _procedure(cast: Cast) -> dict[str, object]:
    procedure = Procedure.objects.create(
        campagne=cast.campagne,
        organisme=cast.ici,
        objet="absence",
        etape="relance",
        ouverte_le=timezone.now(),
    )
    own = {"procedure": procedure, "organisme": cast.ici, "par": cast.federation, "le": timezone.now()}
    acte = Acte.objects.create(
        code="relancer", vers="relance", titre="Relancer", motif="Rien", jeton=uuid.uuid4(), **own
    )
    saisine = Saisine.objects.create(
        acte=acte, manifeste={}, empreinte="", signature="", cle="", contenu=b"PK", **own
    )
    return {"procedure_id": procedure.pk, "saisine_id": saisine.pk}
