"""The application `documents`."""

from __future__ import annotations

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Attachments and messages."""

    name = "harmonia.documents"
    label = "documents"
