"""The application `acces`."""

from __future__ import annotations

from django.apps import AppConfig


class AccesConfig(AppConfig):
    """Accounts."""

    name = "harmonia.acces"
    label = "acces"
