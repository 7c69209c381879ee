"""`liasse calculer`: the statements and the aggregates, or a few figures."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click

from liasse.cli.files import protect, write_result
from liasse.cli.french import FrenchCommand
from liasse.cli.inputs import gather
from liasse.cli.options import filing_parameters, format_option, output_option, request_of
from liasse.cli.references import find_slot
from liasse.cli.terminal import page
from liasse.compiler.plan import Slot
from liasse.engine.findings import say_value
from liasse.engine.incremental import evaluate
from liasse.engine.rows import places_of
from liasse.engine.values import Evaluation
from liasse.engine.verification import Verification
from liasse.outputs.document import Document
from liasse.outputs.motifs import Motifs
from liasse.outputs.report import computed_dict, heading, slot_dicts
from liasse.outputs.sheet import csv_text, every_slot
from liasse.outputs.text import render_statements


def run(
    forme: str,
    sortie: str | None,
    cellule: tuple[str, ...],
    *,
    complet: bool,
    **given: Any,  # noqa: ANN401
) -> int:
    """Compute, and write."""
    request = request_of(given)
    protect(sortie, request.paths)
    filing = gather(request)
    evaluation = evaluate(filing.plan, filing.facts)
    chosen = tuple(find_slot(filing.plan, text) for text in cellule)
    document = filing.document(Verification(evaluation, (), ()))
    if forme == "csv":
        text = csv_text(evaluation, chosen or every_slot(evaluation))
    elif forme == "json":
        text = _json(document, chosen)
    elif chosen:
        text = "".join(line for slot in chosen for line in _lines(evaluation, slot))
    else:
        text = render_statements(document, page(sortie), complet=complet)
    write_result(text, sortie)
    return 0


def _json(document: Document, chosen: tuple[Slot, ...]) -> str:
    evaluation = document.evaluation
    if chosen:
        content = {
            **heading(document),
            "cellules": slot_dicts(evaluation, chosen),
        }
    else:
        content = computed_dict(document)
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _lines(evaluation: Evaluation, slot: Slot) -> Iterator[str]:
    """Say a figure, or each row of a column."""
    motifs = Motifs(evaluation)
    places = list(places_of(evaluation, slot))
    for reference, row in places:
        if evaluation.at(slot.key, row) is None:
            yield f"{reference}  {slot.libelle} : vide. {motifs.of(slot)}\n"
        else:
            value = say_value(evaluation, slot.key, row)
            yield f"{reference}  {slot.libelle} : {value}  {slot.certitude}\n"
    if not places:
        yield f"{slot.key}  {slot.libelle} : aucune ligne.\n"


command = FrenchCommand(
    name="calculer",
    callback=run,
    help="Calcule les états et les agrégats de FICHIER, sans les contrôles ; ou quelques cellules seulement.",
    params=[
        *filing_parameters(),
        click.Option(
            ["--cellule"], multiple=True, metavar="REFERENCE", help="cellule ou agrégat à rendre ; répétable."
        ),
        format_option("texte", "json", "csv"),
        output_option(),
        click.Option(["--complet"], is_flag=True, help="imprime aussi les lignes vides des états (texte)."),
    ],
)
