"""The job of a grouped export: one file per dossier, in an archive; its progress is told as it goes."""

from __future__ import annotations

import io
import zipfile
from typing import Final

import structlog
from procrastinate.contrib.django import app

from harmonia.consultations.models import Nature
from harmonia.consultations.services import Read, note
from harmonia.dossiers.access import REVIEW
from harmonia.dossiers.evaluation import live
from harmonia.dossiers.models import Dossier
from harmonia.instruction.models import ExportGroupe
from harmonia.portail.exports import Exported, as_csv, file_name, filing_as_xml
from harmonia.portail.impression import on_every_page, print_filing
from harmonia.tenancy.scope import Role, Scope, open_scope
from liasse.echanges import render_workbook

_log = structlog.get_logger(__name__)
NOT_SENT: Final = "Pas encore transmis : ses valeurs ne se lisent pas."


@app.task(name="export_groupe", queue="editions")
def make_export(*, export_id: int, role: str, user_id: int) -> None:
    """Make the archive in the scope of who asked for it."""
    scope = Scope(Role(role), user_id)
    try:
        _make(export_id, scope)
    except Exception:
        _tell(export_id, scope, etat="echouee")
        raise


def _make(export_id: int, scope: Scope) -> None:
    with open_scope(scope):
        row = ExportGroupe.objects.filter(pk=export_id, etat="demandee").defer("contenu").first()
    if row is None:
        return
    stream, told = io.BytesIO(), []
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for done, dossier_id in enumerate(row.dossiers, 1):
            made = _one(scope, dossier_id, row.nature)
            if isinstance(made, Exported):
                archive.writestr(made.nom, made.contenu)
            else:
                told.append(made)
            _tell(export_id, scope, faits=done, bilan=told)
        archive.writestr("bilan.csv", _report(told))
    _tell(export_id, scope, etat="prete", contenu=stream.getvalue(), bilan=told)


def _one(scope: Scope, dossier_id: int, nature: str) -> Exported | list[str]:
    """Write the file of a dossier, or say why there is none; one that fails does not hold up the others."""
    with open_scope(scope):
        rows = Dossier.objects.select_related("campagne", "organisme", "precedent__campagne")
        dossier = rows.filter(pk=dossier_id).first()
        if dossier is None or dossier.rang < REVIEW:
            return [dossier.organisme.nom if dossier is not None else str(dossier_id), NOT_SENT]
        try:
            return _written(dossier, nature)
        except Exception:  # noqa: BLE001 - whatever one filing holds, the others are exported
            _log.exception("grouped_export_failed", dossier=dossier_id)
            return [dossier.organisme.nom, "Ce dossier n'a pas pu être exporté : prévenez l'assistance."]


def _written(dossier: Dossier, nature: str) -> Exported:
    note(Read(dossier.organisme_id, dossier.pk, dossier.campagne.titre, nature=Nature.EXPORT))
    evaluation = live(dossier).evaluation
    if nature == "xml":
        return filing_as_xml(dossier, evaluation)
    name = file_name(dossier, "liasse", nature)
    if nature == "xlsx":
        return Exported(name, "", render_workbook(evaluation, dossier.organisme.nom))
    return Exported(name, "", print_filing(on_every_page(dossier, None), evaluation, lambda _percent: None))


def _report(told: list[list[str]]) -> bytes:
    return as_csv((("Organisme", 40), ("Constat", 90)), told)


def _tell(export_id: int, scope: Scope, **fields: object) -> None:
    with open_scope(scope):
        ExportGroupe.objects.filter(pk=export_id).update(**fields)
