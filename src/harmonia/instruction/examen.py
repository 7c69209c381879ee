"""Examination: a verdict with its reasons and its evidence; what a request for correction may open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils import timezone

from harmonia.dossiers.access import REVIEW
from harmonia.dossiers.alerts import cells_of
from harmonia.dossiers.anomalies import Anomaly, anomalies
from harmonia.dossiers.corrections import Cible, target
from harmonia.dossiers.evaluation import Live
from harmonia.dossiers.models import Dossier, VersionScellee
from harmonia.dossiers.reports import verify_and_seal
from harmonia.dossiers.transitions import Demand, RefusedError, effect
from harmonia.dossiers.workflow import workflow
from harmonia.instruction.models import Examen, MotifExamen, Sens
from harmonia.tenancy.scope import current
from liasse import Gravite, Outcome, Plan

MOST: Final = 400
"""Keys that one request may open: beyond, a table is named."""


@effect("examen")
def _judge(dossier: Dossier, demand: Demand, sens: str) -> None:
    """Keep a verdict with the sealed verification of what was transmitted."""
    motifs = {
        str(code): " ".join(str(texte).split()) for code, texte in demand.joint.get("motifs", {}).items()
    }
    if sens == Sens.INSUFFISANT and not motifs:
        raise RefusedError("Un avis d'insuffisance a au moins un motif : cochez-le, et dites lequel.")
    unknown = set(motifs) - set(MotifExamen.values)
    if unknown or any(not texte for texte in motifs.values()):
        raise RefusedError("Chaque motif coché s'explique en quelques mots : l'organisme les lira.")
    version = VersionScellee.objects.filter(dossier=dossier).values_list("numero", flat=True).first()
    Examen.objects.create(
        dossier=dossier,
        organisme_id=dossier.organisme_id,
        sens=sens,
        motifs=motifs if sens == Sens.INSUFFISANT else {},
        avis=demand.motif.strip(),
        version=version or 0,
        rapport=verify_and_seal(dossier),
        par_id=current().user_id,
        le=timezone.now(),
    )


def verdicts(dossier: Dossier) -> list[Examen]:
    """Return the verdicts on a dossier, the last first."""
    return list(
        Examen.objects.filter(dossier=dossier).select_related("par", "rapport").defer("rapport__contenu")
    )


def standing_verdict(dossier: Dossier) -> Examen | None:
    """Return the verdict on what was transmitted last; None while it is examined, or where nobody judges."""
    if dossier.rang == REVIEW or not _judges():
        return None
    found: Examen | None = Examen.objects.filter(dossier=dossier).select_related("par").first()
    return found


def _judges() -> bool:
    """Tell whether the steps of this door end in verdicts."""
    return any(one.startswith("examen:") for action in workflow().actions.values() for one in action.effets)


@dataclass(frozen=True, slots=True)
class Point:
    """A gap that may be asked to be corrected, with the keys that would open."""

    lieu: str
    anomaly: Anomaly
    cles: tuple[tuple[str, str], ...]

    @property
    def grave(self) -> bool:
        """Tell whether it blocks."""
        return self.anomaly.gravite is Gravite.BLOQUANT


def points(dossier: Dossier, state: Live) -> tuple[Point, ...]:
    """Return the gaps of a dossier, what waits for somebody first, with the cells to type behind each."""
    return tuple(
        Point(one.lieu, one, tuple(_behind(state, one)))
        for one in anomalies(dossier, state, frozenset({Outcome.ECART}))
        if one.gravite is not Gravite.INFORMATION
    )


def _behind(state: Live, anomaly: Anomaly) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for cell in cells_of(state, anomaly.check, anomaly.judgement):
        for cle in target(state.plan, cell).cles:
            slot = state.plan.slots[state.plan.index[cle]] if cle in state.plan.index else None
            found.setdefault(cle, slot.libelle if slot is not None else "")
            if len(found) >= 40:
                return list(found.items())
    return list(found.items())


@dataclass(frozen=True, slots=True)
class Opened:
    """What an officer asks to open, and what cannot be read in it."""

    cles: tuple[str, ...]
    refus: tuple[str, ...]


def read_opened(plan: Plan, ticked: Sequence[str], words: str) -> Opened:
    """Read the cells ticked and those written, separated by spaces, commas or lines."""
    found: list[Cible] = [
        target(plan, one) for one in (*ticked, *words.replace(",", " ").replace(";", " ").split())
    ]
    cles = tuple(dict.fromkeys(cle for one in found for cle in one.cles))
    faults = [one.refus for one in found if one.refus]
    if len(cles) > MOST:
        faults.append(f"Cette demande ouvre {len(cles)} cellules : nommez plutôt les tables.")
    return Opened(cles, tuple(faults))


def reasons(given: Mapping[str, str]) -> dict[str, str]:
    """Return the reasons ticked in a form, each with its words."""
    return {code: given.get(f"texte_{code}", "") for code in MotifExamen.values if given.get(f"motif_{code}")}
