"""`liasse modele`: load, compile, lint and run the examples of every millésime; print a table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import click

from liasse.cli.files import write_result
from liasse.cli.french import FrenchCommand
from liasse.cli.models import model_root
from liasse.cli.options import format_option, output_option
from liasse.cli.terminal import page
from liasse.compiler.fingerprint import fingerprint
from liasse.compiler.passes import compile_model
from liasse.compiler.plan import Nature, Plan, SlotKind
from liasse.engine.examples import example_problems
from liasse.errors import ModelError, Problem, UnusableInputError, nearest
from liasse.model.forms import Table
from liasse.model.publications import Publication
from liasse.model.rules import Model
from liasse.outputs.blank import printed_table
from liasse.outputs.wording import count
from liasse.source.correspondances import linked_millesimes, linked_questionnaires, load_correspondances
from liasse.source.linter import lint
from liasse.source.loader import available, load_model
from liasse.source.publications import (
    FROZEN,
    add_publication,
    frozen_problems,
    last_publication,
    load_publications,
)

Counts = dict[str, Any]

_NAMES = {
    "tables": ("table", "tables"),
    "lignes": ("ligne", "lignes"),
    "cellules": ("cellule", "cellules"),
    "formules": ("formule", "formules"),
    "controles": ("contrôle", "contrôles"),
    "agregats": ("agrégat", "agrégats"),
    "exemples": ("exemple", "exemples"),
}


def run(
    forme: str,
    sortie: str | None,
    questionnaire: str | None,
    millesime: str | None,
    imprimer: str | None,
    publier: str | None,
) -> int:
    """Check the models chosen, write what was found, and return 1 when there are problems."""
    if publier is not None:
        write_result(_publish(publier), sortie)
        return 0
    chosen = _chosen(questionnaire, millesime)
    if imprimer is not None:
        write_result(_print(chosen, imprimer, sortie), sortie)
        return 0
    checked = {(name, year): check(name, year) for name, year in chosen}
    write_result(_as_json(checked) if forme == "json" else _as_text(checked), sortie)
    return 1 if any(problems for _, _, problems in checked.values()) else 0


def _chosen(questionnaire: str | None, millesime: str | None) -> list[tuple[str, str]]:
    every = available(model_root())
    kept = [
        (name, year) for name, year in every if questionnaire in {None, name} and millesime in {None, year}
    ]
    if not kept:
        known = ", ".join(f"{name} {year}" for name, year in every)
        asked = " ".join(filter(None, (questionnaire, millesime)))
        raise UnusableInputError(f"Modèle inconnu « {asked} » ; modèles disponibles : {known}.")
    return kept


Checked = tuple[Model | None, Counts, tuple[Problem, ...]]


def check(questionnaire: str, millesime: str) -> Checked:
    """Load, compile for every family, lint, and run the examples; all the problems come together."""
    try:
        model = load_model(model_root(), questionnaire, millesime)
    except ModelError as error:
        return None, {}, error.problems
    plans: dict[str, Plan] = {}
    problems: dict[Problem, None] = {}
    for famille in model.familles:
        try:
            plans[famille] = compile_model(model, famille)
        except ModelError as error:
            problems.update(dict.fromkeys(error.problems))
    problems.update(dict.fromkeys(lint(model)))
    if len(plans) == len(model.familles):
        problems.update(dict.fromkeys(example_problems(model, plans.__getitem__)))
    problems.update(dict.fromkeys(_history_problems(model)))
    return model, counts(model, plans), tuple(problems)


def _history_problems(model: Model) -> Iterator[Problem]:
    """Yield what is wrong between a model and its past: correspondences, published fingerprint."""
    root = model_root()
    own = (model.questionnaire, model.millesime)
    linked = [(model.questionnaire, older) for older in linked_millesimes(root, *own)]
    for questionnaire, millesime in (*linked, *linked_questionnaires(root, *own)):
        try:
            load_correspondances(root, load_model(root, questionnaire, millesime), model)
        except ModelError as error:
            yield from error.problems
    try:
        published = last_publication(load_publications(root), model.questionnaire, model.millesime)
    except ModelError as error:
        yield from error.problems
    else:
        yield from frozen_problems(published, fingerprint(model), model.place)


def _publish(name: str) -> str:
    """Freeze the fingerprint of a millésime; a changed one becomes its next revision."""
    questionnaire, _, millesime = name.partition("/")
    if (questionnaire, millesime) not in available(model_root()):
        known = [f"{one}/{year}" for one, year in available(model_root())]
        raise UnusableInputError(
            f"Modèle inconnu « {name} » ; modèles disponibles : {', '.join(known)}.{nearest(name, known)}"
        )
    model, _, problems = check(questionnaire, millesime)
    left = [problem for problem in problems if problem.code != FROZEN]
    if model is None or left:
        told = count(len(left), "problème", "problèmes")
        raise UnusableInputError(
            f"Le modèle {name} a {told} : rien n'est publié. Corrigez d'abord ce que dit « liasse modele »."
        )
    before = last_publication(load_publications(model_root()), questionnaire, millesime)
    empreinte = fingerprint(model)
    if before is not None and before.empreinte == empreinte:
        return f"{name} est déjà publié tel quel : révision {before.revision} du {before.date}.\n"
    today = datetime.now(tz=UTC).date().isoformat()
    revision = before.revision + 1 if before else 1
    add_publication(model_root(), Publication(questionnaire, millesime, revision, empreinte, today))
    return f"{name} est publié : révision {revision} du {today}, empreinte {empreinte[:12]}.\n"


def counts(model: Model, plans: dict[str, Plan]) -> Counts:
    """Return how much a model holds; cells and formulas are counted once over all families."""
    cells: dict[str, bool] = {}
    for plan in plans.values():
        for slot in plan.slots:
            if slot.kind is SlotKind.CELL:
                cells[slot.key] = cells.get(slot.key, False) or slot.nature is not Nature.SAISIE
    return {
        "tables": len(model.tables),
        "lignes": sum(not line.titre for table in model.tables.values() for line in table.lignes.values()),
        "cellules": len(cells),
        "formules": sum(cells.values()) + len(model.aggregats),
        "controles": len({control.code for control in model.controles}),
        "agregats": len(model.aggregats),
        "exemples": len(model.exemples),
        "empreinte": next((plan.fingerprint for plan in plans.values()), None),
    }


def _as_json(checked: dict[tuple[str, str], Checked]) -> str:
    content: dict[str, dict[str, Any]] = {}
    for (name, year), (_, held, problems) in checked.items():
        content.setdefault(name, {})[year] = {
            **held,
            "problemes": [_problem(problem) for problem in problems],
        }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "message": problem.message,
        "fichier": problem.place.file,
        "ligne": problem.place.line,
        "partie": problem.place.part,
        "texte": problem.text,
        "debut": problem.start,
        "longueur": problem.length,
    }


def _as_text(checked: dict[tuple[str, str], Checked]) -> str:
    lines: list[str] = []
    for (name, year), (model, held, problems) in checked.items():
        lines += [str(problem) + "\n" for problem in problems]
        lines.append(f"{name} {year}" + (f" – {model.titre}" if model else ""))
        if held:
            lines.append("  " + ", ".join(count(held[key], *words) for key, words in _NAMES.items()))
            lines.append(f"  empreinte {held['empreinte'] or 'absente : le modèle ne se compile pas'}")
        lines.append("  " + count(len(problems), "problème", "problèmes", none="aucun problème"))
    return "\n".join(lines) + "\n"


def _print(chosen: list[tuple[str, str]], code: str, sortie: str | None) -> str:
    found: list[str] = []
    known: list[str] = []
    for name, year in chosen:
        model = load_model(model_root(), name, year)
        known.extend(model.tables)
        table: Table | None = model.tables.get(code.upper())
        if table is not None:
            found.append(printed_table(table, page(sortie), f"{name} {year}"))
    if not found:
        raise UnusableInputError(
            f"Table inconnue « {code} » ; tables : {', '.join(dict.fromkeys(known))}."
            f"{nearest(code.upper(), known)}"
        )
    return "\n".join(found)


command = FrenchCommand(
    name="modele",
    callback=run,
    help=(
        "Charge et compile les modèles pour chaque famille, cherche ce qui manque, exécute les exemples.\n\n"
        "Code de sortie : 0 aucun problème ; 1 des problèmes."
    ),
    params=[
        format_option("texte", "json"),
        output_option(),
        click.Option(["--questionnaire"], metavar="NOM", help="un questionnaire seulement."),
        click.Option(["--millesime"], metavar="ANNÉE", help="un millésime seulement."),
        click.Option(
            ["--imprimer"], metavar="TABLE", help="imprime une table : lignes, formules, références."
        ),
        click.Option(
            ["--publier"],
            metavar="NOM/ANNÉE",
            help="gèle l'empreinte d'un millésime sans problème ; un changement ultérieur sera refusé.",
        ),
    ],
)
