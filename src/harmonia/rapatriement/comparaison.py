"""
The proof that both sides hold the same figures (`harmonia.comparaison/1`), signed by this portal.

Table by table, the digest of what the ministry's portal transmitted and that of what the dossier holds in the
same cells, under the names of the ministry's form.  Where they differ, the cells are named, without their
values: what was changed here is not the ministry's to read.  What has no counterpart, and what only this
side fills (from the year before, say), is listed and counts for neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from harmonia.dossiers.evaluation import Live
from harmonia.dossiers.models import Dossier, ImportDepose
from harmonia.dossiers.plans import form_for
from harmonia.transmissions.cles import NoKeyError, portal_key
from liasse import DepotYear, Plan, given_year, read_filing, table_figures
from liasse.echanges import moment, sha256, sign_document, signer_of

FORMAT: Final = "harmonia.comparaison/1"
_TOLD: Final = 200
"""How many cells that differ are named in each table."""

Figures = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Cotes:
    """
    The figures of both sides, table by table, under the names of the ministry's form.

    `ajouts` are the cells that only this side fills, in the tables of which the transmission speaks.
    """

    ministere: Figures
    ici: Figures
    ajouts: Figures


def sides(depose: ImportDepose, state: Live) -> Cotes:
    """Return what a Rapatriement brought beside what the dossier holds now."""
    assert depose.lu is not None
    form = form_for(state.plan)
    theirs = read_filing(depose.lu["depot"], form)[0].faits
    alone = set(depose.lu["sans_vis_a_vis"])
    renamed = depose.lu["renommees"]
    names = {cell: renamed.get(cell, cell) for cell in theirs.cellules if cell not in alone}
    more = {cell: cell for cell in _cells(state.plan, theirs) if cell not in theirs.cellules}
    ours = _comparable(given_year(state.evaluation, theirs.lignes), theirs)
    return Cotes(
        table_figures(theirs, form, names), table_figures(ours, form, names), table_figures(ours, form, more)
    )


def _cells(plan: Plan, theirs: DepotYear) -> list[str]:
    """Return the cells of every table of which the transmission says something."""
    tables = {cell.partition(".")[0] for cell in theirs.cellules}
    return [slot.key for slot in plan.slots if slot.table in tables and slot.nature is not None]


def _comparable(ours: DepotYear, theirs: DepotYear) -> DepotYear:
    """Leave out the declarations of tables of which the transmission says nothing at all."""
    tables = {cell.partition(".")[0] for cell in (*theirs.cellules, *theirs.lignes)} | theirs.neant
    return replace(ours, neant=ours.neant & tables)


def document(dossier: Dossier, depose: ImportDepose, cotes: Cotes) -> dict[str, Any]:
    """Return the proof, not signed yet."""
    assert depose.lu is not None
    model = dossier.campagne
    tables = [_table(code, cotes) for code in sorted(cotes.ministere)]
    return {
        "format": FORMAT,
        "portail": settings.SITE,
        "organisme": {"siren": dossier.organisme.siren, "nom": dossier.organisme.nom},
        "exercice": model.exercice,
        "transmission": _version(depose.reconnu["transmission"]),
        "dossier": {"questionnaire": model.questionnaire, "millesime": model.millesime},
        "fait_le": moment(timezone.now()),
        "tables": tables,
        "identiques": all(table["egales"] for table in tables),
        "sans_vis_a_vis": [trou["cle"] for trou in depose.lu["trous"]],
    }


def _version(brought: Mapping[str, Any]) -> dict[str, Any]:
    """Return which version is compared; one that was not transmitted says so, and has no number."""
    kept = {key: brought[key] for key in ("questionnaire", "millesime", "empreinte")}
    if brought["numero"] is None:
        return {**kept, "provisoire": True, "scelle_le": brought["transmis_le"]}
    return {**kept, "numero": brought["numero"], "transmis_le": brought["transmis_le"]}


def _table(code: str, cotes: Cotes) -> dict[str, Any]:
    theirs = cotes.ministere[code]
    ours = cotes.ici.get(code, {"cellules": {}, "lignes": {}, "neant": False})
    there, here = theirs.get("cellules", {}), ours.get("cellules", {})
    moved = [cell for cell in sorted({*there, *here}) if there.get(cell) != here.get(cell)]
    rows = {section for side in (theirs, ours) for section in side.get("lignes", {})}
    apart = sorted(
        section
        for section in rows
        if theirs.get("lignes", {}).get(section) != ours.get("lignes", {}).get(section)
    )
    return {
        "table": code,
        "cellules": len(there),
        "lignes": sum(len(found) for found in theirs.get("lignes", {}).values()),
        "references": sorted(there),
        "ministere": sha256(theirs),
        "ici": sha256(ours),
        "egales": theirs == ours,
        "ecarts": [*moved[:_TOLD], *apart],
        "ajouts": sorted(cotes.ajouts.get(code, {}).get("cellules", {}))[:_TOLD],
    }


# ── Signed by this portal ────────────────────────────────────────────────────────────────────────


def signed(content: Mapping[str, object]) -> dict[str, Any] | None:
    """Return a document signed by this portal; None when it has no key."""
    try:
        return sign_document(content, portal_key())
    except NoKeyError:
        return None


def can_sign() -> bool:
    """Tell whether this portal has a key."""
    try:
        return bool(portal_key())
    except NoKeyError:
        return False


def is_intact(proof: Mapping[str, Any]) -> bool:
    """Tell whether a proof is what was signed."""
    return signer_of(proof) is not None
