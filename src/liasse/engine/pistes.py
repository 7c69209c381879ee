"""
« Pistes »: the nearest fixes that would make an anomaly vanish, ranked, never applied.

Each typed cell under a gap is asked which value would close it; when that value looks like a known
slip (sign, swapped digits, factor, last year's figure, neighbour's figure, wrong digit), it is a
hypothesis.  Amounts of the balance equal to the gap, or to half of it, are hypotheses too.
A hypothesis that also closes other gaps comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import Final, NamedTuple

from liasse.amounts import format_french
from liasse.compiler.plan import Plan, SlotKind
from liasse.engine.controls import Controller, Judgement, Outcome, check_masks, judge_one
from liasse.engine.incremental import input_key, recompute
from liasse.engine.values import Evaluation, bits
from liasse.ledger.balance import Balance

MAX_PISTES: Final = 5
"""Hypotheses kept for one anomaly."""

_PROBE: Final = 10_000
"""By how much a cell is moved to see what the gap does (100 €, beyond any tolerance of one cell)."""


class Nature(StrEnum):
    """The slip that a hypothesis supposes, most usual first."""

    SIGNE = "signe"
    PERMUTATION = "permutation"
    FACTEUR = "facteur"
    PRECEDENT = "precedent"
    VOISINE = "voisine"
    OUBLI = "oubli"
    DOUBLE = "double"
    CHIFFRE = "chiffre"
    SEULE = "seule"
    COMPTE = "compte"
    PAIRE = "paire"


_RANK: Final = {nature: rank for rank, nature in enumerate(Nature)}


@dataclass(frozen=True, slots=True)
class Piste:
    """
    One hypothesis: the cell (or accounts) and what would close the gap, in scaled integers.

    `resout` is how many anomalies would vanish, this one included.
    """

    nature: Nature
    phrase: str
    cellule: str = ""
    actuelle: int | None = None
    proposee: int | None = None
    comptes: tuple[str, ...] = ()
    resout: int = 1

    @property
    def sort_key(self) -> tuple[int, int, str]:
        """What closes most first, then the most usual slip."""
        return (-self.resout, _RANK[self.nature], self.cellule)


class Suspect(NamedTuple):
    """A typed cell under a gap: its reference, its value, and how the gap moves with it."""

    reference: str
    value: int
    slope: int


def pistes(
    evaluation: Evaluation,
    judgements: Sequence[Judgement],
    position: int,
    controller: Controller | None = None,
) -> tuple[Piste, ...]:
    """
    Return the hypotheses for the gap of one check that is not repeated on rows, best first.

    *controller* (made here when not given) stands at *evaluation* and serves for all its gaps.
    """
    judgement = judgements[position]
    if judgement.outcome is not Outcome.ECART or judgement.ecart is None:
        return ()
    found = [*_cell_pistes(evaluation, position, judgement.ecart), *_account_pistes(evaluation, judgement)]
    if not found:
        return ()
    controller = controller or Controller(evaluation)
    before = _gaps(judgements)
    weighed = (_weighed(evaluation, controller, one, position, before) for one in _unique(found))
    kept = [one for one in weighed if one is not None]
    return tuple(sorted(kept, key=lambda piste: piste.sort_key)[:MAX_PISTES])


def _unique(found: Sequence[Piste]) -> list[Piste]:
    """Keep, of the hypotheses that propose the same thing, the most usual."""
    kept: dict[tuple[str, int | None, tuple[str, ...]], Piste] = {}
    for one in sorted(found, key=lambda piste: _RANK[piste.nature]):
        kept.setdefault((one.cellule, one.proposee, one.comptes), one)
    return list(kept.values())


def _gaps(judgements: Sequence[Judgement]) -> int:
    return sum(1 for judgement in judgements if judgement.outcome is Outcome.ECART)


def _weighed(
    evaluation: Evaluation, controller: Controller, piste: Piste, position: int, before: int
) -> Piste | None:
    """Try a hypothesis on a copy: how many gaps it closes, or None when this one stays."""
    if not piste.cellule:
        return piste
    after = controller.trial(*recompute(evaluation, {piste.cellule: piste.proposee}))
    if after[position].outcome is Outcome.ECART:
        return None
    return replace(piste, resout=max(1, before - _gaps(after)))


def _cell_pistes(evaluation: Evaluation, position: int, gap: int) -> Iterator[Piste]:
    suspects = tuple(_suspects(evaluation, position, gap))
    for suspect in suspects:
        step, rest = divmod(-gap, suspect.slope)
        if rest:
            continue
        wanted = suspect.value + step
        looks = (nature for nature, slip in _SLIPS.items() if slip(evaluation, suspect, wanted))
        nature = next(looks, Nature.SEULE if len(suspects) == 1 else None)
        if nature is not None:
            yield _piste(evaluation, nature, suspect, wanted)


def _suspects(evaluation: Evaluation, position: int, gap: int) -> Iterator[Suspect]:
    """Yield the typed cells that move the gap, and by how many units for one."""
    plan = evaluation.plan
    for reference in _typed_under(plan, check_masks(plan)[position]):
        value = evaluation.facts.cells.get(reference)
        moved, _ = recompute(evaluation, {reference: (value or 0) + _PROBE})
        judgement = judge_one(moved, position)
        if judgement.ecart is not None and (judgement.ecart - gap) % _PROBE == 0:
            slope = (judgement.ecart - gap) // _PROBE
            if slope:
                yield Suspect(reference, value or 0, slope)


def _typed_under(plan: Plan, mask: int) -> Iterator[str]:
    """Yield the single cells in euros that a person may type, among the inputs of a check."""
    for slot in (plan.slots[position] for position in bits(mask)):
        if not slot.section and slot.unit.code == "euro":
            if slot.kind is SlotKind.CELL:
                yield slot.key
            elif slot.kind is SlotKind.TYPED and input_key(plan, slot.of) == slot.key:
                yield slot.of


def _sign(_evaluation: Evaluation, suspect: Suspect, wanted: int) -> bool:
    return suspect.value != 0 and wanted == -suspect.value


def _swapped(_evaluation: Evaluation, suspect: Suspect, wanted: int) -> bool:
    """Tell whether two neighbouring digits are exchanged: the gap is then a multiple of 9."""
    one, other = str(abs(suspect.value)), str(abs(wanted))
    if len(one) != len(other) or (wanted - suspect.value) % 9 or wanted * suspect.value <= 0:
        return False
    differing = [rank for rank, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(differing) != 2:
        return False
    first, second = differing
    return second == first + 1 and one[first] == other[second] and one[second] == other[first]


def _factor(_evaluation: Evaluation, suspect: Suspect, wanted: int) -> bool:
    if not suspect.value or not wanted:
        return False
    large, small = max(abs(wanted), abs(suspect.value)), min(abs(wanted), abs(suspect.value))
    return wanted * suspect.value > 0 and large in {small * 10, small * 100, small * 1000}


def _last_year(evaluation: Evaluation, suspect: Suspect, wanted: int) -> bool:
    """Tell whether the cell holds last year's figure."""
    before = evaluation.facts.precedent
    if before is None or not suspect.value:
        return False
    same = before.values[evaluation.plan.index[suspect.reference]]
    return same == suspect.value and wanted != 0


def _neighbour(evaluation: Evaluation, suspect: Suspect, wanted: int) -> bool:
    """Tell whether the amount wanted stands in another line of the same column."""
    table, _, column = suspect.reference.split(".")
    return wanted != 0 and any(
        value == wanted and reference != suspect.reference and reference.split(".")[::2] == [table, column]
        for reference, value in evaluation.facts.cells.items()
    )


def _forgotten(evaluation: Evaluation, suspect: Suspect, wanted: int) -> bool:
    """Tell whether the cell is empty, and the gap is last year's figure or the amount of an account."""
    if suspect.reference in evaluation.facts.cells:
        return False
    before = evaluation.facts.precedent
    if before is not None and before.values[evaluation.plan.index[suspect.reference]] == wanted:
        return True
    balance = evaluation.facts.balance
    return balance is not None and any(abs(ligne.solde) == abs(wanted) for ligne in balance)


def _twice(_evaluation: Evaluation, suspect: Suspect, wanted: int) -> bool:
    """Tell whether the amount was typed twice, or once where two are due."""
    return suspect.value != 0 and (wanted == 0 or wanted * 2 == suspect.value or wanted == suspect.value * 2)


def _digit(_evaluation: Evaluation, suspect: Suspect, wanted: int) -> bool:
    """Tell whether one digit differs, is missing or is too many."""
    one, other = str(abs(suspect.value)), str(abs(wanted))
    if wanted * suspect.value <= 0:
        return False
    if len(one) == len(other):
        return sum(a != b for a, b in zip(one, other, strict=True)) == 1
    short, long = sorted((one, other), key=len)
    return len(long) == len(short) + 1 and any(
        long[:rank] + long[rank + 1 :] == short for rank in range(len(long))
    )


_SLIPS: Final[Mapping[Nature, Callable[[Evaluation, Suspect, int], bool]]] = {
    Nature.SIGNE: _sign,
    Nature.PERMUTATION: _swapped,
    Nature.FACTEUR: _factor,
    Nature.PRECEDENT: _last_year,
    Nature.VOISINE: _neighbour,
    Nature.OUBLI: _forgotten,
    Nature.DOUBLE: _twice,
    Nature.CHIFFRE: _digit,
}

_PHRASES: Final = {
    Nature.SIGNE: "Le signe de {cellule} est peut-être inversé : {proposee} au lieu de {actuelle}.",
    Nature.PERMUTATION: "Deux chiffres de {cellule} peut-être permutés : {proposee} au lieu de {actuelle}.",
    Nature.FACTEUR: "{cellule} est peut-être saisie dans une autre unité : {proposee} au lieu de {actuelle}.",
    Nature.PRECEDENT: "{cellule} porte le montant de l'an dernier ({actuelle}) ; il faudrait {proposee}.",
    Nature.VOISINE: "{proposee} figure dans une autre ligne de la colonne : {cellule} porte {actuelle}.",
    Nature.OUBLI: "{cellule} est vide ; {proposee} fermerait l'écart.",
    Nature.DOUBLE: "{cellule} est peut-être comptée deux fois : {proposee} au lieu de {actuelle}.",
    Nature.CHIFFRE: "Un chiffre de {cellule} est peut-être faux : {proposee} au lieu de {actuelle}.",
    Nature.SEULE: "{cellule} est la seule cellule saisie en cause : {proposee} au lieu de {actuelle}.",
}


def _piste(evaluation: Evaluation, nature: Nature, suspect: Suspect, wanted: int) -> Piste:
    known = suspect.reference in evaluation.facts.cells
    phrase = _PHRASES[nature].format(
        cellule=suspect.reference,
        proposee=format_french(wanted),
        actuelle=format_french(suspect.value) if known else "rien",
    )
    return Piste(nature, phrase, suspect.reference, suspect.value if known else None, wanted)


_SHARES: Final = {Fraction(1): "", Fraction(1, 2): "la moitié de ", Fraction(2): "le double de "}
"""What an account may be of a gap: on the wrong side, an amount makes a gap of twice itself."""


def _account_pistes(evaluation: Evaluation, judgement: Judgement) -> Iterator[Piste]:
    """Yield the accounts whose amount, half-amount or sum equals the gap."""
    balance, gap = evaluation.facts.balance, abs(judgement.ecart or 0)
    if balance is None or judgement.unite != "euro" or not gap:
        return
    for ligne in balance:
        share = _SHARES.get(Fraction(abs(ligne.solde), gap))
        if share is not None:
            phrase = f"Le compte {ligne.compte} porte {share}l'écart : {format_french(ligne.solde)}."
            yield Piste(Nature.COMPTE, phrase, comptes=(ligne.compte,))
    pair = _pair(balance, gap)
    if pair is not None:
        phrase = f"Les comptes {pair[0]} et {pair[1]} font ensemble l'écart de {format_french(gap)}."
        yield Piste(Nature.PAIRE, phrase, comptes=pair)


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
