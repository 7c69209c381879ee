"""The application `federation`."""

from __future__ import annotations

from django.apps import AppConfig


class FederationConfig(AppConfig):
    """Pages."""

    name = "harmonia.federation"
    label = "federation"
