"""Facts that go into a plan, and the values that come out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from liasse.compiler.plan import Plan, SlotKind
from liasse.ledger.balance import Balance
from liasse.model.rules import Row

Slotted = int | None | tuple[int | None, ...]
"""What a slot holds: one scaled integer, nothing, or one value per row of a keyed section."""


def is_empty(value: Slotted) -> bool:
    """Tell whether a slot holds nothing."""
    if isinstance(value, tuple):
        return all(item is None for item in value)
    return value is None


def is_waiting(value: Slotted) -> bool:
    """Tell whether a typed slot has an empty cell; a section without rows has none."""
    return None in value if isinstance(value, tuple) else value is None


def bits(mask: int) -> Iterator[int]:
    """
    Yield the positions of the bits of a mask, lowest first.

    >>> list(bits(0b10110))
    [1, 2, 4]
    """
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def mask_of(positions: Iterable[int]) -> int:
    """
    Return the mask with a bit at each of some positions.

    >>> bin(mask_of([4, 1, 2, 1]))
    '0b10110'
    """
    known = tuple(positions)
    held = bytearray(max(known, default=0) // 8 + 1)
    for position in known:
        held[position >> 3] |= 1 << (position & 7)
    return int.from_bytes(held, "little")


@dataclass(frozen=True, slots=True)
class Facts:
    """
    What is known of one filing.

    `cells` are typed (or, for computed cells, declared) values, as scaled integers by reference;
    `texts` the words of text cells; `rows` the rows of keyed sections, by `TABLE.SECTION`; `neant` the
    tables declared to have nothing to say.
    `rounded` names the typed cells given to the whole euro; None means: those that are whole euros.
    """

    exercice: int
    balance: Balance | None = None
    cells: Mapping[str, int] = field(default_factory=dict)
    precedent: Evaluation | None = None
    rounded: frozenset[str] | None = None
    rows: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    neant: frozenset[str] = frozenset()

    @property
    def balance_precedente(self) -> Balance | None:
        """The balance of the exercice before, when it is at hand."""
        return None if self.precedent is None else self.precedent.facts.balance


class Rounded(NamedTuple):
    """
    The inputs that a person typed, and those of them known only to the whole euro.

    `mask` (rounded) and `typed` have a bit per slot; `rows` gives, in order, for a slot of several rows,
    how many rounded amounts count beyond one.
    """

    mask: int = 0
    typed: int = 0
    rows: tuple[tuple[int, int], ...] = ()

    def count(self, inputs: int) -> int:
        """
        Return how many rounded amounts stand among *inputs*, a bit mask over slots.

        At least 1 as soon as one input was typed: only what comes from a balance is exact (§6.0).
        """
        rounded = (inputs & self.mask).bit_count()
        if self.rows:
            rounded += sum(extra for position, extra in self.rows if inputs >> position & 1)
        return rounded or (1 if inputs & self.typed else 0)

    def joined(self, other: Rounded) -> Rounded:
        """Return these inputs and others."""
        return Rounded(
            self.mask | other.mask, self.typed | other.typed, tuple(sorted((*self.rows, *other.rows)))
        )

    def without(self, inputs: int) -> Rounded:
        """Return these inputs but for some, a bit mask over slots."""
        kept = tuple(pair for pair in self.rows if not inputs >> pair[0] & 1)
        return Rounded(self.mask & ~inputs, self.typed & ~inputs, kept)

    def moved(self, other: Rounded) -> int:
        """Return, as a bit mask, the slots whose count differs."""
        mask = (self.mask ^ other.mask) | (self.typed ^ other.typed)
        for position, _ in set(self.rows) ^ set(other.rows):
            mask |= 1 << position
        return mask


@dataclass(frozen=True, slots=True)
class Evaluation:
    """
    The values of every slot of a plan for one filing.

    `sources` are the sources at hand: `balance`, `balance_ouverte` (classes 6 and 7 not closed yet),
    `mouvements`, `ouverture`, `auxiliaires`, `precedent`, `balance_precedente`.
    """

    plan: Plan
    facts: Facts
    values: tuple[Slotted, ...]
    rounded: Rounded
    sources: frozenset[str]

    def value(self, key: str) -> int | None:
        """
        Return the scaled value of a cell, aggregate or any other slot; None when it is missing.

        Raises:
            KeyError: the plan has no such slot, or the slot holds one value per row.
        """
        value = self.values[self.plan.index[key]]
        if isinstance(value, tuple):
            raise KeyError(key)
        return value

    def at(self, key: str, row: int | None) -> int | None:
        """
        Return the scaled value of a slot: single, or on one row.

        Raises:
            KeyError: the plan has no such slot, or *row* is (or is not) told where it should not (or should).
        """
        return self.value(key) if row is None else self.column(key)[row]

    def column(self, key: str) -> tuple[int | None, ...]:
        """
        Return the values of a column of a keyed section, row by row.

        Raises:
            KeyError: the plan has no such slot, or the slot holds a single value.
        """
        value = self.values[self.plan.index[key]]
        if not isinstance(value, tuple):
            raise KeyError(key)
        return value

    def is_pointless(self, aggregate: str) -> bool:
        """Tell whether an aggregate is « sans objet », which is not the same as missing."""
        key = f"sans_objet({aggregate})"
        return key in self.plan.index and self.value(key) == 1

    def cells(self) -> dict[str, int | None]:
        """Return every single cell by reference."""
        return {
            slot.key: value
            for slot, value in zip(self.plan.slots, self.values, strict=True)
            if slot.kind is SlotKind.CELL and not isinstance(value, tuple)
        }


def sources_of(facts: Facts) -> frozenset[str]:
    """Return which sources a filing has."""
    found = set()
    balance = facts.balance
    if balance is not None:
        found.add("balance")
        if not balance.is_closed:
            found.add("balance_ouverte")
        if balance.has_mouvements:
            found.add("mouvements")
        if balance.has_ouverture:
            found.add("ouverture")
        if balance.auxiliaires:
            found.add("auxiliaires")
    if facts.precedent is not None:
        found.add("precedent")
    if facts.balance_precedente is not None:
        found.add("balance_precedente")
    return frozenset(found)
