"""What changes a dossier: values, rows, tables declared « néant ».  Steps are in `transitions`."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.db import connection
from django.utils import timezone

from harmonia.acces.models import NOM_SQL
from harmonia.dossiers.corrections import STANDING, covers
from harmonia.dossiers.entry import read_typed
from harmonia.dossiers.evaluation import note_written, plan_for
from harmonia.dossiers.keys import Kept, Key, read_key
from harmonia.dossiers.models import Dossier, Origine
from harmonia.dossiers.plans import form_for
from harmonia.dossiers.workflow import workflow
from harmonia.tenancy.porte import porte
from harmonia.tenancy.scope import current
from harmonia.tenancy.sql import ask, tell
from liasse import Kind, Plan

CLOSED: Final = "seules les cellules qu'elle nomme peuvent changer."


class Write(NamedTuple):
    """A value to put under a key (None empties it), over the version that its author saw."""

    cle: str
    valeur: int | None
    texte: str | None
    version: int


@dataclass(frozen=True, slots=True)
class Written:
    """A value that was put, with its new version and the line of the journal that says so."""

    cle: str
    version: int
    ligne: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """A value that somebody else changed meanwhile: what stands now, since when, by whom."""

    cle: str
    valeur: int | None
    texte: str | None
    version: int
    par: str
    le: str
    par_id: int = 0


@dataclass(frozen=True, slots=True)
class Refusal:
    """A value that cannot be kept, and why, in French."""

    cle: str
    motif: str


class LockedError(Exception):
    """The dossier is at a step where its values do not change."""


class ClosedError(LockedError):
    """Some keys are not among those that the request for correction in force opens."""

    def __init__(self, cles: Sequence[str]) -> None:
        super().__init__(f"La demande de correction n'ouvre pas {', '.join(cles[:3])} : {CLOSED}")
        self.cles = frozenset(cles)


class Entry(NamedTuple):
    """What a person typed under a key, over the version that they saw."""

    cle: str
    texte: str
    version: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of entries."""

    ecrites: tuple[Written, ...]
    conflits: tuple[Conflict, ...]
    refus: tuple[Refusal, ...]


_LOCK: Final = "SELECT pg_advisory_xact_lock(%s)"


def lock(dossier_id: int) -> None:
    """Serialise the changes of one dossier until the end of the transaction."""
    tell(_LOCK, [dossier_id])


def save_entries(
    dossier: Dossier,
    entries: Sequence[Entry],
    origine: Origine = Origine.SAISIE,
    lot: uuid.UUID | None = None,
) -> Outcome:
    """
    Keep what a person typed; each cell is kept, refused or in conflict on its own.

    Raises:
        LockedError: the step of the dossier does not let values change.
    """
    plan = plan_for(dossier)
    refusals: list[Refusal] = []
    writes: list[Write] = []
    for entry in {entry.cle: entry for entry in entries}.values():
        write = _read(plan, entry)
        if isinstance(write, Write):
            writes.append(write)
        else:
            refusals.append(write)
    try:
        written, conflicts = save_values(dossier, writes, origine, lot)
    except ClosedError as error:
        refusals += [Refusal(cle, f"Cette cellule n'est pas ouverte : {CLOSED}") for cle in error.cles]
        opened = [write for write in writes if write.cle not in error.cles]
        written, conflicts = save_values(dossier, opened, origine, lot)
    return Outcome(written, conflicts, tuple(refusals))


def _read(plan: Plan, entry: Entry) -> Write | Refusal:
    key = read_key(entry.cle)
    if key is None or key.kept in {Kept.BALANCE, Kept.ROW, Kept.NEANT}:
        return Refusal(entry.cle, f"« {entry.cle} » n'est pas une cellule.")
    kind = kind_of(plan, key)
    if kind is None:
        return Refusal(entry.cle, f"La cellule {entry.cle} n'existe pas dans ce formulaire.")
    if is_computed(plan, key):
        return Refusal(entry.cle, "Cette cellule est calculée : elle ne se saisit pas.")
    typed = read_typed(entry.texte, kind)
    if typed.refus:
        return Refusal(entry.cle, typed.refus)
    return Write(entry.cle, typed.valeur, typed.texte, entry.version)


def kind_of(plan: Plan, key: Key) -> Kind | None:
    """Return what a cell holds; None when the form has no such cell."""
    form = form_for(plan)
    if key.kept is Kept.ROW_CELL:
        return form.sections.get(key.section, {}).get(key.column)
    return form.cellules.get(key.reference)


def is_computed(plan: Plan, key: Key) -> bool:
    """Tell whether a cell only shows what the engine computes."""
    nature = plan.slot(key.reference).nature
    return nature is not None and nature.value == "calculee"


SAVE: Final = """
WITH entree AS (
  SELECT * FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::int[]) AS e(cle, valeur, texte, version)
), ancien AS MATERIALIZED (
  SELECT v.cle, v.valeur, v.texte, v.version FROM dossiers_valeur v
  WHERE v.dossier_id = %s AND v.cle = ANY(%s::text[])
), ecrit AS (
  INSERT INTO dossiers_valeur AS v
    (dossier_id, organisme_id, cle, valeur, texte, version, origine, par_id, le)
  SELECT %s, %s, e.cle, e.valeur, e.texte, 1, %s, %s::bigint, %s
  FROM entree e LEFT JOIN ancien a USING (cle)
  WHERE COALESCE(a.version, 0) = e.version
    AND (a.valeur IS DISTINCT FROM e.valeur OR a.texte IS DISTINCT FROM e.texte)
  ON CONFLICT (dossier_id, cle) DO UPDATE
    SET valeur = excluded.valeur, texte = excluded.texte, version = v.version + 1,
        origine = excluded.origine, par_id = excluded.par_id, le = excluded.le
  RETURNING v.cle, v.version
)
INSERT INTO dossiers_journal (dossier_id, organisme_id, cle, ancienne, ancien_texte, nouvelle, nouveau_texte,
                              version, origine, lot, par_id, le)
SELECT %s, %s, e.cle, a.valeur, a.texte, e.valeur, e.texte, w.version, %s, %s, %s::bigint, %s
FROM ecrit w JOIN entree e USING (cle) LEFT JOIN ancien a USING (cle)
RETURNING cle, version, id
"""


def save_values(
    dossier: Dossier, writes: Sequence[Write], origine: Origine, lot: uuid.UUID | None = None
) -> tuple[tuple[Written, ...], tuple[Conflict, ...]]:
    """
    Put values under their keys and write the journal, each over the version that its author saw.

    A value that already stands is written again by nobody: sending the same entry twice counts once.

    Raises:
        LockedError: the step of the dossier, or a request for correction, does not let values change.
        PermissionError: the scope does not see the dossier.
    """
    if not writes:
        return (), ()
    lock_open(dossier, [write.cle for write in writes])
    note_written(dossier)
    user_id, now, lot = current().user_id or None, timezone.now(), lot or uuid.uuid4()
    keys = [write.cle for write in writes]
    rows = ask(
        SAVE,
        [
            keys,
            [write.valeur for write in writes],
            [write.texte for write in writes],
            [write.version for write in writes],
            dossier.pk,
            keys,
            *(dossier.pk, dossier.organisme_id, origine.value, user_id, now),
            *(dossier.pk, dossier.organisme_id, origine.value, lot, user_id, now),
        ],
    )
    written = {cle: Written(cle, version, line) for cle, version, line in rows}
    left = [write for write in writes if write.cle not in written]
    if not left:
        return tuple(written[cle] for cle in dict.fromkeys(keys)), ()
    return _settle(dossier, written, left)


def _settle(
    dossier: Dossier, written: dict[str, Written], left: Sequence[Write]
) -> tuple[tuple[Written, ...], tuple[Conflict, ...]]:
    """Tell, among what was not written, what already stands so from what somebody else changed."""
    standing = _standing(dossier, [write.cle for write in left])
    conflicts = []
    for write in left:
        there = standing.get(write.cle, Conflict(write.cle, None, None, 0, "", ""))
        if (there.valeur, there.texte) == (write.valeur, write.texte):
            written[write.cle] = Written(write.cle, there.version, 0)
        else:
            conflicts.append(there)
    return tuple(written.values()), tuple(conflicts)


def _standing(dossier: Dossier, keys: Sequence[str]) -> dict[str, Conflict]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT v.cle, v.valeur, v.texte, v.version, {NOM_SQL}, v.le, COALESCE(v.par_id, 0)"  # noqa: S608 - our own constant
            " FROM dossiers_valeur v LEFT JOIN acces_user u ON u.id = v.par_id"
            " WHERE v.dossier_id = %s AND v.cle = ANY(%s)",
            [dossier.pk, list(keys)],
        )
        return {
            cle: Conflict(cle, valeur, texte, version, par, le.isoformat(), par_id)
            for cle, valeur, texte, version, par, le, par_id in cursor.fetchall()
        }


_OPEN: Final = f"""
SELECT d.etape, c.gel + greatest(0, coalesce(k.echeance - c.echeance, 0)),
       (SELECT q.cles {STANDING.format(dossier="d.id")})
FROM dossiers_dossier d JOIN campagnes_campagne c ON c.id = d.campagne_id
LEFT JOIN campagnes_calendrierorganisme k ON k.campagne_id = c.id AND k.organisme_id = d.organisme_id
WHERE d.id = %s
"""  # noqa: S608 - our own constants
"""The step, the freeze, and what the request for correction in force opens."""


def lock_open(dossier: Dossier, keys: Sequence[str] = ()) -> None:
    """
    Serialise the changes of a dossier, then see that nothing forbids them.

    Raises:
        LockedError: the step of the dossier does not let these values change.
        PermissionError: the scope does not see the dossier.
    """
    lock(dossier.pk)
    rows = ask(_OPEN, [dossier.pk])
    if not rows:
        raise PermissionError(dossier.pk)
    code, freeze, correction = rows[0]
    if freeze is not None and timezone.localdate() > freeze:
        raise LockedError(f"Les saisies sont gelées depuis le {freeze:%d/%m/%Y} : écrivez {porte().au}.")
    etape = workflow().etapes[code]
    if not etape.modifiable:
        raise LockedError(f"Le dossier est à l'étape « {etape.titre} » : ses valeurs ne changent plus.")
    if correction is not None:
        opened = json.loads(correction)
        closed = [cle for cle in keys if not covers(opened, cle)]
        if closed:
            raise ClosedError(closed)


# ── Rows and « néant » ───────────────────────────────────────────────────────────────────────────


def add_row(
    dossier: Dossier, section: str, after: int | None = None, count: int = 1, lot: uuid.UUID | None = None
) -> int:
    """
    Add empty rows to a keyed section, last or after another; return the number of the first.

    Numbers follow one another, and are never used again.

    Raises:
        LockedError: the step of the dossier does not let values change.
        KeyError: the form has no such section.
    """
    plan = plan_for(dossier)
    plan.key_columns[section]
    lock(dossier.pk)
    rows = _rows(dossier, section)
    number = max((number for number, _, _ in rows), default=0) + 1
    standing = [(other, rank, version) for other, rank, version in rows if rank is not None]
    last = max((rank for _, rank, _ in standing), default=0)
    anchor = next((rank for other, rank, _ in standing if other == after), last)
    writes = [Write(f"{section}#{number + at}", anchor + 1 + at, None, 0) for at in range(count)]
    writes += [
        Write(f"{section}#{other}", rank + count, None, version)
        for other, rank, version in standing
        if rank > anchor
    ]
    save_values(dossier, writes, Origine.SAISIE, lot)
    return number


def _rows(dossier: Dossier, section: str) -> list[tuple[int, int | None, int]]:
    """Return every row that a section has or had: its number, its rank (None once removed), its version."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT cle, valeur, version FROM dossiers_valeur WHERE dossier_id = %s AND cle LIKE %s",
            [dossier.pk, f"{section}#%"],
        )
        found = [(read_key(cle), valeur, version) for cle, valeur, version in cursor.fetchall()]
    return [(key.row, valeur, version) for key, valeur, version in found if key and key.kept is Kept.ROW]


def remove_row(dossier: Dossier, section: str, number: int, lot: uuid.UUID | None = None) -> None:
    """
    Remove a row; its cells stay in the journal, and undoing brings them back.

    Raises:
        LockedError: the step of the dossier does not let values change.
    """
    lock(dossier.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT cle, version FROM dossiers_valeur WHERE dossier_id = %s AND valeur IS NOT NULL"
            " AND (cle = %s OR cle LIKE %s)",
            [dossier.pk, f"{section}#{number}", f"{section}#{number}.%"],
        )
        writes = [Write(cle, None, None, version) for cle, version in cursor.fetchall()]
    save_values(dossier, writes, Origine.SAISIE, lot)


def declare_neant(dossier: Dossier, table: str, *, neant: bool) -> None:
    """
    Declare that a table has nothing to say, or take it back.

    Raises:
        LockedError: the step of the dossier does not let values change.
        ValueError: the table admits no such declaration.
    """
    known = plan_for(dossier).model.tables.get(table)
    if known is None or not known.may_be_neant:
        raise ValueError(f"La table {table} ne se déclare pas « néant ».")
    lock(dossier.pk)
    standing = _standing(dossier, [table]).get(table)
    version = standing.version if standing else 0
    save_values(dossier, [Write(table, 1 if neant else None, None, version)], Origine.SAISIE)


def filled_keys(dossier: Dossier, table: str) -> int:
    """Return how many cells of a table hold something that was typed or imported."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM dossiers_valeur WHERE dossier_id = %s AND valeur IS NOT NULL"
            " AND starts_with(cle, %s)",
            [dossier.pk, f"{table}."],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def undo(dossier: Dossier, lot: uuid.UUID) -> Outcome:
    """
    Put back what one act changed, where nobody changed it since; the rest is told as conflicts.

    Raises:
        LockedError: the step of the dossier does not let values change.
    """
    lock(dossier.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (cle) cle, ancienne, ancien_texte,"
            " (SELECT max(version) FROM dossiers_journal k"
            "  WHERE k.dossier_id = j.dossier_id AND k.cle = j.cle AND k.lot = j.lot)"
            " FROM dossiers_journal j WHERE dossier_id = %s AND lot = %s ORDER BY cle, id",
            [dossier.pk, lot],
        )
        writes = [Write(*row) for row in cursor.fetchall()]
    written, conflicts = save_values(dossier, writes, Origine.CORRECTION)
    return Outcome(written, conflicts, ())
