"""What every value of a plan becomes in the workbook: a typed value, a live formula, or a hidden constant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from liasse.compiler import nodes as ir
from liasse.compiler.plan import Nature, Plan, Slot, SlotKind
from liasse.engine.incremental import steps_by_key
from liasse.engine.rows import words_of
from liasse.outputs.workbook_formulas import Translator
from liasse.outputs.workbook_hidden import CALC, ROWS, Content
from liasse.outputs.workbook_logic import Part, Where
from liasse.outputs.workbook_places import Spot, area
from liasse.outputs.workbook_values import plain_value, shown_value

_SOURCES: Final = frozenset({SlotKind.TERM, SlotKind.PREVIOUS, SlotKind.PARAMETER})


class Slots:
    """Writes every slot; `cells` are the contents of the visible cells, aggregates included."""

    def __init__(self, translator: Translator) -> None:
        self._t = translator
        self._plan = translator.plan
        self._hidden = translator.hidden
        self._steps = steps_by_key(self._plan)
        self.cells: dict[Spot, Content] = {}
        self._reserve()
        for slot in self._plan.slots:
            _WRITERS[slot.kind](self, slot)

    def _reserve(self) -> None:
        """Give a place to every single hidden value, so that any formula may read it."""
        for slot in self._plan.slots:
            if slot.kind in _HIDDEN and not slot.section:
                self._hidden.reserve(slot.key)

    def _rows(self, slot: Slot) -> Iterator[int | None]:
        """Yield the rows that a slot has in the workbook; one None for a single value."""
        if not slot.section:
            return iter((None,))
        return iter(range(self._t.places.sections[slot.section].count))

    def _at(self, slot: Slot, row: int | None) -> Where:
        return Where(self._spot(slot, row).sheet, slot.section, row)

    def _spot(self, slot: Slot, row: int | None) -> Spot:
        return self._t.spot(slot, Where("", slot.section, row))

    def _value(self, slot: Slot, row: int | None) -> int | None:
        """Return the encoded value of a slot now; None on a row that is not in use yet."""
        evaluation = self._t.evaluation
        if row is None:
            return evaluation.value(slot.key)
        column = evaluation.column(slot.key)
        return column[row] if row < len(column) else None

    def words(self, slot: Slot, row: int | None) -> str:
        """Return the words of a text cell."""
        return words_of(self._t.evaluation, slot, row)

    def _shown(self, slot: Slot, row: int | None) -> Content:
        words = self.words(slot, row)
        return Content(shown_value(slot, 1 if words else self._value(slot, row), words))

    def _put(self, slot: Slot, row: int | None, content: Content) -> None:
        spot = self._spot(slot, row)
        if spot.sheet in {CALC, ROWS}:
            self._hidden.put(spot, content)
        else:
            self.cells[spot] = content

    # ── Writers, by kind ─────────────────────────────────────────────────────────────────────────

    def constant(self, slot: Slot) -> None:
        """Write a value that no cell changes: accounts, previous exercice, parameters."""
        for row in self._rows(slot):
            self._put(slot, row, Content(plain_value(slot, self._value(slot, row))))

    def computed(self, slot: Slot) -> None:
        """Write the formula of a step, with its value now."""
        step = self._steps.get(slot.key)
        for row in self._rows(slot):
            value = self._value(slot, row)
            shows = slot.kind is SlotKind.CELL
            now = self._shown(slot, row).value if shows else plain_value(slot, value)
            formula = self._t.formula(slot, step.node, self._at(slot, row)) if step is not None else ""
            self._put(slot, row, Content(now, formula))

    def cell(self, slot: Slot) -> None:
        """Write a cell of the form."""
        if slot.nature is Nature.CALCULEE:
            self.computed(slot)
            return
        for row in self._rows(slot):
            content = self._shown(slot, row)
            if slot.nature is Nature.REMPLIE and self.is_live(slot, row):
                fill = self._plan.slot(f"selon_balance({slot.key})")
                at = self._at(slot, row)
                factor = slot.unit.factor
                node = ir.RowRef(factor, fill.key) if slot.section else ir.Ref(factor, fill.key)
                content = Content(content.value, self._t.formula(slot, node, at))
            self._put(slot, row, content)

    def is_live(self, slot: Slot, row: int | None) -> bool:
        """Tell whether a filled cell follows other cells: nothing typed, and more than sources read."""
        typed = self._plan.slot(f"declare({slot.key})")
        return self._value(typed, row) is None and follows_cells(self._plan, slot)

    def typed(self, slot: Slot) -> None:
        """Write what was typed over a filled cell, or declared for a computed one."""
        of = self._plan.slot(slot.of)
        if of.nature is Nature.CALCULEE:
            self.constant(slot)
            return
        for row in self._rows(slot):
            now = plain_value(slot, self._value(slot, row))
            self._put(slot, row, Content(now, self._typed_formula(slot, of, row)))

    def _typed_formula(self, slot: Slot, of: Slot, row: int | None) -> str:
        at = self._at(slot, row)
        place = self._t.spot(of, at).seen_from(at.sheet)
        read = self._read(of, at)
        if self.is_live(of, row):
            return f'=IF(_xlfn.ISFORMULA({place}),"",{read.or_blank})'
        base = self._shown(of, row).value
        if base is None:
            return f"={read.or_blank}"
        name = f"base {of.key}"
        content = Content(base)
        spot = (
            self._hidden.put(self._hidden.on_row(slot.section, name, row), content)
            if row is not None
            else self._hidden.add(name, content)
        )
        typed = plain_value(slot, self._value(slot, row))
        kept = '""' if typed is None else repr(typed)
        same = f"IF({place}={spot.seen_from(at.sheet)},{kept},{read.or_blank})"
        return f'=IF({place}="","",{same})'

    def _read(self, slot: Slot, at: Where) -> Part:
        factor = slot.unit.factor
        node = ir.RowRef(factor, slot.key) if slot.section else ir.Ref(factor, slot.key)
        return self._t.part(node, at)

    def neant(self, slot: Slot) -> None:
        """Write 0 where a table is declared to have nothing to say."""
        sheet = next((one for one in self._t.places.sheets if one.name == slot.table), None)
        now = self._value(slot, None)
        if sheet is None or sheet.neant is None:
            self.constant(slot)
        else:
            self._put(slot, None, Content(now, f'=IF({sheet.neant.seen_from(CALC)}="oui",0,"")'))

    def text(self, slot: Slot) -> None:
        """Write a function of texts."""
        formula = _luhn if slot.function == "luhn" else _repeated_keys
        self._put(slot, None, Content(self._value(slot, None), formula(self._t, slot)))

    def nothing(self, slot: Slot) -> None:
        """Write nothing: the current row is known where it is read."""


def follows_cells(plan: Plan, slot: Slot) -> bool:
    """Tell whether what fills a cell reads other cells, beyond accounts and the previous exercice."""
    if slot.nature is not Nature.REMPLIE:
        return False
    step = steps_by_key(plan)[f"selon_balance({slot.key})"]
    return not all(plan.slot(key).kind in _SOURCES for key in ir.references(step.node))


def _luhn(translator: Translator, slot: Slot) -> str:
    """Return the formula of the key of a SIREN: 1, 0, or blank without a number."""
    place = translator.spot(translator.plan.slot(slot.texts[0]), Where(CALC)).seen_from(CALC)
    ranks = ";".join(str(rank) for rank in range(1, 21))
    doubles = ";".join(str(1 + rank % 2) for rank in range(20))
    digit = f'MID(REPT("0",20)&{place},LEN({place})+21-{{{ranks}}},1)*{{{doubles}}}'
    total = f"SUMPRODUCT({digit}-9*(({digit})>9))"
    return f'=IF({place}="","",IFERROR(N(MOD({total},10)=0),0))'


def _repeated_keys(translator: Translator, slot: Slot) -> str:
    """Return the formula of the number of keys found several times: each adds up to one."""
    hidden, plan = translator.hidden, translator.plan
    columns = [plan.slot(key) for key in slot.texts]
    ranges = [area(*translator.places.column(column), "") for column in columns]
    facts = translator.evaluation.facts
    texts = {
        column.key: [row.textes.get(column.colonne, "") for row in facts.rows.get(column.section, ())]
        for column in columns
    }
    counts = Counter(text for found in texts.values() for text in found)
    shares = []
    for column in columns:
        name = f"part {slot.key} {column.key}"
        for row in range(translator.places.sections[column.section].count):
            place = translator.places.of(column, row).seen_from("")
            found = "+".join(f"SUMPRODUCT(--EXACT({cells},{place}))" for cells in ranges)
            formula = f'=IF({place}="",0,IF({found}>1,1/({found}),0))'
            text = texts[column.key][row] if row < len(texts[column.key]) else ""
            now = 1 / counts[text] if text and counts[text] > 1 else 0
            hidden.put(hidden.on_row(column.section, name, row), Content(now, formula))
        shares.append(f"SUM({area(*hidden.column(column.section, name), CALC)})")
    return f"=ROUND({'+'.join(shares)},0)"


_HIDDEN: Final = frozenset(
    {
        SlotKind.TERM,
        SlotKind.PREVIOUS,
        SlotKind.TYPED,
        SlotKind.FILL,
        SlotKind.TEXT,
        SlotKind.NEANT,
        SlotKind.POINTLESS,
    }
)

_WRITERS: Final[Mapping[SlotKind, Callable[[Slots, Slot], None]]] = {
    SlotKind.CELL: Slots.cell,
    SlotKind.AGGREGATE: Slots.computed,
    SlotKind.PARAMETER: Slots.constant,
    SlotKind.TYPED: Slots.typed,
    SlotKind.FILL: Slots.computed,
    SlotKind.TERM: Slots.constant,
    SlotKind.PREVIOUS: Slots.constant,
    SlotKind.TEXT: Slots.text,
    SlotKind.ROW: Slots.nothing,
    SlotKind.NEANT: Slots.neant,
    SlotKind.POINTLESS: Slots.computed,
}
"""How the slots of each kind are written."""
