"""The application `transmissions`."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class TransmissionsConfig(AppConfig):
    """Sealed snapshots and their receipts."""

    name = "harmonia.transmissions"
    label = "transmissions"

    def ready(self) -> None:
        """Say what the effects `transmet` and `provisoire` of a step do."""
        import_module("harmonia.transmissions.services")
        import_module("harmonia.transmissions.provisoires")
