"""`semer_bureau`: what the ministry's desk has done in the demonstration, once the portal is seeded."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from harmonia.ministere.seeds import plant


class Command(BaseCommand):
    """Seed the desk; does nothing when it already holds something."""

    help = "Ajoute à la démonstration un registre importé et des procédures en cours."

    def handle(self, **_options: object) -> None:
        """Seed."""
        plant()
