"""What others do meanwhile: the changes after a line of the journal, and who is there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.utils import timezone

from harmonia.acces.models import NOM_SQL
from harmonia.dossiers.evaluation import Live
from harmonia.dossiers.models import Dossier
from harmonia.tenancy.scope import current
from harmonia.tenancy.sql import ask

HERE: Final = timedelta(seconds=40)
"""How long somebody is said to be there after their page last spoke."""
_AGAIN: Final = timedelta(seconds=4)
_MOST: Final = 2_000


@dataclass(frozen=True, slots=True)
class Event:
    """A change of a value: its last version, origin and author; `tenue` when something stands there."""

    cle: str
    version: int
    origine: str
    par: str
    par_id: int
    tenue: bool


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody else who has the dossier open: at which table, on which cell."""

    user_id: int
    nom: str
    table: str
    cle: str


_EVENTS: Final = f"""
SELECT DISTINCT ON (j.cle) j.cle, j.version, j.origine,
       {NOM_SQL}, COALESCE(j.par_id, 0), j.nouvelle IS NOT NULL
FROM dossiers_journal j LEFT JOIN acces_user u ON u.id = j.par_id
WHERE j.dossier_id = %s AND j.id > %s AND (j.cle = %s OR starts_with(j.cle, %s))
ORDER BY j.cle, j.id DESC LIMIT %s
"""  # noqa: S608 - our own constant


def events_since(dossier: Dossier, state: Live, cursor: int, table: str) -> list[Event]:
    """Return the last change of each key of a table after a line of the journal."""
    changes = state.changes_since(cursor)
    if changes is not None:
        last = {one.cle: one for one in changes if one.cle == table or one.cle.startswith(f"{table}.")}
        return [
            Event(one.cle, one.version, one.origine, one.par, one.par_id, one.held.valeur is not None)
            for one in last.values()
        ]
    return [Event(*row) for row in ask(_EVENTS, [dossier.pk, cursor, table, f"{table}.", _MOST])]


_SEEN: Final = f"""
WITH moi AS (
  INSERT INTO dossiers_presence AS p (dossier_id, organisme_id, user_id, table_code, cle, vu_le)
  VALUES (%s, %s, %s, %s, %s, %s)
  ON CONFLICT (dossier_id, user_id) DO UPDATE
    SET table_code = excluded.table_code, cle = excluded.cle, vu_le = excluded.vu_le
    WHERE p.cle <> excluded.cle OR p.table_code <> excluded.table_code OR p.vu_le < %s
)
SELECT p.user_id, {NOM_SQL}, p.table_code, p.cle
FROM dossiers_presence p JOIN acces_user u ON u.id = p.user_id
WHERE p.dossier_id = %s AND p.user_id <> %s AND p.vu_le > %s ORDER BY 2
"""  # noqa: S608 - our own constant


def say_present(dossier: Dossier, table: str, cle: str) -> list[Present]:
    """Say that the person has a table open and stands on a cell; return who else is there."""
    user_id, now = current().user_id, timezone.now()
    values = [
        *(dossier.pk, dossier.organisme_id, user_id, table, cle, now, now - _AGAIN),
        *(dossier.pk, user_id, now - HERE),
    ]
    return [Present(*row) for row in ask(_SEEN, values)]
