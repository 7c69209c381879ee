"""What a year of the cooperative is made of, and the sums that several entries share."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from random import Random
from typing import Final

from demo.livre import Livre, euros
from demo.scenario import (
    DEPENSES,
    HAUSSE_LOYERS,
    PART_GARDIENS,
    RESIDENCES,
    SALAIRES,
    TEOM,
    Annee,
    Emprunt,
    Residence,
)

BANQUE: Final = "5121"
FACTURES_NON_PARVENUES: Final = ("F04", "F14")
"""Suppliers whose December invoices come in January."""
LOGEMENTS: Final = [residence.logements for residence in RESIDENCES]
COTISATIONS: Final = (("6451", "431", 290), ("6453", "437", 86), ("6452", "437", 31))
TAXES_SALAIRES: Final = (("6311", "447", 62), ("6333", "447", 10), ("6334", "447", 4))
"""Charge, creditor, rate per thousand."""
TVA: Final = 55
"""VAT on social accession, per thousand."""


@dataclass
class Mouvements:
    """What one loan did in the exercice, in cents: a line of the debt statement."""

    ouverture: int = 0
    realise: int = 0
    rembourse: int = 0
    anticipe: int = 0
    interets: int = 0

    @property
    def cloture(self) -> int:
        """What is still due."""
        return self.ouverture + self.realise - self.rembourse - self.anticipe


@dataclass
class Exercice:
    """The year being lived: its book, its facts, its luck."""

    livre: Livre
    rang: int
    faits: Annee
    hasard: Random
    dettes: dict[str, Mouvements] = field(default_factory=dict)


def recuperables(rang: int) -> dict[str, int]:
    """Return the recoverable charges of the year by line of the income statement, in cents."""
    lines: defaultdict[str, int] = defaultdict(int)
    for depense in DEPENSES:
        if depense.ligne:
            lines[depense.ligne] += depense.montants[rang] * depense.recuperable
    gross = euros(SALAIRES[rang])
    lines["C330"] += TEOM[rang] * 100
    lines["C410"] += gross * PART_GARDIENS // 100
    lines["C420"] += gross * sum(rate for *_, rate in COTISATIONS) * PART_GARDIENS // 100_000
    lines["C310"] += gross * sum(rate for *_, rate in TAXES_SALAIRES) * PART_GARDIENS // 100_000
    return dict(sorted(lines.items()))


def accrued(emprunt: Emprunt, capital: int, rang: int) -> int:
    """Return the interest run since the last instalment, on 31 December."""
    return round(capital * emprunt.taux[rang] * (12 - emprunt.mois) / 1200)


def monthly_rent(residence: Residence, annee: int) -> int:
    """Return the rent of a whole building for a month of *annee*."""
    return residence.logements * euros(residence.loyer * HAUSSE_LOYERS[annee])
