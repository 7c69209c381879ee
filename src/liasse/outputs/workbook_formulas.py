"""
Resolved formulas to formulas of a workbook, with the same laws: « vide » is not zero.

A node becomes two expressions that never fail: whether it is there (`present`), and its value, which is 0
when it is not.  A condition becomes two: known to be true, known to be false.
"""

from __future__ import annotations

from fractions import Fraction
from functools import singledispatchmethod
from typing import Final

from liasse.compiler import nodes as ir
from liasse.compiler.plan import Slot, SlotKind
from liasse.engine.values import Evaluation
from liasse.outputs.workbook_figures import Figures
from liasse.outputs.workbook_hidden import Content, Hidden
from liasse.outputs.workbook_logic import (
    ALWAYS,
    BLANK,
    NEVER,
    Part,
    Told,
    Where,
    choose,
    every,
    gap_of,
    months_formula,
    negated,
    rounded_part,
    some,
)
from liasse.outputs.workbook_places import Places, Spot, area
from liasse.outputs.workbook_ranges import counted, summed
from liasse.outputs.workbook_values import DAY_ZERO, choice_words, constant, digits

_LONG: Final = 500
"""A part longer than this gets a hidden cell of its own."""
_SHORT: Final = 60
"""The same, for a part that its formula repeats."""


class Translator(Figures):
    """Translates the nodes of a plan; parts that are long, or by row, go to hidden cells."""

    def __init__(self, evaluation: Evaluation, places: Places, hidden: Hidden) -> None:
        super().__init__(evaluation, places, hidden)
        self._apart: dict[tuple[int, str, int | None], tuple[Spot, str]] = {}

    def apart(self, node: ir.Node, at: Where) -> Part:
        """Move a part to a hidden cell, and read it there."""
        key = (id(node), at.section, at.row)
        if key not in self._apart:
            part = self._part(node, Where("", at.section, at.row))
            name, now = f"partie {self.number(node)}", self.now(node, at)
            if at.section:
                used = self.has_key(at.section, at.row or 0)
                content = Content(now, f"={choose(used, part.or_blank, BLANK)}")
                spot = self.hidden.put(self.hidden.on_row(at.section, name, at.row or 0), content)
            else:
                spot = self.hidden.add(name, Content(now, f"={part.or_blank}"))
            self._apart[key] = (spot, part.present)
        spot, present = self._apart[key]
        return self._read(spot.seen_from(at.sheet), present)

    def _read(self, place: str, present: str = "") -> Part:
        return Part(ALWAYS if present == ALWAYS else f"ISNUMBER({place})", f"N({place})")

    # ── Values ───────────────────────────────────────────────────────────────────────────────────

    def part(self, node: ir.Node, at: Where, limit: int = _LONG) -> Part:
        """Translate a node; beyond *limit* characters, it is read from a hidden cell."""
        if (id(node), at.section, at.row) in self._apart:
            return self.apart(node, at)
        made = self._part(node, at)
        if len(made.present) + len(made.value) > limit and not _is_ref(node):
            return self.apart(node, at)
        return made

    @singledispatchmethod
    def _part(self, node: ir.Node, at: Where) -> Part:
        raise TypeError(node, at)

    @_part.register
    def _(self, node: ir.Ref, at: Where) -> Part:
        return self._reference(node.key, at, zero=node.zero)

    @_part.register
    def _(self, node: ir.RowRef, at: Where) -> Part:
        return self._reference(node.key, at, zero=node.zero)

    def _reference(self, key: str, at: Where, *, zero: bool) -> Part:
        slot = self.plan.slot(key)
        place = self.spot(slot, at).seen_from(at.sheet)
        part = self._words(slot, place) if self.reads_words(slot) else self._read(place)
        if not zero:
            return part
        if slot.unit.code == "date":
            return Part(ALWAYS, f"IF({part.present},{part.value},{-DAY_ZERO})")
        return Part(ALWAYS, part.value)

    def _words(self, slot: Slot, place: str) -> Part:
        if slot.unit.code == "texte":
            return Part(f'{place}<>""', f'N({place}<>"")')
        if slot.unit.code == "oui_non":
            return Part(f'OR({place}="oui",{place}="non")', f'N({place}="oui")')
        rank = f"MATCH({place},{self.hidden.choices(choice_words(slot))},0)"
        return Part(f"ISNUMBER({rank})", f"IFERROR({rank},0)")

    @_part.register
    def _(self, _node: ir.Nothing, _at: Where) -> Part:
        return Part(NEVER, "0")

    @_part.register
    def _(self, node: ir.Sum, at: Where) -> Part:
        if not node.terms:
            return Part(ALWAYS, constant(node.constant * node.factor))
        plus: list[Spot] = []
        minus: list[Spot] = []
        others: list[tuple[Fraction, Part]] = []
        present = [ALWAYS] if node.has_constant else []
        for multiplier, term in node.terms:
            weight = multiplier * node.factor / term.factor
            spot = self._plain_spot(term, at)
            if spot is None or abs(weight) != 1:
                others.append((weight, self.part(term, at)))
            else:
                (plus if weight == 1 else minus).append(spot)
                if isinstance(term, ir.Ref | ir.RowRef) and term.zero:
                    present.append(ALWAYS)
        if plus or minus:
            present.append(counted([*plus, *minus], self.places.blank, at.sheet))
        present += [part.present for _, part in others]
        value = self._added(plus, minus, others, node.constant * node.factor, at)
        return rounded_part(some(present), value, node)

    def _plain_spot(self, term: ir.Node, at: Where) -> Spot | None:
        """Return the place of a term that is only a number read somewhere."""
        if not isinstance(term, ir.Ref | ir.RowRef):
            return None
        slot = self.plan.slot(term.key)
        if self.reads_words(slot) or (slot.unit.code == "date" and term.zero):
            return None
        return self.spot(slot, at)

    def _added(
        self,
        plus: list[Spot],
        minus: list[Spot],
        others: list[tuple[Fraction, Part]],
        fixed: Fraction,
        at: Where,
    ) -> str:
        text = summed(plus, self.places.blank, at.sheet) if plus else ""
        if minus:
            text += f"-{summed(minus, self.places.blank, at.sheet)}"
        for weight, part in others:
            sign = "-" if weight < 0 else "+" if text else ""
            scale = "" if abs(weight) == 1 else f"{constant(abs(weight))}*"
            text += f"{sign}{scale}{part.value}"
        if fixed:
            text += ("+" if fixed > 0 else "") + constant(fixed)
        return text

    @_part.register
    def _(self, node: ir.Mean, at: Where) -> Part:
        parts = [(m * node.factor / term.factor, self.part(term, at)) for m, term in node.terms]
        count = "+".join(f"N({part.present})" for _, part in parts)
        total = self._added([], [], parts, Fraction(0), at)
        present = some([part.present for _, part in parts])
        return Part(present, f"IF({present},({total})/MAX(1,{count}),0)")

    @_part.register
    def _(self, node: ir.Extreme, at: Where) -> Part:
        name, far = ("MAX", "-1E+300") if node.is_max else ("MIN", "1E+300")
        parts = [(m * node.factor / term.factor, self.part(term, at)) for m, term in node.terms]
        kept = [
            choose(part.present, part.value if weight == 1 else f"{constant(weight)}*{part.value}", far)
            for weight, part in parts
        ]
        present = some([part.present for _, part in parts])
        return Part(present, choose(present, f"{name}({','.join(kept)})", "0"))

    @_part.register
    def _(self, node: ir.Product, at: Where) -> Part:
        left, right = self.part(node.left, at), self.part(node.right, at)
        present = every([left.present, right.present])
        return rounded_part(present, f"{left.value}*{right.value}", node)

    @_part.register
    def _(self, node: ir.Quotient, at: Where) -> Part:
        left, right = self.part(node.left, at), self.part(node.right, at, _SHORT)
        present = every([left.present, f"{right.value}<>0"])
        return Part(present, f"IF({right.value}=0,0,{left.value}/{right.value})")

    @_part.register
    def _(self, node: ir.Absolute, at: Where) -> Part:
        inner = self.part(node.operand, at)
        return Part(inner.present, f"ABS({inner.value})")

    @_part.register
    def _(self, node: ir.Rounded, at: Where) -> Part:
        inner = self.part(node.operand, at)
        return rounded_part(inner.present, inner.value, node)

    @_part.register
    def _(self, node: ir.ZeroIfEmpty, at: Where) -> Part:
        inner = self.part(node.operand, at)
        if self.is_day(node.operand):
            return Part(ALWAYS, f"IF({inner.present},{inner.value},{-DAY_ZERO})")
        return Part(ALWAYS, inner.value)

    @_part.register
    def _(self, node: ir.Coalesce, at: Where) -> Part:
        first, second = self.part(node.first, at), self.part(node.second, at)
        present = some([first.present, second.present])
        return Part(present, choose(first.present, first.value, second.value))

    @_part.register
    def _(self, node: ir.Select, at: Where) -> Part:
        told = self.test(node.condition, at)
        then, otherwise = self.part(node.then, at), self.part(node.otherwise, at)
        present = some([every([told.true, then.present]), every([told.false, otherwise.present])])
        value = choose(told.true, then.value, choose(told.false, otherwise.value, "0"))
        return Part(present, value)

    @_part.register
    def _(self, node: ir.RowTotal, at: Where) -> Part:
        cells = area(*self._row_range(node), at.sheet)
        if node.how == "nombre":
            return Part(ALWAYS, f"COUNT({cells})")
        name = {"somme": "SUM", "max": "MAX", "min": "MIN"}[node.how]
        present = ALWAYS if node.zero else f"COUNT({cells})>0"
        return rounded_part(present, f"{name}({cells})", node.operand)

    def _row_range(self, node: ir.RowTotal) -> tuple[Spot, Spot]:
        """Return the range to add up: a column as it stands, or a hidden one of what each row brings."""
        operand, section = node.operand, node.section
        if isinstance(operand, ir.RowRef) and node.where is None and node.how != "nombre":
            slot = self.plan.slot(operand.key)
            if slot.kind is SlotKind.CELL and not self.reads_words(slot) and not operand.zero:
                return self.places.column(slot)
        name = f"total {self.number(node)}"
        first, last = self.hidden.column(section, name)
        if first not in self.hidden.contents:
            brought = _brought(node)
            for row in range(last.row - first.row + 1):
                self.hidden.put(self.hidden.on_row(section, name, row), self._on_row(brought, section, row))
        return first, last

    def _on_row(self, node: ir.Node, section: str, row: int) -> Content:
        at = Where("", section, row)
        part = self.part(node, at)
        kept = every([self.has_key(section, row), part.present])
        return Content(self.now(node, at), f'=IF({kept},{part.value},"")')

    @_part.register
    def _(self, node: ir.DateFunction, at: Where) -> Part:
        left, right = self.part(node.left, at, _SHORT), self.part(node.right, at, _SHORT)
        present = every([left.present, right.present])
        if node.function == "ajoute_mois":
            moved = f"EDATE({left.value},{right.value})"
            return Part(f"AND({present},ISNUMBER({moved}))", f"IF({present},IFERROR({moved},0),0)")
        return Part(present, f"IF({present},{months_formula(left.value, right.value)},0)")

    # ── Conditions ───────────────────────────────────────────────────────────────────────────────

    @singledispatchmethod
    def test(self, test: ir.Test, at: Where) -> Told:
        """Translate a condition, without tolerance."""
        raise TypeError(test, at)

    @test.register
    def _(self, test: ir.Present, at: Where) -> Told:
        present = self.part(test.operand, at).present
        return Told(present, negated(present))

    @test.register
    def _(self, test: ir.Compare, at: Where) -> Told:
        word = self._compared_word(test, at)
        if word is not None:
            return word
        left, right = self.part(test.left, at), self.part(test.right, at)
        gap = gap_of(left, right, test)
        present = every([left.present, right.present])
        holds = f"{gap}{test.operator}0"
        return Told(every([present, holds]), every([present, negated(holds)]))

    def _compared_word(self, test: ir.Compare, at: Where) -> Told | None:
        """Return the plain comparison of a choice with one of its codes, or None."""
        rank = test.right.constant if isinstance(test.right, ir.Sum) and not test.right.terms else 0
        if not isinstance(test.left, ir.Ref | ir.RowRef) or test.operator not in {"=", "<>"}:
            return None
        slot = self.plan.slot(test.left.key)
        items = choice_words(slot)
        if not self.reads_words(slot) or slot.unit.code != "choix" or not 0 < rank <= len(items):
            return None
        place = self.spot(slot, at).seen_from(at.sheet)
        item = items[rank - 1].replace('"', '""')
        known = ALWAYS if test.left.zero else self._words(slot, place).present
        same, other = f'{place}="{item}"', every([known, f'{place}<>"{item}"'])
        return Told(same, other) if test.operator == "=" else Told(other, same)

    @test.register
    def _(self, test: ir.Every, at: Where) -> Told:
        told = [self.test(part, at) for part in test.tests]
        return Told(every([one.true for one in told]), some([one.false for one in told]))

    @test.register
    def _(self, test: ir.Some, at: Where) -> Told:
        told = [self.test(part, at) for part in test.tests]
        return Told(some([one.true for one in told]), every([one.false for one in told]))

    @test.register
    def _(self, test: ir.Negation, at: Where) -> Told:
        told = self.test(test.test, at)
        return Told(told.false, told.true)

    # ── Whole cells ──────────────────────────────────────────────────────────────────────────────

    def formula(self, slot: Slot, node: ir.Node, at: Where) -> str:
        """Return the formula of a cell that shows a node in its unit; on a row, blank without a key."""
        text = self._in_unit(slot, node, at)
        if at.section:
            text = f'IF({self.has_key(at.section, at.row or 0, at.sheet)},{text},"")'
        return f"={text}"

    def _in_unit(self, slot: Slot, node: ir.Node, at: Where) -> str:
        part = self.part(node, at)
        code = slot.unit.code
        if not self.reads_words(slot):
            decimals = digits(slot.unit.factor)
            value = part.value if part.rounded == decimals else f"ROUND({part.value},{decimals})"
            if isinstance(node, ir.Ref | ir.RowRef) and not node.zero and node.factor == slot.unit.factor:
                value = self.spot(self.plan.slot(node.key), at).seen_from(at.sheet)
            return choose(part.present, value, '""')
        if code == "texte":
            if isinstance(node, ir.Ref | ir.RowRef):
                return choose(part.present, self.spot(self.plan.slot(node.key), at).seen_from(at.sheet), '""')
            return choose(part.present, '"x"', '""')
        if code == "oui_non":
            return choose(part.present, f'IF({part.value}<>0,"oui","non")', '""')
        return choose(part.present, f"INDEX({self.hidden.choices(choice_words(slot))},{part.value})", '""')


def _is_ref(node: ir.Node) -> bool:
    return isinstance(node, ir.Ref | ir.RowRef)


def _brought(node: ir.RowTotal) -> ir.Node:
    """Return what one row brings to a total."""
    value = ir.make_constant(ir.ONE) if node.how == "nombre" else node.operand
    if node.where is None:
        return value
    return ir.Select(value.factor, node.where, value, ir.Nothing(ir.ONE))
