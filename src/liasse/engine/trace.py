"""Explanations: the tree of any figure, down to typed cells, accounts and dated parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from liasse.amounts import Unit
from liasse.compiler import nodes as ir
from liasse.compiler.plan import ROW_KEY, Plan, Slot, SlotKind, Step
from liasse.engine.incremental import input_key, steps_by_key
from liasse.engine.scalar import compile_test, step_kernel
from liasse.engine.terms import contributions
from liasse.engine.values import Evaluation, Facts, Slotted
from liasse.language.printer import print_formula


class Origin(StrEnum):
    """What a node of an explanation rests on."""

    FORMULE = "formule"
    SAISIE = "saisie"
    COMPTES = "comptes"
    COMPTE = "compte"
    PRECEDENT = "exercice_precedent"
    PARAMETRE = "parametre"
    VIDE = "vide"


@dataclass(frozen=True, slots=True)
class Trace:
    """
    One figure and what it comes from.

    `valeur` is a scaled integer in `unite`; `formule` the French formula; `signe` the factor with
    which the parent takes it, when it is a plain sum (0 otherwise); `ligne` the key of the row, for a
    column of a keyed section; `exercice` the year of the filing, when it is the one before.
    """

    cle: str
    libelle: str
    valeur: int | None
    unite: Unit
    origine: Origin
    formule: str = ""
    reference: str = ""
    certitude: str = ""
    motif: str = ""
    enfants: tuple[Trace, ...] = ()
    signe: int = 0
    ligne: str = ""
    exercice: int = 0

    def walk(self) -> Iterator[Trace]:
        """Yield this figure and all those under it."""
        yield self
        for enfant in self.enfants:
            yield from enfant.walk()


def explain(evaluation: Evaluation, key: str) -> Trace:
    """
    Return the explanation of a cell, an aggregate or a function of accounts.

    Raises:
        KeyError: the plan has no such name.
    """
    return _Explainer(evaluation).trace(key, 0, None)


def explain_row(evaluation: Evaluation, key: str, row: int) -> Trace:
    """
    Return the explanation of a column of a keyed section on one row (0 is the first).

    Raises:
        KeyError: the plan has no such name.
    """
    return _Explainer(evaluation).trace(key, 0, row)


def recomputed(evaluation: Evaluation, trace: Trace) -> int | None:
    """Compute a traced figure again from its children alone; a property test compares it to `valeur`."""
    step = steps_by_key(evaluation.plan).get(trace.cle)
    if step is None:
        return trace.valeur
    plan, rows = evaluation.plan, evaluation.facts.rows
    values: list[Slotted] = [None] * len(plan.slots)
    columns: dict[int, list[int | None]] = {
        position: [None] * len(rows.get(slot.section, ()))
        for position, slot in enumerate(plan.slots)
        if slot.section
    }
    placed: set[tuple[int, int]] = set()
    for enfant in trace.enfants:
        position = plan.index[enfant.cle]
        if position not in columns:
            values[position] = enfant.valeur
            continue
        keys = [row.cle for row in rows[plan.slots[position].section]]
        number = next(n for n, cle in enumerate(keys) if cle == enfant.ligne and (position, n) not in placed)
        placed.add((position, number))
        columns[position][number] = enfant.valeur
    for position, column in columns.items():
        values[position] = tuple(column)
    own = [row.cle for row in rows.get(plan.slot(trace.cle).section, ())]
    values[plan.index[ROW_KEY]] = own.index(trace.ligne) if trace.ligne else 0
    return step_kernel(step.node, step.factor, plan.index)(values)


class _Explainer:
    def __init__(self, evaluation: Evaluation) -> None:
        self._evaluation = evaluation
        self._plan = evaluation.plan
        self._step_of = steps_by_key(self._plan)

    def trace(self, key: str, sign: int, row: int | None) -> Trace:
        slot = self._plan.slot(key)
        step = self._step_of.get(key)
        row = row if slot.section else None
        if slot.kind is SlotKind.TERM:
            return self._term(slot, sign)
        if step is not None:
            return self._computed(slot, step, sign, row)
        if slot.kind is SlotKind.PREVIOUS:
            return self._previous(slot, sign, row)
        return self._made(slot, self._input_origin(slot, row), sign, row)

    def _previous(self, slot: Slot, sign: int, row: int | None) -> Trace:
        """Explain a figure of the year before in its own filing, when it is at hand."""
        before, value = self._evaluation.facts.precedent, self._evaluation.at(slot.key, row)
        children: tuple[Trace, ...] = ()
        if before is not None and value is not None:
            children = tuple(self._before(before, slot, row))
        return self._made(slot, self._input_origin(slot, row), sign, row, "", children)

    def _before(self, before: Evaluation, slot: Slot, row: int | None) -> Iterator[Trace]:
        if row is None:
            yield replace(_Explainer(before).trace(slot.of, 1, None), exercice=before.facts.exercice)
            return
        key = self._evaluation.facts.rows[slot.section][row].cle
        for number, one in enumerate(before.facts.rows.get(slot.section, ())):
            if one.cle == key:
                yield replace(_Explainer(before).trace(slot.of, 1, number), exercice=before.facts.exercice)

    def _input_origin(self, slot: Slot, row: int | None) -> Origin:
        if self._evaluation.at(slot.key, row) is None:
            return Origin.VIDE
        if slot.kind is SlotKind.PREVIOUS:
            return Origin.PRECEDENT
        return Origin.PARAMETRE if slot.kind is SlotKind.PARAMETER else Origin.SAISIE

    def _computed(self, slot: Slot, step: Step, sign: int, row: int | None) -> Trace:
        signs = _signs(step.node)
        children = tuple(self._children(step.node, signs, row))
        value = self._evaluation.at(slot.key, row)
        kept = tuple(child for child in children if value is None or child.valeur is not None or child.ligne)
        declared = f"declare({slot.key})"
        if isinstance(step.node, ir.Coalesce) and declared in self._plan.index:
            typed = self._evaluation.at(declared, row)
            kept = tuple(
                child for child in children if child.cle.startswith("declare(") == (typed is not None)
            )
        formula = print_formula(step.tree) if step.tree is not None else ""
        origin = Origin.FORMULE if value is not None else Origin.VIDE
        return self._made(slot, origin, sign, row, formula, kept or children[:1])

    def _children(
        self, node: ir.Node | ir.Test, signs: Mapping[str, int], row: int | None
    ) -> Iterator[Trace]:
        """Yield what a node reads, each once; the rows kept of a section, one after the other."""
        seen: set[tuple[str, int | None]] = set()
        for part in ir.outside_totals(node):
            if isinstance(part, ir.RowTotal):
                yield from self._rows(part, seen)
            elif isinstance(part, ir.Ref | ir.RowRef) and (part.key, None) not in seen:
                seen.add((part.key, None))
                yield self.trace(part.key, signs.get(part.key, 0), row)

    def _rows(self, total: ir.RowTotal, seen: set[tuple[str, int | None]]) -> Iterator[Trace]:
        """Yield what a total of rows reads; two totals of one section may keep different rows of it."""
        keys = ir.references(total)
        places = [(key, None) for key in keys if not self._plan.slot(key).section]
        columns = [key for key in keys if self._plan.slot(key).section]
        for key, number in (*places, *((key, number) for number in self._kept(total) for key in columns)):
            if (key, number) not in seen:
                seen.add((key, number))
                yield self.trace(key, 0, number)

    def _kept(self, total: ir.RowTotal) -> Iterator[int]:
        """Yield the rows that a total takes."""
        values: list[Slotted] = list(self._evaluation.values)
        where = compile_test(total.where, self._plan.index) if total.where is not None else None
        for number in range(len(self._evaluation.facts.rows.get(total.section, ()))):
            values[self._plan.index[ROW_KEY]] = number
            if where is None or where(values):
                yield number

    def _term(self, slot: Slot, sign: int) -> Trace:
        children = account_traces(self._plan, slot, self._evaluation.facts)
        return self._made(slot, Origin.COMPTES, sign, None, slot.key, children)

    def _made(
        self,
        slot: Slot,
        origin: Origin,
        sign: int,
        row: int | None,
        formula: str = "",
        children: tuple[Trace, ...] = (),
    ) -> Trace:
        return Trace(
            cle=slot.key,
            libelle=slot.libelle,
            valeur=self._evaluation.at(slot.key, row),
            unite=slot.unit,
            origine=origin,
            formule=formula,
            reference=slot.reference,
            certitude=slot.certitude,
            motif=slot.motif,
            enfants=children,
            signe=sign,
            ligne="" if row is None else self._evaluation.facts.rows[slot.section][row].cle,
        )


def account_traces(plan: Plan, term: Slot, facts: Facts) -> tuple[Trace, ...]:
    """Return the accounts that make up a term, each with what it adds."""
    return tuple(
        Trace(ligne.compte, ligne.libelle, amount, term.unit, Origin.COMPTE, signe=1)
        for ligne, amount in contributions(plan, term, facts)
    )


def _signs(node: ir.Node) -> dict[str, int]:
    if isinstance(node, ir.Ref | ir.RowRef):
        return {node.key: 1}
    if not isinstance(node, ir.Sum):
        return {}
    return {term.key: multiplier for multiplier, term in node.terms if isinstance(term, ir.Ref | ir.RowRef)}


def leaf_inputs(evaluation: Evaluation, key: str) -> tuple[str, ...]:
    """Return the typed cells on which a figure rests."""
    plan = evaluation.plan
    mask = plan.leaves[plan.index[key]]
    typed = (input_key(plan, reference) for reference in evaluation.facts.cells)
    return tuple(item for item in typed if item is not None and mask >> plan.index[item] & 1)
