"""The application `tenancy`."""

from __future__ import annotations

from django.apps import AppConfig

from harmonia.tenancy.logs import configure


class TenancyConfig(AppConfig):
    """Scopes and the tables that every process shares."""

    name = "harmonia.tenancy"
    label = "tenancy"

    def ready(self) -> None:
        """Set the logs up."""
        configure()
