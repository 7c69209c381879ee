"""`liasse verifier`: statements, aggregates and findings of one filing."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

import click

from liasse.cli.files import protect, write_result
from liasse.cli.french import FrenchCommand
from liasse.cli.inputs import gather
from liasse.cli.options import filing_parameters, format_option, output_option, request_of
from liasse.cli.terminal import page
from liasse.engine.verification import verify

RENDERERS: Final = {
    "texte": "liasse.outputs.text",
    "json": "liasse.outputs.report",
    "html": "liasse.outputs.html",
}
"""Where each format is written; loaded when it is asked for."""


def run(forme: str, sortie: str | None, *, complet: bool, **given: Any) -> int:  # noqa: ANN401
    """Verify, write, and return 1 when a blocking control found a gap."""
    request = request_of(given)
    protect(sortie, request.paths)
    filing = gather(request)
    document = filing.document(verify(filing.plan, filing.facts))
    renderer = import_module(RENDERERS[forme])
    text = (
        renderer.render(document, page(sortie), complet=complet)
        if forme == "texte"
        else renderer.render(document)
    )
    write_result(text, sortie)
    return 1 if document.is_blocking else 0


command = FrenchCommand(
    name="verifier",
    callback=run,
    help=(
        "Vérifie FICHIER (FEC, balance ou cellules JSON, reconnu à son contenu) :"
        " états, agrégats, anomalies.\n\n"
        "Code de sortie : 0 rien de bloquant ; 1 anomalie bloquante ; 2 entrée inutilisable."
    ),
    params=[
        *filing_parameters(),
        format_option("texte", "json", "html"),
        output_option(),
        click.Option(["--complet"], is_flag=True, help="imprime aussi les lignes vides des états (texte)."),
    ],
)
