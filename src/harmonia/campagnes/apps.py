"""The application `campagnes`."""

from __future__ import annotations

from django.apps import AppConfig


class CampagnesConfig(AppConfig):
    """Collections."""

    name = "harmonia.campagnes"
    label = "campagnes"
