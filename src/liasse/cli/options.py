"""The arguments that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NoReturn

import click

from liasse.cli.french import YEAR, Word
from liasse.cli.inputs import Request, opened_to_learn
from liasse.cli.models import QUESTIONNAIRE


def _columns(
    _ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> dict[str, str] | None:
    found: dict[str, str] = {}
    for value in values:
        role, equals, header = value.partition("=")
        if not (role.strip() and equals and header.strip()):
            message = f"« {value} » n'est pas de la forme role=entête, par exemple solde_debit=Débit."
            raise click.BadParameter(message, param=parameter)
        found[role.strip()] = header.strip()
    return found or None


def _journals(_ctx: click.Context, parameter: click.Parameter, value: str | None) -> tuple[str, ...] | None:
    if value is None:
        return None
    codes = tuple(filter(None, (code.strip() for code in value.split(","))))
    if not codes:
        message = f"« {value} » ne nomme aucun journal, par exemple AN,RAN."
        raise click.BadParameter(message, param=parameter)
    return codes


def _path(name: str, text: str) -> click.Option:
    return click.Option([name], type=Path, metavar="FICHIER", help=text)


def filing_parameters() -> list[click.Parameter]:
    """Return the parameters that say which filing: read back by `request_of`."""
    return [
        click.Argument(["fichier"], type=Path, metavar="FICHIER"),
        click.Option(
            ["--famille"],
            metavar="CODE",
            help="famille de l'organisme : OPH, ESH, COOP ou SEM.",
        ),
        click.Option(
            ["--exercice"],
            type=YEAR,
            metavar="ANNÉE",
            help="année de clôture ; facultative quand le fichier la dit (FEC).",
        ),
        _path("--precedent", "exercice N-1 : FEC, balance, cellules, ou résultat JSON d'un verifier."),
        _path("--cellules", 'cellules saisies, en JSON : { "ID.LOGEMENTS.N": 850, … }.'),
        _path("--cellules-precedent", "cellules saisies de l'exercice N-1, en JSON."),
        click.Option(
            ["--colonnes"],
            multiple=True,
            metavar="ROLE=ENTÊTE",
            callback=_columns,
            help="impose la colonne d'un rôle dans une balance ; répétable.",
        ),
        click.Option(
            ["--journaux-ouverture"],
            metavar="AN,RAN",
            callback=_journals,
            help="codes des journaux d'à-nouveaux d'un FEC, quand ils ne sont pas reconnus.",
        ),
        click.Option(
            ["--questionnaire"],
            default="",
            metavar="NOM",
            help=f"questionnaire du modèle ; celui du dépôt, ou {QUESTIONNAIRE}, par défaut.",
        ),
    ]


def request_of(given: dict[str, Any]) -> Request:
    """
    Take the parameters of `filing_parameters` out of what click gives.

    Raises:
        click.MissingParameter: the family is neither given nor told by the file.
    """
    names = (
        "fichier",
        "famille",
        "exercice",
        "precedent",
        "cellules",
        "cellules_precedent",
        "colonnes",
        "journaux_ouverture",
        "questionnaire",
    )
    taken = {name: given.pop(name) for name in names}
    if not taken["famille"]:
        taken["ouvert"] = opened_to_learn(taken["fichier"])
        taken["famille"] = taken["ouvert"].famille if taken["ouvert"] else ""
    if not taken["famille"]:
        missing("famille")
    return Request(**taken)


def missing(name: str) -> NoReturn:
    """
    Ask for a parameter of the command.

    Raises:
        click.MissingParameter: always.
    """
    context = click.get_current_context()
    asked = next(each for each in context.command.params if each.name == name)
    raise click.MissingParameter(ctx=context, param=asked)


def format_option(*formats: str) -> click.Option:
    """Return `--format`, whose default is the first one."""
    return click.Option(
        ["--format", "forme"],
        type=Word("format", formats),
        default=formats[0],
        metavar="|".join(formats),
        help=f"forme du résultat ; {formats[0]} par défaut.",
    )


def output_option() -> click.Option:
    """Return `--sortie`."""
    return click.Option(
        ["--sortie"],
        metavar="FICHIER",
        help="écrit le résultat dans un fichier ; « - » : la sortie standard.",
    )
