"""Which dossiers a scope may open, and of which it may read the values."""

from __future__ import annotations

from typing import Final

from django.http import Http404

from harmonia.consultations.models import Nature
from harmonia.consultations.services import Read, note
from harmonia.dossiers.models import Dossier
from harmonia.tenancy.prepared import Prepared
from harmonia.tenancy.scope import Role, current

REVIEW: Final = 4
"""The rank of the first step at which the authority of the portal reads what a dossier holds."""

_DOSSIER: Final = Prepared(
    lambda pk: Dossier.objects.select_related("campagne", "organisme", "precedent__campagne").filter(pk=pk),
    int,
)


def may_read(dossier: Dossier) -> bool:
    """Tell whether the open scope may read the values of a dossier."""
    scope = current()
    if scope.role is Role.ORGANISME:
        return scope.organisme_id == dossier.organisme_id
    return scope.role.est_autorite and dossier.rang >= REVIEW


def access_dossier(dossier_id: int) -> Dossier:
    """
    Return a dossier that the scope may see.

    Raises:
        Http404: there is none for this scope.
    """
    dossier = _DOSSIER.first(dossier_id)
    if dossier is None:
        raise Http404("Ce dossier n'existe pas, ou n'est pas le vôtre.")
    return dossier


def access_content(dossier_id: int, nature: Nature = Nature.LECTURE) -> Dossier:
    """
    Return a dossier of which the scope may read the values; the authority's reading is noted.

    Raises:
        Http404: there is none for this scope.
    """
    dossier = access_dossier(dossier_id)
    if not may_read(dossier):
        raise Http404(
            "Ce dossier n'est pas encore transmis : ses valeurs ne se lisent qu'à partir de l'étape 4."
        )
    note(Read(dossier.organisme_id, dossier.pk, dossier.campagne.titre, nature=nature))
    return dossier
