"""`liasse fmt`: model files in their one form."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from liasse.cli.files import read_utf8, write_result
from liasse.cli.french import FrenchCommand
from liasse.cli.models import model_root
from liasse.errors import SourceError
from liasse.outputs.wording import count
from liasse.source.formatter import format_text
from liasse.source.reader import Problems, read_toml


def run(chemins: tuple[Path, ...], *, check: bool) -> int:
    """Format, or only tell (*check*) which files are not in form: then return 1 when there are some."""
    changed: list[Path] = []
    problems = Problems()
    total = 0
    for path in _files(chemins or (model_root(),)):
        total += 1
        before = read_utf8(path)
        try:
            after = format_text(before)
        except tomllib.TOMLDecodeError:
            read_toml(path, Path(), problems)
            continue
        if after != before:
            changed.append(path)
            if not check:
                write_result(after, str(path))
    _tell(changed, total, check=check)
    if problems.found:
        raise SourceError(problems.found)
    return 1 if changed and check else 0


def _files(chemins: Iterable[Path]) -> Iterator[Path]:
    for chemin in chemins:
        if chemin.is_dir():
            yield from sorted(chemin.rglob("*.toml"))
        else:
            yield chemin


def _tell(changed: list[Path], total: int, *, check: bool) -> None:
    for path in changed:
        click.echo(f"{'à mettre en forme' if check else 'mis en forme'} : {path}")
    files = count(total, "fichier lu", "fichiers lus", none="aucun fichier")
    done = "à mettre en forme" if check else "mis en forme"
    click.echo(f"{files}, {len(changed) or 'aucun'} {done}.")


command = FrenchCommand(
    name="fmt",
    callback=run,
    help=(
        "Met en forme les fichiers du modèle (tous, ou les CHEMIN donnés), sans rien changer à leur sens.\n\n"
        "Code de sortie : 0 ; avec --check, 1 s'il reste des fichiers à mettre en forme ;"
        " 2 si l'un n'est pas du TOML."
    ),
    params=[
        click.Argument(["chemins"], nargs=-1, type=Path, metavar="[CHEMIN]…"),
        click.Option(["--check"], is_flag=True, help="ne réécrit rien : dit ce qui n'est pas en forme."),
    ],
)
