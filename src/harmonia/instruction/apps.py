"""The application `instruction`."""

from __future__ import annotations

from django.apps import AppConfig


class InstructionConfig(AppConfig):
    """The work of those who examine."""

    name = "harmonia.instruction"
    label = "instruction"
