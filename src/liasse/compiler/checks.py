"""Controls to checks: one per part and per line, with guards, needs and message names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from liasse.compiler.check_types import Lowering
from liasse.compiler.nodes import Quotient, Ref, RowRef, Test, references, walk
from liasse.compiler.plan import Check, Requirements, Slot, SlotKind
from liasse.compiler.requirements import requirements
from liasse.compiler.resolve import FaultError, Names, Scope
from liasse.compiler.symbols import parse_formula
from liasse.errors import ParseError, Problem
from liasse.language.ast import Filtered, Name, children
from liasse.language.ast import Node as Tree
from liasse.language.parser import parse, parse_targets
from liasse.model.forms import Formula
from liasse.model.rules import Control, Gravite, Vides

BUILT_IN: Final = frozenset({"ecart", "gauche", "droite", "ligne", "comptes"})
"""Names that a message may always use."""

_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")


def fault_problem(fault: FaultError, formula: Formula) -> Problem:
    """Return the problem that shows where in the formula the fault is."""
    node = fault.node
    return Problem(fault.code, fault.message, formula.place, formula.text, node.start, node.length)


@dataclass(slots=True)
class CheckBuilder:
    """Builds the checks of one model for one family; `problems` gathers what is wrong."""

    names: Names
    slots: dict[str, Slot]
    problems: list[Problem]

    def build(self, control: Control) -> Iterator[Check]:
        """Yield the checks of one control."""
        tree = self._parse(control.verifie)
        if tree is None:
            return
        for scope, libelle in self._scopes(control, tree):
            check = self._check(control, tree, scope, libelle)
            if check is not None:
                yield check

    def _parse(self, formula: Formula | None) -> Tree | None:
        if formula is None:
            return None
        tree, found = parse_formula(formula)
        self.problems.extend(problem for problem in found if problem not in self.problems)
        return tree

    def _scopes(self, control: Control, tree: Tree) -> Iterator[tuple[Scope, str]]:
        if control.pour is None:
            yield Scope(), ""
            return
        try:
            targets = parse_targets(control.pour.text)
        except ParseError as error:
            problem = Problem(
                "M101", error.message, control.pour.place, control.pour.text, error.start, error.length
            )
            self.problems.append(problem)
            return
        for target in targets:
            try:
                table, lines, _ = self.names.lines(target, Scope())  # type: ignore[arg-type]
            except FaultError as fault:
                self.problems.append(fault_problem(fault, control.pour))
                continue
            for line in lines:
                needed = frozenset(bare_names(tree)) & table.lignes[line].section.colonnes.keys()
                if all(f"{table.code}.{line}.{column}" in self.names.cells for column in needed):
                    yield Scope(table, line), table.lignes[line].libelle

    def _test(self, formula: Formula | None, tree: Tree | None, scope: Scope, *, zero: bool) -> Test | None:
        if formula is None or tree is None:
            return None
        try:
            return Lowering(self.names, self.slots, scope, zero=zero, row=_row(scope)).test(tree)
        except FaultError as fault:
            problem = fault_problem(fault, formula)
            if problem not in self.problems:
                self.problems.append(problem)
            return None

    def _check(self, control: Control, tree: Tree, scope: Scope, libelle: str) -> Check | None:
        zero = control.vides is Vides.ZERO
        test = self._test(control.verifie, tree, scope, zero=zero)
        guard = self._test(control.si, self._parse(control.si), scope, zero=True)
        placeholders = self._placeholders(control, scope)
        if test is None:
            return None
        cells, terms = self._read(test)
        needs = requirements(test, self.slots, control.vides)
        if scope.table is not None and control.vides is not Vides.ANOMALIE:
            needs = replace(needs, tables=needs.tables | {scope.table.code})
        return Check(
            control=control,
            ligne=f"{scope.table.code}.{scope.ligne}" if scope.table else "",
            libelle=libelle,
            guard=guard,
            guard_needs=requirements(guard, self.slots, Vides.ZERO) if guard else Requirements(),
            test=test,
            needs=needs,
            quotients=tuple((part.left, part.right) for part in _quotients(test)),
            cells=cells,
            terms=terms,
            placeholders=placeholders,
            severities=tuple(self._severities(control, scope)),
            tree=tree,
            section=_row(scope),
        )

    def _severities(self, control: Control, scope: Scope) -> Iterator[tuple[Test, Gravite]]:
        for case in control.gravite_si:
            test = self._test(case.si, self._parse(case.si), scope, zero=True)
            if test is not None:
                yield test, case.gravite

    def _read(self, test: Test) -> tuple[tuple[str, ...], tuple[str, ...]]:
        keys = references(test)
        cells: dict[str, None] = {}
        terms: dict[str, None] = {}
        for key in keys:
            slot = self.slots[key]
            if slot.kind is SlotKind.TERM:
                terms[key] = None
            elif slot.kind is SlotKind.CELL:
                cells[key] = None
            elif slot.of and self.slots[slot.of].kind is SlotKind.CELL:
                cells[slot.of] = None
        return tuple(cells), tuple(terms)

    def _placeholders(self, control: Control, scope: Scope) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for word in _PLACEHOLDER.findall(f"{control.message} {control.instruction}"):
            if word in BUILT_IN:
                continue
            formula = Formula(word, control.place)
            try:
                node = Lowering(self.names, self.slots, scope, row=_row(scope)).value(parse(word))
            except (FaultError, ParseError) as error:
                self._message_problem(control, word, str(error))
                continue
            if isinstance(node.node, Ref | RowRef):
                found[formula.text] = node.node.key
            else:
                self._message_problem(control, word, "Un message ne calcule pas : nommez une cellule.")
        return found

    def _message_problem(self, control: Control, word: str, reason: str) -> None:
        problem = Problem(
            "M114", f"Message de {control.identifier}, « {{{word}}} » : {reason}", control.place
        )
        if problem not in self.problems:
            self.problems.append(problem)


def _row(scope: Scope) -> str:
    """Return the keyed section whose rows are read where a formula stands."""
    line = scope.table.lignes.get(scope.ligne) if scope.table else None
    return f"{scope.table.code}.{scope.ligne}" if scope.table and line and line.is_keyed else ""


def _quotients(test: Test) -> Iterator[Quotient]:
    for part in walk(test):
        if isinstance(part, Quotient):
            yield part


def bare_names(tree: Tree) -> Iterator[str]:
    """Yield the one-word names of a formula, arguments of functions included, conditions on rows left out."""
    if isinstance(tree, Name) and len(tree.parts) == 1:
        yield tree.parts[0]
    for part in (tree.operand,) if isinstance(tree, Filtered) else children(tree):
        yield from bare_names(part)
