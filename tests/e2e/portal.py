"""A portal that really runs, for the tests of a session: embedded PostgreSQL, the seeds, the web server."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path
from typing import Final

import psycopg

from harmonia.launch import postgres
from harmonia.launch.environment import Place, environment
from harmonia.launch.prepare import collect, manage, prepare
from harmonia.launch.processes import Program, web_command, worker_command

ROOT: Final = Path(__file__).parents[2]
PASSWORD: Final = "demonstration-2022"
"""The password of every account of the seeds: saisie, comptable, direction, gestion, seule, double…"""


@dataclass(slots=True)
class Portal:
    """A running portal: where it answers, where its mail goes, and its programs."""

    address: str
    place: Place
    cluster: postgres.Cluster
    env: Mapping[str, str]
    web: Program
    worker: Program
    _started: list[Program] = field(default_factory=list)

    @property
    def mail(self) -> Path:
        """The folder where messages are written."""
        return self.place.path("courriels")

    def mail_to(self, address: str) -> str:
        """Return the words of the last message to an address, once the worker has sent it."""
        for _ in range(150):
            for path in sorted(self.mail.glob("*.log"), reverse=True):
                for part in path.read_bytes().split(b"-" * 79):
                    message = message_from_bytes(part.lstrip())
                    if message["To"] == address:
                        content = message.get_payload(decode=True)
                        assert isinstance(content, bytes)
                        return content.decode()
            time.sleep(0.2)
        raise AssertionError(f"no message to {address}")

    def start(self, program: Program) -> None:
        """Start a program, stopped with the portal; `portal.start(portal.worker)` when a test needs jobs."""
        if not program.is_alive():
            program.start()
            self._started.append(program)

    def stop(self) -> None:
        """Stop what was started."""
        for program in reversed(self._started):
            program.stop()

    def query(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        """Run a query as the superuser, whom no policy binds: what the database really holds."""
        url = self.cluster.url(self.cluster.server.postgres_user, self.place.portail)
        with psycopg.connect(url, autocommit=True) as connection:
            cursor = connection.execute(sql.encode(), values)
            return list(cursor.fetchall()) if cursor.description else []


@contextmanager
def running_portal(portail: str = "federation") -> Iterator[Portal]:
    """Make a portal in a short temporary folder, seed it, serve it, and remove everything."""
    folder = Path(tempfile.mkdtemp(prefix="e2e-"))
    port = free_port()
    os.environ.update({f"HARMONIA_PORT_{portail.upper()}": str(port), "HARMONIA_HOTE": "127.0.0.1"})
    cluster = postgres.start(folder / "pg")
    place = Place(folder, portail)
    extra = {
        "HARMONIA_MOT_DE_PASSE": PASSWORD,
        "HARMONIA_SANS_SECOND_FACTEUR": "1",
        "HARMONIA_JOURNAL": "WARNING",
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}",
    }
    try:
        postgres.ensure_database(cluster, portail)
        prepare({**environment(place, cluster, portail, owner=True), **extra})
        env = {**environment(place, cluster, portail), **extra}
        collect(env)
        manage(env, "semer")
        web = Program("web", web_command(place, 2), env)
        portal = Portal(place.address, place, cluster, env, web, Program("worker", worker_command(), env))
        portal.start(web)
        try:
            yield portal
        finally:
            portal.stop()
    finally:
        for name in (f"HARMONIA_PORT_{portail.upper()}", "HARMONIA_HOTE"):
            os.environ.pop(name, None)
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def chromium() -> str:
    """Return the path of Chromium (`tests/e2e/install.sh` installs it)."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        subprocess.run([str(Path(__file__).with_name("install.sh"))], check=True)
        found = shutil.which("chromium")
    assert found is not None, "no Chromium: run tests/e2e/install.sh"
    return found
