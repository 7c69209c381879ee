"""What leaves as a file: anomalies, journal, the filing; each as bytes, with its name and its type."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.utils import timezone
from xlsxwriter import Workbook

from harmonia.dossiers.history import JournalRow
from harmonia.dossiers.models import Dossier
from harmonia.dossiers.plans import form_for
from harmonia.portail.verification import GRAVITES, AnomalyShown
from liasse import Evaluation, Finding, depot_of, to_decimal_string, unit
from liasse.echanges import render_filing_json, render_filing_xml

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV: Final = "text/csv; charset=utf-8"
PDF: Final = "application/pdf"

Cells = Sequence[str | int | float | datetime | None]

ANOMALIES: Final = (
    ("Gravité", 14),
    ("État", 20),
    ("Contrôle", 24),
    ("Ligne", 18),
    ("Constat", 70),
    ("À faire", 44),
    ("Gauche", 16),
    ("Droite", 16),
    ("Écart", 16),
    ("Unité", 8),
    ("Cellules", 34),
    ("Justification", 50),
    ("Montant expliqué", 16),
    ("Décision", 26),
    ("Référence", 34),
    ("Certitude", 10),
)
JOURNAL: Final = (
    ("N°", 9),
    ("Le", 17),
    ("Par", 22),
    ("Origine", 20),
    ("Cellule", 18),
    ("Libellé", 52),
    ("Avant", 20),
    ("Après", 20),
    ("Lot", 11),
)
"""The columns of each export, with their widths in a spreadsheet."""


class Exported(NamedTuple):
    """A file: its name, its type, its bytes."""

    nom: str
    type: str
    contenu: bytes


def file_name(dossier: Dossier, what: str, extension: str) -> str:
    """Return the name of a file: what, whose, which exercice."""
    return f"{what}-{dossier.organisme.siren}-{dossier.campagne.exercice}.{extension}"


def anomaly_cells(rows: Iterable[AnomalyShown]) -> list[Cells]:
    """Return one line per finding, amounts as numbers."""
    return [_finding_cells(row, finding) for row in rows for finding in row.anomaly.findings]


def _finding_cells(row: AnomalyShown, finding: Finding) -> Cells:
    said = row.anomaly.justification
    return (
        GRAVITES[row.anomaly.gravite],
        row.mot,
        row.anomaly.check.control.identifier,
        finding.ligne,
        finding.message,
        finding.instruction,
        *(_side(finding.unite, side) for side in (finding.gauche, finding.droite, finding.ecart)),
        finding.unite,
        ", ".join(finding.cellules),
        said.texte if said else "",
        _side("euro", said.montant if said else None),
        decision_of(row),
        finding.reference,
        finding.certitude,
    )


def _side(unite: str, value: int | None) -> str | float | None:
    if value is None or unite in {"texte", "date", "oui_non", "choix"}:
        return None
    return float(to_decimal_string(value, unit(unite).decimals))


def decision_of(row: AnomalyShown) -> str:
    """Say what the authority decided of the justification of a row."""
    said = row.anomaly.justification
    if said is None or not said.decision:
        return ""
    if said.decision == "plafond" and said.plafond is not None:
        return f"acceptée jusqu'à {to_decimal_string(said.plafond).replace('.', ',')} €"
    return f"{'refusée' if said.decision == 'refusee' else 'acceptée'} {said.motif}".strip()


def journal_cells(rows: Iterable[JournalRow]) -> list[Cells]:
    """Return one line per change."""
    return [
        (
            row.numero,
            timezone.localtime(row.le).replace(tzinfo=None),
            row.par,
            row.origine,
            row.cle,
            row.libelle,
            row.avant,
            row.apres,
            row.lot,
        )
        for row in rows
    ]


def as_csv(columns: Sequence[tuple[str, int]], lines: Iterable[Cells]) -> bytes:
    """Write lines for a French spreadsheet: semicolons, decimal comma, a byte-order mark."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow([name for name, _ in columns])
    for line in lines:
        writer.writerow([_plain(cell) for cell in line])
    return b"\xef\xbb\xbf" + stream.getvalue().encode()


_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def _plain(cell: str | float | datetime | None) -> str:
    """Write a cell; words that a spreadsheet would take for a formula are kept as words."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(_FORMULA) else cell
    if isinstance(cell, datetime):
        return f"{cell:%d/%m/%Y %H:%M:%S}"
    return str(cell) if isinstance(cell, int) else f"{cell:.2f}".replace(".", ",")


def as_workbook(
    titre: str, sous_titre: str, columns: Sequence[tuple[str, int]], lines: Iterable[Cells]
) -> bytes:
    """Write lines as a sheet to be filtered and printed."""
    stream = io.BytesIO()
    book = Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    base: dict[str, Any] = {"font_name": "Calibri", "font_size": 10, "valign": "top"}
    heading = book.add_format({**base, "bold": True, "bottom": 1, "bg_color": "#EEF0F3", "text_wrap": True})
    words = book.add_format({**base, "text_wrap": True})
    number = book.add_format({**base, "num_format": "#,##0.00;[Red]-#,##0.00"})
    moment = book.add_format({**base, "num_format": "dd/mm/yyyy hh:mm"})
    sheet = book.add_worksheet(titre[:31])
    sheet.write_string(0, 0, titre, book.add_format({**base, "bold": True, "font_size": 14}))
    sheet.write_string(1, 0, sous_titre, book.add_format({**base, "font_color": "#6B7280"}))
    for at, (name, width) in enumerate(columns):
        sheet.set_column(at, at, width)
        sheet.write_string(3, at, name, heading)
    last = 3
    for last, line in enumerate(lines, 4):
        for at, cell in enumerate(line):
            if isinstance(cell, datetime):
                sheet.write_datetime(last, at, cell, moment)
            elif isinstance(cell, int | float):
                sheet.write_number(last, at, cell, number if isinstance(cell, float) else words)
            elif cell:
                sheet.write_string(last, at, cell, words)
    sheet.autofilter(3, 0, last, len(columns) - 1)
    sheet.freeze_panes(4, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(3)
    sheet.set_footer("&L&8Harmonia&R&8&P / &N")
    book.close()
    return stream.getvalue()


def filing_as_json(dossier: Dossier, evaluation: Evaluation) -> Exported:
    """Write the filing as JSON, which every Harmonia reads back."""
    plan = evaluation.plan
    body = render_filing_json(depot_of(plan, evaluation.facts, dossier.organisme.nom), form_for(plan))
    return Exported(file_name(dossier, "depot", "json"), "application/json", body.encode())


def filing_as_xml(dossier: Dossier, evaluation: Evaluation) -> Exported:
    """Write the filing as XML, which every Harmonia reads back."""
    plan = evaluation.plan
    body = render_filing_xml(depot_of(plan, evaluation.facts, dossier.organisme.nom), form_for(plan))
    return Exported(file_name(dossier, "depot", "xml"), "application/xml", body.encode())
