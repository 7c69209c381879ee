"""Transmitting: the snapshot, its receipt and the mail that tells of it, in the transaction of the step."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from harmonia.acces.models import User
from harmonia.dossiers.models import Dossier
from harmonia.dossiers.transitions import Demand, RefusedError, effect
from harmonia.tenancy.porte import porte
from harmonia.tenancy.scope import current
from harmonia.transmissions.avis import promise
from harmonia.transmissions.cles import NoKeyError, portal_key, publish
from harmonia.transmissions.contenu import snapshot
from harmonia.transmissions.models import Transmission
from harmonia.transmissions.taches import prevenir
from liasse.echanges import make_accuse


@effect("transmet")
def transmit(dossier: Dossier, _demand: Demand, _detail: str) -> Transmission:
    """
    Seal a dossier as it stands and receipt it; whoever calls holds the lock of the dossier.

    A demand served twice never comes here twice: `move` knows it by its token.

    Raises:
        RefusedError: the portal has no key; nothing is transmitted.
    """
    try:
        cle = portal_key()
    except NoKeyError as error:
        raise RefusedError(str(error)) from error
    user = User.objects.get(pk=current().user_id)
    former = last_transmission(dossier)
    when = timezone.now().replace(microsecond=0)
    instantane = snapshot(dossier, former, when)
    accuse = make_accuse(instantane, {"nom": porte().nom, "adresse": settings.SITE}, user.nom, cle)
    made = Transmission.objects.create(
        dossier=dossier,
        organisme_id=dossier.organisme_id,
        numero=instantane.numero,
        precedente=former,
        instantane=instantane.canonical.decode(),
        empreinte=instantane.empreinte,
        accuse=accuse.canonical.decode(),
        cle=publish(cle.publique),
        reserve=str(instantane.plain["reserve"]),
        transmis_le=when,
        par=user,
    )
    promise(made)
    prevenir.defer(transmission_id=made.pk, organisme_id=made.organisme_id, user_id=user.pk)
    return made


def transmissions_of(dossier: Dossier) -> list[Transmission]:
    """Return the versions that were transmitted, the last first, without what they hold."""
    rows = Transmission.objects.filter(dossier=dossier).defer("instantane", "accuse")
    return list(
        rows.select_related("par", "precedente").defer("precedente__instantane", "precedente__accuse")
    )


def access_transmission(dossier: Dossier, numero: int) -> Transmission | None:
    """Return a version that the scope may read; None when there is none for it."""
    rows = Transmission.objects.select_related("dossier__organisme", "dossier__campagne", "par")
    found: Transmission | None = rows.filter(dossier=dossier, numero=numero).first()
    return found


def last_transmission(dossier: Dossier) -> Transmission | None:
    """Return the last version that was transmitted, without its snapshot; None when none was."""
    rows = Transmission.objects.filter(dossier=dossier).defer("instantane", "accuse")
    return rows.select_related("par").first()
