"""Which amounts are given to the whole euro: they widen the tolerance of the controls (§6.0)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from liasse.compiler.plan import Nature, Slot, SlotKind
from liasse.engine.values import bits
from liasse.outputs.workbook_formulas import Translator
from liasse.outputs.workbook_hidden import FLAGS, Content
from liasse.outputs.workbook_logic import Where
from liasse.outputs.workbook_places import Spot, area
from liasse.outputs.workbook_ranges import summed

_EURO: Final = "euro"


@dataclass(frozen=True, slots=True)
class _Flag:
    """How many whole euros an input holds, and whether it was typed at all."""

    whole: Content
    typed: Content


class Flags:
    """
    Two hidden cells per input: how many whole euros it holds, and whether it was typed.

    They stand in the order of the slots, so that what a control reads is a few ranges.
    """

    def __init__(self, translator: Translator) -> None:
        self._t = translator
        self._plan = translator.plan
        self._facts = translator.evaluation.facts
        self._rounded = translator.evaluation.rounded
        self._spots: dict[int, Spot] = {}
        self._counted: dict[tuple[int, str], str] = {}
        for position, slot in enumerate(self._plan.slots):
            flag = self._flag(position, slot)
            if flag is not None:
                spot = translator.hidden.add(f"arrondi {slot.key}", flag.whole, FLAGS)
                translator.hidden.put(spot._replace(col=spot.col + 1), flag.typed)
                self._spots[position] = spot
        self._known = sum(1 << position for position in self._spots)

    def counted(self, mask: int, sheet: str) -> str:
        """Return the number of rounded amounts among the inputs of a mask; nothing when none may be."""
        key = (mask & self._known, sheet)
        if key not in self._counted:
            self._counted[key] = self._counting([self._spots[position] for position in bits(key[0])], sheet)
        return self._counted[key]

    def _counting(self, spots: list[Spot], sheet: str) -> str:
        if not spots:
            return ""
        whole = summed(spots, (), sheet)
        typed = summed([spot._replace(col=spot.col + 1) for spot in spots], (), sheet)
        return f"MAX({whole},N({typed}>0))"

    def _flag(self, position: int, slot: Slot) -> _Flag | None:
        bit = 1 << position
        whole, typed = self._whole_now(position), int(self._rounded.typed & bit != 0)
        if slot.kind is SlotKind.PREVIOUS:
            return _Flag(Content(whole), Content(typed)) if typed else None
        by_hand = slot.kind is SlotKind.TYPED or (slot.kind is SlotKind.CELL and slot.nature is Nature.SAISIE)
        if not by_hand:
            return None
        if slot.section:
            return self._row_flag(slot, whole, typed) if slot.kind is SlotKind.CELL else None
        place = self._t.spot(slot, Where(FLAGS)).seen_from(FLAGS)
        told = Content(typed, f'=IF({place}="",0,1)')
        if slot.unit.code != _EURO:
            return _Flag(Content(0), told)
        if self._facts.rounded is not None:
            return _Flag(Content(whole, f"=IF(ISNUMBER({place}),{whole},0)"), told)
        return _Flag(Content(whole, f"=IF(ISNUMBER({place}),N(ROUND({place},2)=ROUND({place},0)),0)"), told)

    def _whole_now(self, position: int) -> int:
        more = sum(extra for other, extra in self._rounded.rows if other == position)
        return (self._rounded.mask >> position & 1) + more

    def _row_flag(self, slot: Slot, whole: int, typed: int) -> _Flag | None:
        if slot.unit.code != _EURO:
            return None
        cells = area(*self._t.places.column(slot), FLAGS)
        keys = area(*self._t.places.column(self._plan.slot(self._plan.key_columns[slot.section])), FLAGS)
        there = f'ISNUMBER({cells})*({keys}<>"")'
        round_ = f"=IFERROR(SUMPRODUCT({there}*(ROUND({cells},2)=ROUND({cells},0))),0)"
        return _Flag(Content(whole, round_), Content(typed, f"=N(SUMPRODUCT({there})>0)"))
