"""The application `tenancy`."""

from __future__ import annotations

from django.apps import AppConfig


class TenancyConfig(AppConfig):
    """Scopes and the tables that every process shares."""

    name = "harmonia.tenancy"
    label = "tenancy"
