"""
Why a figure is empty: from the figure down to the inputs that really make it so.

A sum is empty when all its terms are; another operation, as soon as one operand is; a choice (`si`), because
of the branch taken, or of the condition when the branch is `vide`.  Inputs that change nothing are not named.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from liasse.compiler import nodes as ir
from liasse.compiler.plan import Nature, Plan, Slot, SlotKind, Step
from liasse.engine.incremental import steps_by_key
from liasse.engine.scalar import compile_node, compile_test
from liasse.engine.values import Evaluation, is_empty
from liasse.language.printer import print_formula
from liasse.outputs.wording import sentence

_ALL_EMPTY: Final = "Calculée à partir de cellules toutes vides."
_UNKNOWN: Final = "Il manque de quoi le calculer."
_NO_PREVIOUS: Final = "Il manque l'exercice précédent."
_MAX_CAUSES: Final = 3


class Motifs:
    """Say why cells and aggregates of one filing have no value."""

    def __init__(self, evaluation: Evaluation) -> None:
        self._evaluation = evaluation
        self._plan: Plan = evaluation.plan
        self._steps = steps_by_key(self._plan)
        self._values = list(evaluation.values)
        self._told = dict(self._of_aggregates())
        self._causes: dict[str, tuple[str, ...]] = {}

    def _of_aggregates(self) -> Iterator[tuple[str, str]]:
        """Yield the cells that an aggregate with a reason copies: the same reason holds for them."""
        for code, aggregate in self._plan.model.aggregats.items():
            step = self._steps.get(code)
            if aggregate.motif and step is not None and isinstance(step.node, ir.Ref):
                yield step.node.key, aggregate.motif

    def of(self, slot: Slot) -> str:
        """Say why *slot*, which is empty, is so."""
        if slot.kind is SlotKind.AGGREGATE and not self._concerns(slot):
            return f"Sans objet pour la famille {self._plan.famille}."
        if slot.motif:
            return sentence(slot.motif)
        if slot.nature is Nature.SAISIE:
            return "À saisir : aucun compte ne la donne."
        return self._unfed(slot) if self._rests_on_accounts(slot) else self._computed(slot)

    def _concerns(self, slot: Slot) -> bool:
        familles = self._plan.model.aggregats[slot.key].familles
        return not familles or self._plan.famille in familles

    def _rests_on_accounts(self, slot: Slot) -> bool:
        """Tell whether a cell is filled by the accounts of this balance alone."""
        if slot.nature is not Nature.REMPLIE:
            return slot.kind is SlotKind.TERM
        step = self._filling(slot)
        read = ir.references(step.node) if step is not None else ()
        return all(self._plan.slot(key).kind is SlotKind.TERM for key in read)

    def _filling(self, slot: Slot) -> Step | None:
        """Return the step that gives a figure: for a filled cell, the one that takes it from the balance."""
        return self._steps.get(f"selon_balance({slot.key})") or self._steps.get(slot.key)

    def _unfed(self, slot: Slot, *, named: bool = False) -> str:
        if "balance" not in self._evaluation.sources:
            return "Il manque une balance ou un FEC."
        what = f"n'alimente {slot.of or slot.key}" if named else "ne l'alimente"
        return f"Aucun compte de la balance {what}."

    def _computed(self, slot: Slot) -> str:
        step = self._filling(slot)
        if step is None or slot.section:
            return _ALL_EMPTY if slot.nature is Nature.CALCULEE else _UNKNOWN
        if isinstance(step.node, ir.Sum) and len(step.node.terms) > 1:
            causes = self._all_of(step.node)
            return causes[0] if len(causes) == 1 else _ALL_EMPTY
        causes = tuple(dict.fromkeys(self._why(step.node)))
        if not causes:
            return (
                _UNKNOWN
                if step.tree is None
                else f"La condition n'est pas remplie : {print_formula(step.tree)}."
            )
        hidden = " D'autres données manquent aussi." if len(causes) > _MAX_CAUSES else ""
        return " ".join(causes[:_MAX_CAUSES]) + hidden

    def _all_of(self, node: ir.Sum) -> tuple[str, ...]:
        return tuple(dict.fromkeys(cause for _, term in node.terms for cause in self._why(term)))

    def _why(self, node: ir.Node) -> Iterator[str]:
        """Yield why a node is empty, as sentences."""
        if self._is_present(node):
            return
        match node:
            case ir.Ref(key=key):
                yield from self._of_key(key)
            case ir.Select(condition=condition, then=then, otherwise=otherwise):
                yield from self._of_choice(condition, then, otherwise)
            case ir.RowTotal(section=section):
                yield f"Aucune ligne de {section} ne le donne."
            case ir.Quotient(left=left, right=right) if self._is_present(left) and self._is_present(right):
                yield "Le diviseur est nul."
            case _:
                for child in ir.children(node):
                    if isinstance(child, ir.Node):
                        yield from self._why(child)

    def _of_choice(self, condition: ir.Test, then: ir.Node, otherwise: ir.Node) -> Iterator[str]:
        holds = self._holds(condition)
        branch = then if holds else otherwise
        if holds is None or isinstance(branch, ir.Nothing):
            yield from self._untrue(condition)
        else:
            yield from self._why(branch)

    def _untrue(self, test: ir.Test) -> Iterator[str]:
        """Yield what is missing for a condition to hold."""
        match test:
            case ir.Present(operand=operand):
                yield from self._why(operand)
            case ir.Every(tests=tests) | ir.Some(tests=tests):
                for one in tests:
                    if not self._holds(one):
                        yield from self._untrue(one)
            case ir.Compare():
                for part in ir.walk(test):
                    if isinstance(part, ir.Ref):
                        yield from self._of_operand(part)
            case _:
                return

    def _of_operand(self, ref: ir.Ref) -> Iterator[str]:
        """Yield why an operand is empty or, for an indicator (`si … alors 1 sinon 0`), why it is not 1."""
        if not self._is_present(ref):
            yield from self._why(ref)
            return
        step = self._steps.get(ref.key)
        if step is not None and isinstance(step.node, ir.Select) and not self._holds(step.node.condition):
            yield from self._untrue(step.node.condition)

    def _of_key(self, key: str) -> tuple[str, ...]:
        if key not in self._causes:
            self._causes[key] = ()
            self._causes[key] = tuple(dict.fromkeys(self._of_slot(self._plan.slot(key))))
        return self._causes[key]

    def _of_slot(self, slot: Slot) -> Iterator[str]:
        motif = slot.motif or self._told.get(slot.key)
        if motif:
            yield sentence(motif)
        elif slot.kind is SlotKind.PREVIOUS:
            has_previous = "precedent" in self._evaluation.sources
            yield "Vide dans l'exercice précédent." if has_previous else _NO_PREVIOUS
        elif slot.nature is Nature.SAISIE:
            yield f"Il faut saisir {self._name(slot)}."
        elif self._rests_on_accounts(slot):
            yield self._unfed(slot, named=True)
        else:
            yield from self._of_step(slot, self._filling(slot))

    def _of_step(self, slot: Slot, step: Step | None) -> Iterator[str]:
        if step is not None and isinstance(step.node, ir.Sum) and len(step.node.terms) > 1:
            causes = self._all_of(step.node)
            yield causes[0] if len(causes) == 1 else f"Il manque {self._name(slot)}."
        elif step is not None:
            yield from self._why(step.node)

    def _name(self, slot: Slot) -> str:
        """Name a cell by its reference, its label, and its column when it is not the main one."""
        table = self._plan.model.tables.get(slot.table)
        is_main = table is None or slot.colonne in {"", table.colonne}
        column = "" if table is None or is_main else f", {table.colonnes[slot.colonne].titre.lower()}"
        return f"{slot.key} ({slot.libelle}{column})"

    def _is_present(self, node: ir.Node) -> bool:
        if isinstance(node, ir.Ref) and not node.zero:
            return not is_empty(self._values[self._plan.index[node.key]])
        return compile_node(node, self._plan.index)(self._values) is not None

    def _holds(self, test: ir.Test) -> bool | None:
        return compile_test(test, self._plan.index)(self._values)
