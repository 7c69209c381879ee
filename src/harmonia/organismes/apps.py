"""The application `organismes`."""

from __future__ import annotations

from django.apps import AppConfig


class OrganismesConfig(AppConfig):
    """Organisations and memberships."""

    name = "harmonia.organismes"
    label = "organismes"
