"""What a report is made of: a verification, what was read, and what must be said about it."""

from __future__ import annotations

from dataclasses import dataclass

from liasse.compiler.plan import Plan
from liasse.engine.values import Evaluation
from liasse.engine.verification import Verification
from liasse.imports.report import ImportReport


@dataclass(frozen=True, slots=True)
class Document:
    """
    One verification, ready to be written in any format.

    `remarques` are what was chosen on behalf of the user, in French, to be read first.
    """

    fichier: str
    verification: Verification
    lecture: ImportReport
    precedent: ImportReport | None = None
    remarques: tuple[str, ...] = ()

    @property
    def evaluation(self) -> Evaluation:
        """The values."""
        return self.verification.evaluation

    @property
    def plan(self) -> Plan:
        """The plan that was used."""
        return self.verification.plan

    @property
    def exercice(self) -> int:
        """The closing year."""
        return self.evaluation.facts.exercice
