"""A dossier of `ici` whose entry is finished, in a collection that lets it be copied from then on."""

from __future__ import annotations

from harmonia.campagnes.models import Campagne, Rapatriable
from harmonia.dossiers.transitions import move
from harmonia.tenancy.scope import Role, Scope, open_scope
from harmonia.transmissions.models import InstantaneProvisoire
from tests.harmonia.cast import Cast
from tests.harmonia.ministere.test_transmissions import ALL, demand


def shows(cast: Cast, since: Rapatriable = Rapatriable.SAISIE_TERMINEE) -> None:
    """Set from when on the collection lets other portals copy."""
    with open_scope(Scope(Role.SYSTEME)):
        Campagne.objects.filter(pk=cast.campagne.pk).update(rapatriable_des=since)
        cast.campagne.refresh_from_db()


def presented(cast: Cast) -> InstantaneProvisoire | None:
    """Present the dossier of `ici`; return the last version that was sealed for it, if any."""
    if cast.dossier.etape == "1_Initialisation":
        act(cast, "demarrer")
    act(cast, "presenter")
    return kept(cast)


def taken_up(cast: Cast) -> None:
    """Go back to entry."""
    act(cast, "reprendre", "À revoir")


def act(cast: Cast, action: str, motif: str = "") -> None:
    """Move the dossier, as somebody of the organisation does."""
    with open_scope(cast.scope(cast.direction)):
        move(cast.dossier, demand(cast.dossier, action, motif), ALL)


def kept(cast: Cast) -> InstantaneProvisoire | None:
    """Return the last version that the organisation sees."""
    with open_scope(cast.scope()):
        found: InstantaneProvisoire | None = InstantaneProvisoire.objects.filter(dossier=cast.dossier).first()
        return found
