"""
Both portals under the supervisor of the product: `python -m tests.faults.supervised FOLDER`.

One cooperative of the demonstration is planted, so that it starts soon.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import psycopg

from harmonia.launch import postgres
from harmonia.launch.environment import Place, environment
from harmonia.launch.prepare import collect, prepare
from harmonia.launch.processes import Program, Supervisor, web_command, worker_command
from tests.faults.places import PORTAILS


def main(folder: Path) -> None:
    """Make the portals on their databases, and keep them alive until asked to stop."""
    cluster = postgres.start(folder / "postgresql")
    _hurry(cluster)
    try:
        places = [Place(folder, name) for name in PORTAILS]
        _ready(cluster, *places)
        with ThreadPoolExecutor(len(places)) as pool:
            made = pool.map(partial(_programs, cluster), places)
            programs = [program for both in made for program in both]
        Supervisor(programs, folder / "postgresql", "prêt").run()
    finally:
        cluster.stop()


def _hurry(cluster: postgres.Cluster) -> None:
    """Let the disk be: processes are killed here, the machine goes on, so that what is written stays."""
    with psycopg.connect(
        cluster.url(cluster.server.postgres_user, "postgres"), autocommit=True
    ) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")


def _ready(cluster: postgres.Cluster, first: Place, second: Place) -> None:
    """Make the tables and the static files of a portal; those of the other are the same, copied."""
    postgres.ensure_database(cluster, first.portail)
    prepare(environment(first, cluster, first.portail, owner=True))
    collect(environment(first, cluster, first.portail))
    postgres.copy_database(cluster, first.portail, second.portail)
    shutil.copytree(first.path("statiques"), second.path("statiques"), dirs_exist_ok=True)


def _programs(cluster: postgres.Cluster, place: Place) -> list[Program]:
    env = environment(place, cluster, place.portail)
    subprocess.run([sys.executable, "-m", "tests.faults.plante", str(place.folder)], env=env, check=True)
    return [
        Program(f"web {place.portail}", web_command(place, 2), env, probe=f"{place.address}/readyz"),
        Program(f"fond {place.portail}", worker_command(), env),
    ]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
