"""What the user names (a cell, an aggregate, accounts) to a slot of the plan, or a term made for it."""

from __future__ import annotations

from liasse.amounts import unit
from liasse.compiler.plan import Plan, Slot, SlotKind
from liasse.engine.trace import Origin, Trace, account_traces, explain
from liasse.engine.values import Evaluation
from liasse.errors import ParseError, UnusableInputError, nearest
from liasse.language.ast import Accounts, Call
from liasse.language.functions import ACCOUNT_FUNCTIONS
from liasse.language.parser import parse
from liasse.language.printer import print_formula
from liasse.ledger.comptes import Selection

_SHOWN = (SlotKind.CELL, SlotKind.AGGREGATE, SlotKind.PARAMETER)


def find_slot(plan: Plan, text: str) -> Slot:
    """
    Find a cell (`ACT.AT.NET`, or `ACT.AT` for its main column), an aggregate or a parameter.

    Raises:
        UnusableInputError: the name is unknown; gives the nearest spelling.
    """
    name = text.strip().upper()
    table, dot, ligne = name.partition(".")
    if dot and "." not in ligne and table in plan.model.tables:
        name = f"{name}.{plan.model.tables[table].colonne}"
    position = plan.index.get(name)
    if position is not None and plan.slots[position].kind in _SHOWN:
        return plan.slots[position]
    known = [slot.key for slot in plan.slots if slot.kind in _SHOWN]
    raise UnusableInputError(f"Référence inconnue « {text} ».{nearest(name, known)}")


def trace_of(evaluation: Evaluation, text: str) -> Trace:
    """
    Explain a reference, a function of accounts (`crediteur(704)`), or accounts alone (`704`: their balance).

    Raises:
        UnusableInputError: the reference is unknown.
    """
    name = f"debiteur({text.strip()})" if text.strip().isdigit() else text.strip()
    if name in evaluation.plan.index:
        return explain(evaluation, name)
    term = _term(name)
    if term is None:
        return explain(evaluation, find_slot(evaluation.plan, text).key)
    return (
        explain(evaluation, term.key)
        if term.key in evaluation.plan.index
        else _explain_term(evaluation, term)
    )


def _term(text: str) -> Slot | None:
    try:
        tree = parse(text)
    except ParseError:
        return None
    match tree:
        case Call(function=function, arguments=(Accounts() as accounts,)) if function in ACCOUNT_FUNCTIONS:
            selection = Selection(accounts.included, accounts.excluded)
            code = "nombre" if function == "doublons" else "euro"
            return Slot(
                print_formula(tree),
                SlotKind.TERM,
                unit(code),
                f"{function} {selection}",
                function=function,
                selection=selection,
            )
        case _:
            return None


def _explain_term(evaluation: Evaluation, term: Slot) -> Trace:
    enfants = account_traces(evaluation.plan, term, evaluation.facts)
    value = sum(enfant.valeur or 0 for enfant in enfants) if enfants else None
    origin = Origin.VIDE if value is None else Origin.COMPTES
    return Trace(term.key, term.libelle, value, term.unit, origin, term.key, enfants=enfants)
