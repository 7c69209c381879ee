"""The entry point: find the command, run it, turn what went wrong into one French message and a code."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Final

import click

from liasse.cli.french import FrenchGroup, say_usage_error
from liasse.errors import LiasseError, ModelError
from liasse.outputs.version import package_version

COMMANDS: Final = {
    "verifier": "Vérifie un FEC, une balance ou des cellules : états, agrégats, anomalies.",
    "verifier-accuse": "Vérifie hors ligne un accusé de transmission, et l'instantané qu'il décrit.",
    "calculer": "Calcule les états et les agrégats, sans les contrôles.",
    "expliquer": "Explique un chiffre, jusqu'aux comptes et aux lignes du grand livre.",
    "diff": "Dit ce qui change d'un millésime à l'autre.",
    "exporter": "Exporte un dossier, ou un formulaire vide, en classeur, JSON ou XML.",
    "modele": "Vérifie les modèles, les compte, et imprime leurs tables.",
    "fmt": "Met en forme les fichiers du modèle.",
    "codes": "Liste les codes des défauts de fichier et des problèmes de modèle.",
}
"""Each command, with its line of help; its module is loaded when it is called."""

DONE, BLOCKED, UNUSABLE, INTERRUPTED = 0, 1, 2, 130


def _load(name: str) -> click.Command:
    command: click.Command = import_module(f"liasse.cli.{name.replace('-', '_')}").command
    return command


def _show_version(ctx: click.Context, _parameter: click.Parameter, value: object) -> None:
    if value:
        click.echo(f"liasse {package_version()}")
        ctx.exit()


group = FrenchGroup(
    COMMANDS,
    _load,
    name="liasse",
    help="Les comptes annuels des organismes HLM : lecture, calcul, contrôles et explications.",
    params=[
        click.Option(
            ["--version"],
            is_flag=True,
            expose_value=False,
            is_eager=True,
            callback=_show_version,
            help="Affiche la version.",
        )
    ],
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    try:
        code = group.main(arguments, prog_name="liasse", standalone_mode=False)
    except click.ClickException as error:
        return _fail(say_usage_error(error))
    except ModelError as error:
        return _fail(f"Le modèle ne peut pas être utilisé :\n\n{error}")
    except LiasseError as error:
        return _fail(str(error))
    except (KeyboardInterrupt, click.Abort):
        click.echo("Interrompu.", err=True)
        return INTERRUPTED
    return code if isinstance(code, int) else DONE


def _fail(message: str) -> int:
    click.echo(message, err=True)
    return UNUSABLE
