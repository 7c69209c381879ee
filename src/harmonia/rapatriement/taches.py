"""The jobs of a Rapatriement: fetch and read, have the proof countersigned, give a token back."""

from __future__ import annotations

from typing import Final

import structlog
from django.db import close_old_connections
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from harmonia.dossiers.models import ImportDepose
from harmonia.rapatriement import acces, ministere
from harmonia.rapatriement.coffre import SealedError, unseal
from harmonia.rapatriement.fautes import RapatriementError
from harmonia.rapatriement.fetching import countersign, given_up, ready, run
from harmonia.rapatriement.models import AccesMinistere
from harmonia.tenancy.scope import Role, Scope

log = structlog.get_logger(__name__)

QUEUE: Final = "rapatriements"
_TRIES: Final = 3
_LATER: Final = RetryStrategy(max_attempts=6, exponential_wait=5)


def ask(depose: ImportDepose, user_id: int) -> None:
    """Ask the worker to fetch a Rapatriement, once the transaction is committed."""
    rapatrier.configure(lock=f"import-{depose.pk}").defer(
        import_id=depose.pk, tour=depose.tour, organisme_id=depose.organisme_id, user_id=user_id
    )


@app.task(name="rapatrier", queue=QUEUE, pass_context=True)
def rapatrier(context: JobContext, import_id: int, tour: int, organisme_id: int, user_id: int) -> None:
    """Fetch a transmission and keep what it says; whatever goes wrong is told on the page."""
    close_old_connections()
    scope = Scope(Role.ORGANISME, user_id, organisme_id)
    try:
        if context.job.attempts < _TRIES:
            run(scope, import_id, tour)
            return
        log.error("rapatriement_given_up", import_id=import_id, attempts=context.job.attempts)
    except Exception:
        log.exception("rapatriement_failed", import_id=import_id)
    given_up(scope, import_id, tour)


def ask_check(access: AccesMinistere, user_id: int) -> None:
    """Ask the worker to check an accord, once the transaction is committed."""
    verifier_accord.configure(lock=f"accord-{access.pk}").defer(
        acces_id=access.pk, organisme_id=access.organisme_id, user_id=user_id
    )


@app.task(name="verifier_accord", queue=QUEUE)  # type: ignore[untyped-decorator, unused-ignore]
def verifier_accord(acces_id: int, organisme_id: int, user_id: int) -> None:
    """Learn whether an accord still holds; what was asked a moment ago is not asked again."""
    close_old_connections()
    acces.check(Scope(Role.ORGANISME, user_id, organisme_id), acces_id)


@app.task(name="contresigner", queue=QUEUE, retry=_LATER)  # type: ignore[untyped-decorator, unused-ignore]
def contresigner(rapatriement_id: int, organisme_id: int, user_id: int) -> None:
    """Have the ministry's portal countersign a proof; tried again while it does not answer."""
    close_old_connections()
    countersign(Scope(Role.ORGANISME, user_id, organisme_id), rapatriement_id)


@app.task(name="rendre_jeton", queue=QUEUE, retry=_LATER)  # type: ignore[untyped-decorator, unused-ignore]
def rendre_jeton(jeton: str) -> None:
    """Give a sealed token back to the ministry's portal."""
    try:
        ministere.revoke(unseal(bytes.fromhex(jeton), "jeton rendu"))
    except SealedError:
        return
    except RapatriementError as error:
        if error.passager:
            raise
        log.info("token_not_given_back", code=error.code)


@app.periodic(cron="* * * * *", periodic_id="chauffer")
@app.task(name="chauffer_les_formulaires", queue=QUEUE, queueing_lock="chauffer")  # type: ignore[untyped-decorator, unused-ignore]
def chauffer(timestamp: int) -> None:  # noqa: ARG001 - the moment for which the job was made
    """Compile the forms between which figures are brought, before anybody waits; once per worker."""
    close_old_connections()
    ready()
