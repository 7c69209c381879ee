"""What the addresses of the desk name, made for the permission matrix."""

from __future__ import annotations

from datetime import date

from django.conf import settings

from harmonia.instruction.registre import deposit
from harmonia.tenancy.scope import Role, Scope, open_scope
from tests.harmonia.cast import Cast


def desk(cast: Cast, name: str) -> dict[str, object]:
    """Make what an address of the desk names, and return its arguments."""
    with open_scope(Scope(Role(settings.PORTAIL), cast.analyste.pk)):
        if name.startswith("registre_"):
            body = b"SIREN;Nom;Famille;Dept\n000000034;Office;OPH;44\n"
            return {"import_id": deposit("r.csv", body, date(2023, 1, 1)).pk}
    return {"quoi": "organismes"}
