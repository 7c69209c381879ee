"""
The jobs of the worker: opening a collection, reminding, reading a deposited file, taking up what was left.

A job done twice gives the same; one that reads values works in the scope of the organisation that asked.
"""

from __future__ import annotations

import re
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import structlog
from django.core.management import call_command
from django.db import close_old_connections
from django.utils import timezone
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from harmonia.documents.store import pieces
from harmonia.dossiers import opening
from harmonia.dossiers.access import access_content
from harmonia.dossiers.evaluation import plan_for
from harmonia.dossiers.imports import fail, keep_reading
from harmonia.dossiers.lecture import Demande, read
from harmonia.dossiers.models import EtatImport, ImportDepose
from harmonia.tenancy.scope import Role, Scope, open_scope
from harmonia.tenancy.travailleurs import STALLED
from liasse import Plan

log = structlog.get_logger(__name__)

_AGAIN = RetryStrategy(max_attempts=8, exponential_wait=4)

QUEUE: Final = "imports"
_WATCH: Final = "veille"
_TRIES: Final = 3
_EVERY: Final = 0.4
"""Seconds between two messages of progress."""
_UNSAFE: Final = re.compile(r"[^\w.() -]")
_BROKEN: Final = (
    "La lecture s'est interrompue. Le fichier est gardé : demandez une nouvelle lecture,"
    " ou écrivez à l'assistance si cela recommence."
)


def ask(depose: ImportDepose, user_id: int) -> None:
    """Ask the worker to read an import, once the transaction is committed."""
    lire_import.configure(lock=f"import-{depose.pk}").defer(
        import_id=depose.pk, tour=depose.tour, organisme_id=depose.organisme_id, user_id=user_id
    )


@app.task(name="lire_import", queue=QUEUE, pass_context=True)
def lire_import(context: JobContext, import_id: int, tour: int, organisme_id: int, user_id: int) -> None:
    """Read the file of an import and keep what it says."""
    close_old_connections()
    scope = Scope(Role.ORGANISME, user_id, organisme_id)
    try:
        if context.job.attempts < _TRIES:
            run(scope, import_id, tour)
            return
        log.error("import_given_up", import_id=import_id, attempts=context.job.attempts)
    except Exception:
        log.exception("import_failed", import_id=import_id)
    with open_scope(scope):
        fail(import_id, tour, _BROKEN)


def run(scope: Scope, import_id: int, tour: int) -> None:
    """Read the file of an import in a scope; each write is a transaction of its own, so that it is seen."""
    with tempfile.TemporaryDirectory(prefix="import-") as folder:
        with open_scope(scope):
            asked = _fetch(import_id, tour, Path(folder))
        if asked is None:
            return
        lu = read(*asked, _Progress(scope, import_id, tour))
        with open_scope(scope):
            keep_reading(import_id, tour, lu)


def _fetch(import_id: int, tour: int, folder: Path) -> tuple[Path, Plan, Demande] | None:
    """Write the file of an import to a folder; None when there is nothing to read any more."""
    depose = ImportDepose.objects.select_related("document").filter(pk=import_id).first()
    if depose is None or depose.document is None:
        return None
    if (depose.tour, depose.etat) != (tour, EtatImport.DEPOSE):
        return None
    dossier = access_content(depose.dossier_id)
    path = folder / (_UNSAFE.sub("_", depose.nom).lstrip(".") or "fichier")
    with path.open("wb") as stream:
        for piece in pieces(depose.document):
            stream.write(piece)
    organisme = dossier.organisme
    options = depose.options
    demande = Demande(
        organisme.siren,
        organisme.nom,
        dossier.campagne.exercice,
        options.get("exercice"),
        options.get("colonnes") or {},
    )
    return path, plan_for(dossier), demande


class _Progress:
    """Tells how far a reading is, now and then."""

    def __init__(self, scope: Scope, import_id: int, tour: int) -> None:
        self._scope, self._import_id, self._tour = scope, import_id, tour
        self._last = 0.0

    def __call__(self, done: int, size: int) -> None:
        now = time.monotonic()
        if now - self._last < _EVERY or not size:
            return
        self._last = now
        with open_scope(self._scope):
            ImportDepose.objects.filter(pk=self._import_id, tour=self._tour).update(
                progression=min(99, 100 * done // size)
            )


@app.periodic(cron="* * * * * */10", periodic_id="reprendre")
@app.task(
    name="reprendre_les_taches",
    queue=_WATCH,
    queueing_lock="reprendre",
    pass_context=True,
    retry=_AGAIN,
)
async def reprendre_les_taches(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 - procrastinate's
    """Take up again the jobs of workers that died, every ten seconds: somebody may wait for one."""
    manager: Any = context.app.job_manager
    await manager.delete_old_jobs(nb_hours=1, queue=_WATCH)
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED):
        await manager.retry_job(job)


# ── Collections ──


@app.task(queue="campagnes", retry=_AGAIN)  # type: ignore[untyped-decorator, unused-ignore]
def open_campagne(campagne_id: int) -> None:
    """Open a collection and tell its members; run twice, it does nothing twice."""
    opening.open_and_notify(campagne_id)


@app.periodic(cron="15 * * * *")  # type: ignore[untyped-decorator, unused-ignore]
@app.task(queue="campagnes", retry=_AGAIN, queueing_lock="relances")  # type: ignore[untyped-decorator, unused-ignore]
def remind(timestamp: int) -> None:  # noqa: ARG001 - the moment for which the job was made
    """Send the reminders of the day; each hour, so that a worker that was down catches up."""
    opening.remind(timezone.localdate())


@app.periodic(cron="40 3 * * *")  # type: ignore[untyped-decorator, unused-ignore]
@app.task(queue="menage", queueing_lock="menage")  # type: ignore[untyped-decorator, unused-ignore]
def tidy(timestamp: int) -> None:  # noqa: ARG001 - the moment for which the job was made
    """Remove the sessions that expired."""
    call_command("clearsessions")
