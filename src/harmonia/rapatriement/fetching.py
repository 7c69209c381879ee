"""A Rapatriement fetched: each write is a transaction of its own; within none is the ministry asked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import structlog
from django.conf import settings

from harmonia.campagnes.models import Campagne
from harmonia.dossiers.access import access_content
from harmonia.dossiers.evaluation import plan_for
from harmonia.dossiers.imports import fail, keep_reading
from harmonia.dossiers.lecture import Lu
from harmonia.dossiers.models import EtatImport, ImportDepose, Rapatriement
from harmonia.dossiers.plans import warm
from harmonia.rapatriement import acces, ministere
from harmonia.rapatriement.fautes import RapatriementError
from harmonia.rapatriement.lecture import Attendu, brought, checked, links, source_questionnaires
from harmonia.rapatriement.models import AccesMinistere
from harmonia.tenancy.scope import Role, Scope, open_scope
from liasse import linked_questionnaires
from liasse.echanges import ClePublique, KeyFileError, read_keys, signer_of

log = structlog.get_logger(__name__)

_BROKEN: Final = (
    "Le Rapatriement s'est interrompu de notre côté. Rien n'a été changé dans votre dossier :"
    " recommencez, ou écrivez à l'assistance si cela se répète."
)


@dataclass(frozen=True, slots=True)
class Demande:
    """What a job was asked: by which access, for a snapshot about what."""

    access: AccesMinistere
    attendu: Attendu


def run(scope: Scope, import_id: int, tour: int) -> None:
    """Fetch a transmission, check it, bring it to the form of the dossier; or say what stops."""
    try:
        with open_scope(scope):
            asked = _demande(import_id, tour)
        if asked is None:
            return
        lecture = acces.reading_token(scope, asked.access)
        _progress(scope, import_id, tour, 40)
        recu = ministere.current(lecture)
        _progress(scope, import_id, tour, 70)
        scelle, cle = checked(recu.scelle, recu.accuse, pinned_keys(), asked.attendu)
        lu = brought(scelle, cle, asked.attendu.plan)
    except RapatriementError as error:
        _stopped(scope, import_id, tour, error)
        return
    with open_scope(scope):
        keep_reading(import_id, tour, lu)


def _demande(import_id: int, tour: int) -> Demande | None:
    """Return what is asked; None when there is nothing to do any more."""
    depose = ImportDepose.objects.filter(pk=import_id).first()
    if depose is None or (depose.tour, depose.etat) != (tour, EtatImport.DEPOSE):
        return None
    dossier = access_content(depose.dossier_id)
    access = AccesMinistere.objects.filter(pk=depose.options.get("acces"), dossier=dossier).first()
    if access is None:
        raise ministere.closed()
    plan = plan_for(dossier)
    attendu = Attendu(dossier.organisme.siren, dossier.campagne.exercice, plan, source_questionnaires(plan))
    return Demande(access, attendu)


def _progress(scope: Scope, import_id: int, tour: int, percent: int) -> None:
    with open_scope(scope):
        ImportDepose.objects.filter(pk=import_id, tour=tour).update(progression=percent)


def _stopped(scope: Scope, import_id: int, tour: int, error: RapatriementError) -> None:
    log.info("rapatriement_stopped", import_id=import_id, code=error.code)
    with open_scope(scope):
        depose = ImportDepose.objects.filter(pk=import_id).first()
        keep_reading(import_id, tour, Lu({}, [error.plain()]))
        fail_words(import_id, tour, str(error))
        if error.clos and depose is not None:
            for access in AccesMinistere.objects.filter(pk=depose.options.get("acces"), clos_le=None):
                acces.forget(access, error.quoi)


def fail_words(import_id: int, tour: int, message: str) -> None:
    """Put the words of what stopped on the page of an import that failed."""
    ImportDepose.objects.filter(pk=import_id, tour=tour, etat=EtatImport.ECHOUE).update(message=message)


def given_up(scope: Scope, import_id: int, tour: int) -> None:
    """Say that a Rapatriement was interrupted, for a reason that is ours."""
    with open_scope(scope):
        fail(import_id, tour, _BROKEN)


def pinned_keys() -> tuple[ClePublique, ...]:
    """Return the keys of the ministry that this portal holds for sure; none when they cannot be read."""
    return _read_keys(settings.CLE_MINISTERE) if settings.CLE_MINISTERE else ()


@lru_cache(maxsize=4)
def _read_keys(given: str) -> tuple[ClePublique, ...]:
    try:
        content = given.encode() if given.lstrip().startswith("-----BEGIN") else Path(given).read_bytes()
        return read_keys(content)
    except (OSError, KeyFileError):
        log.exception("ministry_key_unreadable")
        return ()


# ── The countersign ──────────────────────────────────────────────────────────────────────────────


def countersign(scope: Scope, rapatriement_id: int) -> None:
    """
    Have a proof countersigned, and keep the answer when it holds.

    Raises:
        RapatriementError: the ministry's portal does not answer for now.
    """
    with open_scope(scope):
        kept = Rapatriement.objects.select_related("depose").filter(pk=rapatriement_id).first()
        if kept is None or kept.comparaison is None or kept.contresignature is not None:
            return
        access = AccesMinistere.objects.filter(pk=kept.depose.options.get("acces")).first()
    if access is None:
        return
    try:
        answer = ministere.countersigned(acces.reading_token(scope, access), kept.comparaison)
    except RapatriementError as error:
        if error.passager:
            raise
        log.info("not_countersigned", rapatriement=rapatriement_id, code=error.code)
        return
    if signer_of(answer) not in pinned_keys() or answer.get("comparaison") != kept.comparaison:
        log.warning("countersign_does_not_hold", rapatriement=rapatriement_id)
        return
    with open_scope(scope):
        Rapatriement.objects.filter(pk=rapatriement_id).update(contresignature=answer)


# ── Before anybody waits ─────────────────────────────────────────────────────────────────────────


def ready() -> None:
    """Compile the forms of the open collections that take figures over, and their correspondences."""
    with open_scope(Scope(Role.SYSTEME)):
        known = list(Campagne.objects.filter(close_le=None).exclude(ouverte_le=None))
    for one in known:
        target = (one.questionnaire, one.millesime)
        for famille in one.familles.split(","):
            for source in linked_questionnaires(Path(settings.MODELES), *target):
                warm([(*source, famille, one.exercice), (*target, famille, one.exercice)])
                links(source, target, famille)
