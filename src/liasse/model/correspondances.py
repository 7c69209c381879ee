"""What becomes of the lines, aggregates and accounts of one millésime in a later one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from liasse.errors import Place


class NatureCorrespondance(StrEnum):
    """What happens to a line, an aggregate or an account from one millésime to the next."""

    IDENTIQUE = "identique"
    RENOMME = "renomme"
    SCINDE = "scinde"
    """One becomes several: known of the former exercice only through its accounts."""
    REGROUPE = "regroupe"
    """Several become one: their sum."""
    SUPPRIME = "supprime"
    NOUVEAU = "nouveau"
    NON_COMPARABLE = "non_comparable"
    """Both exist, but a figure of one says nothing of the other."""


@dataclass(frozen=True, slots=True)
class Correspondance:
    """
    One row: from `de` to `vers` (`TABLE.LIGNE`, an aggregate, or an account).

    Either side is empty when the other has no counterpart.
    """

    de: str
    vers: str
    nature: NatureCorrespondance
    remarque: str
    certitude: str
    place: Place


@dataclass(frozen=True, slots=True)
class Correspondances:
    """
    Every correspondence from the millésime `de` to the millésime `vers` of a questionnaire.

    The rows are complete: each line and aggregate of both sides stands in one at least.  `comptes`
    gives only the accounts whose number or meaning changed, in the order of the file.
    """

    questionnaire: str
    de: str
    vers: str
    lignes: tuple[Correspondance, ...]
    comptes: tuple[Correspondance, ...]

    def by_target(self) -> Mapping[str, tuple[Correspondance, ...]]:
        """Return the rows of each line and aggregate of the later millésime."""
        return _grouped((row.vers, row) for row in self.lignes)

    def by_source(self) -> Mapping[str, tuple[Correspondance, ...]]:
        """Return the rows of each line and aggregate of the former millésime."""
        return _grouped((row.de, row) for row in self.lignes)


def _grouped(pairs: Iterable[tuple[str, Correspondance]]) -> Mapping[str, tuple[Correspondance, ...]]:
    """Put together the rows of each reference, in order; the rows without one are left out."""
    found: dict[str, list[Correspondance]] = {}
    for reference, row in pairs:
        if reference:
            found.setdefault(reference, []).append(row)
    return {key: tuple(rows) for key, rows in found.items()}
