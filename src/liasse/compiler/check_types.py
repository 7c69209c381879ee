"""Trees to resolved nodes: names, units and kinds are checked on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from liasse.amounts import DIMENSIONLESS, Dimension, Unit, combine, unit
from liasse.compiler import nodes as ir
from liasse.compiler.calls import VALUE_CALLS
from liasse.compiler.plan import Slot, SlotKind
from liasse.compiler.resolve import FaultError, Names, Scope
from liasse.compiler.values import Value, brought, constant, factors, number, same_dimension
from liasse.errors import nearest
from liasse.language.ast import (
    Accounts,
    Binary,
    Call,
    Choice,
    Empty,
    Filtered,
    Name,
    Node,
    Number,
    Range,
    Text,
    Unary,
    children,
)
from liasse.language.functions import ACCOUNT_FUNCTIONS, FUNCTIONS
from liasse.language.printer import print_formula
from liasse.ledger.comptes import Selection
from liasse.model.forms import Table

_COMPARISONS: Final = frozenset({"=", "<>", "<", "<=", ">", ">="})


@dataclass(slots=True)
class Lowering:
    """
    Turns trees into nodes for one model and family.

    `slots` gathers the terms, previous-year, typed and fill slots that the formulas ask for.
    With `zero`, missing values read as 0; with `previous`, every name means the previous exercice.
    """

    names: Names
    slots: dict[str, Slot] = field(default_factory=dict)
    scope: Scope = Scope()
    zero: bool = False
    previous: bool = False
    row: str = ""
    neant: bool = False
    at: int = 0

    def value(self, tree: Node) -> Value:
        """
        Lower a tree that must be a value.

        Raises:
            FaultError: it is a condition, or something in it is wrong.
        """
        match tree:
            case Number():
                return number(tree)
            case Empty():
                return Value(ir.Nothing(ir.ONE), None)
            case Name():
                return self._name(tree)
            case Call():
                return self._call(tree)
            case Unary(operator="-"):
                operand = self.value(tree.operand)
                return Value(ir.rescaled(operand.node, Fraction(-1)), operand.dimension)
            case Binary(operator="+" | "-" | "*" | "de" | "/"):
                return self._arithmetic(tree)
            case Choice():
                return self._choice(tree)
            case Range() | Filtered() | Text():
                raise FaultError("M107", "Ceci ne s'emploie que dans une fonction ou une comparaison.", tree)
            case _:
                raise FaultError("M110", "Une valeur est attendue ici, pas une condition.", tree)

    def test(self, tree: Node) -> ir.Test:
        """
        Lower a tree that must be a condition.

        Raises:
            FaultError: it is a value, or something in it is wrong.
        """
        match tree:
            case Binary(operator="et"):
                return ir.Every(
                    (*_flat(self.test(tree.left), ir.Every), *_flat(self.test(tree.right), ir.Every))
                )
            case Binary(operator="ou"):
                return ir.Some(
                    (*_flat(self.test(tree.left), ir.Some), *_flat(self.test(tree.right), ir.Some))
                )
            case Unary(operator="non"):
                return ir.Negation(self.test(tree.operand))
            case Binary() if tree.operator in _COMPARISONS:
                return self._compare(tree)
            case Call(function="present"):
                return ir.Present(self.raw(self.one(tree)).node)
            case _:
                raise FaultError(
                    "M110", "Une condition est attendue ici (une comparaison, present(…)).", tree
                )

    def raw(self, tree: Node) -> Value:
        """Lower with missing values kept, whatever the mode."""
        mode, self.zero = self.zero, False
        try:
            return self.value(tree)
        finally:
            self.zero = mode

    def _name(self, tree: Name) -> Value:
        key = self.names.resolve(tree, self.scope)
        self.at = tree.start
        return Value(ir.Nothing(ir.ONE), None) if key is None else self.slot(key)

    def slot(self, key: str) -> Value:
        """Return the value of a slot, of the previous exercice if that is what is being read."""
        unit_of, section = self._unit(key), self._section(key)
        if self.previous:
            key = self._previous_key(key)
        if section:
            return Value(ir.RowRef(unit_of.factor, key, self.zero), unit_of.dimension)
        cell = self.names.cells.get(key)
        node = ir.Ref(unit_of.factor, key, self.zero)
        return Value(self.or_nothing(node, cell.table if cell else None), unit_of.dimension)

    def or_nothing(self, node: ir.Node, table: Table | None) -> ir.Node:
        """Return *node*, which counts zero when it is missing and its table is declared « néant »."""
        if not self.neant or table is None or not table.may_be_neant:
            return node
        key = f"neant({table.code})"
        self.slots.setdefault(key, Slot(key, SlotKind.NEANT, unit("nombre"), table=table.code))
        return ir.Coalesce(node.factor, node, ir.Ref(node.factor, key))

    def _section(self, key: str) -> str:
        """Return the keyed section of a slot, which must be the one whose rows are being read."""
        cell = self.names.cells.get(key)
        section = cell.section if cell else (self.slots[key].section if key in self.slots else "")
        if section and section != self.row:
            message = f"« {key} » a une valeur par ligne : employez somme, nombre, min ou max."
            raise FaultError("M107", message, Name(tuple(key.split(".")), start=self.at, length=1))
        return section

    def _unit(self, key: str) -> Unit:
        names = self.names
        if key in names.cells:
            return names.cells[key].unit
        if key in names.model.aggregats:
            return unit(names.model.aggregats[key].unite)
        if key in names.model.parametres:
            return unit(names.model.parametres[key].unite)
        return self.slots[key].unit

    def _previous_key(self, of: str) -> str:
        if of in self.names.model.parametres:
            return of
        key = f"exercice_precedent({of})"
        cell = self.names.cells.get(of)
        table, line, column = (cell.table.code, cell.ligne.code, cell.colonne.code) if cell else ("", "", "")
        slot = Slot(
            key,
            SlotKind.PREVIOUS,
            self._unit(of),
            table=table,
            ligne=line,
            colonne=column,
            of=of,
            section=cell.section if cell else "",
            choix=cell.choix if cell else {},
        )
        self.slots.setdefault(key, slot)
        return key

    def _arithmetic(self, tree: Binary) -> Value:
        if tree.operator == "/":
            return self._quotient(tree)
        if tree.operator in {"*", "de"}:
            return self._product(tree)
        left, right = self.value(tree.left), self.value(tree.right)
        dimension = same_dimension([(left, tree.left), (right, tree.right)])
        sign = -1 if tree.operator == "-" else 1
        return Value(ir.make_sum([(1, left.node), (sign, right.node)]), dimension)

    def _product(self, tree: Binary) -> Value:
        left, right = self.value(tree.left), self.value(tree.right)
        dimension = combine(left.dimension or DIMENSIONLESS, right.dimension or DIMENSIONLESS)
        for one, other in ((left.node, right.node), (right.node, left.node)):
            if isinstance(one, ir.Nothing):
                return Value(one, dimension)
            fixed = constant(one)
            if fixed is not None:
                product = ir.rescaled(other, fixed) if fixed else ir.make_constant(Fraction(0))
                return Value(product, dimension)
        return Value(ir.Product(left.node.factor * right.node.factor, left.node, right.node), dimension)

    def _quotient(self, tree: Binary) -> Value:
        left, right = self.value(tree.left), self.value(tree.right)
        dimension = combine(left.dimension or DIMENSIONLESS, right.dimension or DIMENSIONLESS, -1)
        fixed = constant(right.node)
        if fixed == 0:
            raise FaultError("M108", "Division par zéro.", tree.right)
        if fixed is not None:
            return Value(ir.rescaled(left.node, 1 / fixed), dimension)
        return Value(ir.Quotient(left.node.factor / right.node.factor, left.node, right.node), dimension)

    def _choice(self, tree: Choice) -> Value:
        condition = self.test(tree.condition)
        then, otherwise = self.value(tree.then), self.value(tree.otherwise)
        dimension = same_dimension([(then, tree.then), (otherwise, tree.otherwise)])
        factor = ir.common_factor(factors([then.node, otherwise.node]))
        branches = (brought(then.node, factor), brought(otherwise.node, factor))
        return Value(ir.Select(factor, condition, *branches), dimension)

    def _compare(self, tree: Binary) -> ir.Test:
        left, right = self._sides(tree)
        dimension = same_dimension([(left, tree.left), (right, tree.right)])
        shown = self._gap_unit(left.node, right.node, dimension)
        factor = ir.common_factor(factors([left.node, right.node, ir.Nothing(unit(shown).factor)]))
        sides = (brought(left.node, factor), brought(right.node, factor))
        return ir.Compare(tree.operator, *sides, shown, _prints_threshold(tree))

    def _sides(self, tree: Binary) -> tuple[Value, Value]:
        """Lower the two sides of a comparison; a quoted word is one of the choices of the other side."""
        if isinstance(tree.right, Text):
            left = self.value(tree.left)
            return left, self._choice_value(left, tree.right)
        if isinstance(tree.left, Text):
            right = self.value(tree.right)
            return self._choice_value(right, tree.left), right
        return self.value(tree.left), self.value(tree.right)

    def _choice_value(self, other: Value, text: Text) -> Value:
        keys = ir.references(other.node) or ("",)
        slot = self.slots.get(keys[0])
        cell = self.names.cells.get(slot.of if slot and slot.of else keys[0])
        codes = list(cell.choix) if cell else []
        if text.value not in codes:
            message = f"« {text.value} » n'est pas un choix admis ici ({', '.join(codes) or 'aucun'})."
            raise FaultError("M105", message + nearest(text.value, codes), text)
        return Value(ir.make_constant(Fraction(codes.index(text.value) + 1)), unit("choix").dimension)

    def _gap_unit(self, left: ir.Node, right: ir.Node, dimension: Dimension | None) -> str:
        parts = (part for side in (left, right) for part in ir.walk(side))
        if any(isinstance(part, ir.DateFunction) and part.function == "mois" for part in parts):
            return "mois"
        units = (self._unit_by_key(key) for side in (left, right) for key in ir.references(side))
        matching = (one.code for one in units if one.dimension == (dimension or DIMENSIONLESS))
        return next(matching, "euro" if dimension else "pourcent")

    def _unit_by_key(self, key: str) -> Unit:
        slot = self.slots.get(key)
        return slot.unit if slot else self._unit(key)

    def one(self, tree: Call) -> Node:
        """
        Return the only argument of a call.

        Raises:
            FaultError: there are none, or several.
        """
        if len(tree.arguments) != 1:
            message = f"« {tree.function} » attend une seule valeur, {len(tree.arguments)} données."
            raise FaultError("M107", message, tree)
        return tree.arguments[0]

    def _call(self, tree: Call) -> Value:
        if tree.function in ACCOUNT_FUNCTIONS:
            return self._term(tree)
        lower = VALUE_CALLS.get(tree.function)
        if lower is not None:
            return lower(self, tree)
        if tree.function in FUNCTIONS:
            raise FaultError("M110", f"« {tree.function} » est une condition, pas une valeur.", tree)
        message = f"Fonction inconnue « {tree.function} ».{nearest(tree.function, FUNCTIONS)}"
        raise FaultError("M106", message, tree)

    def _term(self, tree: Call) -> Value:
        accounts = tree.arguments[0]
        if not isinstance(accounts, Accounts):
            raise FaultError("M107", f"« {tree.function} » attend des numéros de comptes.", tree)
        key = print_formula(tree)
        if key not in self.slots:
            selection = Selection(accounts.included, accounts.excluded)
            unit_of = unit("nombre" if tree.function == "doublons" else "euro")
            self.slots[key] = Slot(
                key, SlotKind.TERM, unit_of, libelle=key, function=tree.function, selection=selection
            )
        return self.slot(key)


def _flat(test: ir.Test, kind: type[ir.Every | ir.Some]) -> tuple[ir.Test, ...]:
    return test.tests if isinstance(test, kind) else (test,)


def _prints_threshold(tree: Binary) -> bool:
    """Tell whether a comparison prints a rate or an amount other than zero (§6.0: replaces the tolerance)."""
    waiting: list[Node] = [tree]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Number) and item.unit and item.value:
            return True
        if isinstance(item, Binary | Unary | Call):
            waiting += children(item)
    return False
