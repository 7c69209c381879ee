"""
The web server: `python -m harmonia.launch.web HOST PORT WORKERS THREADS [MODULE]`.

The application is loaded, and the forms of the collections compiled, once; then the workers are forked.
MODULE holds another `application` than that of the product.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import signal
import sys
from typing import Any, Final

from django.db import DatabaseError, connections
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import Server

APPLICATION: Final = "harmonia.wsgi"

_GATHERED_EVERY: Final = (20_000, 20, 100)
"""How much is allocated before each generation is looked through for what nobody holds any more."""

_TURN: Final = 0.000_5
"""
Seconds that a thread computes before another one may, tenfold shorter than by default.

A save asks the database a dozen times, and waits for its turn after each answer: beside a validation that
computes, a turn of 5 ms makes it last 60 ms more.
"""

_OPEN: Final = 4_096
"""Connections that a worker holds open, most of them silent: browsers keep theirs for half a minute."""

_GRACE: Final = 8
"""Seconds that a worker has to end what it serves when it is asked to stop."""

_THREAD_KEPT: Final = 600
"""Seconds for which a thread without work is kept, with its connection to the database."""

_DIES_WITH_PARENT: Final = 1
"""`PR_SET_PDEATHSIG` of Linux."""


def main(host: str, port: int, workers: int, threads: int, module: str = APPLICATION) -> None:
    """Serve until asked to stop."""
    application = importlib.import_module(module).application
    if module == APPLICATION:
        compile_forms()

    def load() -> Any:  # noqa: ANN401 - a WSGI application
        start_worker()
        return application

    Server(
        f"{module}:application",
        host,
        port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=workers,
        blocking_threads=threads,
        blocking_threads_idle_timeout=_THREAD_KEPT,
        backpressure=_OPEN,
        respawn_failed_workers=True,
        workers_kill_timeout=_GRACE,
        log_level=LogLevels.warning,
    ).serve(target_loader=load, wrap_loader=False)


def start_worker() -> None:
    """
    Ready a process that was just forked.

    It dies with its parent, whose port it would keep.  The forms are left out of what the collector of memory
    looks through, which is done less often: a process remembers hundreds of dossiers, none of which is
    garbage, and looking through them all stops everybody for as long as half a second.  Turns are short.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIES_WITH_PARENT, signal.SIGKILL)
    gc.freeze()
    gc.set_threshold(*_GATHERED_EVERY)
    sys.setswitchinterval(_TURN)


def compile_forms() -> None:
    """Compile the forms that the database names; what cannot be read now waits for who needs it first."""
    from harmonia.campagnes.models import Campagne  # noqa: PLC0415 - once the application has read the settings
    from harmonia.dossiers.plans import warm  # noqa: PLC0415 - idem
    from harmonia.tenancy.scope import Role, Scope, open_scope  # noqa: PLC0415 - idem

    try:
        with open_scope(Scope(Role.SYSTEME)):
            known = list(Campagne.objects.all())
    except DatabaseError:
        return
    finally:
        connections.close_all()
    warm(
        (questionnaire, one.millesime, famille, one.exercice)
        for one in known
        for questionnaire in (one.questionnaire, one.restitution)
        for famille in one.familles.split(",")
        if questionnaire
    )


if __name__ == "__main__":
    main(sys.argv[1], *(int(one) for one in sys.argv[2:5]), *sys.argv[5:6])  # type: ignore[arg-type]
