"""What a consent lets read: the sealed versions that the policies of the database let its scope see."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest

from harmonia.api.models import Consentement
from harmonia.consultations.models import Droit, Nature
from harmonia.consultations.services import Read, note
from harmonia.transmissions.models import InstantaneProvisoire, Transmission

LARGEST: Final = 2_147_483_647

Version = Transmission | InstantaneProvisoire
"""What another portal reads: what was transmitted, or what will be, once its entry is finished."""


def current(consent: Consentement) -> Version | None:
    """
    Return what was sealed last; None when there is nothing to read.

    Both tables are asked, in the same order, whatever they hold.  What was transmitted in the same second
    as it was presented is the last.
    """
    sent: Transmission | None = Transmission.objects.filter(organisme_id=consent.organisme_id).first()
    early: InstantaneProvisoire | None = InstantaneProvisoire.objects.filter(
        organisme_id=consent.organisme_id
    ).first()
    if early is not None and (sent is None or sent.transmis_le < early.scelle_le):
        return early
    return sent


def transmission(consent: Consentement, numero: str) -> Transmission | None:
    """
    Return a transmission by its number; None when there is none to read.

    The same questions are asked of the database whatever the number is.
    """
    number = min(int(numero), LARGEST) if numero.isascii() and numero.isdigit() else 0
    rows = Transmission.objects.filter(organisme_id=consent.organisme_id, numero=number)
    found: Transmission | None = rows.first()
    return found


def sealed_under(empreinte: str) -> Version | None:
    """Return what was sealed under a digest; both tables are asked, whatever they hold."""
    sent: Transmission | None = Transmission.objects.filter(empreinte=empreinte).first()
    early: InstantaneProvisoire | None = InstantaneProvisoire.objects.filter(empreinte=empreinte).first()
    return sent or early


def tell(consent: Consentement, read: Version) -> None:
    """Write that another portal read a version, for the organisation to see."""
    name = f"Transmission n° {read.numero}" if isinstance(read, Transmission) else "Version provisoire"
    objet = f"{name}, exercice {consent.exercice}"
    what = Read(read.organisme_id, read.dossier_id, objet, Droit.CONSENTEMENT, Nature.API)
    note(what, consent.client.name)


def wants_other_than(request: HttpRequest, empreinte: str) -> bool:
    """Tell whether what a portal has already (`If-None-Match`) is something else."""
    given = {tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")}
    return f'"{empreinte}"' not in given
