"""`liasse codes`: every code that a message may carry, with its title."""

from __future__ import annotations

import click

from liasse.cli.french import FrenchCommand
from liasse.errors import MODEL_CODES
from liasse.imports.codes import CODES


def run() -> int:
    """List the codes."""
    click.echo("Défauts d'un fichier")
    for code in CODES.values():
        click.echo(f"  {code.code}  {str(code.severity).ljust(13)}  {code.titre}")
    click.echo("\nProblèmes d'un modèle")
    for name, title in MODEL_CODES.items():
        click.echo(f"  {name}  {title}")
    return 0


command = FrenchCommand(name="codes", callback=run, help="Liste les codes des messages.")
