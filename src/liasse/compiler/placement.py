"""Which lines place which accounts, and the proof that every account lands exactly once (§0.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from liasse.compiler.plan import PlacementRule
from liasse.compiler.symbols import CellDef
from liasse.errors import Problem
from liasse.language.ast import Accounts, Binary, Call, Choice, Node, Unary
from liasse.ledger.comptes import PlanComptes, Selection, SelectionIndex
from liasse.model.rules import Model

_SIGNS = {"debiteur": "DC", "crediteur": "DC", "soldes_debiteurs": "D", "soldes_crediteurs": "C"}
_SIGN_NAMES = {"D": "débiteur", "C": "créditeur"}


def placement_rules(cells: Mapping[str, CellDef]) -> tuple[PlacementRule, ...]:
    """Return the placements made by the fill formulas of the columns that a table declares."""
    rules = []
    for cell in cells.values():
        if cell.tree is not None and cell.colonne.code in cell.table.colonnes_placees:
            for call, selection in _account_calls(cell.tree):
                rules.append(PlacementRule(cell.key, selection, _SIGNS.get(call, ""), cell.table.classes))
    return tuple(rules)


def _account_calls(tree: Node) -> Iterator[tuple[str, Selection]]:
    match tree:
        case Call(arguments=(Accounts() as accounts,)):
            yield tree.function, Selection(accounts.included, accounts.excluded)
        case Call() if tree.function != "exercice_precedent":
            for argument in tree.arguments:
                yield from _account_calls(argument)
        case Unary():
            yield from _account_calls(tree.operand)
        case Binary():
            yield from _account_calls(tree.left)
            yield from _account_calls(tree.right)
        case Choice():
            yield from _account_calls(tree.then)
            yield from _account_calls(tree.otherwise)
        case _:
            return


class Placements:
    """Placement rules, indexed by root."""

    def __init__(self, rules: Sequence[PlacementRule]) -> None:
        self.classes = frozenset[str]().union(*(rule.classes for rule in rules))
        self._rules = rules
        self._index = SelectionIndex([rule.selection for rule in rules])

    def of(self, compte: str, sign: str) -> tuple[str, ...]:
        """Return the cells that take an account whose balance has *sign* (`D` or `C`)."""
        rules = (self._rules[position] for position in self._index.taking(compte))
        return tuple(rule.cell for rule in rules if compte[:1] in rule.classes and sign in rule.signs)


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
                for message in _placement_faults(compte.numero, model.comptes_sans_ligne, placements):
                    text = f"{message} ({famille}, exercice {year})."
                    problems.setdefault(message, Problem("M111", text, model.place))
    return list(problems.values())


def _placement_faults(compte: str, unplaced: tuple[str, ...], placements: Placements) -> Iterator[str]:
    excepted = compte in unplaced
    for sign, name in _SIGN_NAMES.items():
        places = placements.of(compte, sign)
        if excepted and places:
            yield f"Compte {compte} : déclaré sans ligne, mais pris par {', '.join(places)}"
        elif not excepted and len(places) != 1:
            where = f"pris par {', '.join(places)}" if places else "pris par aucune ligne"
            yield f"Compte {compte}, solde {name} : {where}"
