"""
« Pistes »: the nearest fixes that would make an anomaly vanish, ranked, never applied.

Each typed cell under a gap, rows included, is asked which value would close it; when that value looks like
a known slip (see `slips`), like an amount that stands beside, or like something forgotten, it is a
hypothesis.  Accounts whose amount is the gap, or half of it, are hypotheses too.  Each hypothesis is tried
on a copy: one that leaves the gap is dropped, one that also closes others, and opens none, comes first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil, floor
from typing import Final, NamedTuple

from liasse.amounts import format_french
from liasse.compiler import nodes as ir
from liasse.compiler.plan import Check
from liasse.engine.controller import Controller
from liasse.engine.controls import Judgement, Outcome, check_kernels
from liasse.engine.grid import columns, is_typed, lines, neighbours
from liasse.engine.incremental import recompute
from liasse.engine.scalar import COMPARE, Number
from liasse.engine.sides import tolerance, unit_step
from liasse.engine.slips import RANKS, Nature, looks_like, undone
from liasse.engine.slopes import Input, slopes
from liasse.engine.values import Evaluation
from liasse.ledger.balance import Balance
from liasse.model.rules import Row

MAX_PISTES: Final = 5
"""Hypotheses kept for one anomaly."""

MAX_TRIALS: Final = 60
"""Hypotheses tried for one anomaly, the likeliest first."""

_STILL: Final = Fraction(0)

Edits = Mapping[Input, int | None]
"""What a hypothesis would type: slots (and rows) with their new values."""


@dataclass(frozen=True, slots=True)
class Piste:
    """
    One hypothesis: the cell (or accounts) and what would close the gap, in scaled integers of `unite`.

    `depuis` is, for an amount typed in the wrong place, the cell where it stands now.  `resout` is how many
    anomalies would vanish, this one included.
    """

    nature: Nature
    phrase: str
    cellule: str = ""
    actuelle: int | None = None
    proposee: int | None = None
    comptes: tuple[str, ...] = ()
    resout: int = 1
    unite: str = "euro"
    depuis: str = ""


class Suspect(NamedTuple):
    """A typed cell under a gap: where it is, what it holds, and how the gap moves with it."""

    place: Input
    value: int | None
    slope: Fraction


class Comparison(NamedTuple):
    """A comparison that does not hold, and its gap in its own factor."""

    compare: ir.Compare
    gap: Number
    check: Check

    def holds(self, moved: Fraction) -> bool:
        """Tell whether it would hold, all slopes being straight, once its gap has moved."""
        allowed = tolerance(self.compare, self.check.control.tolerance, 0) * unit_step(self.compare)
        return COMPARE[self.compare.operator](self.gap + moved, allowed)


@dataclass(frozen=True, slots=True)
class _Hypothesis:
    """A piste before it is tried; `far` says how far from last year's figure it would bring the cell."""

    piste: Piste
    far: Fraction = Fraction(1)
    edits: Edits = field(default_factory=dict)
    without: tuple[str, int] | None = None
    closes: int = 1

    @property
    def likelihood(self) -> tuple[int, Fraction, str]:
        """The slip that chance explains least first, then what is nearest to last year."""
        return (RANKS[self.piste.nature], self.far, self.piste.cellule)

    @property
    def sort_key(self) -> tuple[int, int, Fraction, str]:
        """What closes most first."""
        return (-self.closes, *self.likelihood)


class Inquiry:
    """The hypotheses for the gaps of one filing; *controller*, when given, stands at *evaluation*."""

    def __init__(
        self, evaluation: Evaluation, judgements: Sequence[Judgement], controller: Controller | None = None
    ) -> None:
        self._evaluation, self._plan, self._facts = evaluation, evaluation.plan, evaluation.facts
        self._judgements = judgements
        self._controller = controller or Controller(evaluation)
        self._before = _gaps(judgements)
        self._trials: dict[object, tuple[Judgement, ...]] = {}

    def pistes(self, position: int, row: int | None = None) -> tuple[Piste, ...]:
        """Return the hypotheses for the gap of one check (on one row, where it is repeated), best first."""
        judgement = _on_row(self._judgements[position], row)
        if judgement.outcome is not Outcome.ECART or judgement.ecart is None:
            return ()
        sides = check_kernels(self._plan)[position].sides(self._evaluation, row)
        if sides is None or sides.compare is None:
            return ()
        comparison = Comparison(sides.compare, sides.left - sides.right, self._plan.checks[position])
        found = _unique([*self._of_cells(comparison, row), *_of_accounts(self._facts.balance, judgement)])
        tried = (self._tried(one, position, row) for one in found[:MAX_TRIALS])
        kept = sorted((one for one in tried if one is not None), key=lambda one: one.sort_key)
        return tuple(one.piste for one in kept[:MAX_PISTES])

    def _tried(self, one: _Hypothesis, position: int, row: int | None) -> _Hypothesis | None:
        """Try a hypothesis on a copy: how many gaps it closes, or None when this one stays."""
        if not one.piste.cellule:
            return one
        after = self._after(one)
        if one.without is None and _on_row(after[position], row).outcome is Outcome.ECART:
            return None
        if one.without is not None and after[position].outcome is Outcome.ECART:
            return None
        closes = self._before - _gaps(after)
        return replace(one, closes=closes, piste=replace(one.piste, resout=max(1, closes)))

    def _after(self, one: _Hypothesis) -> tuple[Judgement, ...]:
        """Return the judgements under a hypothesis, which the gap of another check may share."""
        key = (frozenset(one.edits.items()), one.without)
        if key not in self._trials:
            self._trials[key] = self._controller.trial(*recompute(self._evaluation, *self._typed(one)))
        return self._trials[key]

    def _typed(self, one: _Hypothesis) -> tuple[Mapping[str, int | None], Mapping[str, tuple[Row, ...]]]:
        """Return the cells and the rows that a hypothesis would type."""
        cells: dict[str, int | None] = {}
        rows: dict[str, tuple[Row, ...]] = {}
        if one.without is not None:
            section, repeated = one.without
            kept = self._facts.rows[section]
            rows[section] = kept[:repeated] + kept[repeated + 1 :]
        for (position, number), value in one.edits.items():
            slot = self._plan.slots[position]
            if number is None:
                cells[slot.of or slot.key] = value
            else:
                retyped = list(rows.get(slot.section, self._facts.rows[slot.section]))
                retyped[number] = _retyped(retyped[number], slot.colonne, value)
                rows[slot.section] = tuple(retyped)
        return cells, rows

    # ── Cells ────────────────────────────────────────────────────────────────────────────────────────

    def _of_cells(self, comparison: Comparison, row: int | None) -> Iterator[_Hypothesis]:
        moving = slopes(self._evaluation, comparison.compare, row)
        suspects = [
            Suspect(place, self._value(place), slope)
            for place, slope in moving.items()
            if is_typed(self._plan, self._plan.slots[place[0]])
        ]
        for suspect in suspects:
            yield from self._exact(suspect, comparison, alone=len(suspects) == 1)
            yield from self._moved(suspect, comparison, moving)
            if comparison.compare.operator != "=" or abs(suspect.slope) < 1:
                yield from self._undone(suspect, comparison)
        for section in {self._plan.slots[suspect.place[0]].section for suspect in suspects} - {""}:
            yield from self._repeated(section)

    def _exact(self, suspect: Suspect, comparison: Comparison, *, alone: bool) -> Iterator[_Hypothesis]:
        """Yield the value that just closes a gap, when a slip or what stands elsewhere explains it."""
        step = -comparison.gap / suspect.slope
        if step.denominator != 1 and comparison.compare.operator == "=":
            return
        wanted = (suspect.value or 0) + (ceil(step) if step > 0 else floor(step))
        nature = looks_like(suspect.value, wanted) if suspect.value else None
        nature = nature or self._resembles(suspect, wanted) or (Nature.SEULE if alone else None)
        if nature is not None:
            yield self._hypothesis(nature, suspect, wanted)

    def _undone(self, suspect: Suspect, comparison: Comparison) -> Iterator[_Hypothesis]:
        """Yield, where many values would do, the one nearest to last year that a slip may have spoilt."""
        value, before = suspect.value or 0, self._last_year(suspect.place)
        closing = [wanted for wanted in undone(value) if comparison.holds(suspect.slope * (wanted - value))]
        if before:
            closing = [wanted for wanted in closing if 2 * abs(wanted - before) < abs(value - before)]
            closing.sort(key=lambda wanted: abs(wanted - before))
        for wanted in closing[:1]:
            yield self._hypothesis(looks_like(value, wanted) or Nature.CHIFFRE, suspect, wanted)

    def _resembles(self, suspect: Suspect, wanted: int) -> Nature | None:
        """Return the nature of a value that is explained by what stands elsewhere."""
        before = self._last_year(suspect.place)
        if suspect.value is None:
            known = before or self._is_account(wanted) or self._is_hole(suspect.place)
            return Nature.OUBLI if known else None
        if suspect.value and suspect.value == before and wanted * before > 0:
            return Nature.PRECEDENT
        return Nature.VOISINE if self._stands_beside(suspect.place, wanted) else None

    def _is_account(self, wanted: int) -> bool:
        balance = self._facts.balance
        return balance is not None and any(abs(ligne.solde) == abs(wanted) for ligne in balance)

    def _is_hole(self, place: Input) -> bool:
        """Tell whether a cell is empty where the rest of its line, or half of its rows, is filled."""
        position, number = place
        values = self._evaluation.values[position]
        if number is not None and isinstance(values, tuple):
            return 2 * sum(value is None for value in values) <= len(values)
        return any(self._evaluation.values[other] for other in lines(self._plan).get(position, ()))

    def _stands_beside(self, place: Input, wanted: int) -> bool:
        """Tell whether an amount stands in another line of the same column."""
        position, number = place
        return wanted != 0 and any(
            self._evaluation.values[other] == wanted and other != position
            for other in (columns(self._plan).get(position, ()) if number is None else ())
        )

    def _moved(
        self, suspect: Suspect, comparison: Comparison, moving: Mapping[Input, Fraction]
    ) -> Iterator[_Hypothesis]:
        """Yield the moves of an amount to, or from, an empty neighbour that close a gap."""
        position, number = suspect.place
        for other in neighbours(self._plan).get(position, ()):
            beside = (other, number)
            pair = (suspect.place, beside) if suspect.value else (beside, suspect.place)
            amount, there = self._value(pair[0]), self._value(pair[1])
            slope = moving.get(pair[1], _STILL) - moving.get(pair[0], _STILL)
            if amount and not there and comparison.holds(slope * amount):
                yield self._move(*pair, amount)

    def _move(self, source: Input, target: Input, amount: int) -> _Hypothesis:
        piste = self._piste(Nature.DEPLACEE, target, self._value(target), amount, self._name(source))
        return _Hypothesis(piste, self._far(target, amount), {source: None, target: amount})

    def _repeated(self, section: str) -> Iterator[_Hypothesis]:
        """Yield the rows that say again what another says."""
        seen: dict[tuple[tuple[str, int], ...], str] = {}
        for number, row in enumerate(self._facts.rows[section]):
            said = tuple(sorted((name, value) for name, value in row.valeurs.items() if abs(value) > 1))
            if said and said in seen:
                cellule = f"{section}[{row.cle}]"
                phrase = f"La ligne {cellule} répète la ligne {section}[{seen[said]}]."
                yield _Hypothesis(Piste(Nature.DOUBLE, phrase, cellule), without=(section, number))
            seen.setdefault(said, row.cle)

    def _hypothesis(self, nature: Nature, suspect: Suspect, wanted: int) -> _Hypothesis:
        piste = self._piste(nature, suspect.place, suspect.value, wanted)
        return _Hypothesis(piste, self._far(suspect.place, wanted), {suspect.place: wanted})

    def _piste(self, nature: Nature, place: Input, value: int | None, wanted: int, depuis: str = "") -> Piste:
        unite, name = self._plan.slots[place[0]].unit.code, self._name(place)
        phrase = _PHRASES[nature].format(
            cellule=name,
            depuis=depuis,
            proposee=format_french(wanted, unite),
            actuelle="rien" if value is None else format_french(value, unite),
        )
        return Piste(nature, phrase, name, value, wanted, unite=unite, depuis=depuis)

    # ── What stands where ────────────────────────────────────────────────────────────────────────────

    def _name(self, place: Input) -> str:
        slot = self._plan.slots[place[0]]
        if place[1] is None:
            return slot.of or slot.key
        return f"{slot.section}[{self._facts.rows[slot.section][place[1]].cle}].{slot.colonne}"

    def _value(self, place: Input) -> int | None:
        value = self._evaluation.values[place[0]]
        if isinstance(value, tuple):
            return None if place[1] is None else value[place[1]]
        return value

    def _last_year(self, place: Input) -> int | None:
        """Return what a cell held the year before."""
        before, slot = self._facts.precedent, self._plan.slots[place[0]]
        if before is None:
            return None
        if place[1] is None:
            return before.value(slot.of or slot.key)
        cle = self._facts.rows[slot.section][place[1]].cle
        rows = before.facts.rows.get(slot.section, ())
        return next((row.valeurs.get(slot.colonne) for row in rows if row.cle == cle), None)

    def _far(self, place: Input, wanted: int) -> Fraction:
        """Return the distance to last year's figure, against that figure; 1 when it is not known."""
        before = self._last_year(place)
        return Fraction(abs(wanted - before), abs(before)) if before else Fraction(1)


def _on_row(judgement: Judgement, row: int | None) -> Judgement:
    return judgement if row is None or row >= len(judgement.rows) else judgement.rows[row][1]


def _gaps(judgements: Sequence[Judgement]) -> int:
    """Count the gaps, row by row."""
    return sum(
        sum(one.outcome is Outcome.ECART for _, one in judgement.rows) or 1
        for judgement in judgements
        if judgement.outcome is Outcome.ECART
    )


def _retyped(row: Row, colonne: str, value: int | None) -> Row:
    valeurs = {name: amount for name, amount in row.valeurs.items() if name != colonne}
    return replace(row, valeurs=valeurs if value is None else {**valeurs, colonne: value})


def _unique(found: Sequence[_Hypothesis]) -> list[_Hypothesis]:
    """Keep, of the hypotheses that propose the same thing, the likeliest; all of them likeliest first."""
    kept: dict[tuple[str, int | None, str, tuple[str, ...]], _Hypothesis] = {}
    for one in sorted(found, key=lambda one: one.likelihood):
        piste = one.piste
        kept.setdefault((piste.cellule, piste.proposee, piste.depuis, piste.comptes), one)
    return list(kept.values())


_PHRASES: Final = {
    Nature.SIGNE: "Le signe de {cellule} est peut-être inversé : {proposee} au lieu de {actuelle}.",
    Nature.FACTEUR: "{cellule} est peut-être saisie dans une autre unité : {proposee} au lieu de {actuelle}.",
    Nature.PERMUTATION: "Deux chiffres de {cellule} peut-être permutés : {proposee} au lieu de {actuelle}.",
    Nature.DOUBLE: "{cellule} est peut-être comptée deux fois : {proposee} au lieu de {actuelle}.",
    Nature.DEPLACEE: "{proposee} est peut-être à porter en {cellule}, au lieu de {depuis}.",
    Nature.CHIFFRE: "Un chiffre de {cellule} est peut-être faux : {proposee} au lieu de {actuelle}.",
    Nature.OUBLI: "{cellule} est vide ; {proposee} fermerait l'écart.",
    Nature.PRECEDENT: "{cellule} porte le montant de l'an dernier ({actuelle}) ; il faudrait {proposee}.",
    Nature.VOISINE: "{proposee} figure dans une autre ligne de la colonne : {cellule} porte {actuelle}.",
    Nature.SEULE: "{cellule} est la seule cellule saisie en cause : {proposee} au lieu de {actuelle}.",
}


# ── Accounts ─────────────────────────────────────────────────────────────────────────────────────────

_SHARES: Final = {Fraction(1): "", Fraction(1, 2): "la moitié de ", Fraction(2): "le double de "}
"""What an account may be of a gap: on the wrong side, an amount makes a gap of twice itself."""


def _of_accounts(balance: Balance | None, judgement: Judgement) -> Iterator[_Hypothesis]:
    """Yield the accounts whose amount, half-amount or sum equals the gap."""
    gap = abs(judgement.ecart or 0)
    if balance is None or judgement.unite != "euro" or not gap:
        return
    for ligne in balance:
        share = _SHARES.get(Fraction(abs(ligne.solde), gap))
        if share is not None:
            phrase = f"Le compte {ligne.compte} porte {share}l'écart : {format_french(ligne.solde)}."
            yield _Hypothesis(Piste(Nature.COMPTE, phrase, comptes=(ligne.compte,)))
    pair = _pair(balance, gap)
    if pair is not None:
        phrase = f"Les comptes {pair[0]} et {pair[1]} font ensemble l'écart de {format_french(gap)}."
        yield _Hypothesis(Piste(Nature.PAIRE, phrase, comptes=pair))


def _pair(balance: Balance, gap: int) -> tuple[str, str] | None:
    """Return two accounts whose balances add up to the gap, if exactly one pair does."""
    seen: dict[int, str] = {}
    found: list[tuple[str, str]] = []
    for ligne in balance:
        if ligne.solde:
            wanted = (gap - ligne.solde, -gap - ligne.solde)
            found.extend((seen[amount], ligne.compte) for amount in wanted if amount in seen)
            seen[ligne.solde] = ligne.compte
    return found[0] if len(found) == 1 else None
