"""`python -m harmonia.launch`: demonstrate the portals, or run a command of one, each on its own database."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import click

import harmonia
from harmonia.launch import postgres
from harmonia.launch.environment import ADDRESSES, OAUTH_CLIENT, Place, environment, oauth_secret
from harmonia.launch.prepare import collect, manage, prepare
from harmonia.launch.processes import Program, Supervisor, cores, web_command, worker_command
from harmonia.tenancy.porte import read_porte

ROOT = Path(harmonia.__file__).parent
FOLDER = click.option(
    "--dossier", type=click.Path(path_type=Path), default=Path(".demo"), help="Where the data stand."
)
PORTAIL = click.option("--portail", type=click.Choice(sorted(ADDRESSES)), default="federation")


@click.group()
def main() -> None:
    """Run Harmonia."""


@main.command()
@FOLDER
@click.option(
    "--portail", "portails", type=click.Choice(sorted(ADDRESSES)), multiple=True, help="Both, by default."
)
def demo(dossier: Path, portails: tuple[str, ...]) -> None:
    """Start the portals on their data, made the first time; Ctrl-C stops everything."""
    os.environ.setdefault("HARMONIA_SANS_SECOND_FACTEUR", "1")
    folder = dossier.resolve()
    places = [Place(folder, portail) for portail in portails or ADDRESSES]
    for place in places:
        _refuse_taken_port(place)
    click.echo("Préparation des bases de données et du secteur fictif…")
    cluster = postgres.start(folder / "postgresql")
    try:
        with ThreadPoolExecutor(len(places)) as pool:
            programs = [one for made in pool.map(partial(_ready, cluster), places) for one in made]
        Supervisor(programs, folder / "postgresql", _welcome(places)).run()
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
    finally:
        cluster.stop()


def _refuse_taken_port(place: Place) -> None:
    with socket.socket() as probe:
        if probe.connect_ex((place.host, place.port)) == 0:
            raise click.ClickException(
                f"Le port {place.port} est déjà pris : arrêtez ce qui l'occupe, ou choisissez-en un autre, "
                "HARMONIA_PORT=9002 make demo."
            )


def _ready(cluster: postgres.Cluster, place: Place) -> list[Program]:
    """Bring the database of a portal up to date, seed it when it is empty, and return its programs."""
    postgres.ensure_database(cluster, place.portail)
    env = environment(place, cluster, place.portail)
    prepare(environment(place, cluster, place.portail, owner=True))
    collect(env)
    manage(env, "semer")
    if place.portail == "ministere":
        manage(env, "semer_bureau")
        _declare(Place(place.folder, "federation"), env)
    return [
        Program(
            f"Le serveur web ({place.portail})",
            web_command(place, max(2, cores())),
            env,
            probe=f"{place.address}/readyz",
        ),
        Program(f"Le traitement de fond ({place.portail})", worker_command(), env),
    ]


def _declare(other: Place, env: Mapping[str, str]) -> None:
    """Let the federation's portal ask organisations for their consent on the ministry's."""
    manage(
        {**env, "HARMONIA_OAUTH_SECRET": oauth_secret(other.folder)},
        *("declarer_portail", read_porte(ROOT / other.portail).nom, "--secret-connu"),
        *("--identifiant", OAUTH_CLIENT, "--retour", f"{other.address}/rapatriement/retour/"),
    )


def _welcome(places: list[Place]) -> str:
    addresses = " et ".join(place.address for place in places)
    return "\n".join(
        (
            *(_accounts(place) for place in places),
            "",
            "Le second facteur n'est pas exigé ici ; HARMONIA_SANS_SECOND_FACTEUR=0 make demo l'exige.",
            f"Harmonia est prêt : {addresses}   (Ctrl-C arrête tout ; les données restent)",
        )
    )


def _accounts(place: Place) -> str:
    accounts = place.path(".") / "comptes.txt"
    known = accounts.read_text(encoding="utf-8") if accounts.exists() else ""
    door = read_porte(ROOT / place.portail)
    head = f"\n── {door.nom}, {door.autorite} : {place.address} ──\n"
    return f"{head}{known}Courriels envoyés : {place.path('courriels')}"


@main.command()
@FOLDER
def reset(dossier: Path) -> None:
    """Remove the data of the demonstration."""
    folder = dossier.resolve()
    if (folder / "postgresql").exists():
        postgres.start(folder / "postgresql").stop()
    shutil.rmtree(folder, ignore_errors=True)


@main.command(context_settings={"ignore_unknown_options": True})
@FOLDER
@PORTAIL
@click.option("--proprietaire", is_flag=True, help="As the owner of the tables.")
@click.argument("commande", nargs=-1, type=click.UNPROCESSED)
def gerer(dossier: Path, portail: str, *, proprietaire: bool, commande: tuple[str, ...]) -> None:
    """Run a management command of a portal."""
    cluster = postgres.start(dossier.resolve() / "postgresql")
    postgres.ensure_database(cluster, portail)
    place = Place(dossier.resolve(), portail)
    try:
        manage(environment(place, cluster, portail, owner=proprietaire), *commande)
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)


if __name__ == "__main__":
    main()
