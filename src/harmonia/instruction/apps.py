"""The application `instruction`."""

from __future__ import annotations

from django.apps import AppConfig


class InstructionConfig(AppConfig):
    """The work of those who examine."""

    name = "harmonia.instruction"
    label = "instruction"

    def ready(self) -> None:
        """Say what the effects of this room do, for the steps of the door."""
        from harmonia.instruction import examen  # noqa: F401, PLC0415 - its effects are registered by reading it
