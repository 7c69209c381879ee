"""Requests for correction: what they open of a dossier, and what stays closed meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models.expressions import RawSQL
from django.utils import timezone

from harmonia.dossiers.access import REVIEW
from harmonia.dossiers.keys import BALANCE, Kept, read_key
from harmonia.dossiers.models import DemandeCorrection, Dossier
from harmonia.dossiers.workflow import workflow
from harmonia.tenancy.scope import current
from liasse import Nature, Plan, SlotKind


@dataclass(frozen=True, slots=True)
class Cible:
    """What a text opens: keys of typed cells, or why it opens nothing."""

    texte: str
    cles: tuple[str, ...] = ()
    refus: str = ""


def covers(cles: Collection[str], cle: str) -> bool:
    """
    Tell whether what a request opens includes a key.

    >>> covers(["CRP.R010", "Q03.OP.C05"], "CRP.R010.N"), covers(["Q03.OP.C05"], "Q03.OP#2.C05")
    (True, True)
    >>> covers(["CRP.R010.N"], "CRP.R011.N"), covers(["Q03.OP#2"], "Q03.OP#3")
    (False, False)
    """
    key = read_key(cle)
    if key is None:
        return False
    names = {cle, key.reference, key.table}
    if key.kept is Kept.CELL:
        names.add(cle.rpartition(".")[0])
    elif key.kept in {Kept.ROW, Kept.ROW_CELL}:
        names |= {key.section, f"{key.section}#{key.row}"}
    return not names.isdisjoint(cles)


STANDING: Final = f"""FROM dossiers_demandecorrection q WHERE q.dossier_id = {{dossier}} AND NOT EXISTS
  (SELECT 1 FROM dossiers_transition t
   WHERE t.dossier_id = q.dossier_id AND t.le > q.le AND t.vers ~ '^[{REVIEW}-9]_')
ORDER BY q.id DESC LIMIT 1"""  # noqa: S608 - our own constants
"""The last request of a dossier since which it was not given back to the authority, in SQL."""


def in_force(dossier: Dossier) -> DemandeCorrection | None:
    """Return the request under which a dossier is corrected now; None when all of it is open."""
    if not 1 < dossier.rang < REVIEW or not workflow().with_effect("ouvre_cellules"):
        return None
    standing = RawSQL(f"SELECT q.id {STANDING.format(dossier='%s')}", [dossier.pk])  # noqa: S611 - our own constants
    found: DemandeCorrection | None = (
        DemandeCorrection.objects.filter(pk=standing).select_related("par").first()
    )
    return found


def requests_of(dossier: Dossier) -> list[DemandeCorrection]:
    """Return every request that was made, the last first."""
    return list(DemandeCorrection.objects.filter(dossier=dossier).select_related("par"))


def keep_request(
    dossier: Dossier, cles: Sequence[str], motif: str, pour_le: date | None
) -> DemandeCorrection:
    """Keep a request; the transition that goes with it is the caller's, in the same transaction."""
    return DemandeCorrection.objects.create(
        dossier=dossier,
        organisme_id=dossier.organisme_id,
        cles=list(dict.fromkeys(cles)),
        motif=motif.strip(),
        pour_le=pour_le,
        par_id=current().user_id,
        le=timezone.now(),
    )


# ── What an officer may open ─────────────────────────────────────────────────────────────────────


def target(plan: Plan, texte: str) -> Cible:
    """Read what an officer wrote: a cell, a line, a section of rows, a table, or the balance."""
    name = texte.strip()
    if name.lower() in {BALANCE, "balance"}:
        return Cible(name, (BALANCE,))
    name = name.upper()
    if name in plan.tables or name in plan.key_columns:
        return Cible(name, (name,))
    key = read_key(name)
    if key is not None and key.section in plan.key_columns and key.reference in {*plan.index, key.section}:
        return Cible(name, (name,))
    if name in plan.index and plan.slot(name).kind is SlotKind.CELL:
        cles = tuple(typed_cells(plan, name))
        refusal = f"La cellule {name} est calculée sans aucune saisie : ouvrez la table, ou la balance."
        return Cible(name, cles) if cles else Cible(name, refus=refusal)
    if any(f"{slot.table}.{slot.ligne}" == name for slot in plan.slots if slot.kind is SlotKind.CELL):
        return Cible(name, (name,))
    return Cible(name, refus=f"« {texte.strip()} » n'est ni une cellule, ni une ligne, ni une table.")


def typed_cells(plan: Plan, cell: str) -> Iterator[str]:
    """Yield the cells to type in which a cell depends: itself, or for a computed one those that it adds."""
    slot = plan.slot(cell)
    if slot.nature is not Nature.CALCULEE:
        yield cell
        return
    leaves = plan.leaves[plan.index[cell]]
    for at, one in enumerate(plan.slots):
        if leaves >> at & 1 and one.kind in {SlotKind.TYPED, SlotKind.CELL}:
            yield one.of or one.key


def say_targets(plan: Plan, cles: Sequence[str]) -> list[tuple[str, str]]:
    """Return each thing opened with its words."""
    return [(cle, _words(plan, cle)) for cle in cles]


def _words(plan: Plan, cle: str) -> str:
    if cle == BALANCE:
        return "La balance générale"
    if cle in plan.model.tables:
        return plan.model.tables[cle].titre
    key = read_key(cle)
    if key is not None and key.kept is Kept.CELL and cle in plan.index:
        return plan.slot(cle).libelle
    table, _, line = cle.partition("#")[0].partition(".")
    known = plan.model.tables.get(table)
    found = known.lignes.get(line.partition(".")[0]) if known is not None else None
    return found.libelle if found is not None else ""
