"""The work list of a person of the authority, and what is done at once to its dossiers; on both doors."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from harmonia.acces.models import Mission, User
from harmonia.campagnes.models import Campagne
from harmonia.dossiers.access import REVIEW
from harmonia.dossiers.models import Dossier
from harmonia.dossiers.transitions import Demand, RefusedError, move
from harmonia.dossiers.workflow import Action, workflow
from harmonia.instruction.models import ExportGroupe, Responsable, Retenu
from harmonia.instruction.registre_lecture import MAX_BYTES
from harmonia.organismes.models import Organisme, Rattachement
from harmonia.organismes.siren import is_siren
from harmonia.tenancy.scope import current
from liasse.echanges import decode_guess

MOST: Final = 2_000
"""Dossiers that a list may hold."""
NATURES: Final = {"pdf": "PDF", "xml": "XML", "xlsx": "XLSX"}
KEPT: Final = 5
"""Exports of a person that stay."""


@dataclass(frozen=True, slots=True)
class Effet:
    """What became of one dossier: done, or why not."""

    organisme: str
    fait: bool
    message: str


def listed() -> QuerySet[Dossier]:
    """Return the dossiers on the list of the person of the scope, by name."""
    kept = Retenu.objects.filter(user_id=current().user_id).values("dossier")
    rows: QuerySet[Dossier] = Dossier.objects.filter(pk__in=kept).select_related("campagne", "organisme")
    return rows.order_by("organisme__nom", "-campagne__exercice")


def put(dossier_ids: Iterable[int]) -> int:
    """Put dossiers on the list, and return how many it holds; twice is once."""
    there = Dossier.objects.filter(pk__in=list(dossier_ids)[:MOST]).values_list("pk", flat=True)
    user_id = current().user_id
    Retenu.objects.bulk_create(
        [Retenu(user_id=user_id, dossier_id=pk) for pk in there], ignore_conflicts=True
    )
    return Retenu.objects.filter(user_id=user_id).count()


def take_off(dossier_ids: Collection[int] | None = None) -> None:
    """Take dossiers off the list; all of them when none is named."""
    rows = Retenu.objects.filter(user_id=current().user_id)
    (rows if dossier_ids is None else rows.filter(dossier_id__in=dossier_ids)).delete()


@dataclass(frozen=True, slots=True)
class LectureListe:
    """What a file of SIREN gives: the dossiers found, and what was not."""

    dossiers: tuple[int, ...]
    constats: tuple[str, ...]


def read_list(body: bytes, campagne: Campagne) -> LectureListe:
    """Find the dossiers of a collection by the SIREN that a file holds, one line each."""
    if len(body) > MAX_BYTES:
        return LectureListe((), ("Le fichier dépasse 5 Mo.",))
    lines = decode_guess(body).removeprefix("\ufeff").splitlines()
    wanted: dict[str, int] = {}
    faults = []
    for number, line in enumerate(lines, 1):
        found = [one for one in re.findall(r"\d{9}", re.sub(r"(?<=\d) (?=\d)", "", line)) if is_siren(one)]
        if found:
            wanted.setdefault(found[0], number)
        elif line.strip(" ;,\t") and number > 1:
            faults.append(f"Ligne {number} : aucun SIREN.")
    rows = Dossier.objects.filter(campagne=campagne, organisme__siren__in=wanted)
    known = dict(rows.values_list("organisme__siren", "pk"))
    faults += [
        f"Ligne {number} : {siren} n'a pas de dossier dans cette campagne."
        for siren, number in wanted.items()
        if siren not in known
    ]
    return LectureListe(tuple(known.values()), tuple(faults))


# ── At once ──────────────────────────────────────────────────────────────────────────────────────


def bulk_actions() -> tuple[Action, ...]:
    """Return what the authority may do to many dossiers with a reason alone, without a page of its own."""
    return tuple(one for one in workflow().actions.values() if settings.PORTAIL in one.qui and not one.ecran)


def move_all(rows: Iterable[Dossier], code: str, motif: str, lot: uuid.UUID) -> list[Effet]:
    """Move each dossier where it can be; the others say why not, and nothing else is held up."""
    action = next((one for one in bulk_actions() if one.code == code), None)
    if action is None:
        return []
    made = []
    for row in rows:
        jeton = uuid.uuid5(lot, f"{code}/{row.pk}")
        try:
            move(row, Demand(code, jeton, row.version, motif), {settings.PORTAIL})
        except RefusedError as refusal:
            made.append(Effet(row.organisme.nom, fait=False, message=str(refusal)))
        else:
            made.append(Effet(row.organisme.nom, fait=True, message=workflow().etapes[row.etape].titre))
    return made


def officers() -> list[User]:
    """Return who may answer for a dossier, by name."""
    rows = User.objects.exclude(mission=Mission.AUCUNE).filter(is_active=True)
    return list(rows.order_by("last_name", "first_name", "pk"))


def assign(rows: Iterable[Dossier], responsable: User | None) -> int:
    """Say who answers for dossiers; nobody any more when None."""
    now, by = timezone.now(), current().user_id
    made = [
        Responsable(dossier=row, organisme_id=row.organisme_id, responsable=responsable, par_id=by, le=now)
        for row in rows
    ]
    Responsable.objects.bulk_create(
        made,
        update_conflicts=True,
        unique_fields=["dossier"],
        update_fields=["responsable", "par", "le"],
    )
    return len(made)


def officers_of(dossier_ids: Collection[int]) -> dict[int, User]:
    """Return who answers for each dossier."""
    rows = Responsable.objects.filter(dossier_id__in=dossier_ids).select_related("responsable")
    return {row.dossier_id: row.responsable for row in rows if row.responsable is not None}


def organismes_of(rows: Iterable[Dossier]) -> list[Organisme]:
    """Return the organisations of dossiers, each once."""
    return list({row.organisme_id: row.organisme for row in rows}.values())


def users_of(rows: Iterable[Dossier]) -> list[Rattachement]:
    """Return the people of the organisations of dossiers."""
    wanted = {row.organisme_id for row in rows}
    found = Rattachement.objects.filter(organisme_id__in=wanted, actif=True).select_related(
        "user", "organisme"
    )
    return list(found.order_by("organisme__nom", "user__last_name", "pk"))


# ── Exports ──────────────────────────────────────────────────────────────────────────────────────


def ask_export(rows: Sequence[Dossier], nature: str, jeton: uuid.UUID) -> tuple[ExportGroupe, bool]:
    """
    Ask for the files of dossiers, and return the export with whether it has to be made.

    Raises:
        KeyError: there is no export of this nature.
    """
    NATURES[nature]
    user_id = current().user_id
    row, is_new = ExportGroupe.objects.get_or_create(
        jeton=jeton,
        defaults={
            "user_id": user_id,
            "nature": nature,
            "dossiers": [one.pk for one in rows],
            "nom": f"dossiers-{nature}-{timezone.localtime():%Y%m%d-%H%M}.zip",
            "le": timezone.now(),
        },
    )
    mine = ExportGroupe.objects.filter(user_id=user_id)
    mine.exclude(pk__in=list(mine.values_list("pk", flat=True)[:KEPT])).delete()
    return row, is_new


def readable(rows: Iterable[Dossier]) -> list[Dossier]:
    """Return the dossiers whose values the authority may read."""
    return [row for row in rows if row.rang >= REVIEW]


def exports() -> list[ExportGroupe]:
    """Return the exports of the person, without their bytes."""
    return list(ExportGroupe.objects.filter(user_id=current().user_id).defer("contenu"))
