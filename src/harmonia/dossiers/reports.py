"""Sealed reports of verifications."""

from __future__ import annotations

from harmonia.dossiers.models import Dossier, RapportScelle


def last_report(dossier: Dossier) -> RapportScelle | None:
    """Return the last verification of a dossier, when there was one."""
    return RapportScelle.objects.filter(dossier=dossier).select_related("par").first()
