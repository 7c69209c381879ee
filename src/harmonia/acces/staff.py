"""The team of the authority: missions and accounts, the last administrator kept."""

from __future__ import annotations

import structlog
from django.db import transaction

from harmonia.acces.models import Mission, User
from harmonia.tenancy.porte import porte

_log = structlog.get_logger(__name__)


class LastStaffError(Exception):
    """The team must keep an administrator; its words are for who asked."""

    def __init__(self) -> None:
        super().__init__(
            f"C'est le dernier administrateur {porte().du} : "
            "donnez d'abord cette mission à quelqu'un d'autre."
        )


def staff() -> list[User]:
    """Return the team, open accounts first."""
    rows = User.objects.exclude(mission=Mission.AUCUNE)
    return list(rows.order_by("-is_active", "last_name", "first_name", "pk"))


def set_mission(user: User, mission: str) -> None:
    """
    Change the mission of somebody of the team.

    Raises:
        LastStaffError: no administrator would be left, or the mission is none.
    """
    if mission not in Mission.values or mission == Mission.AUCUNE:
        return
    with transaction.atomic():
        if mission != Mission.ADMINISTRATEUR:
            _keep_an_administrator(user)
        user.mission = Mission(mission)
        user.save(update_fields=["mission"])
    _log.info("mission_set", user=user.pk, mission=mission)


def set_active(user: User, *, active: bool) -> None:
    """
    Close an account, whose sessions end at once, or open it again.

    Raises:
        LastStaffError: no administrator would be left.
    """
    with transaction.atomic():
        if not active:
            _keep_an_administrator(user)
        user.is_active = active
        user.save(update_fields=["is_active"])
    _log.info("account_active", user=user.pk, active=active)


def _keep_an_administrator(user: User) -> None:
    rows = User.objects.select_for_update().filter(mission=Mission.ADMINISTRATEUR, is_active=True)
    left = [one for one in rows.order_by("pk") if one.pk != user.pk]
    if user.mission == Mission.ADMINISTRATEUR and user.is_active and not left:
        raise LastStaffError
