"""The functions of the language, lowered one by one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from liasse.amounts import Dimension
from liasse.compiler import nodes as ir
from liasse.compiler.plan import Nature, SlotKind
from liasse.compiler.resolve import FaultError
from liasse.compiler.values import Value, derived_slot, same_dimension
from liasse.language.ast import Call, Name, Node, Range

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
        if isinstance(argument, Range):
            keys = lowering.names.range_keys(argument, lowering.scope)
            values.extend((lowering.slot(key), argument) for key in keys)
        else:
            values.append((lowering.value(argument), argument))
    dimension = same_dimension(values)
    return [value.node for value, _ in values if not isinstance(value.node, ir.Nothing)], dimension


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
}
"""How each function that gives a value, other than those of accounts, is lowered."""
