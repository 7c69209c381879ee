"""The application `consultations`."""

from __future__ import annotations

from django.apps import AppConfig


class ConsultationsConfig(AppConfig):
    """Who saw what."""

    name = "harmonia.consultations"
    label = "consultations"
