"""Explanations: the tree of any figure, down to typed cells, accounts and dated parameters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from liasse.amounts import Unit
from liasse.compiler import nodes as ir
from liasse.compiler.plan import Plan, Slot, SlotKind, Step
from liasse.engine.incremental import input_key
from liasse.engine.scalar import step_kernel
from liasse.engine.terms import contributions
from liasse.engine.values import Evaluation
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
    which the parent takes it, when it is a plain sum (0 otherwise).
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
    return _Explainer(evaluation).trace(key, 0)


def recomputed(evaluation: Evaluation, trace: Trace) -> int | None:
    """Compute a traced figure again from its children alone; a property test compares it to `valeur`."""
    step = _steps(evaluation.plan).get(trace.cle)
    if step is None:
        return trace.valeur
    values: list[int | None] = [None] * len(evaluation.plan.slots)
    for enfant in trace.enfants:
        values[evaluation.plan.index[enfant.cle]] = enfant.valeur
    return step_kernel(step.node, step.factor, evaluation.plan.index)(values)


def _steps(plan: Plan) -> dict[str, Step]:
    return {step.key: step for step in plan.steps}


class _Explainer:
    def __init__(self, evaluation: Evaluation) -> None:
        self._evaluation = evaluation
        self._plan = evaluation.plan
        self._step_of = _steps(self._plan)

    def trace(self, key: str, sign: int) -> Trace:
        slot = self._plan.slot(key)
        step = self._step_of.get(key)
        if slot.kind is SlotKind.TERM:
            return self._term(slot, sign)
        if step is not None:
            return self._computed(slot, step, sign)
        return self._made(slot, self._input_origin(slot), sign)

    def _input_origin(self, slot: Slot) -> Origin:
        if self._evaluation.value(slot.key) is None:
            return Origin.VIDE
        if slot.kind is SlotKind.PREVIOUS:
            return Origin.PRECEDENT
        return Origin.PARAMETRE if slot.kind is SlotKind.PARAMETER else Origin.SAISIE

    def _computed(self, slot: Slot, step: Step, sign: int) -> Trace:
        signs = _signs(step.node)
        children = tuple(self.trace(key, signs.get(key, 0)) for key in ir.references(step.node))
        kept = tuple(child for child in children if child.valeur is not None or len(children) == 1)
        if isinstance(step.node, ir.Coalesce):
            typed = self._evaluation.value(f"declare({slot.key})")
            kept = tuple(
                child for child in children if child.cle.startswith("declare(") == (typed is not None)
            )
        value = self._evaluation.value(slot.key)
        formula = print_formula(step.tree) if step.tree is not None else ""
        origin = Origin.FORMULE if value is not None else Origin.VIDE
        return self._made(slot, origin, sign, formula, kept)

    def _term(self, slot: Slot, sign: int) -> Trace:
        facts = self._evaluation.facts
        children: tuple[Trace, ...] = ()
        if facts.balance is not None:
            before = facts.precedent.facts.balance if facts.precedent else None
            made = contributions(self._plan, slot, facts.balance, before, facts.exercice)
            children = tuple(
                Trace(ligne.compte, ligne.libelle, amount, slot.unit, Origin.COMPTE, signe=1)
                for ligne, amount in made
            )
        return self._made(slot, Origin.COMPTES, sign, slot.key, children)

    def _made(
        self, slot: Slot, origin: Origin, sign: int, formula: str = "", children: tuple[Trace, ...] = ()
    ) -> Trace:
        return Trace(
            cle=slot.key,
            libelle=slot.libelle,
            valeur=self._evaluation.value(slot.key),
            unite=slot.unit,
            origine=origin,
            formule=formula,
            reference=slot.reference,
            certitude=slot.certitude,
            motif=slot.motif,
            enfants=children,
            signe=sign,
        )


def _signs(node: ir.Node) -> dict[str, int]:
    if isinstance(node, ir.Ref):
        return {node.key: 1}
    if not isinstance(node, ir.Sum):
        return {}
    return {term.key: multiplier for multiplier, term in node.terms if isinstance(term, ir.Ref)}


def leaf_inputs(evaluation: Evaluation, key: str) -> tuple[str, ...]:
    """Return the typed cells on which a figure rests."""
    plan = evaluation.plan
    mask = plan.leaves[plan.index[key]]
    typed = (input_key(plan, reference) for reference in evaluation.facts.cells)
    return tuple(item for item in typed if item is not None and mask >> plan.index[item] & 1)
