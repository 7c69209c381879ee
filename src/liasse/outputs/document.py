"""What a report is made of: a verification, what was read, and what must be said about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from liasse.compiler.plan import Plan
from liasse.engine.controls import Outcome
from liasse.engine.findings import Finding
from liasse.engine.values import Evaluation
from liasse.engine.verification import Verification
from liasse.imports.report import ImportReport
from liasse.model.rules import Gravite
from liasse.outputs.reading import Reserve, reserves

STATES: Final = (
    *(str(gravite) for gravite in Gravite),
    str(Outcome.NON_EVALUABLE),
    str(Outcome.CONFORME),
    str(Outcome.SANS_OBJET),
)
"""The state of a control over all its lines: the first of these that one of its lines has."""


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
    reserves: tuple[Reserve, ...] = field(init=False)
    """What the reading of the files leaves in doubt."""

    def __post_init__(self) -> None:
        before = reserves(self.precedent, self.exercice - 1) if self.precedent else ()
        object.__setattr__(self, "reserves", (*reserves(self.lecture, self.exercice), *before))

    @property
    def evaluation(self) -> Evaluation:
        """The values."""
        return self.verification.evaluation

    @property
    def plan(self) -> Plan:
        """The plan that was used."""
        return self.evaluation.plan

    @property
    def exercice(self) -> int:
        """The closing year."""
        return self.evaluation.facts.exercice

    @property
    def anomalies(self) -> tuple[Finding, ...]:
        """The doubts about the reading, then the gaps that the controls found."""
        return (*(reserve.finding for reserve in self.reserves), *self.verification.anomalies)

    @property
    def is_blocking(self) -> bool:
        """Tell whether an anomaly blocks."""
        return any(finding.gravite is Gravite.BLOQUANT for finding in self.anomalies)

    def counts(self) -> Mapping[str, int]:
        """Return how many anomalies by severity, and how many lines judged by outcome."""
        counts = dict(self.verification.counts())
        counts[str(Gravite.BLOQUANT)] += len(self.reserves)
        return counts

    def controls(self) -> Mapping[str, int]:
        """Return how many controls, each counted once, are in each of `STATES`."""
        ranks: dict[str, int] = {}
        for finding in (*self.anomalies, *self.verification.findings):
            is_gap = finding.outcome is Outcome.ECART
            rank = STATES.index(str(finding.gravite if is_gap else finding.outcome))
            ranks[finding.code] = min(rank, ranks.get(finding.code, rank))
        found = Counter(ranks.values())
        return {state: found[rank] for rank, state in enumerate(STATES)}
