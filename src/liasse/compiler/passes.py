"""
The compiler: an ordered tuple of passes, each a function from draft to draft and problems.

Every pass skips what an earlier one found broken, so that all problems come out together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Final

from liasse.amounts import unit
from liasse.compiler import nodes as ir
from liasse.compiler.check_types import Lowering
from liasse.compiler.checks import CheckBuilder, fault_problem
from liasse.compiler.fingerprint import fingerprint
from liasse.compiler.graph import find_cycles, topological_order
from liasse.compiler.placement import check_placement, placement_rules
from liasse.compiler.plan import ROW_KEY, Check, Nature, PlacementRule, Plan, Slot, SlotKind, Step
from liasse.compiler.resolve import FaultError, Names, Scope
from liasse.compiler.symbols import CellDef, expand_cells, parse_formula
from liasse.compiler.values import derived_slot
from liasse.errors import CompileError, Problem
from liasse.language.ast import Choice, Empty, Number
from liasse.language.ast import Node as Tree
from liasse.model.forms import NEANT, Formula
from liasse.model.rules import Aggregate, Model


@dataclass(frozen=True, slots=True)
class Formulated:
    """A computed slot before ordering: its node, the tree it comes from, and the formula for messages."""

    node: ir.Node
    tree: Tree | None
    formula: Formula


@dataclass(frozen=True, slots=True)
class Draft:
    """What is known of a plan so far."""

    model: Model
    famille: str
    cells: Mapping[str, CellDef] = field(default_factory=dict)
    slots: Mapping[str, Slot] = field(default_factory=dict)
    formulas: Mapping[str, Formulated] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    placements: tuple[PlacementRule, ...] = ()
    order: tuple[str, ...] = ()
    is_broken: bool = False


Pass = Callable[[Draft], tuple[Draft, list[Problem]]]


def expand(draft: Draft) -> tuple[Draft, list[Problem]]:
    """List the cells of the family and parse their formulas."""
    cells, problems = expand_cells(draft.model, draft.famille)
    return replace(draft, cells=cells), problems


def declare_slots(draft: Draft) -> tuple[Draft, list[Problem]]:
    """Give a slot to every cell, aggregate and parameter, and to the typed and filled values beside cells."""
    names = Names(draft.model, draft.cells)
    slots: dict[str, Slot] = {}
    for key, cell in draft.cells.items():
        slots[key] = replace(derived_slot(names, key, SlotKind.CELL, key), of="", nature=cell.nature)
        if cell.nature is Nature.REMPLIE:
            for beside, kind in (
                (f"declare({key})", SlotKind.TYPED),
                (f"selon_balance({key})", SlotKind.FILL),
            ):
                slots[beside] = derived_slot(names, beside, kind, key)
    for code, aggregate in draft.model.aggregats.items():
        slots[code] = Slot(
            code,
            SlotKind.AGGREGATE,
            unit(aggregate.unite),
            libelle=aggregate.titre,
            reference=aggregate.reference,
            certitude=aggregate.certitude,
            motif=aggregate.motif,
        )
        if aggregate.sans_objet is not None:
            pointless = f"sans_objet({code})"
            slots[pointless] = Slot(pointless, SlotKind.POINTLESS, unit("nombre"), of=code)
    for code, parameter in draft.model.parametres.items():
        slots[code] = Slot(
            code,
            SlotKind.PARAMETER,
            unit(parameter.unite),
            libelle=parameter.titre,
            reference=parameter.reference,
            certitude=parameter.certitude,
        )
    return replace(draft, slots=slots), []


def lower_formulas(draft: Draft) -> tuple[Draft, list[Problem]]:
    """Resolve the names and check the units of every cell and aggregate."""
    builder = _FormulaBuilder(Names(draft.model, draft.cells), dict(draft.slots))
    for key, cell in draft.cells.items():
        if cell.formule is not None and cell.tree is not None:
            builder.add_cell(key, cell, cell.formule, cell.tree)
    for code, aggregate in draft.model.aggregats.items():
        formula = aggregate.par_famille.get(draft.famille, aggregate.formule)
        tree, found = parse_formula(formula)
        builder.problems.extend(found)
        if aggregate.familles and draft.famille not in aggregate.familles:
            builder.formulas[code] = Formulated(ir.Nothing(ir.ONE), None, formula)
        elif tree is not None:
            builder.add_aggregate(code, aggregate, tree, formula)
    return replace(draft, slots=builder.slots, formulas=builder.formulas), builder.problems


class _FormulaBuilder:
    """Lowers formulas one by one into `formulas`, gathering slots and problems."""

    def __init__(self, names: Names, slots: dict[str, Slot]) -> None:
        self._names = names
        self.slots = slots
        self.formulas: dict[str, Formulated] = {}
        self.problems: list[Problem] = []

    def add_cell(self, key: str, cell: CellDef, formula: Formula, tree: Tree) -> None:
        scope = Scope(cell.table, cell.ligne.code, cell.colonne.code)
        neant = cell.table.vides == NEANT
        if cell.nature is not Nature.REMPLIE:
            self.add(key, tree, formula, scope, neant=neant)
            return
        fill, typed = f"selon_balance({key})", f"declare({key})"
        self.add(fill, tree, formula, scope, neant=neant)
        factor = self.slots[key].unit.factor
        ref = ir.RowRef if cell.section else ir.Ref
        node = ir.Coalesce(factor, ref(factor, typed), ref(factor, fill))
        self.formulas[key] = Formulated(node, None, formula)

    def add_aggregate(self, code: str, aggregate: Aggregate, tree: Tree, formula: Formula) -> None:
        neant = aggregate.vides == NEANT
        if aggregate.sans_objet is not None:
            when, found = parse_formula(aggregate.sans_objet)
            self.problems.extend(found)
            if when is None:
                return
            told = Choice(when, Number(Fraction(1)), Number(Fraction(0)))
            self.add(f"sans_objet({code})", told, aggregate.sans_objet, Scope(), neant=neant)
            tree = Choice(when, Empty(), tree, start=tree.start, length=tree.length)
        self.add(code, tree, formula, Scope(), neant=neant)

    def add(self, key: str, tree: Tree, formula: Formula, scope: Scope, *, neant: bool = False) -> None:
        slot = self.slots[key]
        try:
            value = Lowering(self._names, self.slots, scope, row=slot.section, neant=neant).value(tree)
        except FaultError as fault:
            self.problems.append(fault_problem(fault, formula))
            return
        if value.dimension is not None and value.dimension != slot.unit.dimension:
            message = f"La formule ne donne pas l'unité déclarée (« {slot.unit.code} »)."
            self.problems.append(Problem("M108", message, formula.place, formula.text, 0, len(formula.text)))
            return
        self.formulas[key] = Formulated(value.node, tree, formula)


def build_checks(draft: Draft) -> tuple[Draft, list[Problem]]:
    """Turn controls into checks, line by line."""
    builder = CheckBuilder(Names(draft.model, draft.cells), dict(draft.slots), [])
    checks = tuple(check for control in draft.model.controles for check in builder.build(control))
    return replace(draft, checks=checks, slots=builder.slots), builder.problems


def place_accounts(draft: Draft) -> tuple[Draft, list[Problem]]:
    """Prove that every account lands exactly once; broken formulas are said before their consequences."""
    rules = placement_rules(draft.cells)
    if draft.is_broken:
        return replace(draft, placements=rules), []
    return replace(draft, placements=rules), check_placement(draft.model, draft.famille, rules)


def order_steps(draft: Draft) -> tuple[Draft, list[Problem]]:
    """Find the cycles, else order the steps."""
    graph = {key: ir.references(formulated.node) for key, formulated in draft.formulas.items()}
    cycles = find_cycles(graph)
    if not cycles:
        return replace(draft, order=topological_order(graph)), []
    problems = []
    for cycle in cycles:
        formula = draft.formulas[cycle[0]].formula
        path = " → ".join(cycle)
        problems.append(
            Problem("M109", f"Ces formules dépendent d'elles-mêmes : {path}.", formula.place, formula.text)
        )
    return draft, problems


PASSES: Final[tuple[Pass, ...]] = (
    expand,
    declare_slots,
    lower_formulas,
    build_checks,
    place_accounts,
    order_steps,
)


def compile_model(model: Model, famille: str) -> Plan:
    """
    Compile *model* for one family.

    Raises:
        CompileError: with every problem found by every pass.
        KeyError: the model does not know the family.
    """
    if famille not in model.familles:
        raise KeyError(famille)
    draft = Draft(model, famille)
    problems: list[Problem] = []
    for run in PASSES:
        draft, found = run(draft)
        problems.extend(found)
        draft = replace(draft, is_broken=bool(problems))
    if problems:
        raise CompileError(dict.fromkeys(problems))
    return _assemble(draft)


def _assemble(draft: Draft) -> Plan:
    slots = (*draft.slots.values(), Slot(ROW_KEY, SlotKind.ROW, unit("nombre")))
    index = {slot.key: position for position, slot in enumerate(slots)}
    steps = tuple(
        Step(
            key,
            index[key],
            formulated.node,
            draft.slots[key].unit.factor,
            formulated.tree,
            draft.slots[key].section,
        )
        for key, formulated in ((key, draft.formulas[key]) for key in draft.order)
    )
    keys = {
        cell.section: f"{cell.section}.{cell.ligne.section.cle}"
        for cell in draft.cells.values()
        if cell.section
    }
    reads = [[index[key] for key in _step_reads(step, keys)] for step in steps]
    tables: dict[str, list[int]] = {}
    for position, slot in enumerate(slots):
        if slot.kind is SlotKind.CELL:
            tables.setdefault(slot.table, []).append(position)
    leaves = _leaves(len(slots), steps, index, ir.references)
    return Plan(
        model=draft.model,
        famille=draft.famille,
        slots=slots,
        index=index,
        steps=steps,
        checks=draft.checks,
        readers=_readers(len(slots), reads),
        check_readers=_readers(len(slots), [_check_reads(check, index, keys) for check in draft.checks]),
        leaves=leaves,
        amounts=_leaves(len(slots), steps, index, ir.amount_references),
        tables={code: tuple(positions) for code, positions in tables.items()},
        evidence=_evidence(slots, tables, leaves),
        key_columns=keys,
        placements=draft.placements,
        fingerprint=fingerprint(draft.model),
    )


def _step_reads(step: Step, keys: Mapping[str, str]) -> tuple[str, ...]:
    """Return what a step reads; a step over rows also reads which rows there are."""
    found = ir.references(step.node)
    return (*found, keys[step.section]) if step.section else found


def _check_reads(check: Check, index: Mapping[str, int], keys: Mapping[str, str]) -> list[int]:
    found = [index[keys[check.section]]] if check.section else []
    tests = [check.test, *(test for test, _ in check.severities)]
    if check.guard is not None:
        tests.append(check.guard)
    return found + [index[key] for test in tests for key in ir.references(test)]


def _readers(size: int, reads: list[list[int]]) -> tuple[tuple[int, ...], ...]:
    readers: list[dict[int, None]] = [{} for _ in range(size)]
    for position, indexes in enumerate(reads):
        for slot in indexes:
            readers[slot][position] = None
    return tuple(tuple(positions) for positions in readers)


def _evidence(
    slots: tuple[Slot, ...], tables: Mapping[str, list[int]], leaves: tuple[int, ...]
) -> dict[str, tuple[int, ...]]:
    """Return the cells that show that a table holds something: a count or a zero made of nothing does not."""
    given = {SlotKind.TERM, SlotKind.CELL}
    facts = sum(1 << position for position, slot in enumerate(slots) if slot.kind in given)
    typed: dict[str, list[int]] = {}
    for position, slot in enumerate(slots):
        if slot.kind is SlotKind.TYPED:
            typed.setdefault(slot.table, []).append(position)
    found = {}
    for code, positions in tables.items():
        kept = [
            position
            for position in positions
            if slots[position].nature is Nature.SAISIE
            or (slots[position].nature is Nature.REMPLIE and leaves[position] & facts)
        ]
        found[code] = (*(kept or positions), *typed.get(code, ()))
    return found


def _leaves(
    size: int,
    steps: tuple[Step, ...],
    index: Mapping[str, int],
    reads: Callable[[ir.Node], tuple[str, ...]],
) -> tuple[int, ...]:
    masks = [1 << position for position in range(size)]
    for step in steps:
        mask = 0
        for key in reads(step.node):
            mask |= masks[index[key]]
        masks[step.target] = mask
    return tuple(masks)
