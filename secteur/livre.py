"""The double-entry book of one exercice, in cents: recurring operations, balances, dated entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from demo.livre import Cle, Ligne, Piece, share

MENSUEL: Final = tuple(range(1, 13))
TRIMESTRIEL: Final = (3, 6, 9, 12)
BANQUE: Final = "5121"


@dataclass(frozen=True, slots=True)
class Operation:
    """
    A balanced entry, spread over the months of its rhythm when it is dated.

    `nature` says what it does to a fixed asset (`ACQ`, `VIR`, `CES`, `HS`, `CRE`, `STOCK`); empty elsewhere.
    """

    journal: str
    libelle: str
    mois: tuple[int, ...]
    jour: int
    lignes: tuple[Ligne, ...]
    nature: str = ""

    def pieces(self, annee: int) -> Iterator[Piece]:
        """
        Return the dated entries; they add up to the operation, line by line.

        The largest line takes the cents, so that no part ever changes sides.
        """
        if len(self.mois) == 1:
            yield Piece(date(annee, self.mois[0], self.jour), self.journal, self.libelle, self.lignes)
            return
        last = max(self.lignes, key=lambda ligne: abs(ligne.montant))
        others = [ligne for ligne in self.lignes if ligne is not last]
        shares = [share(ligne.montant, [1] * len(self.mois)) for ligne in others]
        for rank, month in enumerate(self.mois):
            lignes = [
                Ligne(ligne.compte, part[rank], ligne.auxiliaire)
                for ligne, part in zip(others, shares, strict=True)
                if part[rank]
            ]
            rest = -sum(ligne.montant for ligne in lignes)
            if rest:
                lignes.append(Ligne(last.compte, rest, last.auxiliaire))
            yield Piece(date(annee, month, self.jour), self.journal, self.libelle, tuple(lignes))


def _par_compte(soldes: Mapping[Cle, int]) -> dict[str, int]:
    found: defaultdict[str, int] = defaultdict(int)
    for (compte, _), montant in soldes.items():
        found[compte] += montant
    return dict(sorted(found.items()))


Ecrite = tuple[str, int] | tuple[str, int, str]
"""A line to write: account, debit minus credit, auxiliary."""


class Livre:
    """The book of one exercice of a body of a family, opened with the closing balances of the one before."""

    def __init__(self, famille: str, annee: int, ouverture: Mapping[Cle, int]) -> None:
        self.famille = famille
        self.annee = annee
        self.ouverture = {cle: montant for cle, montant in sorted(ouverture.items()) if montant}
        self.soldes: defaultdict[Cle, int] = defaultdict(int, self.ouverture)
        self.operations: list[Operation] = []

    def ecrire(
        self,
        quand: str,
        libelle: str,
        *lignes: Ecrite,
        mois: tuple[int, ...] = (12,),
        nature: str = "",
    ) -> None:
        """
        Write an operation; *quand* is its journal and its day, « BQ08 ».

        Raises:
            ValueError: it does not balance, which is a mistake of ours.
        """
        kept = tuple(Ligne(*ligne) for ligne in lignes if ligne[1])
        if sum(ligne.montant for ligne in kept):
            raise ValueError(f"{libelle} ({self.annee}) does not balance: {kept}")
        if not kept:
            return
        self.operations.append(Operation(quand[:2], libelle, mois, int(quand[2:]), kept, nature))
        for ligne in kept:
            self.soldes[ligne.compte, ligne.auxiliaire] += ligne.montant

    def solde(self, *racines: str) -> int:
        """Return debit minus credit of the accounts under *racines*."""
        return sum(montant for (compte, _), montant in self.soldes.items() if compte.startswith(racines))

    def ouvert(self, *racines: str) -> int:
        """Return the opening balance, debit minus credit, of the accounts under *racines*."""
        return sum(montant for (compte, _), montant in self.ouverture.items() if compte.startswith(racines))

    def ouvertures(self) -> dict[str, int]:
        """Return the opening balance of each account, auxiliaries together."""
        return _par_compte(self.ouverture)

    def auxiliaires(self, compte: str) -> dict[str, int]:
        """Return what each auxiliary of *compte* holds, zero left out."""
        held = {aux: montant for (numero, aux), montant in self.soldes.items() if numero == compte}
        return {aux: montant for aux, montant in sorted(held.items()) if montant}

    def mouvements(self) -> dict[str, tuple[int, int]]:
        """Return the movements of each account, debit and credit, opening left out."""
        debits: defaultdict[str, int] = defaultdict(int)
        credits_: defaultdict[str, int] = defaultdict(int)
        for operation in self.operations:
            for ligne in operation.lignes:
                side = debits if ligne.montant > 0 else credits_
                side[ligne.compte] += abs(ligne.montant)
        return {compte: (debits[compte], credits_[compte]) for compte in sorted({*debits, *credits_})}

    def totaux(self) -> dict[str, int]:
        """Return the closing balance of each account, auxiliaries together, zero kept."""
        return _par_compte(self.soldes)

    def pieces(self) -> Iterator[Piece]:
        """Return the dated entries as a FEC wants them: à-nouveaux, then by date."""
        ouverture = tuple(Ligne(compte, montant, aux) for (compte, aux), montant in self.ouverture.items())
        yield Piece(date(self.annee, 1, 1), "AN", f"À-nouveaux {self.annee}", ouverture)
        dated = [piece for operation in self.operations for piece in operation.pieces(self.annee)]
        yield from sorted((piece for piece in dated if piece.lignes), key=lambda piece: piece.jour)

    def cloture(self, sieg: int, comptes: tuple[str, ...]) -> dict[Cle, int]:
        """
        Return what the next exercice opens with.

        *sieg* is the SIEG part of the result; *comptes* take the rest and that part, in profit then in loss.
        """
        kept = {cle: montant for cle, montant in self.soldes.items() if cle[0][0] in "12345" and montant}
        resultat = -self.solde("6", "7")
        for rang, montant in enumerate((resultat - sieg, sieg)):
            if montant:
                kept[comptes[rang + 2 * (montant < 0)], ""] = -montant
        return kept
