"""Which lines place which accounts, and the proof that every account lands exactly once (§0.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from liasse.compiler.plan import PlacementRule
from liasse.compiler.symbols import CellDef
from liasse.errors import Problem
from liasse.language.ast import Accounts, Call, Choice, Filtered, Node, children
from liasse.ledger.comptes import PlanComptes, Selection, SelectionIndex
from liasse.model.rules import Model

_SIGNS = {"debiteur": "DC", "crediteur": "DC", "soldes_debiteurs": "D", "soldes_crediteurs": "C"}
_SIGN_NAMES = {"D": "débiteur", "C": "créditeur"}


def placement_rules(cells: Mapping[str, CellDef]) -> tuple[PlacementRule, ...]:
    """Return the placements made by the fill formulas of the columns that a table declares."""
    rules = []
    for cell in cells.values():
        placed = cell.colonne.code in cell.table.colonnes_placees
        if cell.tree is None or cell.formule is None or not placed:
            continue
        for call, selection in _account_calls(cell.tree):
            signs, place = _SIGNS.get(call, ""), cell.formule.place
            rules.append(PlacementRule(cell.key, selection, signs, cell.table.classes, place))
    return tuple(rules)


def _account_calls(tree: Node) -> Iterator[tuple[str, Selection]]:
    """Yield the functions of accounts that give a value: neither conditions nor the previous exercice."""
    match tree:
        case Call(arguments=(Accounts() as accounts,)):
            yield tree.function, Selection(accounts.included, accounts.excluded)
        case Call(function="exercice_precedent") | Filtered():
            return
        case Choice():
            yield from _account_calls(tree.then)
            yield from _account_calls(tree.otherwise)
        case _:
            for part in children(tree):
                yield from _account_calls(part)


class Placements:
    """Placement rules, indexed by root."""

    def __init__(self, rules: Sequence[PlacementRule]) -> None:
        self.classes = frozenset[str]().union(*(rule.classes for rule in rules))
        self._rules = rules
        self._index = SelectionIndex([rule.selection for rule in rules])

    def rules_of(self, compte: str, sign: str) -> tuple[PlacementRule, ...]:
        """Return the rules that take an account whose balance has *sign* (`D` or `C`)."""
        rules = (self._rules[position] for position in self._index.taking(compte))
        return tuple(rule for rule in rules if compte[:1] in rule.classes and sign in rule.signs)

    def of(self, compte: str, sign: str) -> tuple[str, ...]:
        """Return the cells that take an account whose balance has *sign* (`D` or `C`)."""
        return tuple(rule.cell for rule in self.rules_of(compte, sign))


def check_placement(model: Model, famille: str, rules: tuple[PlacementRule, ...]) -> list[Problem]:
    """
    Prove that every leaf account of the placed classes lands on exactly one line per side.

    Checked for the first and the last exercice of the model.  The accounts of
    `comptes_sans_ligne` must land nowhere.
    """
    placements = Placements(rules)
    years = dict.fromkeys(year for year in (model.exercices.de, model.exercices.a) if year)
    problems: dict[str, Problem] = {}
    for year in years:
        for compte in PlanComptes.of(model.comptes, year, famille).leaves():
            if compte.numero[:1] in placements.classes:
                problem = _placement_problem(model, compte.numero, placements)
                if problem is not None:
                    problems.setdefault(compte.numero, problem)
    return list(problems.values())


def _placement_problem(model: Model, compte: str, placements: Placements) -> Problem | None:
    """Return what is wrong with the places of one account, both sides together."""
    taken = {sign: placements.rules_of(compte, sign) for sign in _SIGN_NAMES}
    rules = tuple(dict.fromkeys(rule for found in taken.values() for rule in found))
    place = rules[-1].place if rules else model.place
    where = ", ".join(dict.fromkeys(rule.cell for rule in rules))
    if compte in model.comptes_sans_ligne:
        text = f"Compte {compte} : déclaré sans ligne, mais pris par {where}."
        return Problem("M111", text, place) if rules else None
    faults = [_SIGN_NAMES[sign] for sign, found in taken.items() if len(found) != 1]
    if not faults:
        return None
    side = f", solde {faults[0]}" if len(faults) == 1 else ""
    several = any(len(found) > 1 for found in taken.values())
    how = f"pris à la fois par {where}" if several else "pris par aucune ligne"
    return Problem("M111", f"Compte {compte}{side} : {how}.", place)
