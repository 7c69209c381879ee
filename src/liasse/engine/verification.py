"""The whole of a verification: facts in, statements, aggregates and findings out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from liasse.compiler.plan import Plan
from liasse.engine.controls import Judgement, Outcome, judge
from liasse.engine.findings import Compte, Finding, findings
from liasse.engine.incremental import evaluate
from liasse.engine.terms import places
from liasse.engine.values import Evaluation, Facts
from liasse.model.rules import Gravite

ALL_OUTCOMES = frozenset(Outcome)


@dataclass(frozen=True, slots=True)
class Verification:
    """
    An evaluation, its judgements and its findings (every outcome, most severe and largest gap first).

    `comptes_sans_ligne` are the accounts with an amount that no line takes, memorandum accounts of class 8
    included: what the totals leave out.
    """

    evaluation: Evaluation
    judgements: tuple[Judgement, ...]
    findings: tuple[Finding, ...]
    comptes_sans_ligne: tuple[Compte, ...] = ()

    @property
    def plan(self) -> Plan:
        """The plan that was used."""
        return self.evaluation.plan

    @property
    def anomalies(self) -> tuple[Finding, ...]:
        """The findings that are gaps."""
        return tuple(finding for finding in self.findings if finding.outcome is Outcome.ECART)

    @property
    def is_blocking(self) -> bool:
        """Tell whether a blocking control found a gap."""
        return any(finding.gravite is Gravite.BLOQUANT for finding in self.anomalies)

    def counts(self) -> Mapping[str, int]:
        """Return how many gaps by severity, and how many checks by outcome."""
        outcomes = Counter(judgement.outcome for judgement in self.judgements)
        severities = Counter(finding.gravite for finding in self.anomalies)
        return {
            **{str(gravite): severities[gravite] for gravite in Gravite},
            **{str(outcome): outcomes[outcome] for outcome in Outcome},
        }


def verify(plan: Plan, facts: Facts) -> Verification:
    """Evaluate *facts* under *plan* and judge every control."""
    evaluation = evaluate(plan, facts)
    judgements = judge(evaluation)
    found = findings(evaluation, judgements, ALL_OUTCOMES)
    return Verification(evaluation, judgements, found, _unplaced(plan, facts))


def _unplaced(plan: Plan, facts: Facts) -> tuple[Compte, ...]:
    if facts.balance is None:
        return ()
    return tuple(
        Compte(ligne.compte, ligne.libelle, ligne.solde)
        for ligne in facts.balance
        if ligne.solde and not places(plan, ligne)
    )
