"""
Imports and « reprises »: deposited, read, previewed, applied in one lot, undone.

Each step is written once: a second demand for what is done changes nothing.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from django.conf import settings
from django.db import connection
from django.utils import timezone

from harmonia.documents.store import keep
from harmonia.dossiers.choices import state_after, taken
from harmonia.dossiers.copied_differences import Brought, from_copy
from harmonia.dossiers.copies import copies, reference
from harmonia.dossiers.differences import Differences, from_balance, from_filing, from_precedent
from harmonia.dossiers.evaluation import Held, Live, evaluate_state, live, plan_for, stored_state
from harmonia.dossiers.keys import read_key
from harmonia.dossiers.lecture import Lu
from harmonia.dossiers.models import BalanceDeposee, Dossier, EtatImport, ImportDepose, Origine, SourceImport
from harmonia.dossiers.plans import form_for
from harmonia.dossiers.progress import keep_progress
from harmonia.dossiers.services import Outcome, Write, lock, lock_open, save_values, undo
from harmonia.dossiers.transitions import Demand, move
from harmonia.dossiers.workflow import workflow
from harmonia.tenancy.scope import current
from liasse import Depot, Evaluation, depot_of, read_filing

MAX_NAME: Final = 200
_ORIGINS: Final = {
    SourceImport.FICHIER: Origine.IMPORT,
    SourceImport.REPRISE: Origine.REPRISE,
    SourceImport.RAPATRIEMENT: Origine.RAPATRIEMENT,
}


class ImportRefusedError(Exception):
    """What was asked of an import cannot be; the words are for the person who asked."""


class MovedError(ImportRefusedError):
    """Values changed since the preview: it is to be read again."""


def begun(dossier_id: int, jeton: uuid.UUID) -> ImportDepose | None:
    """Return the import of a demand that was made already."""
    return ImportDepose.objects.filter(jeton=jeton, dossier_id=dossier_id).first()


# ── Deposit ──────────────────────────────────────────────────────────────────────────────────────


def deposit(
    dossier: Dossier, stream: BinaryIO, nom: str, genre: str, taille: int, jeton: uuid.UUID
) -> ImportDepose:
    """
    Keep a file to be read; the same deposit counts once.

    Raises:
        ImportRefusedError: the file is empty or too big.
    """
    lock(dossier.pk)
    known = begun(dossier.pk, jeton)
    if known is not None:
        return known
    if taille == 0:
        raise ImportRefusedError(
            f"Le fichier « {nom} » est vide : choisissez celui qui contient vos données."
        )
    if taille > settings.IMPORT_MAX:
        most = settings.IMPORT_MAX // (1 << 20)
        raise ImportRefusedError(
            f"Le fichier « {nom} » dépasse {most} Mo : découpez-le, ou compressez-le moins."
        )
    document = keep(stream, nom, genre, dossier.organisme_id, dossier.pk)
    return ImportDepose.objects.create(
        dossier=dossier,
        organisme_id=dossier.organisme_id,
        source=SourceImport.FICHIER,
        jeton=jeton,
        document=document,
        nom=nom[-MAX_NAME:],
        par_id=current().user_id or None,
        le=timezone.now(),
    )


def begin_reprise(dossier: Dossier, jeton: uuid.UUID) -> ImportDepose:
    """
    Begin a merge of last year's data; the same demand counts once.

    Raises:
        ImportRefusedError: there is no dossier of the year before.
    """
    lock(dossier.pk)
    known = begun(dossier.pk, jeton)
    if known is not None:
        return known
    precedent = dossier.precedent
    if precedent is None:
        raise ImportRefusedError(
            "Aucun dossier de l'exercice précédent n'est connu : il n'y a rien à reprendre."
        )
    return ImportDepose.objects.create(
        dossier=dossier,
        organisme_id=dossier.organisme_id,
        source=SourceImport.REPRISE,
        etat=EtatImport.LU,
        jeton=jeton,
        nom=precedent.campagne.titre,
        progression=100,
        par_id=current().user_id or None,
        le=timezone.now(),
    )


def begin_rapatriement(
    dossier: Dossier, jeton: uuid.UUID, nom: str, options: Mapping[str, Any]
) -> ImportDepose:
    """Begin a Rapatriement, to be fetched in the background; the same demand counts once."""
    lock(dossier.pk)
    known = begun(dossier.pk, jeton)
    if known is not None:
        return known
    return ImportDepose.objects.create(
        dossier=dossier,
        organisme_id=dossier.organisme_id,
        source=SourceImport.RAPATRIEMENT,
        jeton=jeton,
        nom=nom,
        options=dict(options),
        par_id=current().user_id or None,
        le=timezone.now(),
    )


def read_again(depose: ImportDepose, options: Mapping[str, Any]) -> ImportDepose:
    """
    Ask for a new reading, with the columns that a person chose.

    Raises:
        ImportRefusedError: the import is applied, or has no file.
    """
    depose = _locked(depose)
    if depose.document_id is None or depose.etat in {EtatImport.APPLIQUE, EtatImport.ANNULE}:
        raise ImportRefusedError("Cet import est terminé : déposez le fichier à nouveau.")
    depose.options, depose.tour, depose.progression = dict(options), depose.tour + 1, 0
    depose.etat, depose.message = EtatImport.DEPOSE, ""
    depose.save(update_fields=["options", "tour", "progression", "etat", "message"])
    return depose


def keep_reading(import_id: int, tour: int, lu: Lu) -> None:
    """
    Keep what a reading found, unless another reading was asked meanwhile.

    Of the Rapatriements of a dossier that wait to be applied, the one asked for last is left.
    """
    for dossier_id in ImportDepose.objects.filter(pk=import_id).values_list("dossier_id", flat=True):
        lock(dossier_id)
    depose = ImportDepose.objects.select_for_update().filter(pk=import_id).first()
    if depose is None or depose.tour != tour or depose.etat != EtatImport.DEPOSE:
        return
    depose.reconnu, depose.rapport, depose.lu = lu.reconnu, lu.rapport, lu.contenu
    depose.balance = _kept_balance(depose, lu) if lu.balance is not None else None
    usable = lu.contenu is not None or lu.balance is not None
    depose.etat = EtatImport.LU if usable else EtatImport.ECHOUE
    depose.progression = 100
    if depose.source == SourceImport.RAPATRIEMENT and usable:
        _leave_last(depose)
    depose.save()


def _leave_last(depose: ImportDepose) -> None:
    others = ImportDepose.objects.filter(dossier_id=depose.dossier_id, source=depose.source)
    if others.filter(pk__gt=depose.pk, etat__in=(EtatImport.LU, EtatImport.APPLIQUE)).exists():
        depose.etat = EtatImport.REMPLACE
    others.filter(pk__lt=depose.pk, etat=EtatImport.LU).update(etat=EtatImport.REMPLACE)


def fail(import_id: int, tour: int, message: str) -> None:
    """Say that a reading could not be made, for a reason that is ours."""
    ImportDepose.objects.filter(pk=import_id, tour=tour, etat=EtatImport.DEPOSE).update(
        etat=EtatImport.ECHOUE, message=message, progression=100
    )


def _kept_balance(depose: ImportDepose, lu: Lu) -> BalanceDeposee:
    document = depose.document
    return BalanceDeposee.objects.create(
        dossier_id=depose.dossier_id,
        organisme_id=depose.organisme_id,
        contenu=lu.balance,
        fichier=depose.nom,
        empreinte=document.empreinte if document else "",
        rapport={"reconnu": lu.reconnu, "rapport": lu.rapport},
        par_id=depose.par_id,
        le=timezone.now(),
    )


def _locked(depose: ImportDepose) -> ImportDepose:
    return ImportDepose.objects.select_for_update(of=("self",)).get(pk=depose.pk)


# ── Preview ──────────────────────────────────────────────────────────────────────────────────────


def differences(dossier: Dossier, depose: ImportDepose, state: Live) -> Differences:
    """Return what an import would change in the dossier as it is now."""
    yours = depot_of(state.plan, state.evaluation.facts, dossier.organisme.nom)
    if depose.source == SourceImport.REPRISE:
        return from_precedent(state, yours, _former(dossier))
    if depose.source == SourceImport.RAPATRIEMENT:
        return _copied(dossier, depose, state)
    if depose.lu is None:
        if depose.balance_id is None:
            return Differences(())
        return from_balance(state, depose.balance_id, lambda made: evaluate_state(dossier, made))
    form = form_for(state.plan)
    theirs, _ = read_filing(depose.lu["depot"], form)
    base = read_filing(depose.lu["base"], form)[0] if "base" in depose.lu else yours
    balance = (
        depose.balance_id if depose.balance_id and not _stands(dossier, depose.balance_id, state) else None
    )
    return from_filing(state, yours, theirs, base, balance)


def _copied(dossier: Dossier, depose: ImportDepose, state: Live) -> Differences:
    if depose.lu is None:
        return Differences(())
    theirs, _ = read_filing(depose.lu["depot"], form_for(state.plan))
    stands = depose.balance_id is not None and _stands(dossier, depose.balance_id, state)
    base = copies(reference(dossier))
    brought = Brought(theirs.faits, base, None if stands else depose.balance_id, stands)
    return from_copy(state, brought, lambda made: evaluate_state(dossier, made))


def _stands(dossier: Dossier, balance_id: int, state: Live) -> bool:
    """Tell whether the balance that a filing brings is the one that the dossier holds already."""
    standing = state.state.get("@balance")
    if standing is None or standing.valeur is None:
        return False
    rows = BalanceDeposee.objects.filter(dossier=dossier, pk__in=(balance_id, standing.valeur))
    contents = list(rows.values_list("contenu", flat=True))
    return len(contents) == 1 or contents[0] == contents[1]


def _former(dossier: Dossier) -> Depot:
    """Return last year's filing: what was typed, as the form of today can hold it."""
    precedent = dossier.precedent
    if precedent is None:
        raise ImportRefusedError("Aucun dossier de l'exercice précédent n'est connu.")
    plan = plan_for(dossier)
    state = {cle: held for cle, held in stored_state(precedent).items() if not cle.startswith("@")}
    facts = evaluate_state(dossier, state).facts
    return depot_of(plan, facts, dossier.organisme.nom)


def imagined(
    dossier: Dossier, state: Live, found: Differences, chosen: Collection[str]
) -> tuple[dict[str, Held], Evaluation]:
    """Return the state that a choice makes, and what it computes to."""
    made = state_after(state, found, chosen)
    return made, evaluate_state(dossier, made)


# ── Apply, undo ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person ticked on a preview made at a line of the journal."""

    chosen: frozenset[str]
    cursor: int
    confirmed: bool = False


def apply(dossier: Dossier, depose: ImportDepose, choice: Choice) -> ImportDepose:
    """
    Take the chosen differences, all or none, in one lot; a second demand changes nothing.

    Raises:
        MovedError: a value that the choice touches changed since the preview.
        ImportRefusedError: the import is not read, or its doubts are not confirmed.
        LockedError: the step of the dossier does not let values change.
    """
    lock(dossier.pk)
    depose = _locked(depose)
    if depose.etat == EtatImport.APPLIQUE:
        return depose
    if depose.etat == EtatImport.REMPLACE:
        raise ImportRefusedError("Un Rapatriement plus récent a remplacé cet aperçu : rien n'a été appliqué.")
    if depose.etat != EtatImport.LU:
        raise ImportRefusedError("Cet import n'est pas prêt à être appliqué.")
    if depose.reconnu.get("reserves") and not choice.confirmed:
        raise ImportRefusedError("Confirmez d'abord que ce fichier est bien celui de ce dossier.")
    state = live(dossier)
    found = differences(dossier, depose, state)
    made = state_after(state, found, choice.chosen, _last_number(dossier))
    writes = _writes(dossier, state.state, made)
    if not writes and depose.source != SourceImport.RAPATRIEMENT:
        raise ImportRefusedError("Rien n'est coché : il n'y a rien à appliquer.")
    lock_open(dossier)
    _check_unmoved(dossier, choice.cursor, writes)
    lot = uuid.uuid4()
    _, conflicts = save_values(dossier, writes, _ORIGINS[SourceImport(depose.source)], lot)
    if conflicts:
        raise MovedError(_moved([one.cle for one in conflicts]))
    _begin(dossier)
    depose.etat, depose.lot, depose.applique_le = EtatImport.APPLIQUE, lot, timezone.now()
    depose.bilan = dict(Counter(one.genre.value for one in taken(found, choice.chosen)))
    depose.save(update_fields=["etat", "lot", "applique_le", "bilan"])
    keep_progress(dossier, live(dossier))
    return depose


def _writes(dossier: Dossier, before: Mapping[str, Held], after: Mapping[str, Held]) -> list[Write]:
    moved = [cle for cle in {**before, **after} if before.get(cle) != after.get(cle)]
    versions = _versions(dossier, moved)
    empty = Held(None, None)
    return [Write(cle, *after.get(cle, empty), versions.get(cle, 0)) for cle in moved]


def _versions(dossier: Dossier, keys: Collection[str]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT cle, version FROM dossiers_valeur WHERE dossier_id = %s AND cle = ANY(%s)",
            [dossier.pk, list(keys)],
        )
        return dict(cursor.fetchall())


def _check_unmoved(dossier: Dossier, since: int, writes: Collection[Write]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT cle FROM dossiers_journal WHERE dossier_id = %s AND id > %s AND cle = ANY(%s)",
            [dossier.pk, since, [write.cle for write in writes]],
        )
        moved = sorted(row[0] for row in cursor.fetchall())
    if moved:
        raise MovedError(_moved(moved))


def _moved(keys: Collection[str]) -> str:
    shown = ", ".join(list(keys)[:3]) + ("…" if len(keys) > 3 else "")
    return (
        f"Depuis cet aperçu, quelqu'un a changé {shown}. Rien n'a été appliqué :"
        " relisez les différences ci-dessous, puis recommencez."
    )


def _last_number(dossier: Dossier) -> Callable[[str], int]:
    """Return what gives the highest number that a row of a section ever had, removed ones included."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT cle FROM dossiers_valeur WHERE dossier_id = %s AND cle ~ '^[^#]+#[0-9]+$'", [dossier.pk]
        )
        keys = [read_key(row[0]) for row in cursor.fetchall()]
    highest: dict[str, int] = {}
    for key in keys:
        if key is not None:
            highest[key.section] = max(highest.get(key.section, 0), key.row)
    return lambda section: highest.get(section, 0)


def _begin(dossier: Dossier) -> None:
    """Pass a dossier that was only opened to the step where it is filled."""
    dossier.refresh_from_db(fields=["etape", "rang", "version"])
    if dossier.etape == workflow().premiere.code:
        action = workflow().actions["demarrer"]
        move(dossier, Demand(action.code, uuid.uuid4(), dossier.version), action.qui)


def cancel(dossier: Dossier, depose: ImportDepose) -> tuple[ImportDepose, Outcome | None]:
    """
    Put back what an import changed, where nobody changed it since; tell what stays.

    Not applied yet, it is only set aside.

    Raises:
        LockedError: the step of the dossier does not let values change.
    """
    lock(dossier.pk)
    depose = _locked(depose)
    if depose.etat == EtatImport.ANNULE:
        return depose, None
    outcome = undo(dossier, depose.lot) if depose.lot is not None else None
    depose.etat, depose.annule_le = EtatImport.ANNULE, timezone.now()
    depose.save(update_fields=["etat", "annule_le"])
    return depose, outcome
