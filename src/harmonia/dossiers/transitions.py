"""The one service that moves a dossier from a step to another: atomic, and the same demand counts once."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Max
from django.utils import timezone

from harmonia.dossiers.completeness import completeness, gaps, unjustified
from harmonia.dossiers.corrections import keep_request
from harmonia.dossiers.evaluation import Live, live
from harmonia.dossiers.models import Dossier, Signature, Transition, VersionScellee
from harmonia.dossiers.plans import form_for
from harmonia.dossiers.progress import keep_percent
from harmonia.dossiers.services import lock
from harmonia.dossiers.workflow import Action, workflow
from harmonia.tenancy.scope import current, kept_for_now
from liasse import Gravite, depot_of, filing_plain
from liasse.echanges import sha256


class RefusedError(Exception):
    """A transition that cannot be; its words are for the person who asked."""


@dataclass(frozen=True, slots=True)
class Demand:
    """
    A transition asked for.

    `jeton` is drawn when the page is made: sent twice, it counts once.  `version` is that of the dossier
    that the person saw.  `joint` is what the page of the action adds, for its effects to read.
    """

    action: str
    jeton: uuid.UUID
    version: int
    motif: str = ""
    joint: Mapping[str, Any] = field(default_factory=dict)


Effect = Callable[[Dossier, Demand, str], object]
EFFECTS: Final[dict[str, Effect]] = {}
"""What an effect of `etapes.toml` does, by its name; a room above adds its own when it is ready."""


def effect(name: str) -> Callable[[Effect], Effect]:
    """Say that a function is what an effect does: in the transaction, before the transition is written."""

    def register(function: Effect) -> Effect:
        EFFECTS[name] = function
        return function

    return register


def move(dossier: Dossier, demand: Demand, profils: Collection[str]) -> Dossier:
    """
    Move a dossier, or do nothing when this very demand was already served.

    Raises:
        RefusedError: the step, the profile, a missing reason or a condition forbids it.
    """
    action = workflow().actions.get(demand.action)
    if action is None:
        raise RefusedError("Cette action n'existe pas.")
    lock(dossier.pk)
    if Transition.objects.filter(jeton=demand.jeton).exists():
        dossier.refresh_from_db()
        return dossier
    dossier.refresh_from_db(fields=["etape", "rang", "version"])
    _check(dossier, action, demand, profils)
    _require(dossier, action)
    _write(dossier, action, demand)
    return dossier


def _check(dossier: Dossier, action: Action, demand: Demand, profils: Collection[str]) -> None:
    if action.qui.isdisjoint(profils):
        raise RefusedError(f"« {action.titre} » n'est pas dans vos droits.")
    if dossier.etape not in action.de:
        titre = workflow().etapes[dossier.etape].titre
        raise RefusedError(f"« {action.titre} » n'est pas possible : le dossier est à l'étape « {titre} ».")
    if dossier.version != demand.version:
        raise RefusedError("Quelqu'un a fait avancer ce dossier entre-temps : relisez-le, puis recommencez.")
    if action.motif and not demand.motif.strip():
        raise RefusedError("Donnez un motif : il sera lu par l'autre partie et gardé avec le dossier.")


def _require(dossier: Dossier, action: Action) -> None:
    pending = pending_return(dossier) is not None
    for condition in action.exige:
        if condition == "demande" and not pending:
            raise RefusedError("Aucune demande de retour n'attend de réponse.")
        if condition == "sans_demande" and pending:
            raise RefusedError("Une demande de retour attend déjà une réponse.")
        if condition.startswith("signature:"):
            _require_signature(dossier, condition.partition(":")[2])
        if condition in {"complet", "sans_bloquant", "justifie"}:
            _require_content(dossier, condition)


def _require_signature(dossier: Dossier, role: str) -> None:
    signed = signatures(dossier).get(role)
    if signed is None:
        raise RefusedError(f"La signature du responsable {role} manque.")
    if signed.empreinte != digest(live(dossier)):
        raise RefusedError(
            f"Les valeurs ont changé depuis la signature du responsable {role} : elle est à refaire."
        )


def _require_content(dossier: Dossier, condition: str) -> None:
    state = live(dossier)
    if condition == "complet":
        found = completeness(dossier, state)
        keep_percent(dossier, found.percent)
        left = [table.code for table in found.tables if table.is_missing]
        if left:
            raise RefusedError(f"Restent à compléter, ou à déclarer néant : {', '.join(left)}.")
    elif condition == "sans_bloquant":
        count = sum(
            1 for check, one in gaps(state) if (one.gravite or check.control.gravite) is Gravite.BLOQUANT
        )
        if count:
            plural = "s" if count > 1 else ""
            raise RefusedError(f"{count} anomalie{plural} bloquante{plural} : corrigez avant de continuer.")
    else:
        waiting = unjustified(dossier, state)
        if waiting:
            raise RefusedError(f"À justifier d'abord : {', '.join(sorted(waiting))}.")


def _write(dossier: Dossier, action: Action, demand: Demand) -> None:
    user_id, now = current().user_id or None, timezone.now()
    from_step = dossier.etape
    for effect in action.effets:
        name, _, detail = effect.partition(":")
        EFFECTS[name](dossier, demand, detail)
    Transition.objects.create(
        dossier=dossier,
        organisme_id=dossier.organisme_id,
        action=action.code,
        de=from_step,
        vers=action.vers,
        motif=demand.motif.strip(),
        jeton=demand.jeton,
        par_id=user_id,
        le=now,
    )
    dossier.etape, dossier.rang = action.vers, workflow().etapes[action.vers].rang
    dossier.version += 1
    dossier.etape_le = now
    dossier.save(update_fields=["etape", "rang", "version", "etape_le"])


def pending_return(dossier: Dossier) -> Transition | None:
    """Return the demand to go back that waits for an answer."""
    last = (
        Transition.objects.filter(dossier=dossier, action__in=workflow().with_effect("demande", "repond"))
        .order_by("-id")
        .first()
    )
    return last if last is not None and "demande" in workflow().actions[last.action].effets else None


# ── Signatures and seals ─────────────────────────────────────────────────────────────────────────


def signatures(dossier: Dossier) -> dict[str, Signature]:
    """Return the standing signatures, by role."""
    rows = Signature.objects.filter(dossier=dossier, annulee_le=None).select_related("par").order_by("id")
    return {row.role: row for row in rows}


@effect("signature")
def _sign(dossier: Dossier, _demand: Demand, role: str) -> None:
    Signature.objects.filter(dossier=dossier, role=role, annulee_le=None).update(annulee_le=timezone.now())
    Signature.objects.create(
        dossier=dossier,
        organisme_id=dossier.organisme_id,
        role=role,
        empreinte=digest(live(dossier)),
        par_id=current().user_id,
        le=timezone.now(),
    )


@effect("annule_signatures")
def _cancel_signatures(dossier: Dossier, _demand: Demand, _detail: str) -> None:
    Signature.objects.filter(dossier=dossier, annulee_le=None).update(annulee_le=timezone.now())


@effect("scelle")
def _seal(dossier: Dossier, _demand: Demand, _detail: str) -> None:
    seal(dossier)


@effect("demande")
@effect("repond")
def _told(_dossier: Dossier, _demand: Demand, _detail: str) -> None:
    """Nothing more than the transition itself: `pending_return` reads it."""


@effect("ouvre_cellules")
def _open_cells(dossier: Dossier, demand: Demand, _detail: str) -> None:
    """Open some cells, and leave the others closed."""
    if not demand.joint.get("cles"):
        raise RefusedError(
            "Une demande de correction nomme les cellules qu'elle ouvre : cochez-en au moins une."
        )
    keep_request(dossier, demand.joint["cles"], demand.motif, demand.joint.get("pour_le"))


def digest(state: Live) -> str:
    """Return the SHA-256 of everything that a dossier holds, whatever the order in which it was typed."""
    known: tuple[object, str] | None = kept_for_now().get("digest")
    if known is not None and known[0] is state.state:
        return known[1]
    made = sha256(sorted((cle, held.valeur, held.texte) for cle, held in state.state.items()))
    kept_for_now()["digest"] = state.state, made
    return made


def seal(dossier: Dossier) -> VersionScellee:
    """Keep the dossier as it is now, for ever: canonical content, form, verdicts, digest."""
    state = live(dossier)
    plan = state.plan
    depot = depot_of(plan, state.evaluation.facts, dossier.organisme.nom)
    content: dict[str, Any] = filing_plain(depot, form_for(plan))
    verdicts = [
        {
            "controle": check.control.code,
            "ligne": check.ligne,
            "resultat": str(one.outcome),
            "ecart": one.ecart,
        }
        for check, one in zip(plan.checks, state.judgements, strict=True)
    ]
    last = VersionScellee.objects.filter(dossier=dossier).aggregate(last=Max("numero"))["last"] or 0
    return VersionScellee.objects.create(
        dossier=dossier,
        organisme_id=dossier.organisme_id,
        numero=last + 1,
        contenu=content,
        verification={"controles": verdicts},
        modele=plan.fingerprint,
        empreinte=sha256({"contenu": content, "controles": verdicts}),
        par_id=current().user_id or None,
        le=timezone.now(),
    )
