"""Values being lowered: a node with its dimension, and what is done with them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from liasse.amounts import DIMENSIONLESS, Dimension, unit
from liasse.compiler import nodes as ir
from liasse.compiler.plan import Slot, SlotKind
from liasse.compiler.resolve import FaultError, Names
from liasse.language.ast import Node, Number


@dataclass(frozen=True, slots=True)
class Value:
    """A node with its dimension; None fits any dimension (0 and `vide`)."""

    node: ir.Node
    dimension: Dimension | None


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
        section=cell.section,
        choix=cell.choix,
    )


def number(tree: Number) -> Value:
    """Return the value of a constant; 0 fits any dimension."""
    if tree.unit == "pourcent":
        return Value(ir.make_constant(tree.value / 100), DIMENSIONLESS)
    if tree.unit == "euro":
        return Value(ir.make_constant(tree.value), unit("euro").dimension)
    if tree.unit == "oui":
        return Value(ir.make_constant(tree.value), unit("oui_non").dimension)
    return Value(ir.make_constant(tree.value), DIMENSIONLESS if tree.value else None)


def constant(node: ir.Node) -> Fraction | None:
    """Return the true quantity of a constant node, None when the node is not constant."""
    if isinstance(node, ir.Sum) and not node.terms:
        return node.constant * node.factor
    return None


def factors(nodes: list[ir.Node]) -> list[Fraction]:
    """Return the factors of nodes."""
    return [node.factor for node in nodes]


def brought(node: ir.Node, factor: Fraction) -> ir.Node:
    """Bring a node to a factor of which its own is a whole multiple."""
    multiplier = int(node.factor / factor)
    if multiplier == 1 or isinstance(node, ir.Nothing):
        return node
    if isinstance(node, ir.Sum):
        terms = tuple((multiplier * inner, term) for inner, term in node.terms)
        return ir.Sum(factor, terms, multiplier * node.constant, node.has_constant)
    return ir.Sum(factor, ((multiplier, node),))


def same_dimension(values: list[tuple[Value, Node]]) -> Dimension | None:
    """
    Return the dimension that values to be added or compared share; None fits any.

    Raises:
        FaultError: two of them differ.
    """
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
