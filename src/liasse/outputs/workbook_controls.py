"""
Controls as formulas: the four outcomes and the gap of comptabilite_hlm §6.0, tolerance included.

What does not depend on the cells (family, exercice, which sources are at hand) is told once, when the
workbook is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, NamedTuple

from liasse.amounts import unit
from liasse.compiler import nodes as ir
from liasse.compiler.plan import Check, Requirements, Slot, SlotKind
from liasse.engine.controls import (
    AtHand,
    Judgement,
    Outcome,
    asked,
    filling_source,
    judge_all,
    silenced,
    silences,
)
from liasse.engine.sides import leaf_mask, tolerance
from liasse.model.rules import Vides
from liasse.outputs.wording import GRAVITES
from liasse.outputs.workbook_flags import Flags
from liasse.outputs.workbook_formulas import Translator
from liasse.outputs.workbook_hidden import CALC, Content, Scalar
from liasse.outputs.workbook_logic import ALWAYS, NEVER, Where, choose, every, gap_of, negated, some
from liasse.outputs.workbook_places import Spot, area
from liasse.outputs.workbook_ranges import counted
from liasse.outputs.workbook_values import DAY_ZERO, as_number, constant, digits

WORDS: Final = {
    Outcome.CONFORME: "conforme",
    Outcome.ECART: "écart",
    Outcome.SANS_OBJET: "sans objet",
    Outcome.NON_EVALUABLE: "non évaluable",
}
"""What each outcome is called in the workbook."""

_SAID: Final = {outcome: f'"{word}"' for outcome, word in WORDS.items()}
_CONFORME, _ECART = _SAID[Outcome.CONFORME], _SAID[Outcome.ECART]
_SANS_OBJET, _NON_EVALUABLE = _SAID[Outcome.SANS_OBJET], _SAID[Outcome.NON_EVALUABLE]


@dataclass(frozen=True, slots=True)
class Line:
    """One control as formulas: its outcome, its gap and its two sides, with what they are now."""

    check: Check
    unite: str
    outcome: Content
    ecart: Content
    gauche: Content
    droite: Content
    gravite: Content


@dataclass(frozen=True, slots=True)
class _Sides:
    """A test with its tolerance: known true, known false, and the comparison that shows the gap."""

    true: str
    false: str
    gap: str = '""'
    left: str = '""'
    right: str = '""'


class _Spots(NamedTuple):
    """Where a check says, before silencing, its outcome, its gap and its sides; its severity when by row."""

    outcome: Spot
    gap: Spot
    left: Spot
    right: Spot
    severity: Spot | None = None


class Controls:
    """Translates the checks of a plan."""

    def __init__(self, translator: Translator, flags: Flags) -> None:
        self._t = translator
        self._flags = flags
        self._plan = translator.plan
        self._evaluation = translator.evaluation
        self._at_hand = at_hand = AtHand(self._evaluation)
        self._empty = at_hand.empty
        self._raw = judge_all(self._evaluation, at_hand)
        self._tables: dict[str, str] = {}
        self._tolerances: dict[int, str] = {}
        self._silenced_by: dict[int, list[int]] = {}
        for position, others in silences(self._plan).items():
            for other in others:
                self._silenced_by.setdefault(other, []).append(position)

    def lines(self) -> Iterator[Line]:
        """Yield the controls."""
        final = silenced(self._plan, self._raw)
        spots = [self._raw_spot(position, check) for position, check in enumerate(self._plan.checks)]
        for position, check in enumerate(self._plan.checks):
            raw, gap, left, right, severity = spots[position]
            judgement = final[position]
            silent = [spots[other][0].seen_from("") for other in self._silenced_by.get(position, ())]
            said = some([f"{place}={_ECART}" for place in silent])
            place = raw.seen_from("")
            outcome = choose(every([said, f"{place}<>{_CONFORME}"]), _SANS_OBJET, place)
            shown = f"{outcome}={_ECART}" if silent else f"{place}={_ECART}"
            ecart, gauche, droite = (
                Content(value, f'=IF({shown},{spot.seen_from("")},"")')
                for spot, value in zip((gap, left, right), self._amounts(judgement), strict=True)
            )
            now = Content(WORDS[judgement.outcome], f"={outcome}")
            gravite = self._severity(check, judgement, shown, severity)
            yield Line(check, self._unit(check), now, ecart, gauche, droite, gravite)

    def _unit(self, check: Check) -> str:
        compares = [part for part in ir.walk(check.test) if isinstance(part, ir.Compare)]
        return compares[0].unit if compares else "nombre"

    def _amounts(self, judgement: Judgement) -> tuple[Scalar, Scalar, Scalar]:
        factor = unit(judgement.unite or "euro").factor
        values = (judgement.ecart, judgement.gauche, judgement.droite)
        gap, left, right = (None if value is None else as_number(value * factor) for value in values)
        if judgement.unite == "date" and left is not None and right is not None:
            return gap, left - DAY_ZERO, right - DAY_ZERO
        return gap, left, right

    def _severity(self, check: Check, judgement: Judgement, shown: str, worst: Spot | None) -> Content:
        """Return the severity in words; a formula when that of a gap depends on the figures."""
        plain = GRAVITES[check.control.gravite]
        if not self._is_concerned(check) or not check.severities:
            return Content(plain)
        text = worst.seen_from("") if worst else self._severity_text(check, Where(""))
        now = GRAVITES[judgement.gravite or check.control.gravite]
        return Content(now, f'=IF({shown},{text},"{plain}")')

    def _severity_text(self, check: Check, at: Where) -> str:
        """Return the formula of the severity of a gap: that of the first condition that holds."""
        text = f'"{GRAVITES[check.control.gravite]}"'
        for test, gravite in reversed(check.severities):
            text = choose(self._t.test(test, at).true, f'"{GRAVITES[gravite]}"', text)
        return text

    # ── One check ────────────────────────────────────────────────────────────────────────────────

    def _raw_spot(self, position: int, check: Check) -> _Spots:
        """Write a check before silencing; return the places of what it says."""
        name = f"{check.control.identifier} {check.ligne}".strip()
        raw = self._raw[position]
        if not self._is_concerned(check):
            spot = self._t.hidden.add(f"{name} issue", Content(WORDS[Outcome.SANS_OBJET]))
            blank = self._t.hidden.add(f"{name} écart", Content())
            return _Spots(spot, blank, blank, blank)
        if check.section:
            return self._by_row(name, check, raw)
        texts = self._texts(check, Where(CALC))
        now: tuple[Scalar, ...] = (WORDS[raw.outcome], *self._amounts(raw))
        return _Spots(
            *(
                self._t.hidden.add(f"{name} {word}", Content(value, f"={text}"))
                for word, value, text in zip(_COLUMNS, now, texts, strict=True)
            )
        )

    def _is_concerned(self, check: Check) -> bool:
        control = check.control
        in_family = not control.familles or self._plan.famille in control.familles
        return in_family and control.exercices.covers(self._evaluation.facts.exercice)

    def _by_row(self, name: str, check: Check, raw: Judgement) -> _Spots:
        """Write a check on every row, then the first of the worst rows."""
        section, hidden = check.section, self._t.hidden
        for row in range(self._t.places.sections[section].count):
            self._on_row(name, check, raw.rows[row][1] if row < len(raw.rows) else None, row)
        issues = area(*hidden.column(section, f"{name} {_COLUMNS[0]}"), "")
        worst = _SANS_OBJET
        for said in (_CONFORME, _NON_EVALUABLE, _ECART):
            worst = f"IF(COUNTIF({issues},{said})>0,{said},{worst})"
        outcome = hidden.add(f"{name} issue", Content(WORDS[raw.outcome], f"={worst}"))
        found = f"MATCH({outcome.seen_from(CALC)},{issues},0)"
        shown: list[Scalar] = list(self._amounts(raw))
        if check.severities:
            shown.append(_said_severity(check, raw))
        places = []
        for word, value in zip((*_COLUMNS[1:], _GRAVITE), shown, strict=False):
            column = area(*hidden.column(section, f"{name} {word}"), "")
            text = f'=IF({outcome.seen_from(CALC)}={_ECART},INDEX({column},{found}),"")'
            places.append(hidden.add(f"{name} {word}", Content(value, text)))
        return _Spots(outcome, *places)

    def _on_row(self, name: str, check: Check, judgement: Judgement | None, row: int) -> None:
        """Write a check on one row, in use or not."""
        section, hidden, at = check.section, self._t.hidden, Where("", check.section, row)
        now = (WORDS[judgement.outcome], *self._amounts(judgement)) if judgement else (None,) * 4
        key = self._t.has_key(section, row)
        for word, value, text in zip(_COLUMNS, now, self._texts(check, at), strict=True):
            content = Content(value, f'=IF({key},{text},"")')
            hidden.put(hidden.on_row(section, f"{name} {word}", row), content)
        if check.severities:
            issue = hidden.on_row(section, f"{name} {_COLUMNS[0]}", row).seen_from("")
            said = _said_severity(check, judgement) if judgement else None
            content = Content(said, f'=IF({issue}={_ECART},{self._severity_text(check, at)},"")')
            hidden.put(hidden.on_row(section, f"{name} {_GRAVITE}", row), content)

    def _texts(self, check: Check, at: Where) -> tuple[str, str, str, str]:
        """Return the formulas of the outcome, the gap and the two sides, where they are judged."""
        missing, due = self._missing(check.needs, at)
        zeros, pointless = self._quotients(check, at)
        sides = self._sides(check.test, check.control.tolerance, at)
        lack = _ECART if check.control.vides is Vides.ANOMALIE else _NON_EVALUABLE
        told = choose(sides.true, _CONFORME, choose(sides.false, _ECART, _NON_EVALUABLE))
        for zero, is_pointless in zip(reversed(zeros), reversed(pointless), strict=True):
            told = choose(zero, choose(is_pointless, _SANS_OBJET, _ECART), told)
        outcome = choose(missing, choose(due, lack, _SANS_OBJET), told)
        stopped = some([missing, *zeros])
        if check.guard is not None:
            (lacks, asks), holds = self._missing(check.guard_needs, at), self._t.test(check.guard, at).true
            outcome = choose(negated(holds), _SANS_OBJET, outcome)
            outcome = choose(lacks, choose(asks, _NON_EVALUABLE, _SANS_OBJET), outcome)
            stopped = some([lacks, negated(holds), stopped])
        shown = every([negated(stopped), sides.false])
        gap, left, right = (choose(shown, text, '""') for text in (sides.gap, sides.left, sides.right))
        return outcome, gap, left, right

    def _quotients(self, check: Check, at: Where) -> tuple[list[str], list[str]]:
        zeros, pointless = [], []
        for top, bottom in check.quotients:
            under, over = self._t.part(bottom, at), self._t.part(top, at)
            zeros.append(every([under.present, f"{under.value}=0"]))
            pointless.append(f"{over.value}=0")
        return zeros, pointless

    def _missing(self, needs: Requirements, at: Where) -> tuple[str, str]:
        """Return whether something is missing, and whether any of it is due (not declared « néant »)."""
        empty = {table: self._table_is_empty(table) for table in sorted(needs.tables)}
        absent = {key: negated(self._t.part(self._reference(key), at).present) for key in needs.keys}
        tables_due = some([every([test, negated(self._is_neant(table))]) for table, test in empty.items()])
        keys_due = some(
            [
                every([test, negated(self._is_neant(self._plan.slot(key).table))])
                for key, test in absent.items()
            ]
        )
        no_table = some(list(empty.values()))
        if self._at_hand.missing(asked(frozenset(), needs.sources, needs.previous)):
            return ALWAYS, choose(no_table, tables_due, ALWAYS)
        return some([no_table, *absent.values()]), choose(no_table, tables_due, keys_due)

    def _is_neant(self, table: str) -> str:
        """Return the condition that a table is declared « néant »: on its sheet, or once for all."""
        sheet = next((one for one in self._t.places.sheets if one.name == table), None)
        if sheet is None or sheet.neant is None:
            return ALWAYS if table in self._evaluation.facts.neant else NEVER
        return f'{sheet.neant.seen_from("")}="oui"'

    def _reference(self, key: str) -> ir.Node:
        slot = self._plan.slot(key)
        made = ir.RowRef if slot.section else ir.Ref
        return made(slot.unit.factor, key)

    def _table_is_empty(self, table: str) -> str:
        """Return the condition that a table holds nothing, written once."""
        if table not in self._tables:
            self._tables[table] = self._emptiness(table)
        return self._tables[table]

    def _emptiness(self, table: str) -> str:
        if filling_source(self._plan, table) in self._evaluation.sources:
            return NEVER
        numbers: list[Spot] = []
        counts = []
        for position in self._plan.evidence[table]:
            slot = self._plan.slots[position]
            if slot.section:
                first, last = self._column(slot)
                cells = area(first, last, CALC)
                counts.append(f'COUNTIF({cells},"?*")' if self._t.reads_words(slot) else f"COUNT({cells})")
            elif self._t.reads_words(slot):
                counts.append(f'N({self._t.spot(slot, Where(CALC)).seen_from(CALC)}<>"")')
            else:
                numbers.append(self._t.spot(slot, Where(CALC)))
        if numbers:
            counts.insert(0, f"({counted(numbers, self._t.places.blank, CALC)})")
        text = f"=N({'+'.join(counts)}=0)"
        spot = self._t.hidden.add(f"{table} est vide", Content(int(table in self._empty), text))
        return f"{spot.seen_from('')}=1"

    def _column(self, slot: Slot) -> tuple[Spot, Spot]:
        if slot.kind is SlotKind.CELL:
            return self._t.places.column(slot)
        return self._t.hidden.column(slot.section, slot.key)

    # ── Tests with their tolerance ───────────────────────────────────────────────────────────────

    def _sides(self, test: ir.Test, override: int | None, at: Where) -> _Sides:
        match test:
            case ir.Compare():
                return self._compared(test, override, at)
            case ir.Every():
                return _all([self._sides(part, override, at) for part in test.tests])
            case ir.Some():
                return _any([self._sides(part, override, at) for part in test.tests])
            case ir.Negation():
                inner = self._sides(test.test, override, at)
                return _Sides(inner.false, inner.true)
            case _:
                told = self._t.test(test, at)
                return _Sides(told.true, told.false)

    def _compared(self, test: ir.Compare, override: int | None, at: Where) -> _Sides:
        left, right = self._t.part(test.left, at, 60), self._t.part(test.right, at, 60)
        decimals = digits(unit(test.unit).factor)
        gap = gap_of(left, right, test)
        allowed = self._allowed(test, override)
        holds = _HOLDS[test.operator].format(gap=gap, allowed=allowed)
        if allowed == "0":
            holds = f"{gap}{test.operator}0"
        present = every([left.present, right.present])
        return _Sides(
            every([present, holds]),
            every([present, negated(holds)]),
            f'IF({gap}=0,"",ROUND({left.value}-{right.value},{decimals}))',
            f"ROUND({left.value},{decimals})",
            f"ROUND({right.value},{decimals})",
        )

    def _allowed(self, test: ir.Compare, override: int | None) -> str:
        """Return the tolerance of a comparison: a number, or a cell that counts the rounded amounts."""
        factor = unit(test.unit).factor
        fixed, moving = tolerance(test, override, 0), tolerance(test, override, 1)
        if fixed == moving:
            return constant(Fraction(fixed) * factor)
        if id(test) not in self._tolerances:
            masks = [leaf_mask(self._plan, side) for side in (test.left, test.right)]
            counts = [text for mask in masks if (text := self._flags.counted(mask, CALC))]
            if not counts:
                return constant(Fraction(fixed) * factor)
            number = "+".join(counts)
            rounded = self._evaluation.rounded
            now = tolerance(test, override, sum(rounded.count(mask) for mask in masks))
            text = f"=IF({number}=0,0,MAX(1,INT(({number}+1)/2)))"
            content = Content(as_number(Fraction(now) * factor), text)
            spot = self._t.hidden.add(f"tolérance {len(self._tolerances) + 1}", content)
            self._tolerances[id(test)] = spot.seen_from("")
        return self._tolerances[id(test)]


_COLUMNS: Final = ("issue", "écart", "gauche", "droite")
_GRAVITE: Final = "gravité"


def _said_severity(check: Check, judgement: Judgement) -> str | None:
    """Return the severity of a gap in words, None without a gap."""
    if judgement.outcome is not Outcome.ECART:
        return None
    return GRAVITES[judgement.gravite or check.control.gravite]


_HOLDS: Final = {
    "=": "ABS({gap})<={allowed}",
    "<>": "ABS({gap})>{allowed}",
    "<=": "{gap}<={allowed}",
    ">=": "{gap}>=-{allowed}",
    "<": "{gap}<{allowed}",
    ">": "{gap}>-{allowed}",
}
"""Each comparison on the gap, with its tolerance."""


def _all(parts: Sequence[_Sides]) -> _Sides:
    """Join tests that must all hold; the first that fails shows its gap."""
    return _Sides(every([part.true for part in parts]), some([part.false for part in parts]), *_first(parts))


def _any(parts: Sequence[_Sides]) -> _Sides:
    """Join tests of which one must hold; when none does, the first shows its gap."""
    first = parts[0]
    true, false = some([part.true for part in parts]), every([part.false for part in parts])
    return _Sides(true, false, first.gap, first.left, first.right)


def _first(parts: Sequence[_Sides]) -> tuple[str, str, str]:
    gap = left = right = '""'
    for part in reversed(parts):
        gap = choose(part.false, part.gap, gap)
        left, right = choose(part.false, part.left, left), choose(part.false, part.right, right)
    return gap, left, right
