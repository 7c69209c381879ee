"""The balance générale: per account, opening, movements and closing balance, in cents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class LigneBalance:
    """
    One account of a balance.

    `ouverture` and `solde` are debit minus credit.  `debit` and `credit` are the movements of the
    year **without** the opening entry; they and `ouverture` are None when the source does not give them.
    """

    compte: str
    solde: int
    libelle: str = ""
    ouverture: int | None = None
    debit: int | None = None
    credit: int | None = None
    occurrences: int = 1


@dataclass(frozen=True, slots=True)
class Balance:
    """
    A balance générale, one line per account, sorted by account.

    `auxiliaires` maps an account to its (auxiliary, balance) pairs when the source keeps them.
    `has_ouverture` and `has_mouvements` say whether the source gives those columns.
    """

    lignes: tuple[LigneBalance, ...]
    has_ouverture: bool = False
    has_mouvements: bool = False
    auxiliaires: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    _by_compte: Mapping[str, LigneBalance] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_compte", {ligne.compte: ligne for ligne in self.lignes})

    @classmethod
    def from_soldes(cls, soldes: Mapping[str, int]) -> Balance:
        """Build a balance from closing balances (debit minus credit, cents) alone."""
        return cls(tuple(LigneBalance(compte, soldes[compte]) for compte in sorted(soldes)))

    def __iter__(self) -> Iterator[LigneBalance]:
        return iter(self.lignes)

    def __len__(self) -> int:
        return len(self.lignes)

    def get(self, compte: str) -> LigneBalance | None:
        """Return the line of an account, or None when the balance does not hold it."""
        return self._by_compte.get(compte)

    def solde(self, racines: Iterable[str]) -> int:
        """Return debit minus credit, in cents, of every account under one of *racines*."""
        roots = tuple(racines)
        return sum(ligne.solde for ligne in self.lignes if ligne.compte.startswith(roots))

    @property
    def is_closed(self) -> bool:
        """
        Tell whether the balance was taken after the closing entries of classes 6 and 7.

        True when every account of classes 6 and 7 is at zero while account 12 is not.
        """
        open_accounts = any(ligne.solde for ligne in self.lignes if ligne.compte[:1] in "67")
        return not open_accounts and self.solde(("12",)) != 0
