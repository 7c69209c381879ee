"""Whether openings continue the closings of the year before, account by account (K005)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

from liasse.ledger.balance import Balance, LigneBalance


def bare_number(compte: str, known: Collection[str]) -> str:
    """
    Return an account without the zeros that only pad it: never shorter than an account of the chart.

    >>> bare_number("10130000", {"101", "1013"}), bare_number("120000", {"12", "120"})
    ('1013', '120')
    """
    while compte.endswith("0") and compte not in known and len(compte) > 2:
        compte = compte[:-1]
    return compte


@dataclass(frozen=True, slots=True)
class Continuity:
    """
    The gap of each account between its opening and its previous closing, in cents.

    Accounts are matched without their padding zeros, since two exports may pad otherwise.  `gaps` is by
    account of the balance; `closed` holds the accounts that only the previous balance has.
    """

    gaps: Mapping[str, int] = field(default_factory=dict)
    closed: tuple[tuple[LigneBalance, int], ...] = ()

    @classmethod
    def between(
        cls, balance: Balance, precedente: Balance | None, number_of: Callable[[str], str]
    ) -> Continuity:
        """
        Compare a balance that has openings with the previous one; nothing to say without either.

        *number_of* gives an account without its padding zeros.
        """
        if precedente is None or not balance.has_ouverture:
            return cls()
        openings = _by_number(((ligne, ligne.ouverture or 0) for ligne in balance), number_of)
        closings = _by_number(((ligne, ligne.solde) for ligne in precedente), number_of)
        gaps = {}
        for number, (ligne, opening) in openings.items():
            gaps[ligne.compte] = abs(opening - closings[number][1] if number in closings else opening)
        closed = tuple(
            (ligne, abs(closing)) for number, (ligne, closing) in closings.items() if number not in openings
        )
        return cls(gaps, closed)


def _by_number(
    amounts: Iterator[tuple[LigneBalance, int]], number_of: Callable[[str], str]
) -> dict[str, tuple[LigneBalance, int]]:
    """Add the amounts of the accounts that are one once unpadded; the first line stands for all."""
    found: dict[str, tuple[LigneBalance, int]] = {}
    for ligne, amount in amounts:
        number = number_of(ligne.compte)
        first, total = found.get(number, (ligne, 0))
        found[number] = (first, total + amount)
    return found
