"""The report as one HTML page that stands alone: no script, no external resource."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from liasse.amounts import format_french
from liasse.engine.findings import Finding, french_spaces, say_sum
from liasse.engine.provisional import provisional
from liasse.engine.trace import Origin, Trace, explain
from liasse.model.rules import Gravite
from liasse.outputs.accounts import Auxiliaire, auxiliaires, check_of, rattachements
from liasse.outputs.document import Document
from liasse.outputs.explanation import ORIGINS, condensed, limited
from liasse.outputs.motifs import Motifs
from liasse.outputs.statements import UNIT_NAMES, Row, Statement, statements
from liasse.outputs.text import say_compte, side_names
from liasse.outputs.version import package_version
from liasse.outputs.wording import (
    CERTITUDES,
    FORMATS,
    GRAVITES,
    MARKS,
    PROVISIONAL,
    ROLES,
    capitalised,
    count,
    headline,
    issues_by_code,
    pointless,
    say_attached,
    say_link,
    say_piste,
    unjudged,
)

_TEMPLATES: Final = Path(__file__).parent / "templates"
_DEPTH: Final = 2
_ESSENTIAL: Final = (
    "RESULTAT",
    "CAF",
    "AFN",
    "RATIO_AFN",
    "FRNG",
    "BFR",
    "TRESORERIE",
    "POTENTIEL_FINANCIER",
)


@dataclass(frozen=True, slots=True)
class Figure:
    """An aggregate, ready to be set: its values N and N-1, its reason when it is empty, its tree."""

    code: str
    libelle: str
    valeur: str
    avant: str
    certitude: str
    reference: str
    motif: str
    trace: Trace
    is_provisional: bool


@dataclass(frozen=True, slots=True)
class Anomaly:
    """A finding, the small sum that shows its gap, and the third parties behind it."""

    finding: Finding
    anchor: str
    total: tuple[tuple[str, str], ...]
    tiers: tuple[Auxiliaire, ...]


def environment() -> Environment:
    """Return the templates, escaped, where an unknown name is an error."""
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["fr"] = french_spaces
    made.filters["majuscule"] = capitalised
    made.filters["piste"] = say_piste
    made.filters["compte"] = say_compte
    made.filters["lien"] = say_link
    made.globals["rattaches_a"] = say_attached
    made.globals["montant"] = format_french
    made.globals["compte_de"] = count
    made.globals["signal"] = row_flag
    made.globals["defauts"] = issues_by_code
    return made


def render(document: Document) -> str:
    """Write the page."""
    every = statements(document.evaluation)
    shown = [statement for statement in every if not statement.is_empty]
    empty = [statement for statement in every if statement.is_empty]
    anomalies = _anomalies(document)
    figures = _figures(document)
    counts, doubts = document.controls(), [reserve.phrase for reserve in document.reserves]
    page = (
        environment()
        .get_template("rapport.html.j2")
        .render(
            document=document,
            model=document.plan.model,
            titre=capitalised(headline(counts, doubts)),
            etat=_state(counts),
            anomalies=anomalies,
            essentiel=[figure for code in _ESSENTIAL for figure in figures if figure.code == code],
            figures=figures,
            etats=shown,
            vides=empty,
            cellules=_anchors(shown),
            signalees=_flagged(anomalies),
            rattaches=rattachements(document.evaluation),
            non_juges=unjudged(document.verification.findings),
            sans_objet=pointless(document.verification.findings),
            avec_precedent=document.evaluation.facts.precedent is not None,
            version=package_version(),
            certitudes=CERTITUDES,
            gravites=GRAVITES,
            marques=MARKS,
            roles=ROLES,
            formats=FORMATS,
            unites=UNIT_NAMES,
            origines=ORIGINS,
            provisoire=PROVISIONAL,
            Origin=Origin,
        )
    )
    return f"{page}\n"


def _state(counts: Mapping[str, int]) -> Gravite | None:
    return next((gravite for gravite in Gravite if counts[str(gravite)]), None)


def _figures(document: Document) -> list[Figure]:
    evaluation, plan = document.evaluation, document.plan
    motifs, waiting = Motifs(evaluation), provisional(evaluation)
    precedent = evaluation.facts.precedent
    made = []
    for code in plan.model.aggregats:
        slot, value = plan.slot(code), evaluation.value(code)
        before = precedent.value(code) if precedent is not None else None
        made.append(
            Figure(
                code,
                slot.libelle,
                format_french(value, slot.unit.code),
                format_french(before, slot.unit.code),
                slot.certitude,
                slot.reference,
                motifs.of(slot) if value is None else "",
                limited(condensed(explain(evaluation, code)), _DEPTH),
                is_provisional=value is not None and code in waiting,
            )
        )
    return made


def _anomalies(document: Document) -> list[Anomaly]:
    made = []
    for number, finding in enumerate(document.anomalies, 1):
        total: tuple[tuple[str, str], ...] = ()
        if finding.ecart:
            names = side_names(check_of(document.plan, finding))
            total = tuple(zip((*names, "Écart"), say_sum(finding), strict=True))
        tiers = auxiliaires(document.evaluation, finding)
        made.append(Anomaly(finding, f"anomalie-{number}", total, tiers))
    return made


def _anchors(shown: list[Statement]) -> frozenset[str]:
    """Return the cells that the page holds, to which a link can lead."""
    return frozenset(
        cell.key for statement in shown for row in statement.rows for cell in row.cells if cell is not None
    )


def _flagged(anomalies: list[Anomaly]) -> Mapping[str, Anomaly]:
    """Return, by cell, the most severe anomaly that looks at it."""
    found: dict[str, Anomaly] = {}
    for anomaly in anomalies:
        for key in anomaly.finding.cellules:
            found.setdefault(key, anomaly)
    return found


def row_flag(row: Row, flagged: Mapping[str, Anomaly]) -> Anomaly | None:
    """Return the most severe anomaly of a line."""
    found = [flagged[cell.key] for cell in row.cells if cell is not None and cell.key in flagged]
    return min(found, key=lambda anomaly: anomaly.finding.sort_key, default=None)
