"""Where the values of a table come from, and what a cell was before."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection
from django.utils import timezone

from harmonia.acces.models import NOM_SQL
from harmonia.dossiers.evaluation import Held
from harmonia.dossiers.models import Commentaire, Dossier, Journal
from harmonia.tenancy.scope import current

MAX_COMMENT: Final = 2_000

_MARKS: Final = """
WITH v AS (
  SELECT cle, version, origine FROM dossiers_valeur
  WHERE dossier_id = %s AND (cle = %s OR starts_with(cle, %s))
), c AS (
  SELECT cle, valeur, texte FROM dossiers_cellulecopiee
  WHERE rapatriement_id = (
      SELECT id FROM dossiers_rapatriement WHERE dossier_id = %s AND annule_le IS NULL
      ORDER BY le DESC, id DESC LIMIT 1)
    AND (cle = %s OR starts_with(cle, %s))
)
SELECT cle, COALESCE(v.version, 0), COALESCE(v.origine, ''), c.valeur, c.texte FROM v FULL JOIN c USING (cle)
"""


@dataclass(frozen=True, slots=True)
class Mark:
    """The version and origin of a value; `copie` is what the ministry's portal said of the same cell."""

    version: int
    origine: str
    copie: Held | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """One change of a cell: what it was, what it became, who did it, in an act that changed `avec` cells."""

    ligne: int
    avant: Held
    apres: Held
    version: int
    origine: str
    par: str
    le: datetime
    lot: uuid.UUID
    avec: int


def marks_of(dossier: Dossier, table: str) -> dict[str, Mark]:
    """Return the version and origin of every key of a table that holds, held, or was copied."""
    with connection.cursor() as cursor:
        cursor.execute(_MARKS, [dossier.pk, table, f"{table}.", dossier.pk, table, f"{table}."])
        return {
            cle: Mark(version, origine, None if value is None else Held(value, words))
            for cle, version, origine, value, words in cursor.fetchall()
        }


def past_of(dossier: Dossier, cle: str, limit: int = 20) -> list[Past]:
    """Return the changes of a cell, the last first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT j.id, j.ancienne, j.ancien_texte, j.nouvelle, j.nouveau_texte, j.version,"  # noqa: S608 - our own constant
            " j.origine,"
            f" {NOM_SQL}, j.le, j.lot,"
            " (SELECT count(*) FROM dossiers_journal k WHERE k.dossier_id = j.dossier_id AND k.lot = j.lot)"
            " FROM dossiers_journal j LEFT JOIN acces_user u ON u.id = j.par_id"
            " WHERE j.dossier_id = %s AND j.cle = %s ORDER BY j.id DESC LIMIT %s",
            [dossier.pk, cle, limit],
        )
        return [
            Past(row[0], Held(row[1], row[2]), Held(row[3], row[4]), *row[5:]) for row in cursor.fetchall()
        ]


def lot_exists(dossier: Dossier, lot: uuid.UUID) -> bool:
    """Tell whether the dossier's journal holds an act."""
    return bool(Journal.objects.filter(dossier=dossier, lot=lot).exists())


def row_of_lot(dossier: Dossier, section: str, lot: uuid.UUID) -> int | None:
    """Return the first row that an act added to a section; None when the journal holds no such act."""
    start = f"{section}#"
    keys = Journal.objects.filter(dossier=dossier, lot=lot, ancienne=None, cle__startswith=start)
    numbers = [
        int(rest) for cle in keys.values_list("cle", flat=True) if (rest := cle[len(start) :]).isdigit()
    ]
    return min(numbers, default=None)


def comments_on(dossier: Dossier, cle: str) -> list[Commentaire]:
    """Return what was said of a cell, in order."""
    return list(Commentaire.objects.filter(dossier=dossier, cle=cle).select_related("par"))


def commented_keys(dossier: Dossier, table: str) -> list[str]:
    """Return the cells of a table about which something was said."""
    rows = Commentaire.objects.filter(dossier=dossier, cle__startswith=f"{table}.").order_by()
    return list(rows.values_list("cle", flat=True).distinct())


def comment(dossier: Dossier, cle: str, texte: str) -> Commentaire:
    """
    Leave a word on a cell.

    Raises:
        ValueError: the text is empty, or too long.
    """
    body = texte.strip()
    if not body:
        raise ValueError("Écrivez votre commentaire avant de l'ajouter.")
    if len(body) > MAX_COMMENT:
        raise ValueError(f"Le commentaire dépasse {MAX_COMMENT} caractères : raccourcissez-le.")
    made: Commentaire = Commentaire.objects.create(
        dossier=dossier,
        organisme_id=dossier.organisme_id,
        cle=cle,
        texte=body,
        par_id=current().user_id,
        le=timezone.now(),
    )
    return made
