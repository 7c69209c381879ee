"""
An exercice evaluated under one millésime, read as the previous exercice of a later one.

What corresponds keeps its figure; several lines that become one are added; a line that is split is read
again from the accounts, renumbered, and kept only when its parts make up what was filed; everything
else is missing, which is what « non comparable » means.  Nothing is computed again from the result:
totals are those that were filed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from liasse.compiler.plan import Nature, Plan, Slot, SlotKind
from liasse.engine.incremental import evaluate, input_key
from liasse.engine.values import Evaluation, Facts, Rounded, Slotted
from liasse.ledger.balance import Balance, LigneBalance
from liasse.model.correspondances import Correspondance, Correspondances, NatureCorrespondance
from liasse.model.rules import Row

_SAME = frozenset({NatureCorrespondance.IDENTIQUE, NatureCorrespondance.RENOMME})
_SUMMED = _SAME | {NatureCorrespondance.REGROUPE}
_KEPT = (SlotKind.TERM, SlotKind.PARAMETER, SlotKind.TEXT, SlotKind.NEANT, SlotKind.ROW)


def transpose(before: Evaluation, plan: Plan, correspondances: Correspondances) -> Evaluation:
    """Return *before* as an evaluation of *plan*, to be the `precedent` of its facts."""
    facts = before.facts
    moved = Facts(
        exercice=facts.exercice,
        balance=None if facts.balance is None else transposed_balance(facts.balance, correspondances.comptes),
        rows=_kept_rows(before, plan, correspondances),
        neant=facts.neant & plan.tables.keys(),
    )
    restated = evaluate(plan, moved)
    reader = _Reader(before, restated, correspondances)
    values = tuple(reader.value(position, slot) for position, slot in enumerate(plan.slots))
    return replace(restated, values=values, rounded=_rounded(before, plan, reader))


def comparable_lines(correspondances: Correspondances) -> Mapping[str, tuple[Correspondance, ...]]:
    """Return, for each line or aggregate that has a counterpart to read, the rows to read."""
    readable = _SUMMED | {NatureCorrespondance.SCINDE}
    return {
        key: rows
        for key, rows in correspondances.by_target().items()
        if all(r.nature in readable for r in rows)
    }


def transposed_balance(balance: Balance, comptes: Iterable[Correspondance]) -> Balance:
    """
    Renumber the accounts of a balance, the longest root winning.

    An account that has no single counterpart is left out: its new number is not known.
    """
    roots: dict[str, str | None] = {}
    for row in comptes:
        if row.de:
            roots[row.de] = row.vers if row.nature in _SUMMED else None
    lines: dict[str, LigneBalance] = {}
    auxiliaries: dict[str, dict[str, int]] = {}
    for ligne in balance:
        numero = _renumbered(ligne.compte, roots)
        if numero is None:
            continue
        known = lines.get(numero)
        moved = replace(ligne, compte=numero)
        lines[numero] = moved if known is None else _added(known, moved)
        for name, solde in balance.auxiliaires.get(ligne.compte, ()):
            held = auxiliaries.setdefault(numero, {})
            held[name] = held.get(name, 0) + solde
    return replace(
        balance,
        lignes=tuple(lines[numero] for numero in sorted(lines)),
        auxiliaires={numero: tuple(held.items()) for numero, held in auxiliaries.items()},
    )


def _renumbered(compte: str, roots: Mapping[str, str | None]) -> str | None:
    """
    Return the new number of an account, None when it has none.

    >>> _renumbered("157210", {"157": None, "1572": "1525"}), _renumbered("512", {"157": None})
    ('152510', '512')
    """
    for length in range(len(compte), 0, -1):
        if compte[:length] in roots:
            root = roots[compte[:length]]
            return None if root is None else root + compte[length:]
    return compte


def _added(first: LigneBalance, second: LigneBalance) -> LigneBalance:
    return replace(
        first,
        solde=first.solde + second.solde,
        ouverture=_sum([first.ouverture, second.ouverture]),
        debit=_sum([first.debit, second.debit]),
        credit=_sum([first.credit, second.credit]),
    )


def _sum(values: Iterable[int | None]) -> int | None:
    """Add what is there; None when nothing is."""
    present = [value for value in values if value is not None]
    return sum(present) if present else None


def _kept_rows(
    before: Evaluation, plan: Plan, correspondances: Correspondances
) -> Mapping[str, tuple[Row, ...]]:
    """Return the rows of the keyed sections that are the same in both millésimes."""
    same = {
        row.vers for row in correspondances.lignes if row.nature in _SAME and row.de == row.vers
    } & plan.key_columns.keys()
    return {section: rows for section, rows in before.facts.rows.items() if section in same}


class _Reader:
    """Reads the value of each slot of the later plan in the earlier evaluation."""

    def __init__(self, before: Evaluation, restated: Evaluation, correspondances: Correspondances) -> None:
        self._before = before
        self._restated = restated
        self._readable = comparable_lines(correspondances)
        self._groups = _groups(correspondances)

    def value(self, position: int, slot: Slot) -> Slotted:
        """Return the value of a slot; what is not a cell or an aggregate keeps what the accounts gave."""
        if slot.section:
            count = len(self._restated.facts.rows.get(slot.section, ()))
            return self._column(slot) if slot.kind is SlotKind.CELL else (None,) * count
        if slot.kind in _KEPT:
            return self._restated.values[position]
        if slot.kind not in {SlotKind.CELL, SlotKind.AGGREGATE}:
            return None
        rows = self._readable.get(item_of(slot), ())
        if rows and rows[0].nature is NatureCorrespondance.SCINDE:
            return self._part(slot)
        return _sum(self._filed(row.de, slot) for row in rows)

    def sources(self, slot: Slot) -> Iterator[str]:
        """Yield the slots of the earlier plan whose figures make up a cell or an aggregate."""
        for row in self._readable.get(item_of(slot), ()):
            key = cell_of(row.de, slot)
            if key in self._before.plan.index:
                yield key

    def _filed(self, item: str, slot: Slot) -> int | None:
        key = cell_of(item, slot)
        position = self._before.plan.index.get(key)
        if position is None:
            return None
        old = self._before.plan.slots[position]
        if old.unit.code != slot.unit.code or list(old.choix) != list(slot.choix) or old.section:
            return None
        return self._before.value(key)

    def _part(self, slot: Slot) -> int | None:
        """Return a part of a line that was split, if the parts make up what was filed."""
        olds, news = self._groups[item_of(slot)]
        parts = _sum(self._restated_value(cell_of(item, slot)) for item in news)
        if parts is None or parts != _sum(self._filed(item, slot) for item in olds):
            return None
        return self._restated_value(slot.key)

    def _restated_value(self, key: str) -> int | None:
        return self._restated.value(key) if key in self._restated.plan.index else None

    def _column(self, slot: Slot) -> tuple[int | None, ...]:
        rows = self._restated.facts.rows.get(slot.section, ())
        if not rows or slot.key not in self._before.plan.index:
            return (None,) * len(rows)
        return self._before.column(slot.key)


def item_of(slot: Slot) -> str:
    """Return the line of a cell, `TABLE.LIGNE`, or the code of an aggregate."""
    return f"{slot.table}.{slot.ligne}" if slot.kind is SlotKind.CELL else slot.key


def cell_of(item: str, slot: Slot) -> str:
    """Return the cell of a line in the column of a slot; an aggregate is its own."""
    return f"{item}.{slot.colonne}" if slot.kind is SlotKind.CELL else item


def _groups(correspondances: Correspondances) -> Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return, for each part of a split line, all the lines split together and all their parts."""
    groups: list[tuple[dict[str, None], dict[str, None]]] = []
    for row in correspondances.lignes:
        if row.nature is NatureCorrespondance.SCINDE:
            touched = [group for group in groups if row.de in group[0] or row.vers in group[1]]
            groups = [group for group in groups if group not in touched]
            olds = {row.de: None} | {old: None for group in touched for old in group[0]}
            news = {row.vers: None} | {new: None for group in touched for new in group[1]}
            groups.append((olds, news))
    return {new: (tuple(olds), tuple(news)) for olds, news in groups for new in news}


def _rounded(before: Evaluation, plan: Plan, reader: _Reader) -> Rounded:
    """Mark the inputs whose figure was known only to the whole euro; those of a total, if none else is."""
    typed, totals = 0, []
    for position, slot in enumerate(plan.slots):
        if slot.kind not in {SlotKind.CELL, SlotKind.AGGREGATE} or slot.section:
            continue
        leaves = (before.plan.leaves[before.plan.index[key]] for key in reader.sources(slot))
        if any(leaf & before.rounded.mask for leaf in leaves):
            target = input_key(plan, slot.key)
            if target is None or slot.nature is Nature.CALCULEE:
                totals.append(plan.leaves[position])
            else:
                typed |= 1 << plan.index[target]
    mask = typed
    for leaves_of_total in totals:
        mask |= 0 if leaves_of_total & typed else leaves_of_total
    return Rounded(mask)
