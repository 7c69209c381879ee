"""Where the workbook holds what formulas read, and what each part of a formula is worth now."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from liasse.compiler import nodes as ir
from liasse.compiler.plan import ROW_KEY, Plan, Slot, SlotKind
from liasse.engine.scalar import Number, compile_node
from liasse.engine.values import Evaluation
from liasse.outputs.workbook_hidden import Hidden, Scalar
from liasse.outputs.workbook_logic import Where
from liasse.outputs.workbook_places import Places, Spot
from liasse.outputs.workbook_values import DAY_ZERO, WORDS, as_number


class Figures:
    """What formulas read: where each value of a plan stands, and what it is now."""

    def __init__(self, evaluation: Evaluation, places: Places, hidden: Hidden) -> None:
        self.plan: Plan = evaluation.plan
        self.evaluation = evaluation
        self.places = places
        self.hidden = hidden
        self.shown: dict[str, Spot] = {}
        """Where aggregates and parameters stand."""
        self._kernels: dict[int, Callable[..., Number | None]] = {}
        self._numbers: dict[int, tuple[int, ir.Node]] = {}
        self._values = list(evaluation.values)

    def spot(self, slot: Slot, at: Where) -> Spot:
        """Return where the value of a slot stands."""
        if slot.kind is SlotKind.CELL:
            return self.places.of(slot, at.row)
        if slot.section:
            return self.hidden.on_row(slot.section, slot.key, at.row or 0)
        found = self.shown.get(slot.key) or self.hidden.find(slot.key)
        assert found is not None, slot.key
        return found

    def reads_words(self, slot: Slot) -> bool:
        """Tell whether the cell of a slot holds words that stand for a number."""
        return slot.kind is SlotKind.CELL and slot.unit.code in WORDS

    def now(self, node: ir.Node, at: Where) -> Scalar:
        """Return the value that a node has now, as the workbook holds it."""
        kernel = self._kernels.get(id(node))
        if kernel is None:
            self.number(node)
            kernel = self._kernels[id(node)] = compile_node(node, self.plan.index)
        rows = self.evaluation.facts.rows.get(at.section, ()) if at.section else ()
        if at.section and (at.row or 0) >= len(rows):
            return None
        self._values[self.plan.index[ROW_KEY]] = at.row if at.section else None
        value = kernel(self._values)
        if value is None:
            return None
        return as_number(Fraction(value) * node.factor - (DAY_ZERO if self.is_day(node) else 0))

    def is_day(self, node: ir.Node) -> bool:
        """Tell whether a node is a date."""
        match node:
            case ir.Ref() | ir.RowRef():
                return self.plan.slot(node.key).unit.code == "date"
            case ir.DateFunction():
                return node.function == "ajoute_mois"
            case ir.RowTotal():
                return node.how != "nombre" and self.is_day(node.operand)
            case ir.Sum() | ir.Extreme() | ir.Select() | ir.Coalesce() | ir.ZeroIfEmpty():
                return any(self.is_day(part) for part in ir.children(node) if isinstance(part, ir.Node))
            case _:
                return False

    def number(self, node: ir.Node) -> int:
        """Return the number by which hidden cells name a node, which is kept alive."""
        return self._numbers.setdefault(id(node), (len(self._numbers) + 1, node))[0]

    def has_key(self, section: str, row: int, sheet: str = "") -> str:
        """Return the condition that a row of a section is in use."""
        slot = self.plan.slot(self.plan.key_columns[section])
        return f'{self.places.of(slot, row).seen_from(sheet)}<>""'
