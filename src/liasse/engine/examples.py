"""The worked examples of a model, run as tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

from liasse.amounts import unit
from liasse.compiler.plan import Plan
from liasse.engine.controls import Judgement, Outcome, judge, worst
from liasse.engine.incremental import evaluate, input_key
from liasse.engine.values import Evaluation, Facts
from liasse.errors import Problem
from liasse.ledger.balance import Balance, LigneBalance
from liasse.model.rules import Example, ExampleYear, Model


def balance_of(year: ExampleYear) -> Balance | None:
    """Return the balance that an example describes, or None when it names no account."""
    if year.soldes is None and year.ouvertures is None and year.mouvements is None:
        return None
    soldes = year.soldes or {}
    openings, movements = year.ouvertures, year.mouvements
    auxiliaries = {compte: tuple(kept.items()) for compte, kept in year.auxiliaires.items()}
    comptes = sorted({*soldes, *(openings or {}), *(movements or {}), *auxiliaries})
    lignes = tuple(_ligne(compte, year) for compte in comptes)
    return Balance(
        lignes,
        has_ouverture=openings is not None,
        has_mouvements=movements is not None,
        auxiliaires=auxiliaries,
    )


def _ligne(compte: str, year: ExampleYear) -> LigneBalance:
    opening = (year.ouvertures or {}).get(compte, 0)
    debit, credit = (year.mouvements or {}).get(compte, (0, 0))
    solde = (year.soldes or {}).get(compte)
    if solde is None:
        solde = opening + debit - credit
    return LigneBalance(
        compte,
        solde,
        ouverture=opening if year.ouvertures is not None else None,
        debit=debit if year.mouvements is not None else None,
        credit=credit if year.mouvements is not None else None,
        occurrences=2 if compte in year.doublons else 1,
    )


def evaluate_example(plan: Plan, example: Example) -> Evaluation:
    """Return the evaluation of the facts of an example."""
    precedent = None
    if example.precedent is not None:
        precedent = evaluate(plan, _facts(example.exercice - 1, example.precedent))
    return evaluate(plan, replace(_facts(example.exercice, example.faits), precedent=precedent))


def _facts(exercice: int, year: ExampleYear) -> Facts:
    return Facts(
        exercice,
        balance_of(year),
        year.cellules,
        rows=year.lignes,
        texts=year.textes,
        neant=year.neant,
    )


def gap_of(judgement: Judgement) -> Decimal | None:
    """Return the gap of a judgement in its unit (euros, points, a number), None when there is none."""
    if judgement.ecart is None:
        return None
    return Decimal(judgement.ecart).scaleb(-unit(judgement.unite).decimals)


def outcome_of(plan: Plan, judgements: tuple[Judgement, ...], control: str) -> Judgement | None:
    """
    Return the worst judgement among the checks that *control* names, None when there is none.

    A code with a part names that part; a bare code names the control's own check, or all its parts
    when it has only parts.
    """
    named = [
        (check, judgement)
        for check, judgement in zip(plan.checks, judgements, strict=True)
        if control in {check.control.code, check.control.identifier}
    ]
    own = [judgement for check, judgement in named if check.control.identifier == control]
    return worst(own or [judgement for _, judgement in named])


def example_problems(model: Model, plan_of: Callable[[str], Plan]) -> Iterator[Problem]:
    """Yield what is wrong with the examples: a result other than announced, a control without examples."""
    for example in model.exemples:
        yield from _run(plan_of(example.famille), example)
    own = [control for control in model.controles if control.place.file.startswith(model.folder)]
    for code in dict.fromkeys(control.code for control in own):
        for outcome in (Outcome.CONFORME, Outcome.ECART):
            if not any(_shows(example, code, outcome) for example in model.exemples):
                place = next(control.place for control in model.controles if control.code == code)
                yield Problem("M112", f"Le contrôle {code} n'a pas d'exemple « {outcome} ».", place)


def _shows(example: Example, code: str, outcome: Outcome) -> bool:
    return example.controle.partition(".")[0] == code and example.attendu == outcome


def _run(plan: Plan, example: Example) -> Iterator[Problem]:
    for reference in {**example.faits.cellules, **(example.precedent.cellules if example.precedent else {})}:
        if input_key(plan, reference) is None:
            text = (
                f"« {example.titre} » : {reference} est calculée et aucun contrôle ne lit sa valeur déclarée."
            )
            yield Problem("M115", text, example.place)
    evaluation = evaluate_example(plan, example)
    for key, expected in example.valeurs.items():
        actual = evaluation.value(key)
        if actual != expected:
            text = f"« {example.titre} » : {key} vaut {actual}, attendu {expected}."
            yield Problem("M115", text, example.place)
    if example.controle:
        yield from _control_problems(plan, example, judge(evaluation))


def _control_problems(plan: Plan, example: Example, judgements: tuple[Judgement, ...]) -> Iterator[Problem]:
    judgement = outcome_of(plan, judgements, example.controle)
    if judgement is None:
        yield Problem("M115", f"« {example.titre} » : contrôle inconnu {example.controle}.", example.place)
    elif judgement.outcome != example.attendu:
        detail = f" ({', '.join(judgement.missing)})" if judgement.missing else ""
        if judgement.ecart is not None:
            detail = f" (gauche {judgement.gauche}, droite {judgement.droite})"
        text = (
            f"« {example.titre} » : {example.controle} est {judgement.outcome}{detail},"
            f" attendu {example.attendu}."
        )
        yield Problem("M115", text, example.place)
    elif example.ecart is not None and gap_of(judgement) != example.ecart:
        text = f"« {example.titre} » : l'écart est {gap_of(judgement)}, attendu {example.ecart}."
        yield Problem("M115", text, example.place)
