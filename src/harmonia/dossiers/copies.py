"""
What the ministry's portal said of the cells of a dossier at the last Rapatriement, and where they differ now.

The reference is the last Rapatriement that was not undone; what it said is never changed, and is remembered
by each process.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.db import connection, transaction

from harmonia.dossiers.copied_differences import figure, told
from harmonia.dossiers.differences import named
from harmonia.dossiers.evaluation import Held, Live, row_numbers
from harmonia.dossiers.keys import Kept, read_key
from harmonia.dossiers.models import Dossier, Rapatriement
from harmonia.tenancy.memory import Memory
from liasse import DepotYear

_known: Final[Memory[int, Mapping[str, Held]]] = Memory(300)
"""What each Rapatriement said, by number; read only behind its own row, which the policies guard."""


@dataclass(frozen=True, slots=True)
class Divergence:
    """A cell that does not hold what the ministry's portal said; a side is None where it holds nothing."""

    cle: str
    reference: str
    ici: Held | None
    ministere: Held

    @property
    def table(self) -> str:
        """The table of the cell."""
        return self.cle.partition(".")[0]


def reference(dossier: Dossier) -> Rapatriement | None:
    """Return the Rapatriement with which the dossier is compared; None when there was none."""
    rows = Rapatriement.objects.filter(dossier_id=dossier.pk, annule_le=None).select_related("par")
    found: Rapatriement | None = rows.defer("comparaison", "contresignature").first()
    return found


def copies(rapatriement: Rapatriement | None) -> Mapping[str, Held]:
    """Return what a Rapatriement said, by key of the dossier."""
    if rapatriement is None:
        return {}
    known = _known.get(rapatriement.pk)
    if known is not None:
        return known
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT cle, valeur, texte FROM dossiers_cellulecopiee WHERE rapatriement_id = %s",
            [rapatriement.pk],
        )
        found = {cle: Held(valeur, texte) for cle, valeur, texte in cursor.fetchall()}
    number = rapatriement.pk
    transaction.on_commit(lambda: _known.keep(number, found))
    return found


def forget_copies() -> None:
    """Forget what Rapatriements said: what a test asks."""
    _known.clear()


# ── Kept at an application ───────────────────────────────────────────────────────────────────────


def keep_copies(rapatriement: Rapatriement, dossier: Dossier, state: Live, faits: DepotYear) -> int:
    """Keep what a transmission says under each key of the dossier as it is now; return how many."""
    rows = list(_said(state, faits))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO dossiers_cellulecopiee"
            " (dossier_id, organisme_id, rapatriement_id, cle, valeur, texte)"
            " SELECT %s, %s, %s, c.cle, c.valeur, c.texte"
            " FROM unnest(%s::text[], %s::bigint[], %s::text[]) AS c(cle, valeur, texte)",
            [
                *(dossier.pk, dossier.organisme_id, rapatriement.pk),
                [cle for cle, _ in rows],
                [held.valeur for _, held in rows],
                [held.texte for _, held in rows],
            ],
        )
    return len(rows)


def _said(state: Live, faits: DepotYear) -> Iterator[tuple[str, Held]]:
    """Yield what a filing says by key; a row that the dossier does not hold has none."""
    for cell in faits.cellules:
        held = told(faits, cell)
        if held is not None:
            yield cell, held
    for table in faits.neant:
        yield table, Held(1, None)
    for section, rows in faits.lignes.items():
        here = dict(
            zip(
                named(state.evaluation.facts.rows.get(section, ())),
                row_numbers(state.state, section),
                strict=True,
            )
        )
        for rank, (name, row) in enumerate(named(rows).items(), 1):
            number = here.get(name)
            if number is None:
                continue
            yield f"{section}#{number}", Held(rank, None)
            for column, value in row.valeurs.items():
                yield f"{section}#{number}.{column}", Held(value, row.textes.get(column))


# ── Where they differ ────────────────────────────────────────────────────────────────────────────


def divergences(dossier: Dossier, state: Live) -> tuple[Divergence, ...]:
    """Return the cells that do not hold what the last Rapatriement said, in the order of the form."""
    return ordered(state, reference(dossier))


def ordered(state: Live, rapatriement: Rapatriement | None) -> tuple[Divergence, ...]:
    """Return the cells that do not hold what a Rapatriement said, in the order of the form."""
    found = list(compared(state, copies(rapatriement)))
    return tuple(sorted(found, key=lambda one: (state.plan.index.get(one.reference, -1), one.cle)))


def compared(state: Live, said: Mapping[str, Held]) -> Iterator[Divergence]:
    """Yield, among what was said, what the dossier says otherwise."""
    for cle, held in said.items():
        key = read_key(cle)
        if key is None:
            continue
        if key.kept is Kept.CELL and key.reference in state.plan.index:
            ici = figure(state, state.plan.slot(key.reference))
        elif key.kept is Kept.ROW_CELL and f"{key.section}#{key.row}" in state.state:
            ici = state.state.get(cle)
        elif key.kept is Kept.ROW and cle not in state.state:
            yield Divergence(cle, key.section, None, held)
            continue
        elif key.kept is Kept.NEANT:
            ici = Held(1, None) if key.table in state.evaluation.facts.neant else None
        else:
            continue
        if ici != held:
            yield Divergence(cle, key.reference, ici, held)


def by_table(found: Iterable[Divergence]) -> dict[str, int]:
    """Count divergences by table."""
    counts: dict[str, int] = {}
    for one in found:
        counts[one.table] = counts.get(one.table, 0) + 1
    return counts
