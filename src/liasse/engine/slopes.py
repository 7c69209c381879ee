"""
How a comparison moves with each input: its slopes, walked back through the steps of a plan.

One walk gives the slope of the gap (left minus right, in the factor of the comparison) for one unit of
every input, rows included.  It is exact where the formulas are linear around the values of the filing, and
only a hint elsewhere: who uses a slope tries what it suggests.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Final

from liasse.compiler import nodes as ir
from liasse.compiler.plan import ROW_KEY, Plan
from liasse.engine.scalar import Number, compile_node, compile_test
from liasse.engine.values import Evaluation, Slotted

Input = tuple[int, int | None]
"""A slot, and the row on which it is read (None for a single value)."""

_ONE: Final = Fraction(1)
_STILL: Final = Fraction(0)


def slopes(evaluation: Evaluation, compare: ir.Compare, row: int | None = None) -> Mapping[Input, Fraction]:
    """Return the slope of a gap for each input under it; those on which it stands still are left out."""
    walk = _Walk(evaluation)
    walk.back(compare.left, _ONE, row)
    walk.back(compare.right, -_ONE, row)
    return walk.inputs()


@lru_cache(maxsize=32)
def _ranks(plan: Plan) -> Mapping[int, int]:
    """Return the rank of the step that computes each slot."""
    return {step.target: rank for rank, step in enumerate(plan.steps)}


class _Walk:
    """The slopes gathered so far, slot by slot; steps are undone last first."""

    def __init__(self, evaluation: Evaluation) -> None:
        self._plan = evaluation.plan
        self._ranks = _ranks(evaluation.plan)
        self._values: list[Slotted] = list(evaluation.values)
        self._row = self._plan.index[ROW_KEY]
        self._found: dict[Input, Fraction] = {}
        self._steps: dict[int, dict[int | None, Fraction]] = {}
        self._pending: list[int] = []

    def inputs(self) -> Mapping[Input, Fraction]:
        """Undo every step reached and return what is left: inputs."""
        while self._pending:
            rank = -heapq.heappop(self._pending)
            step = self._plan.steps[rank]
            ratio = step.node.factor / step.factor
            for row, slope in self._steps.pop(rank).items():
                if slope:
                    self.back(step.node, slope * ratio, row)
        return {place: slope for place, slope in self._found.items() if slope}

    def back(self, node: ir.Node, slope: Fraction, row: int | None) -> None:
        """Share the slope of a node among what it is made of."""
        match node:
            case ir.Ref():
                self._add(node.key, None, slope)
            case ir.RowRef():
                self._add(node.key, row, slope)
            case ir.Sum():
                for multiplier, term in node.terms:
                    self.back(term, slope * multiplier, row)
            case ir.ZeroIfEmpty():
                self.back(node.operand, slope, row)
            case ir.Rounded():
                self.back(node.operand, slope * node.operand.factor / node.factor, row)
            case ir.RowTotal():
                self._total(node, slope, row)
            case ir.Product() | ir.Quotient():
                self._product(node, slope, row)
            case _:
                for weight, part in self._chosen(node, row):
                    self.back(part, slope * weight, row)

    def _add(self, key: str, row: int | None, slope: Fraction) -> None:
        position = self._plan.index[key]
        rank = self._ranks.get(position)
        if rank is None:
            self._found[position, row] = self._found.get((position, row), _STILL) + slope
            return
        if rank not in self._steps:
            self._steps[rank] = {}
            heapq.heappush(self._pending, -rank)
        kept = self._steps[rank]
        kept[row] = kept.get(row, _STILL) + slope

    def _total(self, node: ir.RowTotal, slope: Fraction, outer: int | None) -> None:
        if node.how == "nombre":
            return
        rows = self._rows(node)
        where = compile_test(node.where, self._plan.index) if node.where is not None else None
        kept = [row for row in rows if where is None or where(self._on(row))]
        if node.how != "somme":
            values = {row: value for row in kept if (value := self._value(node.operand, row)) is not None}
            choose = max if node.how == "max" else min
            kept = [choose(values, key=lambda row: values[row])] if values else []
        for row in kept:
            self.back(node.operand, slope, row)
        self._on(outer)

    def _rows(self, node: ir.RowTotal) -> range:
        keys = self._values[self._plan.index[self._plan.key_columns[node.section]]]
        return range(len(keys) if isinstance(keys, tuple) else 0)

    def _product(self, node: ir.Product | ir.Quotient, slope: Fraction, row: int | None) -> None:
        left, right = self._value(node.left, row), self._value(node.right, row)
        if left is None or right is None:
            return
        if isinstance(node, ir.Product):
            self.back(node.left, slope * right, row)
            self.back(node.right, slope * left, row)
        elif right:
            self.back(node.left, slope / right, row)
            self.back(node.right, -slope * left / right / right, row)

    def _chosen(self, node: ir.Node, row: int | None) -> list[tuple[Number, ir.Node]]:
        """Return the parts of a node that count with the values at hand, and by how much."""
        match node:
            case ir.Absolute():
                return [(-1 if (self._value(node.operand, row) or 0) < 0 else 1, node.operand)]
            case ir.Coalesce():
                return [(1, node.second if self._value(node.first, row) is None else node.first)]
            case ir.Select():
                told = compile_test(node.condition, self._plan.index)(self._on(row))
                return [] if told is None else [(1, node.then if told else node.otherwise)]
            case ir.Mean() | ir.Extreme():
                return self._of_present(node, row)
            case _:
                return []

    def _of_present(self, node: ir.Mean | ir.Extreme, row: int | None) -> list[tuple[Number, ir.Node]]:
        known = [(m, term, m * v) for m, term in node.terms if (v := self._value(term, row)) is not None]
        if not known:
            return []
        if isinstance(node, ir.Mean):
            return [(Fraction(m, len(known)), term) for m, term, _ in known]
        choose = max if node.is_max else min
        multiplier, term, _ = choose(known, key=lambda one: one[2])
        return [(multiplier, term)]

    def _on(self, row: int | None) -> list[Slotted]:
        self._values[self._row] = row
        return self._values

    def _value(self, node: ir.Node, row: int | None) -> Number | None:
        return compile_node(node, self._plan.index)(self._on(row))
