"""Ledger lines (écritures), as a FEC gives them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Ecriture:
    """One ledger line; amounts in cents; `ligne` is its line number in the file."""

    ligne: int
    journal: str
    numero: str
    date: date | None
    compte: str
    compte_libelle: str
    auxiliaire: str
    piece: str
    libelle: str
    debit: int
    credit: int
    is_opening: bool = False
