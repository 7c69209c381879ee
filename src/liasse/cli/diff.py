"""`liasse diff`: what changes from one millésime to another, in sentences."""

from __future__ import annotations

from pathlib import Path

import click

from liasse.cli.files import write_result
from liasse.cli.french import FrenchCommand
from liasse.cli.models import QUESTIONNAIRE, millesime_for, millesimes, model_root
from liasse.cli.options import format_option, output_option
from liasse.cli.terminal import page
from liasse.errors import UnusableInputError
from liasse.model.correspondances import Correspondances
from liasse.model.diff import compare
from liasse.model.rules import Model
from liasse.outputs.differences import render, render_json
from liasse.source.correspondances import linked_millesimes, load_correspondances
from liasse.source.loader import available, load_model


def run(ancien: str, nouveau: str, questionnaire: str, forme: str, sortie: str | None) -> int:
    """Compare, and write."""
    (old_root, old), (new_root, new) = (_located(text, questionnaire) for text in (ancien, nouveau))
    links = _links(new_root, old, new) if old_root == new_root else None
    comparison = compare(old, new, links)
    write_result(render_json(comparison) if forme == "json" else render(comparison, page(sortie)), sortie)
    return 0


def _located(text: str, questionnaire: str) -> tuple[Path, Model]:
    """
    Find a model: a folder, a millésime, a questionnaire and its millésime, or that which covers an exercice.

    Raises:
        UnusableInputError: no such model; says which exist.
    """
    folder = Path(text)
    if (folder / "modele.toml").is_file():
        folder = folder.resolve()
        root = folder.parents[1]
        return root, load_model(root, folder.parent.name, folder.name, exemples=False)
    root = model_root()
    if tuple(text.split("/")) in available(root):
        questionnaire, text = text.split("/")
    known = millesimes(root, questionnaire)
    if known and text not in known and not text.isdigit():
        exist = ", ".join(known)
        raise UnusableInputError(
            f"« {text} » n'est ni un dossier de modèle ni un millésime de « {questionnaire} »."
            f" Millésimes disponibles : {exist}."
        )
    exercice = int(text) if text.isdigit() else 0
    millesime = text if text in known else millesime_for(root, questionnaire, exercice)
    return root, load_model(root, questionnaire, millesime, exemples=False)


def _links(root: Path, old: Model, new: Model) -> Correspondances | None:
    if old.questionnaire != new.questionnaire:
        return None
    if old.millesime not in linked_millesimes(root, new.questionnaire, new.millesime):
        return None
    return load_correspondances(root, old, new)


command = FrenchCommand(
    name="diff",
    callback=run,
    help=(
        "Dit en phrases ce qui change d'ANCIEN à NOUVEAU : un millésime (2022, ou qdis_coop/2022), un"
        " exercice qu'il couvre, ou un dossier de modèle."
    ),
    params=[
        click.Argument(["ancien"], metavar="ANCIEN"),
        click.Argument(["nouveau"], metavar="NOUVEAU"),
        click.Option(
            ["--questionnaire"],
            default=QUESTIONNAIRE,
            metavar="NOM",
            help=f"questionnaire des millésimes ; {QUESTIONNAIRE} par défaut.",
        ),
        format_option("texte", "json"),
        output_option(),
    ],
)
