"""Long files made in the background: asked for once per state of the dossier, with their progress."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from harmonia.dossiers.access import REVIEW
from harmonia.dossiers.evaluation import live
from harmonia.dossiers.history import past_moment
from harmonia.dossiers.models import Dossier, Edition
from harmonia.dossiers.services import lock
from harmonia.tenancy.scope import Scope, current, open_scope

NATURES: Final = {"pdf": "La liasse en PDF", "xlsx": "Le classeur de la liasse"}
KEPT: Final = 12
"""Editions of a dossier that stay; the oldest ones go."""

_STUCK: Final = timedelta(minutes=5)

Progress = Callable[[int], None]
Work = Callable[[Progress], bytes]
"""What makes the bytes; it reads no row, so that its progress may be told as it goes."""

Reader = Callable[[Dossier, Edition], Work]
"""What reads everything that an edition shows, in the scope of who asked for it."""


def ask(dossier: Dossier, nature: str, nom: str, le: datetime | None = None) -> tuple[Edition, bool]:
    """
    Return the edition of a dossier as it is now (or was), and whether it has to be made.

    Raises:
        KeyError: there is no edition of this nature.
    """
    NATURES[nature]
    lock(dossier.pk)
    curseur = past_moment(dossier, le).numero if le is not None else live(dossier).cursor
    provisional = dossier.rang < REVIEW
    known = (
        Edition.objects.filter(
            dossier=dossier,
            nature=nature,
            curseur=curseur,
            provisoire=provisional,
            passe_le__isnull=le is None,
        )
        .exclude(etat="echouee")
        .defer("contenu")
        .first()
    )
    if known is not None and (known.etat == "prete" or timezone.now() - known.le < _STUCK):
        return known, False
    made = Edition.objects.create(
        dossier=dossier,
        organisme_id=dossier.organisme_id,
        nature=nature,
        curseur=curseur,
        passe_le=le,
        provisoire=provisional,
        nom=nom,
        par_id=current().user_id,
        le=timezone.now(),
    )
    kept = Edition.objects.filter(dossier=dossier).values_list("pk", flat=True)[:KEPT]
    Edition.objects.filter(dossier=dossier).exclude(pk__in=list(kept)).delete()
    return made, True


def make(edition_id: int, scope: Scope, reader: Reader) -> None:
    """
    Make an edition in the scope of who asked for it; its progress is told as it goes.

    Raises:
        Exception: what reading or working raised; the edition says that it failed.
    """
    try:
        with open_scope(scope):
            row = Edition.objects.filter(pk=edition_id).exclude(etat="prete").defer("contenu").first()
            if row is None:
                return
            rows = Dossier.objects.select_related("campagne", "organisme", "precedent__campagne")
            work = reader(rows.get(pk=row.dossier_id), row)
        body = work(lambda percent: _tell(edition_id, scope, avancement=percent))
    except Exception:
        _tell(edition_id, scope, etat="echouee")
        raise
    _tell(edition_id, scope, etat="prete", avancement=100, contenu=body)


def _tell(edition_id: int, scope: Scope, **fields: object) -> None:
    with open_scope(scope):
        Edition.objects.filter(pk=edition_id).update(**fields)
