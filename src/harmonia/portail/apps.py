"""The application `portail`."""

from __future__ import annotations

from django.apps import AppConfig


class PortailConfig(AppConfig):
    """Pages."""

    name = "harmonia.portail"
    label = "portail"
