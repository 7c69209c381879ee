"""A table with its values: the rows that the page draws, and the texts of the cells that moved."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from harmonia.dossiers.cell_history import Mark
from harmonia.dossiers.corrections import covers
from harmonia.dossiers.diverging import words_of
from harmonia.dossiers.evaluation import Held, Live, row_numbers
from harmonia.portail.layout import Block, Layout, Spot, Strip, layout_of
from liasse import Evaluation, Kind, SlotKind, format_french, say_value

NO_MARK = Mark(0, "")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A row of the page: its heading, and its cells as markup."""

    strip: Strip
    number: int
    rank: int
    cells: SafeString


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the page; `blank` is the row that one adds, where rows can be added."""

    block: Block
    rows: tuple[Drawn, ...]
    feet: tuple[Drawn, ...]
    ouverte: bool = True
    blank: Drawn | None = None


def sections(
    layout: Layout, state: Live, marks: Mapping[str, Mark], opened: Collection[str] | None = None
) -> tuple[Section, ...]:
    """
    Return the sections of a table, their rows drawn.

    *opened* is what a request for correction opens; without one, every cell to type is open.
    """
    painter = _Painter(state, marks, opened)
    return tuple(
        Section(
            block,
            tuple(_rows(layout, block, painter)),
            tuple(Drawn(strip, 0, 0, painter.cells(strip, layout.table.unite)) for strip in block.pied),
            opened is None or (block.keyed and covers(opened, f"{block.cle}#1")),
            _blank(layout, block, painter),
        )
        for block in layout.blocks
    )


def _rows(layout: Layout, block: Block, painter: _Painter) -> Iterator[Drawn]:
    for strip in block.strips:
        if not block.keyed:
            yield Drawn(strip, 0, 0, painter.cells(strip, layout.table.unite))
            continue
        for rank, number in enumerate(row_numbers(painter.state.state, block.cle)):
            yield Drawn(
                strip, number, rank + 1, painter.cells(strip, layout.table.unite, block.cle, number, rank)
            )


def _blank(layout: Layout, block: Block, painter: _Painter) -> Drawn | None:
    if not block.keyed or not block.strips:
        return None
    strip = block.strips[0]
    return Drawn(strip, 0, 0, painter.cells(strip, layout.table.unite, block.cle))


class _Painter:
    def __init__(self, state: Live, marks: Mapping[str, Mark], opened: Collection[str] | None) -> None:
        self.state = state
        self._marks = marks
        self._opened = opened
        self._before = _Before(state.evaluation)

    def cells(
        self, strip: Strip, unite: str, section: str = "", number: int = 0, rank: int = 0
    ) -> SafeString:
        row = rank if number else None
        parts = []
        for spot in strip.spots:
            if spot is None:
                parts.append('<td class="closed"></td>')
            elif spot.avant:
                parts.append(f'<td class="n before">{escape(self._before.text(spot, row))}</td>')
            else:
                key = f"{section}#{number}.{spot.reference.rpartition('.')[2]}" if section else spot.reference
                parts.append(self._cell(spot, key, unite, row))
        return mark_safe("".join(parts))  # noqa: S308 - every text is escaped

    def _cell(self, spot: Spot, key: str, unite: str, row: int | None) -> str:
        mark = self._marks.get(key, NO_MARK)
        editable = spot.editable and (self._opened is None or covers(self._opened, key))
        kind = self._kind(spot, editable=editable)
        made = [f'<td class="{kind}" data-k="{key}" tabindex="-1"']
        if mark.version:
            made.append(f' data-v="{mark.version}"')
        made += self._source(spot, key, mark, row)
        if spot.unite != unite:
            made.append(f' data-u="{spot.unite}"')
        if spot.formule and row is None:
            made.append(f' data-f="{escape(spot.formule)}"')
        if spot.choix:
            made.append(f' data-c="{escape("|".join(spot.choix.values()))}"')
        before = self._before.text(spot, row)
        if before:
            made.append(f' data-p="{escape(before)}"')
        if not editable:
            made.append(' aria-readonly="true"')
        made.append(f">{escape(shown(self.state.evaluation, spot.position, row))}</td>")
        return "".join(made)

    def _kind(self, spot: Spot, *, editable: bool) -> str:
        words = ["n" if spot.numeric else "w", "e" if editable else "r"]
        if spot.key:
            words.append("key")
        if editable and self._opened is not None:
            words.append("opened")
        return " ".join(words)

    def _source(self, spot: Spot, key: str, mark: Mark, row: int | None) -> Iterator[str]:
        """Yield where a value comes from, and what the ministry's portal said of the same cell."""
        diverges = self._diverges(spot, key, mark, row)
        origine = "rapatriement" if mark.copie is not None and not diverges else mark.origine
        if origine and origine != "saisie":
            yield f' data-o="{origine}"'
        if key in self.state.state:
            yield ' data-h="1"'
        if diverges:
            yield ' data-d="1"'
        if mark.copie is not None:
            yield f' data-m="{escape(words_of(Kind(spot.unite, spot.choix), mark.copie))}"'

    def _diverges(self, spot: Spot, key: str, mark: Mark, row: int | None) -> bool:
        """Tell whether a value was put over what the ministry's portal, or the balance, says."""
        held = self.state.state.get(key)
        if mark.copie is not None:
            return self._shown(spot, row) != mark.copie
        if held is None or row is not None or not spot.editable:
            return False
        plan = self.state.plan
        filled = plan.index.get(f"selon_balance({key})")
        if filled is None:
            return False
        said = self.state.evaluation.values[filled]
        return said is not None and said != held.valeur

    def _shown(self, spot: Spot, row: int | None) -> Held | None:
        """Return what a cell holds, typed here or filled by the accounts."""
        facts = self.state.evaluation.facts
        value = self.state.evaluation.at(spot.reference, row)
        if value is None:
            return None
        if row is None:
            return Held(value, facts.texts.get(spot.reference))
        section, _, column = spot.reference.rpartition(".")
        return Held(value, facts.rows[section][row].textes.get(column))


class _Before:
    """What the same cells held the year before."""

    def __init__(self, evaluation: Evaluation) -> None:
        self._now = evaluation
        self._then = evaluation.facts.precedent
        self._rows: dict[str, dict[str, int]] = {}

    def text(self, spot: Spot, row: int | None) -> str:
        then = self._then
        if then is None or spot.unite == "texte":
            return ""
        position = spot.position if then.plan is self._now.plan else then.plan.index.get(spot.reference, -1)
        if position < 0:
            return ""
        if row is None:
            return shown(then, position, None)
        number = self._same_row(self._now.plan.slots[spot.position].section, row)
        return "" if number is None else shown(then, position, number)

    def _same_row(self, section: str, row: int) -> int | None:
        assert self._then is not None
        if section not in self._rows:
            rows = self._then.facts.rows.get(section, ())
            self._rows[section] = {one.cle: at for at, one in enumerate(rows)}
        return self._rows[section].get(self._now.facts.rows[section][row].cle)


def shown(evaluation: Evaluation, position: int, row: int | None) -> str:
    """Return the text of a cell: numbers without their unit, which the page heads once."""
    value = evaluation.values[position]
    if row is not None:
        value = value[row] if isinstance(value, tuple) and row < len(value) else None
    if value is None or isinstance(value, tuple):
        return ""
    slot = evaluation.plan.slots[position]
    if slot.unit.code in {"texte", "date", "oui_non", "choix"}:
        return say_value(evaluation, slot.key, row)
    return format_french(value, slot.unit.code, symbol=False)


def moved(state: Live, table: str, slots: Collection[int] | None) -> dict[str, str]:
    """Return the texts of the cells of a table among some slots (None: all), by key."""
    plan = state.plan
    own = plan.tables.get(table, ())
    kept = own if slots is None else [position for position in own if position in slots]
    found: dict[str, str] = {}
    numbers: dict[str, list[int]] = {}
    for position in kept:
        slot = plan.slots[position]
        if slot.kind is not SlotKind.CELL:
            continue
        if not slot.section:
            found[slot.key] = shown(state.evaluation, position, None)
            continue
        if slot.section not in numbers:
            numbers[slot.section] = row_numbers(state.state, slot.section)
        column = slot.key.rpartition(".")[2]
        for rank, number in enumerate(numbers[slot.section]):
            found[f"{slot.section}#{number}.{column}"] = shown(state.evaluation, position, rank)
    return found


def text_of(state: Live, key: str) -> str:
    """Return the text of one cell by its key; empty when the form has no such cell."""
    reference, row = place_of(state, key)
    position = state.plan.index.get(reference)
    return "" if position is None else shown(state.evaluation, position, row)


def place_of(state: Live, key: str) -> tuple[str, int | None]:
    """Return the reference of a cell and, in a keyed section, the rank of its row (0 is the first)."""
    section, mark, rest = key.partition("#")
    if not mark:
        return key, None
    number, _, column = rest.partition(".")
    numbers = row_numbers(state.state, section)
    rank = numbers.index(int(number)) if number.isdigit() and int(number) in numbers else -1
    return (f"{section}.{column}", rank) if rank >= 0 else ("", None)


def neighbours(codes: tuple[str, ...], code: str) -> dict[str, Any]:
    """Return the tables before and after one."""
    at = codes.index(code)
    return {
        "precedente": codes[at - 1] if at else "",
        "suivante": codes[at + 1] if at + 1 < len(codes) else "",
    }


def layout_in(state: Live, code: str) -> Layout | None:
    """Return the layout of a table, or None when the form of the family has no such table."""
    if code not in state.plan.model.tables:
        return None
    layout = layout_of(state.plan, code)
    return layout if layout.blocks else None
