"""The plan: what a model becomes once compiled for a family."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from typing import Final

from liasse.amounts import Unit
from liasse.compiler.nodes import Node, Test
from liasse.errors import Place
from liasse.language.ast import Node as Tree
from liasse.ledger.comptes import Selection
from liasse.model.rules import Control, Gravite, Model

ROW_KEY: Final = "@ligne"
"""The slot of the current row."""


class SlotKind(Enum):
    """Where the value of a slot comes from."""

    CELL = "cellule"
    AGGREGATE = "agregat"
    PARAMETER = "parametre"
    TYPED = "saisie"
    FILL = "balance"
    TERM = "comptes"
    PREVIOUS = "exercice_precedent"
    TEXT = "texte"
    ROW = "ligne"
    NEANT = "neant"
    POINTLESS = "sans_objet"


class Nature(Enum):
    """How a cell gets its value."""

    SAISIE = "saisie"
    REMPLIE = "remplie"
    CALCULEE = "calculee"


@dataclass(frozen=True, slots=True)
class Slot:
    """
    One value of a filing.

    `of` is, for a previous-year slot, the slot of the previous filing that it copies; for a typed
    or fill slot, the cell concerned.  `function` and `selection` define a term over the balance;
    `function` and `texts` a function of texts.  With `section`, the slot holds one value per row.
    """

    key: str
    kind: SlotKind
    unit: Unit
    libelle: str = ""
    reference: str = ""
    certitude: str = ""
    table: str = ""
    ligne: str = ""
    colonne: str = ""
    nature: Nature | None = None
    of: str = ""
    function: str = ""
    selection: Selection | None = None
    motif: str = ""
    section: str = ""
    texts: tuple[str, ...] = ()
    choix: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """Compute one slot: `node`, brought to the unit of the slot (half-up when it does not fall even)."""

    key: str
    target: int
    node: Node
    factor: Fraction
    tree: Tree | None = None
    section: str = ""


@dataclass(frozen=True, slots=True)
class Requirements:
    """
    What must be there for a check to be judged.

    `tables` must hold at least one value; `keys` must be present; `sources` are among `balance`,
    `mouvements`, `ouverture`, `auxiliaires`, `precedent`, `balance_precedente`.  `previous` are the tables
    that the previous filing must have filled.
    """

    tables: frozenset[str] = frozenset()
    keys: tuple[str, ...] = ()
    sources: frozenset[str] = frozenset()
    previous: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Check:
    """One control on one line (or on the filing): guards, test, and what it reads."""

    control: Control
    ligne: str
    libelle: str
    guard: Test | None
    guard_needs: Requirements
    test: Test
    needs: Requirements
    quotients: tuple[tuple[Node, Node], ...]
    cells: tuple[str, ...]
    terms: tuple[str, ...]
    placeholders: Mapping[str, str]
    severities: tuple[tuple[Test, Gravite], ...]
    tree: Tree | None = None
    section: str = ""


@dataclass(frozen=True, slots=True)
class PlacementRule:
    """A fill formula that places accounts: cell, accounts, signs, classes, and where it stands."""

    cell: str
    selection: Selection
    signs: str
    classes: frozenset[str]
    place: Place


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """
    Everything needed to evaluate a filing, in topological order.

    The last slot, `ROW_KEY`, holds the number of the row being read; it means nothing outside.

    `readers[i]` are the positions of the steps that read slot *i*, `check_readers[i]` those of the
    checks.  `leaves[i]` is a bit mask over slots: the inputs on which slot *i* depends; `amounts[i]`
    those whose amounts enter it, without those that only decide a choice.  `key_columns`
    gives the key column of each keyed section.  `tables` gives the cells of each table; `evidence` those
    by which it is known to hold something: typed, or filled from this year's facts, else (if none) all.
    """

    model: Model
    famille: str
    slots: tuple[Slot, ...]
    index: Mapping[str, int]
    steps: tuple[Step, ...]
    checks: tuple[Check, ...]
    readers: tuple[tuple[int, ...], ...]
    check_readers: tuple[tuple[int, ...], ...]
    leaves: tuple[int, ...]
    amounts: tuple[int, ...]
    tables: Mapping[str, tuple[int, ...]]
    evidence: Mapping[str, tuple[int, ...]]
    key_columns: Mapping[str, str]
    placements: tuple[PlacementRule, ...]
    fingerprint: str

    def slot(self, key: str) -> Slot:
        """
        Return a slot by its key.

        Raises:
            KeyError: the plan has no such slot.
        """
        return self.slots[self.index[key]]
