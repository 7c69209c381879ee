"""The application `api`."""

from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Consents and the API."""

    name = "harmonia.api"
    label = "api"
