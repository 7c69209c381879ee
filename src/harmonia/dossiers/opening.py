"""Opening a collection: each member gets its dossier, tied to that of the year before."""

from __future__ import annotations

from django.utils import timezone

from harmonia.campagnes.models import Campagne
from harmonia.dossiers.models import Dossier
from harmonia.dossiers.workflow import workflow
from harmonia.organismes.models import Organisme


def open_campagne(campagne: Campagne) -> list[Dossier]:
    """
    Make the dossiers that are missing, and return them; opening twice makes nothing twice.

    To be called in the scope of the authority or of the system.
    """
    if campagne.ouverte_le is None:
        campagne.ouverte_le = timezone.now()
        campagne.save(update_fields=["ouverte_le"])
    first = workflow().premiere
    there = set(Dossier.objects.filter(campagne=campagne).values_list("organisme_id", flat=True))
    members = Organisme.objects.filter(famille__in=campagne.familles.split(","))
    before = _before(campagne)
    missing = [
        Dossier(
            campagne=campagne,
            organisme=organisme,
            famille=organisme.famille,
            etape=first.code,
            rang=first.rang,
            precedent_id=before.get(organisme.pk),
        )
        for organisme in members
        if organisme.pk not in there
    ]
    made: list[Dossier] = Dossier.objects.bulk_create(missing, ignore_conflicts=True)
    return made


def _before(campagne: Campagne) -> dict[int, int]:
    rows = Dossier.objects.filter(
        campagne__questionnaire=campagne.questionnaire, campagne__exercice=campagne.exercice - 1
    )
    return dict(rows.values_list("organisme_id", "pk"))
