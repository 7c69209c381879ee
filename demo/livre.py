"""A double-entry book in cents: entries that balance, and what the accounts hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

Cle = tuple[str, str]
"""An account and its auxiliary, empty when it has none."""


@dataclass(frozen=True, slots=True)
class Ligne:
    """One side of an entry; *montant* is debit minus credit, in cents."""

    compte: str
    montant: int
    auxiliaire: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A balanced entry."""

    jour: date
    journal: str
    libelle: str
    lignes: tuple[Ligne, ...]


def euros(montant: float) -> int:
    """Return cents."""
    return round(montant * 100)


def share(total: int, weights: list[int]) -> list[int]:
    """
    Split *total* by *weights*, to the cent.

    >>> share(100, [1, 1, 1])
    [33, 33, 34]
    """
    whole, given, running = sum(weights), 0, 0
    parts = []
    for weight in weights:
        running += weight
        upto = total * running // whole
        parts.append(upto - given)
        given = upto
    return parts


class Livre:
    """The book of one exercice, opened with the closing balances of the one before."""

    def __init__(self, annee: int, ouverture: Mapping[Cle, int]) -> None:
        self.annee = annee
        self.ouverture = {cle: montant for cle, montant in sorted(ouverture.items()) if montant}
        self.soldes: defaultdict[Cle, int] = defaultdict(int, self.ouverture)
        self.debits: defaultdict[str, int] = defaultdict(int)
        self.credits: defaultdict[str, int] = defaultdict(int)
        self.pieces: list[Piece] = []

    def day(self, month: int, number: int) -> date:
        """Return a day of the exercice."""
        return date(self.annee, month, number)

    def enter(
        self, jour: date, journal: str, libelle: str, *lignes: tuple[str, int] | tuple[str, int, str]
    ) -> None:
        """Write an entry; one that does not balance is a mistake of ours."""
        kept = tuple(Ligne(*ligne) for ligne in lignes if ligne[1])
        if sum(ligne.montant for ligne in kept):
            raise ValueError(f"{libelle} ({jour}) does not balance: {kept}")
        if not kept:
            return
        self.pieces.append(Piece(jour, journal, libelle, kept))
        for ligne in kept:
            self.soldes[ligne.compte, ligne.auxiliaire] += ligne.montant
            side = self.debits if ligne.montant > 0 else self.credits
            side[ligne.compte] += abs(ligne.montant)

    def solde(self, *racines: str) -> int:
        """Return debit minus credit of the accounts under *racines*."""
        return sum(montant for (compte, _), montant in self.soldes.items() if compte.startswith(racines))

    def auxiliaires(self, compte: str) -> dict[str, int]:
        """Return what each auxiliary of *compte* holds, zero left out."""
        held = {
            aux: montant for (numero, aux), montant in self.soldes.items() if numero == compte and montant
        }
        return dict(sorted(held.items()))

    def opening(self) -> Piece:
        """Return the à-nouveaux."""
        lignes = tuple(Ligne(compte, montant, aux) for (compte, aux), montant in self.ouverture.items())
        return Piece(self.day(1, 1), "AN", f"À-nouveaux {self.annee}", lignes)

    def sorted_pieces(self) -> Iterator[Piece]:
        """Return the entries as a FEC wants them: à-nouveaux, then by date."""
        yield self.opening()
        yield from sorted(self.pieces, key=lambda piece: piece.jour)

    def closing(self) -> dict[Cle, int]:
        """Return what the next exercice opens with: classes 1 to 5, and the result in 120."""
        kept = {cle: montant for cle, montant in self.soldes.items() if cle[0][0] in "12345" and montant}
        kept["120", ""] = kept.get(("120", ""), 0) + self.solde("6", "7")
        return kept
