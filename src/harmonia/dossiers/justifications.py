"""Justifications: they stand while the figures behind do not move, across re-imports too."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from django.db import transaction
from django.utils import timezone

from harmonia.dossiers.access import REVIEW
from harmonia.dossiers.evaluation import Live
from harmonia.dossiers.models import Dossier, Justification
from harmonia.tenancy.porte import porte
from harmonia.tenancy.prepared import Prepared
from harmonia.tenancy.scope import Role, current
from liasse import Check, Gravite, Judgement, Plan

CLOSED: Final = 5
"""The rank from which nothing is justified any more."""

MAX_TEXT: Final = 4_000


_KEPT: Final = Prepared(
    lambda dossier_id: (
        Justification.objects.filter(dossier_id=dossier_id, remplacee=False)
        .select_related("par", "decide_par")
        .order_by("id")
    ),
    int,
)


class Standing(StrEnum):
    """What a justification is worth today; only the first two silence a warning."""

    JUSTIFIEE = "justifiée"
    ACCEPTEE = "acceptée"
    REFUSEE = "refusée"
    PLAFOND = "au-delà du plafond"
    A_REVOIR = "à revoir"
    AUCUNE = "à justifier"

    @property
    def holds(self) -> bool:
        """Tell whether the warning is explained."""
        return self in {Standing.JUSTIFIEE, Standing.ACCEPTEE}


class Decision(StrEnum):
    """What the authority says of a justification."""

    ACCEPTEE = "acceptee"
    REFUSEE = "refusee"
    PLAFOND = "plafond"


class JustificationError(Exception):
    """A justification or a decision that cannot be; its words are for the person who asked."""


class Given(NamedTuple):
    """What a person gives to justify: words, the amount that they explain (cents), a document."""

    texte: str
    montant: int | None = None
    document_id: uuid.UUID | None = None


def place(check: Check) -> str:
    """Return the name of a check: its control (with its part), and its line when it has several."""
    return f"{check.control.identifier} {check.ligne}".strip()


def place_of(row: Justification) -> str:
    """Return the name of the check that a justification is about."""
    return f"{row.controle} {row.lieu}".strip()


def gravity(check: Check, judgement: Judgement) -> Gravite:
    """Return how grave a check is, as it was judged."""
    return judgement.gravite or check.control.gravite


def figures(state: Live, check: Check, judgement: Judgement) -> str:
    """
    Return the digest of what a justification explains: the sides, the gap and the cells compared.

    The order of the rows of a keyed section counts for nothing: a file may give them in another.
    """
    index, values = state.plan.index, state.evaluation.values
    seen = []
    for cell in check.cells:
        value = values[index[cell]] if cell in index else None
        seen.append((cell, sorted(map(repr, value)) if isinstance(value, tuple) else value))
    rows = sorted((key, one.gauche or 0, one.droite or 0, one.ecart or 0) for key, one in judgement.rows)
    sides = () if rows else (judgement.gauche, judgement.droite, judgement.ecart)
    text = repr((check.control.identifier, check.ligne, sides, rows, seen))
    return hashlib.sha256(text.encode()).hexdigest()


def kept(dossier: Dossier) -> dict[str, Justification]:
    """Return the last justification of each check, whether it still stands or not."""
    return {place_of(row): row for row in _KEPT.rows(dossier.pk)}


def standing_of(row: Justification | None, state: Live, check: Check, judgement: Judgement) -> Standing:
    """
    Return what a justification is worth for the figures of today.

    Accepted up to a ceiling, it holds as long as the gap stays under it, wherever the figures go.
    """
    if row is None:
        return Standing.AUCUNE
    if row.decision == Decision.REFUSEE:
        return Standing.REFUSEE
    if row.decision == Decision.PLAFOND:
        return Standing.ACCEPTEE if largest_gap(judgement) <= (row.plafond or 0) else Standing.PLAFOND
    if row.figures != figures(state, check, judgement):
        return Standing.A_REVOIR
    return Standing.ACCEPTEE if row.decision == Decision.ACCEPTEE else Standing.JUSTIFIEE


def largest_gap(judgement: Judgement) -> int:
    """Return the size of a gap; that of its worst row when it is judged row by row."""
    gaps = [abs(one.ecart or 0) for _, one in judgement.rows] or [abs(judgement.ecart or 0)]
    return max(gaps)


def standing(dossier: Dossier, state: Live) -> Mapping[str, Justification]:
    """Return the justifications that explain the figures of today, by control and line."""
    rows = kept(dossier)
    if not rows:
        return {}
    known = _positions(state.plan)
    return {
        name: row
        for name, row in rows.items()
        if (at := known.get(name)) is not None
        and standing_of(row, state, state.plan.checks[at], state.judgements[at]).holds
    }


@lru_cache(maxsize=32)
def _positions(plan: Plan) -> Mapping[str, int]:
    """Return where each check stands, by its name."""
    return {place(check): position for position, check in enumerate(plan.checks)}


def last_year(dossier: Dossier) -> dict[str, Justification]:
    """Return what was said of each check a year before."""
    return kept(dossier.precedent) if dossier.precedent is not None else {}


def may_justify(dossier: Dossier) -> bool:
    """Tell whether the open scope may justify: the organisation, until the dossier is closed."""
    scope = current()
    return (
        scope.role is Role.ORGANISME and scope.organisme_id == dossier.organisme_id and dossier.rang < CLOSED
    )


def may_decide(dossier: Dossier) -> bool:
    """Tell whether the open scope may accept or refuse: the authority, at step 4."""
    return current().role.est_autorite and dossier.rang == REVIEW


def admitted(dossier: Dossier, texte: str) -> str:
    """
    Return the words of a justification that can be kept; to be asked before a document is.

    Raises:
        JustificationError: nothing is said, too much is, or the step of the dossier forbids it.
    """
    if not may_justify(dossier):
        raise JustificationError("Ce dossier ne se justifie plus : il est clos, ou n'est pas le vôtre.")
    if not texte.strip():
        raise JustificationError("Écrivez en quelques mots pourquoi cet écart est normal.")
    if len(texte.strip()) > MAX_TEXT:
        raise JustificationError(f"Le texte dépasse {MAX_TEXT} caractères : joignez plutôt un document.")
    return texte.strip()


def justify(
    dossier: Dossier, state: Live, check: Check, judgement: Judgement, given: Given | str
) -> Justification:
    """
    Keep a justification in the place of the former one for the same check.

    Raises:
        JustificationError: nothing is said, too much is, or the step of the dossier forbids it.
    """
    said = given if isinstance(given, Given) else Given(given)
    texte = admitted(dossier, said.texte)
    known = Justification.objects.filter(
        dossier=dossier, controle=check.control.identifier, lieu=check.ligne, remplacee=False
    )
    with transaction.atomic():
        known.update(remplacee=True)
        return Justification.objects.create(
            dossier=dossier,
            organisme_id=dossier.organisme_id,
            controle=check.control.identifier,
            lieu=check.ligne,
            texte=texte,
            montant=said.montant,
            document_id=said.document_id,
            figures=figures(state, check, judgement),
            par_id=current().user_id,
            le=timezone.now(),
        )


def decide(
    dossier: Dossier, justification_id: int, decision: Decision, plafond: int | None, motif: str
) -> Justification:
    """
    Accept a justification, refuse it with a reason, or accept it up to a ceiling in cents.

    Raises:
        JustificationError: the step forbids it, it was replaced, or a ceiling or a reason is missing.
    """
    if not may_decide(dossier):
        raise JustificationError(f"Une justification se juge à l'étape 4, par {porte().le}.")
    if decision is Decision.REFUSEE and not motif.strip():
        raise JustificationError("Donnez le motif du refus : l'organisme le lira.")
    if decision is Decision.PLAFOND and not (plafond and plafond > 0):
        raise JustificationError("Donnez le plafond accepté, en euros.")
    row = Justification.objects.filter(pk=justification_id, dossier=dossier, remplacee=False).first()
    if row is None:
        raise JustificationError("Cette justification a été remplacée entre-temps : relisez-la.")
    row.decision = decision.value
    row.plafond = plafond if decision is Decision.PLAFOND else None
    row.motif = motif.strip()
    row.decide_par_id = current().user_id
    row.decide_le = timezone.now()
    row.save(update_fields=["decision", "plafond", "motif", "decide_par", "decide_le"])
    return row
