"""`semer`: fill an empty portal with the fictional sector, one demonstration account per role."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from harmonia.portail.seeds import Seeds


class Command(BaseCommand):
    """Seed the portal; does nothing when it already holds something."""

    help = "Remplit un portail vide avec le secteur fictif."

    def handle(self, **_options: object) -> None:
        """Seed, and write the accounts beside the data."""
        accounts = Seeds(os.environ.get("HARMONIA_MOT_DE_PASSE", "")).plant()
        if not accounts:
            return
        path = Path(settings.EMAIL_FILE_PATH).parent / "comptes.txt"
        path.write_text("".join(f"{line}\n" for line in accounts), encoding="utf-8")
