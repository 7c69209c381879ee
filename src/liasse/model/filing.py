"""A filing as data: what an organisation gave for one exercice, ready to be kept, exported and read back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from liasse.ledger.balance import Balance
from liasse.model.rules import Row

FORMAT: Final = "liasse-depot"
"""What a file of this form says it is."""

VERSION: Final = 1
"""The version of the JSON and XML forms: a key may be added, none changes its name, type or meaning."""


@dataclass(frozen=True, slots=True)
class DepotYear:
    """
    The facts of one exercice.

    `cellules` are scaled integers by reference (dates, choices and texts encoded), `textes` the words of
    text cells, `lignes` the rows of keyed sections, `neant` the tables declared to have nothing to say.
    `arrondi` names the cells given to the whole euro; None means: those that are whole euros.
    """

    cellules: Mapping[str, int] = field(default_factory=dict)
    textes: Mapping[str, str] = field(default_factory=dict)
    lignes: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    neant: frozenset[str] = frozenset()
    arrondi: frozenset[str] | None = None
    balance: Balance | None = None
    precedent: DepotYear | None = None


@dataclass(frozen=True, slots=True)
class Depot:
    """One filing: which form (`empreinte` is its fingerprint), whose, of which exercice, and the facts."""

    questionnaire: str
    millesime: str
    empreinte: str
    exercice: int
    famille: str
    faits: DepotYear
    organisme: str = ""
