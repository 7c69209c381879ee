"""`python -m harmonia.launch`: demonstrate a portal, or run one of its commands, on its own database."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click

from harmonia.launch import postgres
from harmonia.launch.environment import ADDRESSES, Place, environment
from harmonia.launch.prepare import collect, manage, prepare
from harmonia.launch.processes import Program, Supervisor, cores, web_command, worker_command

FOLDER = click.option(
    "--dossier", type=click.Path(path_type=Path), default=Path(".demo"), help="Where the data stand."
)
PORTAIL = click.option("--portail", type=click.Choice(sorted(ADDRESSES)), default="federation")


@click.group()
def main() -> None:
    """Run Harmonia."""


@main.command()
@FOLDER
@PORTAIL
def demo(dossier: Path, portail: str) -> None:
    """Start a portal on its data, made the first time; Ctrl-C stops everything."""
    os.environ.setdefault("HARMONIA_SANS_SECOND_FACTEUR", "1")
    click.echo("Préparation de la base de données…")
    cluster = postgres.start(dossier.resolve() / "postgresql")
    place = Place(dossier.resolve(), portail)
    try:
        postgres.ensure_database(cluster, portail)
        owner = environment(place, cluster, portail, owner=True)
        env = environment(place, cluster, portail)
        prepare(owner)
        collect(env)
        click.echo("Secteur fictif…")
        manage(env, "semer")
        click.echo(_welcome(place))
        Supervisor(
            [
                Program("Le serveur web", web_command(place, max(2, cores())), env),
                Program("Le traitement de fond", worker_command(), env),
            ],
            dossier.resolve() / "postgresql",
        ).run()
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
    finally:
        cluster.stop()


def _welcome(place: Place) -> str:
    accounts = place.path(".") / "comptes.txt"
    return "\n".join(
        (
            "",
            accounts.read_text(encoding="utf-8") if accounts.exists() else "",
            f"Courriels envoyés : {place.path('courriels')}",
            "Le second facteur n'est pas exigé ici ; HARMONIA_SANS_SECOND_FACTEUR=0 make demo l'exige.",
            f"Harmonia est prêt : {place.address}   (Ctrl-C arrête tout ; les données restent)",
        )
    )


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
