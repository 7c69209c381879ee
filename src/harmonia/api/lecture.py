"""What a consent lets read: the transmissions that the policies of the database let its scope see."""

from __future__ import annotations

from django.http import HttpRequest

from harmonia.api.models import Consentement
from harmonia.consultations.models import Droit, Nature
from harmonia.consultations.services import Read, note
from harmonia.transmissions.models import Transmission

LARGEST = 2_147_483_647


def transmission(consent: Consentement, numero: str = "") -> Transmission | None:
    """
    Return a transmission, the last one unless told otherwise; None when there is none to read.

    The same two questions are asked of the database whatever the number is.
    """
    rows = Transmission.objects.filter(organisme_id=consent.organisme_id)
    if numero:
        rows = rows.filter(numero=min(int(numero), LARGEST) if numero.isascii() and numero.isdigit() else 0)
    found: Transmission | None = rows.order_by("-numero").first()
    return found


def tell(consent: Consentement, read: Transmission) -> None:
    """Write that another portal read a transmission, for the organisation to see."""
    objet = f"Transmission n° {read.numero}, exercice {consent.exercice}"
    what = Read(read.organisme_id, read.dossier_id, objet, Droit.CONSENTEMENT, Nature.API)
    note(what, consent.client.name)


def wants_other_than(request: HttpRequest, empreinte: str) -> bool:
    """Tell whether what a portal has already (`If-None-Match`) is something else."""
    given = {tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")}
    return f'"{empreinte}"' not in given
