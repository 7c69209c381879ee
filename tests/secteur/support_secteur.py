"""Plans and judgements that the tests of the fictional sector share."""

from __future__ import annotations

from liasse import Evaluation, Gravite, Outcome, Plan
from liasse.engine.findings import Finding
from liasse.engine.verification import verify
from secteur import Depot, Organisme, depot, evaluation, faits
from tests.support import plan_2022, shipped_plan


def plan_of_family(famille: str) -> Plan:
    """Return the widest plan that a family files."""
    return shipped_plan("qdis_coop", "2022") if famille == "COOP" else plan_2022(famille)


def findings_of(filing: Depot, plan: Plan, precedent: Evaluation | None) -> tuple[Finding, ...]:
    """Return every finding, whatever its outcome."""
    return verify(plan, faits(filing, plan, precedent)).findings


def findings(organisme: Organisme, annee: int, plan: Plan) -> tuple[Finding, ...]:
    """Return every finding of an organisation in an exercice, all its earlier exercices known."""
    return findings_of(depot(organisme, annee), plan, evaluation(organisme, annee - 1, plan))


def blocking_gaps(found: tuple[Finding, ...]) -> list[str]:
    """Name the blocking controls that found a gap."""
    return [
        f"{item.code} : {item.message}"
        for item in found
        if item.gravite is Gravite.BLOQUANT and item.outcome is Outcome.ECART
    ]


def gaps(found: tuple[Finding, ...]) -> set[tuple[str, str]]:
    """Name the gaps by control and line."""
    return {(item.code, item.message) for item in found if item.outcome is Outcome.ECART}
