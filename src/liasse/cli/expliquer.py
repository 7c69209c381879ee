"""`liasse expliquer`: the tree of one figure, down to accounts and ledger lines."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any, Final

import click

from liasse.cli.files import protect, write_result
from liasse.cli.french import COUNT, FrenchCommand
from liasse.cli.inputs import Filing, gather
from liasse.cli.options import filing_parameters, format_option, output_option, request_of
from liasse.cli.references import trace_of
from liasse.cli.terminal import page
from liasse.engine.incremental import evaluate
from liasse.imports.fec import iter_ecritures
from liasse.ledger.ecritures import Ecriture
from liasse.outputs.explanation import Extract, accounts_of, as_dict, condensed, limited, render
from liasse.outputs.version import package_version

_SHOWN: Final = 3


def run(
    forme: str,
    sortie: str | None,
    reference: str,
    profondeur: int | None,
    ecritures: int,
    **given: Any,  # noqa: ANN401
) -> int:
    """Explain, and write."""
    request = request_of(given)
    protect(sortie, request.paths)
    filing = gather(request)
    trace = condensed(trace_of(evaluate(filing.plan, filing.facts), reference))
    shown = limited(trace, profondeur)
    extracts = ledger_extracts(filing, accounts_of(shown), ecritures)
    if forme == "json":
        content = {
            "version": package_version(),
            "fichier": filing.source.report.fichier,
            "exercice": filing.facts.exercice,
            "famille": filing.plan.famille,
            "remarques": list(filing.remarques),
            "explication": as_dict(shown, extracts),
        }
        text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    else:
        text = render(trace, extracts, page(sortie), profondeur)
    write_result(text, sortie)
    return 0


def ledger_extracts(filing: Filing, comptes: Collection[str], shown: int) -> dict[str, Extract]:
    """Return, when the file is a FEC, the first *shown* ledger lines of each account and their total."""
    if not shown or not comptes or not filing.source.is_ledger:
        return {}
    kept: dict[str, list[Ecriture]] = {}
    numbers: dict[str, int] = {}
    totals: dict[str, int] = {}
    for ecriture in iter_ecritures(Path(filing.source.report.fichier), frozenset(comptes)):
        compte = ecriture.compte
        numbers[compte] = numbers.get(compte, 0) + 1
        totals[compte] = totals.get(compte, 0) + ecriture.debit - ecriture.credit
        if numbers[compte] <= shown:
            kept.setdefault(compte, []).append(ecriture)
    return {compte: Extract(tuple(kept[compte]), numbers[compte], totals[compte]) for compte in kept}


_FILING = filing_parameters()

command = FrenchCommand(
    name="expliquer",
    callback=run,
    help=(
        "Explique REFERENCE : une cellule (ACT.AT.NET), un agrégat (CAF), des comptes (704) ou une fonction "
        'de comptes ("crediteur(704 sauf 7047)"), jusqu\'aux comptes et, pour un FEC, aux écritures.'
    ),
    params=[
        _FILING[0],
        click.Argument(["reference"], metavar="REFERENCE"),
        *_FILING[1:],
        click.Option(["--profondeur"], type=COUNT, metavar="N", help="niveaux dépliés ; tous par défaut."),
        click.Option(
            ["--ecritures"],
            type=COUNT,
            default=_SHOWN,
            metavar="N",
            help=f"écritures montrées par compte ; {_SHOWN} par défaut, 0 pour aucune.",
        ),
        format_option("texte", "json"),
        output_option(),
    ],
)
