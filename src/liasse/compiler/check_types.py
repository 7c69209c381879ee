"""Trees to resolved nodes: names, units and kinds are checked on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from liasse.amounts import DIMENSIONLESS, Dimension, Unit, combine, unit
from liasse.compiler import nodes as ir
from liasse.compiler.plan import Nature, Slot, SlotKind
from liasse.compiler.resolve import FaultError, Names, Scope
from liasse.errors import nearest
from liasse.language.ast import Accounts, Binary, Call, Choice, Empty, Name, Node, Number, Range, Unary
from liasse.language.functions import ACCOUNT_FUNCTIONS, FUNCTIONS
from liasse.language.printer import print_formula
from liasse.ledger.comptes import Selection

_COMPARISONS: Final = frozenset({"=", "<>", "<", "<=", ">", ">="})


@dataclass(frozen=True, slots=True)
class Value:
    """A node with its dimension; None fits any dimension (0 and `vide`)."""

    node: ir.Node
    dimension: Dimension | None


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

    def value(self, tree: Node) -> Value:
        """
        Lower a tree that must be a value.

        Raises:
            FaultError: it is a condition, or something in it is wrong.
        """
        match tree:
            case Number():
                return _number(tree)
            case Empty():
                return Value(ir.Nothing(ir.ONE), None)
            case Name():
                return self._name(tree)
            case Call():
                return self._call(tree)
            case Unary(operator="-"):
                operand = self.value(tree.operand)
                return Value(ir.rescaled(operand.node, Fraction(-1)), operand.dimension)
            case Binary(operator="+" | "-"):
                return self._sum([(1, tree.left), (-1 if tree.operator == "-" else 1, tree.right)], tree)
            case Binary(operator="*" | "de"):
                return self._product(tree)
            case Binary(operator="/"):
                return self._quotient(tree)
            case Choice():
                return self._choice(tree)
            case Range():
                raise FaultError("M107", "Une plage ne s'emploie que dans somme, moyenne, min ou max.", tree)
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
                return ir.Every((*_flat(self.test(tree.left), ir.Every), *_flat(self.test(tree.right), ir.Every)))
            case Binary(operator="ou"):
                return ir.Some((*_flat(self.test(tree.left), ir.Some), *_flat(self.test(tree.right), ir.Some)))
            case Unary(operator="non"):
                return ir.Negation(self.test(tree.operand))
            case Binary() if tree.operator in _COMPARISONS:
                return self._compare(tree)
            case Call(function="present"):
                return ir.Present(self._raw(self._one(tree)).node)
            case _:
                raise FaultError("M110", "Une condition est attendue ici (une comparaison, present(…)).", tree)

    def _raw(self, tree: Node) -> Value:
        """Lower with missing values kept, whatever the mode."""
        mode, self.zero = self.zero, False
        try:
            return self.value(tree)
        finally:
            self.zero = mode

    def _name(self, tree: Name) -> Value:
        key = self.names.resolve(tree, self.scope)
        return Value(ir.Nothing(ir.ONE), None) if key is None else self._slot(key)

    def _slot(self, key: str) -> Value:
        unit_of = self._unit(key)
        if self.previous:
            key = self._previous_key(key)
        return Value(ir.Ref(unit_of.factor, key, self.zero), unit_of.dimension)

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
            key, SlotKind.PREVIOUS, self._unit(of), table=table, ligne=line, colonne=column, of=of
        )
        self.slots.setdefault(key, slot)
        return key

    def _sum(self, parts: list[tuple[int, Node]], tree: Node) -> Value:
        values = [(sign, self.value(part), part) for sign, part in parts]
        dimension = _same_dimension([(value, part) for _, value, part in values], tree)
        return Value(ir.make_sum([(sign, value.node) for sign, value, _ in values]), dimension)

    def _product(self, tree: Binary) -> Value:
        left, right = self.value(tree.left), self.value(tree.right)
        dimension = combine(left.dimension or DIMENSIONLESS, right.dimension or DIMENSIONLESS)
        for one, other in ((left.node, right.node), (right.node, left.node)):
            if isinstance(one, ir.Nothing):
                return Value(one, dimension)
            constant = _constant(one)
            if constant is not None:
                product = ir.rescaled(other, constant) if constant else ir.make_constant(Fraction(0))
                return Value(product, dimension)
        return Value(ir.Product(left.node.factor * right.node.factor, left.node, right.node), dimension)

    def _quotient(self, tree: Binary) -> Value:
        left, right = self.value(tree.left), self.value(tree.right)
        dimension = combine(left.dimension or DIMENSIONLESS, right.dimension or DIMENSIONLESS, -1)
        constant = _constant(right.node)
        if constant == 0:
            raise FaultError("M108", "Division par zéro.", tree.right)
        if constant is not None:
            return Value(ir.rescaled(left.node, 1 / constant), dimension)
        return Value(ir.Quotient(left.node.factor / right.node.factor, left.node, right.node), dimension)

    def _choice(self, tree: Choice) -> Value:
        condition = self.test(tree.condition)
        then, otherwise = self.value(tree.then), self.value(tree.otherwise)
        dimension = _same_dimension([(then, tree.then), (otherwise, tree.otherwise)], tree)
        factor = ir.common_factor(_factors([then.node, otherwise.node]))
        branches = (_brought(then.node, factor), _brought(otherwise.node, factor))
        return Value(ir.Select(factor, condition, *branches), dimension)

    def _compare(self, tree: Binary) -> ir.Test:
        left, right = self.value(tree.left), self.value(tree.right)
        dimension = _same_dimension([(left, tree.left), (right, tree.right)], tree)
        shown = self._gap_unit(left.node, right.node, dimension)
        factor = ir.common_factor(_factors([left.node, right.node, ir.Nothing(unit(shown).factor)]))
        sides = (_brought(left.node, factor), _brought(right.node, factor))
        return ir.Compare(tree.operator, *sides, shown, _prints_threshold(tree))

    def _gap_unit(self, left: ir.Node, right: ir.Node, dimension: Dimension | None) -> str:
        units = [self._unit_by_key(key).code for side in (left, right) for key in ir.references(side)]
        matching = [code for code in units if unit(code).dimension == (dimension or DIMENSIONLESS)]
        if matching:
            return matching[0]
        return "pourcent" if not dimension else "euro"

    def _unit_by_key(self, key: str) -> Unit:
        slot = self.slots.get(key)
        return slot.unit if slot else self._unit(key)

    def _one(self, tree: Call) -> Node:
        if len(tree.arguments) != 1:
            message = f"« {tree.function} » attend une seule valeur, {len(tree.arguments)} données."
            raise FaultError("M107", message, tree)
        return tree.arguments[0]

    def _call(self, tree: Call) -> Value:
        if tree.function in ACCOUNT_FUNCTIONS:
            return self._term(tree)
        lower = _VALUE_CALLS.get(tree.function)
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
        return self._slot(key)

    def _previous(self, tree: Call) -> Value:
        if self.previous:
            raise FaultError("M107", "« exercice_precedent » ne s'imbrique pas ; nommez la colonne N-1.", tree)
        self.previous = True
        try:
            return self.value(self._one(tree))
        finally:
            self.previous = False

    def _cell_argument(self, tree: Call) -> str | None:
        argument = self._one(tree)
        key = self.names.resolve(argument, self.scope) if isinstance(argument, Name) else ""
        if key is not None and key not in self.names.cells:
            raise FaultError("M107", f"« {tree.function} » attend une cellule.", tree)
        return key

    def _declared(self, tree: Call) -> Value:
        key = self._cell_argument(tree)
        if key is None:
            return Value(ir.Nothing(ir.ONE), None)
        cell = self.names.cells[key]
        if cell.nature is Nature.SAISIE:
            return self._slot(key)
        return self._derived(f"declare({key})", SlotKind.TYPED, key)

    def _from_balance(self, tree: Call) -> Value:
        key = self._cell_argument(tree)
        if key is None:
            return Value(ir.Nothing(ir.ONE), None)
        if self.names.cells[key].nature is not Nature.REMPLIE:
            raise FaultError("M107", f"La cellule {key} n'est pas remplie par la balance.", tree)
        return self._derived(f"selon_balance({key})", SlotKind.FILL, key)

    def _derived(self, key: str, kind: SlotKind, of: str) -> Value:
        self.slots.setdefault(key, derived_slot(self.names, key, kind, of))
        return self._slot(key)

    def _listed(self, tree: Call) -> tuple[list[ir.Node], Dimension | None]:
        values: list[tuple[Value, Node]] = []
        for argument in tree.arguments:
            if isinstance(argument, Range):
                keys = self.names.range_keys(argument, self.scope)
                values.extend((self._slot(key), argument) for key in keys)
            else:
                values.append((self.value(argument), argument))
        if not tree.arguments:
            raise FaultError("M107", f"« {tree.function} » attend au moins une valeur.", tree)
        dimension = _same_dimension(values, tree)
        return [value.node for value, _ in values if not isinstance(value.node, ir.Nothing)], dimension

    def _total(self, tree: Call) -> Value:
        parts, dimension = self._listed(tree)
        return Value(ir.make_sum([(1, node) for node in parts]), dimension)

    def _mean(self, tree: Call) -> Value:
        parts, dimension = self._listed(tree)
        if not parts:
            return Value(ir.Nothing(ir.ONE), dimension)
        factor, terms = ir.scaled_terms([(1, node) for node in parts])
        return Value(ir.Mean(factor, terms), dimension)

    def _extreme(self, tree: Call) -> Value:
        parts, dimension = self._listed(tree)
        if not parts:
            return Value(ir.Nothing(ir.ONE), dimension)
        factor, terms = ir.scaled_terms([(1, node) for node in parts])
        return Value(ir.Extreme(factor, terms, tree.function == "max"), dimension)

    def _absolute(self, tree: Call) -> Value:
        operand = self.value(self._one(tree))
        return Value(ir.Absolute(operand.node.factor, operand.node), operand.dimension)

    def _rounded(self, tree: Call) -> Value:
        operand = self.value(self._one(tree))
        return Value(ir.Rounded(ir.ONE, operand.node), operand.dimension)

    def _zero_if_empty(self, tree: Call) -> Value:
        operand = self._raw(self._one(tree))
        return Value(ir.ZeroIfEmpty(operand.node.factor, operand.node), operand.dimension)


_VALUE_CALLS: Final[dict[str, Callable[[Lowering, Call], Value]]] = {
    "exercice_precedent": Lowering._previous,
    "declare": Lowering._declared,
    "selon_balance": Lowering._from_balance,
    "somme": Lowering._total,
    "moyenne": Lowering._mean,
    "min": Lowering._extreme,
    "max": Lowering._extreme,
    "abs": Lowering._absolute,
    "arrondi": Lowering._rounded,
    "zero_si_vide": Lowering._zero_if_empty,
}


def derived_slot(names: Names, key: str, kind: SlotKind, of: str) -> Slot:
    """Return the typed or fill slot that stands beside a cell."""
    cell = names.cells[of]
    return Slot(
        key,
        kind,
        cell.unit,
        libelle=cell.ligne.libelle,
        reference=cell.ligne.reference,
        certitude=cell.ligne.certitude,
        table=cell.table.code,
        ligne=cell.ligne.code,
        colonne=cell.colonne.code,
        of=of,
    )


def _number(tree: Number) -> Value:
    if tree.unit == "pourcent":
        return Value(ir.make_constant(tree.value / 100), DIMENSIONLESS)
    if tree.unit == "euro":
        return Value(ir.make_constant(tree.value), unit("euro").dimension)
    return Value(ir.make_constant(tree.value), DIMENSIONLESS if tree.value else None)


def _constant(node: ir.Node) -> Fraction | None:
    if isinstance(node, ir.Sum) and not node.terms:
        return node.constant * node.factor
    return None


def _factors(nodes: list[ir.Node]) -> list[Fraction]:
    return [node.factor for node in nodes]


def _brought(node: ir.Node, factor: Fraction) -> ir.Node:
    """Bring a node to a factor of which its own is a whole multiple."""
    multiplier = int(node.factor / factor)
    if multiplier == 1 or isinstance(node, ir.Nothing):
        return node
    if isinstance(node, ir.Sum):
        terms = tuple((multiplier * inner, term) for inner, term in node.terms)
        return ir.Sum(factor, terms, multiplier * node.constant, node.has_constant)
    return ir.Sum(factor, ((multiplier, node),))


def _flat(test: ir.Test, kind: type[ir.Every] | type[ir.Some]) -> tuple[ir.Test, ...]:
    return test.tests if isinstance(test, kind) else (test,)


def _prints_threshold(tree: Binary) -> bool:
    """Tell whether a comparison prints a rate or an amount other than zero (§6.0: replaces the tolerance)."""
    stack: list[Node] = [tree.left, tree.right]
    while stack:
        item = stack.pop()
        if isinstance(item, Number) and item.unit and item.value:
            return True
        if isinstance(item, Binary):
            stack += [item.left, item.right]
        elif isinstance(item, Unary):
            stack.append(item.operand)
        elif isinstance(item, Call):
            stack += item.arguments
    return False


def _same_dimension(values: list[tuple[Value, Node]], tree: Node) -> Dimension | None:
    known: Dimension | None = None
    for value, part in values:
        if value.dimension is None:
            continue
        if known is not None and value.dimension != known:
            message = f"Unités incompatibles : {_say(known)} et {_say(value.dimension)}."
            raise FaultError("M108", message, part)
        known = value.dimension
    return known


def _say(dimension: Dimension) -> str:
    if not dimension:
        return "un nombre sans unité"
    return " × ".join(f"{name}^{power}" if power != 1 else name for name, power in dimension)
