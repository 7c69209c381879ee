"""`liasse exporter`: a filing, or an empty form, as a workbook, JSON or XML."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import click

from liasse.cli.files import protect, write_result
from liasse.cli.french import FrenchCommand, Word
from liasse.cli.inputs import Filing, gather
from liasse.cli.models import QUESTIONNAIRE, plan_for
from liasse.cli.options import filing_parameters, missing, output_option, request_of
from liasse.compiler.plan import Plan
from liasse.engine.filing import depot_of, form_of
from liasse.engine.incremental import evaluate
from liasse.engine.values import Facts
from liasse.errors import UnusableInputError


def _workbook(plan: Plan, facts: Facts, organisme: str) -> bytes:
    made: bytes = import_module("liasse.outputs.workbook").render_workbook(evaluate(plan, facts), organisme)
    return made


def _json(plan: Plan, facts: Facts, organisme: str) -> str:
    made: str = import_module("liasse.outputs.filing_json").render_filing_json(
        depot_of(plan, facts, organisme), form_of(plan)
    )
    return made


def _xml(plan: Plan, facts: Facts, organisme: str) -> str:
    made: str = import_module("liasse.outputs.filing_xml").render_filing_xml(
        depot_of(plan, facts, organisme), form_of(plan)
    )
    return made


WRITERS: Final[dict[str, Callable[[Plan, Facts, str], str | bytes]]] = {
    "xlsx": _workbook,
    "json": _json,
    "xml": _xml,
}
"""How each form is written; its module is loaded when it is asked for."""


def run(
    fichier: Path | None,
    vers: str,
    sortie: str | None,
    organisme: str,
    *,
    vierge: bool,
    **given: Any,  # noqa: ANN401
) -> int:
    """Gather, and write."""
    if vers == "xlsx" and sortie is None:
        raise UnusableInputError(
            "Un classeur ne s'affiche pas. Indiquez où l'écrire : --sortie classeur.xlsx."
        )
    if fichier is None or vierge:
        plan, facts = _blank(fichier, given, vierge=vierge)
    else:
        request = request_of({"fichier": fichier, **given})
        protect(sortie, request.paths)
        filing = gather(request)
        plan, facts = filing.plan, filing.facts
        organisme = organisme or _organisme(filing)
        for remarque in filing.remarques:
            click.echo(remarque, err=True)
    write_result(WRITERS[vers](plan, facts, organisme), sortie)
    return 0


def _organisme(filing: Filing) -> str:
    file = filing.source.filing
    return file.organisme if file is not None else ""


def _blank(fichier: Path | None, given: dict[str, Any], *, vierge: bool) -> tuple[Plan, Facts]:
    """Return a filing without facts."""
    if not vierge:
        missing("fichier")
    if fichier is not None:
        raise UnusableInputError(f"--vierge n'exporte aucune donnée : retirez {fichier}, ou --vierge.")
    if not given["famille"]:
        missing("famille")
    if given["exercice"] is None:
        raise UnusableInputError("Indiquez l'exercice du formulaire : --exercice 2022.")
    plan = plan_for(given["questionnaire"] or QUESTIONNAIRE, given["exercice"], given["famille"])
    return plan, Facts(given["exercice"])


_FILING = filing_parameters()
_FILING[0].required = False

command = FrenchCommand(
    name="exporter",
    callback=run,
    help=(
        "Exporte FICHIER (FEC, balance, cellules, dépôt ou classeur) en classeur à formules, en JSON ou en "
        "XML ; ou, avec --vierge, un formulaire vide."
    ),
    params=[
        *_FILING,
        click.Option(
            ["--vers"],
            type=Word("vers", tuple(WRITERS)),
            required=True,
            metavar="|".join(WRITERS),
            help="forme du fichier écrit : xlsx, json ou xml.",
        ),
        output_option(),
        click.Option(
            ["--organisme"], default="", metavar="NOM", help="nom de l'organisme, porté dans le fichier."
        ),
        click.Option(["--vierge"], is_flag=True, help="exporte le formulaire vide ; sans FICHIER."),
    ],
)
