"""Accounts: the chart (plan de comptes) by validity, and selections of accounts by roots."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from liasse.exercices import Validity


@dataclass(frozen=True, slots=True)
class Compte:
    """One row of the chart: a number, its label, the exercices for which it holds, and its source."""

    numero: str
    libelle: str
    validite: Validity
    couche: str
    reference: str
    certitude: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class PlanComptes:
    """
    The chart of accounts in force for one exercice and one family.

    Lookup is by the longest known prefix: `70411200` is read as `7041` when nothing longer is known.
    """

    comptes: Mapping[str, Compte]
    exercice: int
    famille: str

    @classmethod
    def of(cls, comptes: Iterable[Compte], exercice: int, famille: str) -> PlanComptes:
        """Keep the accounts in force for *exercice*; the SEM layer overlays the others for a SEM only."""
        active: dict[str, Compte] = {}
        for compte in comptes:
            overlay = compte.couche == "SEM"
            if compte.validite.covers(exercice) and (not overlay or famille == "SEM"):
                known = active.get(compte.numero)
                if known is None or overlay:
                    active[compte.numero] = compte
        return cls(active, exercice, famille)

    def find(self, numero: str) -> Compte | None:
        """Return the account whose number is the longest known prefix of *numero*, or None."""
        for length in range(len(numero), 0, -1):
            compte = self.comptes.get(numero[:length])
            if compte is not None:
                return compte
        return None

    def leaves(self) -> tuple[Compte, ...]:
        """Return the accounts that no longer account of the chart subdivides, sorted."""
        numbers = [*sorted(self.comptes), ""]
        return tuple(
            self.comptes[number] for number, after in pairwise(numbers) if not after.startswith(number)
        )


@dataclass(frozen=True, slots=True)
class Selection:
    """
    A set of accounts given by included and excluded roots.

    An account belongs when its longest matching root is an included one, so `6811` may be
    included, `681123` excluded and `68112315` included again (comptabilite_hlm §3.1).
    """

    inclus: tuple[str, ...]
    exclus: tuple[str, ...] = ()
    _roots: Mapping[str, bool] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        roots = dict.fromkeys(self.inclus, True) | dict.fromkeys(self.exclus, False)
        object.__setattr__(self, "_roots", roots)

    def __contains__(self, numero: str) -> bool:
        """
        Tell whether an account belongs.

        >>> "68112315" in Selection(("6811", "68112315"), ("681123",))
        True
        """
        for length in range(len(numero), 0, -1):
            known = self._roots.get(numero[:length])
            if known is not None:
                return known
        return False

    def roots(self) -> Iterable[tuple[str, bool]]:
        """Return every root, and whether it is included."""
        return self._roots.items()

    def __str__(self) -> str:
        text = ", ".join(self.inclus)
        return f"{text} sauf {', '.join(self.exclus)}" if self.exclus else text


class SelectionIndex:
    """
    Many selections, indexed by root, so that each account meets only those that may take it.

    >>> index = SelectionIndex([Selection(("51",)), Selection(("5",), ("512",)), Selection(("7",))])
    >>> index.taking("5121"), index.taking("531")
    ((0,), (1,))
    """

    _MAX_KNOWN = 100_000

    def __init__(self, selections: Sequence[Selection | None]) -> None:
        self._roots: dict[str, list[tuple[int, bool]]] = {}
        self._known: dict[str, tuple[int, ...]] = {}
        for position, selection in enumerate(selections):
            for root, included in selection.roots() if selection else ():
                self._roots.setdefault(root, []).append((position, included))

    def taking(self, numero: str) -> tuple[int, ...]:
        """Return the positions of the selections that take an account (longest root wins in each)."""
        known = self._known.get(numero)
        if known is None:
            known = tuple(sorted(self._search(numero)))
            if len(self._known) < self._MAX_KNOWN:
                self._known[numero] = known
        return known

    def _search(self, numero: str) -> Iterator[int]:
        decided: set[int] = set()
        for length in range(len(numero), 0, -1):
            for position, included in self._roots.get(numero[:length], ()):
                if position not in decided:
                    decided.add(position)
                    if included:
                        yield position
