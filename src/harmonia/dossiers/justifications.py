"""Justifications: they stand while the figures behind do not move, across re-imports too."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from django.utils import timezone

from harmonia.dossiers.evaluation import Live
from harmonia.dossiers.models import Dossier, Justification
from harmonia.tenancy.scope import current
from liasse import Check, Judgement


def figures(state: Live, check: Check, judgement: Judgement) -> str:
    """Return the digest of what a justification explains: the sides, the gap and the cells compared."""
    index, values = state.plan.index, state.evaluation.values
    seen = [(cell, values[index[cell]]) for cell in check.cells if cell in index]
    text = repr((check.control.code, check.ligne, judgement.gauche, judgement.droite, judgement.ecart, seen))
    return hashlib.sha256(text.encode()).hexdigest()


def standing(dossier: Dossier, state: Live) -> Mapping[str, Justification]:
    """Return the justifications that still explain the figures of today, by control and line."""
    rows = Justification.objects.filter(dossier=dossier, remplacee=False).select_related("par").order_by("id")
    kept = {f"{row.controle} {row.lieu}".strip(): row for row in rows}
    if not kept:
        return {}
    found: dict[str, Justification] = {}
    for check, judgement in zip(state.plan.checks, state.judgements, strict=True):
        name = f"{check.control.code} {check.ligne}".strip()
        row = kept.get(name)
        if row is not None and row.decision != "refusee" and row.figures == figures(state, check, judgement):
            found[name] = row
    return found


def justify(
    dossier: Dossier, state: Live, check: Check, judgement: Judgement, texte: str, montant: int | None = None
) -> Justification:
    """Keep a justification in the place of the former one for the same control and line."""
    Justification.objects.filter(
        dossier=dossier, controle=check.control.code, lieu=check.ligne, remplacee=False
    ).update(remplacee=True)
    return Justification.objects.create(
        dossier=dossier,
        organisme_id=dossier.organisme_id,
        controle=check.control.code,
        lieu=check.ligne,
        texte=texte.strip(),
        montant=montant,
        figures=figures(state, check, judgement),
        par_id=current().user_id,
        le=timezone.now(),
    )
