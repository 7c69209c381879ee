"""The functions of the language, lowered one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from liasse.amounts import DIMENSIONLESS, Dimension, unit
from liasse.compiler import nodes as ir
from liasse.compiler.plan import Nature, Slot, SlotKind
from liasse.compiler.resolve import FaultError, Scope
from liasse.compiler.values import Value, derived_slot, same_dimension
from liasse.language.ast import Binary, Call, Choice, Filtered, Name, Node, Range, Unary, children

if TYPE_CHECKING:
    from liasse.compiler.check_types import Lowering


def _previous(lowering: Lowering, tree: Call) -> Value:
    if lowering.previous:
        raise FaultError("M107", "« exercice_precedent » ne s'imbrique pas ; nommez la colonne N-1.", tree)
    lowering.previous = True
    try:
        return lowering.value(lowering.one(tree))
    finally:
        lowering.previous = False


def _cell_argument(lowering: Lowering, tree: Call) -> str | None:
    argument = lowering.one(tree)
    key = lowering.names.resolve(argument, lowering.scope) if isinstance(argument, Name) else ""
    if key is not None and key not in lowering.names.cells:
        raise FaultError("M107", f"« {tree.function} » attend une cellule.", tree)
    return key


def _declared(lowering: Lowering, tree: Call) -> Value:
    key = _cell_argument(lowering, tree)
    if key is None:
        return Value(ir.Nothing(ir.ONE), None)
    if lowering.names.cells[key].nature is Nature.SAISIE:
        return lowering.slot(key)
    return _beside(lowering, f"declare({key})", SlotKind.TYPED, key)


def _from_balance(lowering: Lowering, tree: Call) -> Value:
    key = _cell_argument(lowering, tree)
    if key is None:
        return Value(ir.Nothing(ir.ONE), None)
    if lowering.names.cells[key].nature is not Nature.REMPLIE:
        raise FaultError("M107", f"La cellule {key} n'est pas remplie par la balance.", tree)
    return _beside(lowering, f"selon_balance({key})", SlotKind.FILL, key)


def _beside(lowering: Lowering, key: str, kind: SlotKind, of: str) -> Value:
    lowering.slots.setdefault(key, derived_slot(lowering.names, key, kind, of))
    return lowering.slot(key)


def _listed(lowering: Lowering, tree: Call) -> tuple[list[ir.Node], Dimension | None]:
    if not tree.arguments:
        raise FaultError("M107", f"« {tree.function} » attend au moins une valeur.", tree)
    values: list[tuple[Value, Node]] = []
    for argument in tree.arguments:
        line = rows_of(lowering, argument)
        if line is not None:
            values.append((_row_total(lowering, tree, argument, line), argument))
        elif isinstance(argument, Range):
            keys = lowering.names.range_keys(argument, lowering.scope)
            values.extend((lowering.slot(key), argument) for key in keys)
        else:
            values.append((lowering.value(argument), argument))
    dimension = same_dimension(values)
    return [value.node for value, _ in values if not isinstance(value.node, ir.Nothing)], dimension


def rows_of(lowering: Lowering, argument: Node) -> str | None:
    """Return the keyed section whose rows an argument reads, None when it reads single cells."""
    operand = argument.operand if isinstance(argument, Filtered) else argument
    for name in _names(operand):
        cell = lowering.names.cells.get(lowering.names.resolve(name, lowering.scope) or "")
        if cell is not None and cell.section and cell.section != lowering.row:
            return cell.section
    return None


def _names(tree: Node) -> Iterator[Name]:
    """Yield the names that a formula adds up: neither those of conditions nor those inside a function."""
    match tree:
        case Name():
            yield tree
        case Choice():
            yield from _names(tree.then)
            yield from _names(tree.otherwise)
        case Unary() | Binary():
            for part in children(tree):
                yield from _names(part)
        case _:
            return


def _row_total(lowering: Lowering, tree: Call, argument: Node, section: str) -> Value:
    if lowering.previous:
        message = "Le total N-1 de lignes à clé se lit dans la cellule qui le porte ; nommez-la."
        raise FaultError("M107", message, tree)
    if tree.function not in {"somme", "min", "max", "nombre"}:
        raise FaultError("M107", f"« {tree.function} » ne lit pas des lignes à clé.", tree)
    value, where = _on_rows(lowering, argument, section)
    if tree.function == "nombre":
        return Value(ir.RowTotal(ir.ONE, section, "nombre", value.node, where), DIMENSIONLESS)
    total = ir.RowTotal(value.node.factor, section, tree.function, value.node, where, lowering.zero)
    if lowering.zero:
        return Value(total, value.dimension)
    table = lowering.names.model.tables[section.partition(".")[0]]
    return Value(lowering.or_nothing(total, table), value.dimension)


def _on_rows(lowering: Lowering, argument: Node, section: str) -> tuple[Value, ir.Test | None]:
    """Lower a value and its condition as they read on each row of a section."""
    operand = argument.operand if isinstance(argument, Filtered) else argument
    table, line = section.split(".")
    outer = lowering.scope, lowering.row
    lowering.scope, lowering.row = Scope(lowering.names.model.tables[table], line), section
    try:
        value = lowering.raw(operand)
        where = lowering.test(argument.condition) if isinstance(argument, Filtered) else None
    finally:
        lowering.scope, lowering.row = outer
    return value, where


def _count(lowering: Lowering, tree: Call) -> Value:
    argument = lowering.one(tree)
    section = rows_of(lowering, argument)
    if section is None:
        raise FaultError("M107", "« nombre » attend les lignes d'une section à clé, TABLE.SECTION.", tree)
    return _row_total(lowering, tree, argument, section)


_DATE: Final = Value(ir.Nothing(ir.ONE), unit("date").dimension)
_PLAIN: Final = Value(ir.Nothing(ir.ONE), DIMENSIONLESS)


def _months(lowering: Lowering, tree: Call) -> Value:
    left, right = _two_values(lowering, tree)
    same_dimension([(_DATE, tree), (left, tree.arguments[0]), (right, tree.arguments[1])])
    return Value(ir.DateFunction(unit("mois").factor, "mois", left.node, right.node), DIMENSIONLESS)


def _add_months(lowering: Lowering, tree: Call) -> Value:
    left, right = _two_values(lowering, tree)
    same_dimension([(_DATE, tree), (left, tree.arguments[0])])
    same_dimension([(_PLAIN, tree), (right, tree.arguments[1])])
    months = ir.Rounded(ir.ONE, right.node)
    return Value(ir.DateFunction(ir.ONE, "ajoute_mois", left.node, months), unit("date").dimension)


def _two_values(lowering: Lowering, tree: Call) -> tuple[Value, Value]:
    if len(tree.arguments) != 2:
        raise FaultError("M107", f"« {tree.function} » attend deux valeurs.", tree)
    left, right = tree.arguments
    return lowering.value(left), lowering.value(right)


def _text_function(lowering: Lowering, tree: Call) -> Value:
    keys = []
    for argument in tree.arguments:
        key = lowering.names.resolve(argument, lowering.scope) if isinstance(argument, Name) else None
        cell = lowering.names.cells.get(key or "")
        if cell is None or cell.unit.code != "texte":
            raise FaultError("M107", f"« {tree.function} » attend une cellule de texte.", argument)
        keys.append(cell.key)
    name = f"{tree.function}({', '.join(keys)})"
    slot = Slot(name, SlotKind.TEXT, unit("nombre"), libelle=name, function=tree.function, texts=tuple(keys))
    lowering.slots.setdefault(name, slot)
    return lowering.slot(name)


def _total(lowering: Lowering, tree: Call) -> Value:
    parts, dimension = _listed(lowering, tree)
    return Value(ir.make_sum([(1, node) for node in parts]), dimension)


def _mean(lowering: Lowering, tree: Call) -> Value:
    parts, dimension = _listed(lowering, tree)
    if not parts:
        return Value(ir.Nothing(ir.ONE), dimension)
    factor, terms = ir.scaled_terms([(1, node) for node in parts])
    return Value(ir.Mean(factor, terms), dimension)


def _extreme(lowering: Lowering, tree: Call) -> Value:
    parts, dimension = _listed(lowering, tree)
    if not parts:
        return Value(ir.Nothing(ir.ONE), dimension)
    factor, terms = ir.scaled_terms([(1, node) for node in parts])
    return Value(ir.Extreme(factor, terms, tree.function == "max"), dimension)


def _absolute(lowering: Lowering, tree: Call) -> Value:
    operand = lowering.value(lowering.one(tree))
    return Value(ir.Absolute(operand.node.factor, operand.node), operand.dimension)


def _rounded(lowering: Lowering, tree: Call) -> Value:
    operand = lowering.value(lowering.one(tree))
    return Value(ir.Rounded(ir.ONE, operand.node), operand.dimension)


def _zero_if_empty(lowering: Lowering, tree: Call) -> Value:
    operand = lowering.raw(lowering.one(tree))
    return Value(ir.ZeroIfEmpty(operand.node.factor, operand.node), operand.dimension)


VALUE_CALLS: Final[dict[str, Callable[[Lowering, Call], Value]]] = {
    "exercice_precedent": _previous,
    "declare": _declared,
    "selon_balance": _from_balance,
    "somme": _total,
    "moyenne": _mean,
    "min": _extreme,
    "max": _extreme,
    "abs": _absolute,
    "arrondi": _rounded,
    "zero_si_vide": _zero_if_empty,
    "nombre": _count,
    "mois": _months,
    "ajoute_mois": _add_months,
    "luhn": _text_function,
    "cles_repetees": _text_function,
}
"""How each function that gives a value, other than those of accounts, is lowered."""
