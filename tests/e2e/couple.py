"""
Both portals, really running: the ministry's on its own database, and the federation's, tied to it.

The cooperative of the account `seule` has its statements filed with the ministry; its QDIS is empty.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from harmonia.launch import postgres
from harmonia.launch.environment import Place, environment
from harmonia.launch.prepare import collect, manage, prepare
from harmonia.launch.processes import Program, web_command, worker_command
from tests.e2e.portal import PASSWORD, ROOT, Portal, free_port

SECRET: Final = "un secret que les deux portails partagent"
CLIENT: Final = "federation"


@dataclass(slots=True)
class Couple:
    """The two portals, and the cluster that serves both databases."""

    ministere: Portal
    federation: Portal

    def ministry(self, act: str, *arguments: str) -> None:
        """Do something on the ministry's side, as its application does: see `tests.e2e.plante`."""
        subprocess.run(
            [sys.executable, "-m", "tests.e2e.plante", act, *arguments],
            env={**os.environ, **self.ministere.env},
            check=True,
            cwd=ROOT,
        )


@contextmanager
def running_couple() -> Iterator[Couple]:
    """Make both portals in a short temporary folder, plant them, serve them, and remove everything."""
    folder = Path(tempfile.mkdtemp(prefix="couple-"))
    told = {
        "HARMONIA_HOTE": "127.0.0.1",
        "HARMONIA_PORT_MINISTERE": str(free_port()),
        "HARMONIA_PORT_FEDERATION": str(free_port()),
    }
    os.environ.update(told)
    cluster = postgres.start(folder / "pg")
    started: list[Portal] = []
    try:
        ministere, federation = (_portal(cluster, folder, name) for name in ("ministere", "federation"))
        couple = Couple(ministere, federation)
        couple.ministry("planter", f"{federation.address}/rapatriement/retour/")
        for portal in (ministere, federation):
            portal.start(portal.web)
            started.append(portal)
        yield couple
    finally:
        for portal in reversed(started):
            portal.stop()
        for name in told:
            os.environ.pop(name, None)
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _portal(cluster: postgres.Cluster, folder: Path, name: str) -> Portal:
    place = Place(folder, name)
    postgres.ensure_database(cluster, name)
    extra = {
        "HARMONIA_MOT_DE_PASSE": PASSWORD,
        "HARMONIA_SANS_SECOND_FACTEUR": "1",
        "HARMONIA_JOURNAL": "WARNING",
        "HARMONIA_OAUTH_CLIENT": CLIENT,
        "HARMONIA_OAUTH_SECRET": SECRET,
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}",
    }
    prepare({**environment(place, cluster, name, owner=True), **extra})
    env = {**environment(place, cluster, name), **extra}
    collect(env)
    if name == "federation":
        manage(env, "semer")
    web = Program(f"web {name}", web_command(place, 2), env)
    return Portal(place.address, place, cluster, env, web, Program("worker", worker_command(), env))
