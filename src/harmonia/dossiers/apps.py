"""The application `dossiers`."""

from __future__ import annotations

from django.apps import AppConfig


class DossiersConfig(AppConfig):
    """Filings."""

    name = "harmonia.dossiers"
    label = "dossiers"
