"""
What is sealed before anything is transmitted, when the collection lets other portals copy it from then on.

The authority of the portal reads none of it, at any step: it is for the organisation, and for whom it agreed
with (decision 0015).
"""

from __future__ import annotations

from typing import Final

import structlog
from django.conf import settings
from django.utils import timezone

from harmonia.acces.models import User
from harmonia.campagnes.models import Campagne, Rapatriable
from harmonia.dossiers.models import Dossier, Transition
from harmonia.dossiers.transitions import Demand, effect
from harmonia.dossiers.workflow import workflow
from harmonia.tenancy.porte import porte
from harmonia.tenancy.scope import current
from harmonia.transmissions.cles import NoKeyError, portal_key, publish
from harmonia.transmissions.contenu import provisional
from harmonia.transmissions.models import InstantaneProvisoire
from harmonia.transmissions.services import last_transmission
from liasse.echanges import ClePrivee, moment

log = structlog.get_logger(__name__)

PRESENTED: Final = 3
"""The rank of the step in which a dossier waits for its signatures."""


@effect("provisoire")
def keep_provisional(dossier: Dossier, demand: Demand, _detail: str) -> InstantaneProvisoire | None:
    """
    Seal what a dossier holds when its entry is finished, if the collection asks for it.

    A portal without a key seals nothing and lets the step pass: what matters is the transmission.
    """
    wanted = Campagne.objects.filter(pk=dossier.campagne_id, rapatriable_des=Rapatriable.SAISIE_TERMINEE)
    if not wanted.exists():
        return None
    try:
        cle = portal_key()
    except NoKeyError:
        log.warning("no_key_for_provisional", dossier=dossier.pk)
        return None
    return _sealed(dossier, demand, cle)


def standing_provisional(dossier: Dossier) -> InstantaneProvisoire | None:
    """Return the version that other portals may copy while the dossier waits to be transmitted."""
    if dossier.rang != PRESENTED or not dossier.campagne.montre_provisoire:
        return None
    rows = Transition.objects.filter(dossier=dossier, action__in=workflow().with_effect("provisoire"))
    last = rows.order_by("-id").first()
    if last is None:
        return None
    kept = InstantaneProvisoire.objects.filter(jeton=last.jeton).defer("document")
    found: InstantaneProvisoire | None = kept.first()
    return found


def _sealed(dossier: Dossier, demand: Demand, cle: ClePrivee) -> InstantaneProvisoire:
    user = User.objects.get(pk=current().user_id)
    when, former = timezone.now().replace(microsecond=0), last_transmission(dossier)
    told = {
        "portail": {"nom": porte().nom, "adresse": settings.SITE},
        "precedente": former.empreinte if former else None,
        "scelle_le": moment(when),
        "presente_par": user.nom,
    }
    made = provisional(dossier, told, cle)
    kept: InstantaneProvisoire = InstantaneProvisoire.objects.create(
        dossier=dossier,
        organisme_id=dossier.organisme_id,
        jeton=demand.jeton,
        document=made.canonical.decode(),
        empreinte=made.empreinte,
        cle=publish(cle.publique),
        scelle_le=when,
        par=user,
    )
    return kept
