"""The past of a dossier: as it stood at a moment, what changed since, and the journal as rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db import connection

from harmonia.acces.models import NOM_SQL
from harmonia.dossiers.evaluation import Held, evaluate_state, live, plan_for, state_at
from harmonia.dossiers.keys import Kept, read_key
from harmonia.dossiers.models import Dossier, Journal, Origine, VersionScellee
from harmonia.dossiers.plans import form_for
from harmonia.dossiers.services import kind_of
from liasse import Evaluation, Kind, Plan, decode, format_french, parse_decimal


@dataclass(frozen=True, slots=True)
class Past:
    """A dossier as it stood at a moment: after which line of the journal, and what was under each key."""

    le: datetime
    numero: int
    state: Mapping[str, Held]

    @property
    def valeurs(self) -> int:
        """How many values it held."""
        return len(self.state)


class Change(NamedTuple):
    """A key whose value is not what it was: its label, before and after as people write them."""

    cle: str
    libelle: str
    avant: str
    apres: str


class JournalRow(NamedTuple):
    """One line of the journal, in words."""

    numero: int
    le: datetime
    par: str
    origine: str
    cle: str
    libelle: str
    avant: str
    apres: str
    lot: str


def past_moment(dossier: Dossier, le: datetime) -> Past:
    """
    Return a dossier as it stood at a moment.

    A moment is read on the clock of the lines; lines of one dossier are written one act after the other.
    """
    last = Journal.objects.filter(dossier=dossier, le__lte=le).order_by("-id").values_list("id", flat=True)
    numero = last.first() or 0
    return Past(le, numero, state_at(dossier, numero))


def past_evaluation(dossier: Dossier, past: Past) -> Evaluation:
    """Return a past state computed with the form of today."""
    return evaluate_state(dossier, past.state)


def shifts_since(dossier: Dossier, past: Past) -> list[Change]:
    """Return what changed since a past state, in the order of the form."""
    plan, now = plan_for(dossier), live(dossier).state
    keys = [cle for cle in past.state.keys() | now.keys() if past.state.get(cle) != now.get(cle)]
    return [
        Change(cle, label(plan, cle), said(plan, cle, past.state.get(cle)), said(plan, cle, now.get(cle)))
        for cle in sorted(keys)
    ]


def journal(dossier: Dossier) -> Iterator[JournalRow]:
    """Yield every line of the journal, oldest first."""
    plan = plan_for(dossier)
    names = dict(Origine.choices)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT j.id, j.le, {NOM_SQL}, j.origine,"  # noqa: S608 - our own constant
            " j.cle, j.ancienne, j.ancien_texte, j.nouvelle, j.nouveau_texte, j.lot"
            " FROM dossiers_journal j LEFT JOIN acces_user u ON u.id = j.par_id"
            " WHERE j.dossier_id = %s ORDER BY j.id",
            [dossier.pk],
        )
        for numero, le, par, origine, cle, old, old_text, new, new_text, lot in cursor.fetchall():
            yield JournalRow(
                numero,
                le,
                par,
                str(names.get(origine, origine)),
                cle,
                label(plan, cle),
                said(plan, cle, Held(old, old_text)),
                said(plan, cle, Held(new, new_text)),
                str(lot)[:8],
            )


@dataclass(frozen=True, slots=True)
class SealedTable:
    """A table of a sealed version: what each cell held, as it is sealed."""

    titre: str
    lignes: tuple[tuple[str, str, str], ...]


def sealed_sections(dossier: Dossier, version: VersionScellee) -> list[SealedTable]:
    """Return what a sealed version holds, table by table; labels are those of the form of today."""
    plan = plan_for(dossier)
    found: dict[str, list[tuple[str, str, str]]] = {}
    cells = version.contenu.get("cellules", {})
    for cle in sorted(cells, key=lambda cle: plan.index.get(cle, 0)):
        found.setdefault(cle.partition(".")[0], []).append(
            (cle, label(plan, cle), _sealed(plan, cle, cells[cle]))
        )
    for section, rows in version.contenu.get("lignes", {}).items():
        key = form_for(plan).cles.get(section, "")
        for row in rows:
            for column, value in sorted(row.items()):
                reference = f"{section}.{column}"
                found.setdefault(section.partition(".")[0], []).append(
                    (
                        f"{section}[{row.get(key, '')}].{column}",
                        label(plan, reference),
                        _sealed(plan, reference, value),
                    )
                )
    order = {code: rank for rank, code in enumerate(plan.model.tables)}
    return [
        SealedTable(plan.model.tables[code].titre if code in order else code, tuple(lines))
        for code, lines in sorted(found.items(), key=lambda pair: order.get(pair[0], len(order)))
    ]


def _sealed(plan: Plan, reference: str, value: object) -> str:
    if reference in plan.index and isinstance(value, str):
        slot = plan.slot(reference)
        number = parse_decimal(value, slot.unit.decimals)
        if number is not None and slot.unit.code not in {"texte", "date", "oui_non", "choix"}:
            return format_french(number, slot.unit.code)
    return "oui" if value is True else "non" if value is False else str(value)


def label(plan: Plan, cle: str) -> str:
    """Return what a key is called in the form."""
    key = read_key(cle)
    if key is None:
        return ""
    if key.kept is Kept.BALANCE:
        return "Balance générale"
    if key.kept is Kept.NEANT:
        table = plan.model.tables.get(key.table)
        return f"{table.titre} : néant" if table else "Néant"
    if key.kept is Kept.ROW:
        return f"Ligne {key.row} de {key.section}"
    position = plan.index.get(key.reference)
    return plan.slots[position].libelle if position is not None else ""


def said(plan: Plan, cle: str, held: Held | None) -> str:
    """Write a kept value as people read it; nothing when there is none."""
    if held is None or held.valeur is None:
        return ""
    if held.texte is not None:
        return held.texte
    key = read_key(cle)
    if key is None or key.kept is Kept.BALANCE:
        return "déposée"
    if key.kept is Kept.NEANT:
        return "néant"
    if key.kept is Kept.ROW:
        return f"rang {held.valeur}"
    kind = kind_of(plan, key) if key.reference in plan.index else None
    return _written(held.valeur, kind)


def _written(value: int, kind: Kind | None) -> str:
    if kind is None:
        return str(value)
    if kind.unite == "choix":
        return list(kind.choix.values())[value - 1]
    written = decode(value, kind)
    if isinstance(written, bool):
        return "oui" if written else "non"
    return f"{written:%d/%m/%Y}" if isinstance(written, date) else format_french(value, kind.unite)
