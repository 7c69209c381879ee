"""The application `rapatriement`."""

from __future__ import annotations

from django.apps import AppConfig


class RapatriementConfig(AppConfig):
    """Copies of what was transmitted to the ministry."""

    name = "harmonia.rapatriement"
    label = "rapatriement"
