"""The mails that tell who signed that it was transmitted: promised with the transmission, each sent once."""

from __future__ import annotations

from functools import partial

from django.utils import timezone

from harmonia.dossiers.transitions import signatures
from harmonia.tenancy.mail import send, send_each
from harmonia.tenancy.scope import Scope, open_scope
from harmonia.transmissions.models import AvisTransmission, Transmission


def promise(made: Transmission) -> None:
    """Promise one mail to each person who signed, whoever transmitted included."""
    people = {row.par_id: row.par for row in signatures(made.dossier).values()}
    people.setdefault(made.par_id, made.par)
    AvisTransmission.objects.bulk_create(
        AvisTransmission(transmission=made, organisme_id=made.organisme_id, user=user, courriel=user.email)
        for user in people.values()
        if user.email
    )


def tell(scope: Scope, transmission_id: int) -> None:
    """
    Send the mails that were promised for a transmission, each in a transaction of its own.

    Raises:
        OSError: some did not leave; those that did are not sent again.
    """
    with open_scope(scope):
        rows = AvisTransmission.objects.filter(transmission_id=transmission_id, envoye_le=None)
        waiting = list(rows.values_list("pk", flat=True))
    send_each(waiting, partial(_send, scope))


def _send(scope: Scope, number: int) -> bool:
    with open_scope(scope):
        row = (
            AvisTransmission.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("user", "transmission__dossier__campagne", "transmission__par", "organisme")
            .filter(pk=number, envoye_le=None)
            .first()
        )
        if row is None:
            return False
        row.envoye_le = timezone.now()
        row.save(update_fields=["envoye_le"])
        made = row.transmission
        context = {"avis": row, "transmission": made, "dossier": made.dossier}
        send("transmissions/courriels/transmis.txt", row.courriel, context)
        return True
