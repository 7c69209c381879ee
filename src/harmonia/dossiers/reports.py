"""Dated verifications: sealed by their SHA-256, kept in the dossier, checked and compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.utils import timezone

from harmonia.acces.models import User
from harmonia.dossiers.anomalies import Anomaly, Summary, anomalies, summary
from harmonia.dossiers.evaluation import Live, estimate, live
from harmonia.dossiers.justifications import place
from harmonia.dossiers.models import Dossier, RapportScelle, VersionScellee
from harmonia.dossiers.progress import keep_progress
from harmonia.tenancy.scope import current
from liasse import Evaluation, Gravite, Outcome, SlotKind
from liasse.echanges import sha256

Plain = dict[str, Any]

_TWICE: Final = timedelta(seconds=20)
"""Two verifications of the same figures by the same person within this time are a double click."""


def verify_and_seal(dossier: Dossier) -> RapportScelle:
    """
    Judge a dossier as it is now, and keep the dated report for ever.

    Raises:
        PermissionError: the scope may not read its values.
    """
    state = live(dossier)
    found = anomalies(dossier, state)
    counts = summary(state, found)
    keep_progress(dossier, state)
    content = _content(dossier, state, found, counts)
    last = RapportScelle.objects.filter(dossier=dossier).first()
    now, user_id = timezone.now(), current().user_id or None
    if last is not None and last.par_id == user_id and now - last.le < _TWICE and _same(last, content):
        return last
    user = User.objects.filter(pk=user_id or 0).first()
    content["scelle"] = {"le": now.isoformat(), "par": user.nom if user else ""}
    return RapportScelle.objects.create(
        dossier=dossier,
        organisme_id=dossier.organisme_id,
        curseur=state.cursor,
        contenu=content,
        bloquants=counts.bloquants,
        a_justifier=counts.a_justifier,
        empreinte=sha256(content),
        par_id=user_id,
        le=now,
    )


def last_report(dossier: Dossier) -> RapportScelle | None:
    """Return the last verification of a dossier, without its content; None when there was none."""
    return RapportScelle.objects.filter(dossier=dossier).select_related("par").defer("contenu").first()


def _same(report: RapportScelle, content: Plain) -> bool:
    sealed = {key: value for key, value in report.contenu.items() if key != "scelle"}
    return bool(sealed == content)


def _content(dossier: Dossier, state: Live, found: tuple[Anomaly, ...], counts: Summary) -> Plain:
    waiting = {
        place(check): list(one.missing)
        for check, one in zip(state.plan.checks, state.judgements, strict=True)
        if one.outcome is Outcome.NON_EVALUABLE
    }
    made: Plain = {
        "organisme": dossier.organisme.siren,
        "questionnaire": dossier.campagne.questionnaire,
        "exercice": dossier.campagne.exercice,
        "modele": state.plan.fingerprint,
        "curseur": state.cursor,
        "etape": dossier.etape,
        "synthese": {
            "bloquants": counts.bloquants,
            "a_justifier": counts.a_justifier,
            "justifies": counts.justifies,
            "information": counts.information,
            "satisfaits": counts.satisfaits,
            "sans_objet": counts.sans_objet,
            "non_evaluables": counts.non_evaluables,
        },
        "anomalies": [_plain(one) for one in found],
        "non_evaluables": waiting,
        "agregats": {},
    }
    restitution = estimate(dossier)
    if restitution is not None:
        made["agregats"] = aggregates(restitution)
    return made


def _plain(one: Anomaly) -> Plain:
    return {
        "controle": one.check.control.identifier,
        "ligne": one.check.ligne,
        "gravite": one.gravite.value,
        "message": one.finding.message,
        "gauche": one.finding.gauche,
        "droite": one.finding.droite,
        "ecart": one.finding.ecart,
        "unite": one.finding.unite,
        "lignes": [finding.ligne for finding in one.findings] if one.judgement.rows else [],
        "etat": one.etat.value if one.gravite is Gravite.A_JUSTIFIER else "",
        "justification": one.justification.texte if one.justification is not None else "",
    }


def aggregates(restitution: Evaluation) -> dict[str, int | None]:
    """Return the figures of the exercice in the statements of a restitution, by cell."""
    own = restitution.plan.model.tables
    return {
        slot.key: restitution.value(slot.key)
        for slot in restitution.plan.slots
        if slot.kind is SlotKind.CELL and slot.colonne == "N" and slot.table in {"SF", "AE"} & own.keys()
    }


def is_intact(sealed: RapportScelle | VersionScellee) -> bool:
    """Tell whether what is kept is what was sealed: its digest, computed again, is the same."""
    if isinstance(sealed, VersionScellee):
        return sealed.empreinte == sha256({"contenu": sealed.contenu, **sealed.verification})
    return sealed.empreinte == sha256(sealed.contenu)


# ── Between two reports ──────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Shift:
    """An anomaly, or an aggregate, in two reports; a side is None where it is not."""

    nom: str
    avant: Plain | int | None
    apres: Plain | int | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed from a report to a later one."""

    apparues: tuple[Shift, ...]
    disparues: tuple[Shift, ...]
    modifiees: tuple[Shift, ...]
    agregats: tuple[Shift, ...]

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing changed."""
        return not (self.apparues or self.disparues or self.modifiees or self.agregats)


def difference(before: RapportScelle, after: RapportScelle) -> Difference:
    """Return what changed between two reports."""
    old, new = _by_name(before.contenu), _by_name(after.contenu)
    first, then = before.contenu["agregats"], after.contenu["agregats"]
    return Difference(
        tuple(Shift(name, None, one) for name, one in new.items() if name not in old),
        tuple(Shift(name, one, None) for name, one in old.items() if name not in new),
        tuple(Shift(name, old[name], one) for name, one in new.items() if name in old and old[name] != one),
        tuple(
            Shift(cell, first.get(cell), then.get(cell))
            for cell in dict.fromkeys((*then, *first))
            if first.get(cell) != then.get(cell)
        ),
    )


def _by_name(content: Plain) -> dict[str, Plain]:
    return {f"{one['controle']} {one['ligne']}".strip(): one for one in content["anomalies"]}
