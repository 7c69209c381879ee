"""The application `ministere`."""

from __future__ import annotations

from django.apps import AppConfig


class MinistereConfig(AppConfig):
    """Pages."""

    name = "harmonia.ministere"
    label = "ministere"
