"""`liasse calculer`: the statements and the aggregates, or a few figures."""

from __future__ import annotations

import json
from typing import Any

import click

from liasse.amounts import format_french
from liasse.cli.files import protect, write_result
from liasse.cli.french import FrenchCommand
from liasse.cli.inputs import gather
from liasse.cli.options import filing_parameters, format_option, output_option, request_of
from liasse.cli.references import find_slot
from liasse.cli.terminal import page
from liasse.compiler.plan import Slot
from liasse.engine.incremental import evaluate
from liasse.engine.values import Evaluation
from liasse.engine.verification import Verification
from liasse.outputs.document import Document
from liasse.outputs.report import amount, computed_dict, heading, slot_dict
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
    document = Document(
        fichier=filing.source.report.fichier,
        verification=Verification(evaluation, (), ()),
        lecture=filing.source.report,
        precedent=filing.precedent.report if filing.precedent else None,
        remarques=filing.remarques,
    )
    if forme == "csv":
        text = csv_text(evaluation, chosen or every_slot(evaluation))
    elif forme == "json":
        text = _json(document, chosen)
    elif chosen:
        text = "".join(_line(evaluation, slot) for slot in chosen)
    else:
        text = render_statements(document, page(sortie), complet=complet)
    write_result(text, sortie)
    return 0


def _json(document: Document, chosen: tuple[Slot, ...]) -> str:
    evaluation = document.evaluation
    if chosen:
        content = {
            **heading(document),
            "cellules": {slot.key: slot_dict(evaluation, slot) for slot in chosen},
        }
    else:
        content = computed_dict(document)
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _line(evaluation: Evaluation, slot: Slot) -> str:
    value = evaluation.value(slot.key)
    if amount(value, slot.unit.code) is None:
        return f"{slot.key}  {slot.libelle} : vide. {slot_dict(evaluation, slot)['motif']}\n"
    return f"{slot.key}  {slot.libelle} : {format_french(value, slot.unit.code)}  {slot.certitude}\n"


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
