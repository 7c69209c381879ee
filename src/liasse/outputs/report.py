"""
A verification as one plain structure: the JSON contract of `liasse verifier`.

Amounts are decimal strings in their unit (euros for accounts); what cannot be computed is None
with its reason, never 0.  `docs/schemas/verification.schema.json` describes every key.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, Final

from liasse.amounts import to_decimal_string, unit
from liasse.compiler.plan import Slot
from liasse.engine.controls import Outcome
from liasse.engine.findings import Compte, Finding
from liasse.engine.pistes import Piste
from liasse.engine.provisional import provisional
from liasse.engine.rows import places_of, words_of
from liasse.engine.values import Evaluation
from liasse.imports.report import ImportReport
from liasse.outputs.accounts import auxiliaires, rattachements
from liasse.outputs.document import Document
from liasse.outputs.motifs import Motifs
from liasse.outputs.version import package_version
from liasse.source.encoding import Kind
from liasse.source.values import write_value

Plain = dict[str, Any]

_FIRST: Final = 20
"""Accounts that follow a root, listed; the others are counted."""


def render(document: Document) -> str:
    """Write the contract as JSON text."""
    return json.dumps(as_dict(document), ensure_ascii=False, indent=1) + "\n"


def computed_dict(document: Document) -> Plain:
    """Return what is computed: the contract without the controls."""
    precedent = document.precedent
    return {
        **heading(document),
        "import": {**import_dict(document.lecture), "rattachements": _rattachements(document.evaluation)},
        "import_precedent": import_dict(precedent) if precedent else None,
        "etats": etats(document.evaluation),
        "agregats": agregats(document.evaluation),
    }


def as_dict(document: Document) -> Plain:
    """Return the whole contract."""
    verification = document.verification
    return {
        **computed_dict(document),
        "anomalies": [_anomalie(document.evaluation, finding) for finding in document.anomalies],
        "non_evalues": [
            {"code": finding.code, "ligne": finding.ligne, "manque": finding.manque}
            for finding in verification.findings
            if finding.outcome is Outcome.NON_EVALUABLE
        ],
        "comptes_sans_ligne": [_compte(compte) for compte in verification.comptes_sans_ligne],
        "synthese": synthese(document),
    }


def heading(document: Document) -> Plain:
    """Return what identifies the filing and the model."""
    model = document.plan.model
    return {
        "version": package_version(),
        "fichier": document.fichier,
        "exercice": document.exercice,
        "famille": document.plan.famille,
        "modele": {
            "questionnaire": model.questionnaire,
            "millesime": model.millesime,
            "empreinte": document.plan.fingerprint,
        },
        "remarques": list(document.remarques),
    }


def synthese(document: Document) -> Plain:
    """Return the counts: of anomalies and of lines judged, then of controls, each counted once."""
    counts, controls = document.counts(), document.controls()
    kept = ("bloquant", "a_justifier", "information", "conforme", "sans_objet", "non_evaluable")
    return {
        **{name: counts[name] for name in kept},
        "comptes_sans_ligne": len(document.verification.comptes_sans_ligne),
        "controles": {name: controls[name] for name in kept},
    }


def import_dict(report: ImportReport) -> Plain:
    """Return what a reader recognised and found wrong."""
    return {
        "fichier": report.fichier,
        "format": report.format,
        "lignes_lues": report.lignes_lues,
        "exercice_lu": report.exercice_lu,
        "colonnes": dict(report.colonnes),
        "choix": dict(report.choix),
        "defauts": [
            {
                "code": issue.code,
                "gravite": str(issue.severity),
                "fichier": issue.fichier,
                "ligne": issue.ligne,
                "colonne": issue.colonne,
                "valeur": issue.valeur,
                "message": issue.message,
                "remede": issue.remede,
            }
            for issue in report.issues
        ],
        "tues": dict(report.tues),
    }


def amount(value: int | None, code: str) -> str | None:
    """Write a scaled integer of a unit as a decimal string, None when it is missing."""
    return None if value is None else to_decimal_string(value, unit(code).decimals)


def etats(evaluation: Evaluation) -> Plain:
    """Return every cell: table, line, column."""
    plan, values = evaluation.plan, evaluation.values
    motifs, waiting = Motifs(evaluation), provisional(evaluation)
    made: Plain = {}
    for code, positions in plan.tables.items():
        table: Plain = {}
        for position in positions:
            slot, value = plan.slots[position], values[position]
            if isinstance(value, tuple):
                rows = evaluation.facts.rows.get(slot.section, ())
                for number, (row, one) in enumerate(zip(rows, value, strict=True)):
                    line, words = f"{slot.ligne}[{row.cle}]", words_of(evaluation, slot, number)
                    table.setdefault(line, {})[slot.colonne] = _cell(slot, one, words, motifs, waiting)
            else:
                words = words_of(evaluation, slot)
                table.setdefault(slot.ligne, {})[slot.colonne] = _cell(slot, value, words, motifs, waiting)
        made[code] = table
    return made


def _cell(slot: Slot, value: int | None, words: str, motifs: Motifs, waiting: Collection[str]) -> Plain:
    if value is None:
        return {"valeur": None, "certitude": slot.certitude, "motif": motifs.of(slot)}
    return {"valeur": _written(slot, value, words), "certitude": slot.certitude, **_mark(slot, waiting)}


def _mark(slot: Slot, waiting: Collection[str]) -> Plain:
    """Mark a figure that waits for a cell of a table that is due."""
    return {"provisoire": True} if slot.key in waiting else {}


def _written(slot: Slot, value: int, words: str) -> str:
    """Return a value as people write it: an amount, a date (ISO), `true` or `false`, a code, words."""
    written = write_value(value, Kind(slot.unit.code, slot.choix), words)
    return written if isinstance(written, str) else str(written).lower()


def agregats(evaluation: Evaluation) -> Plain:
    """Return every aggregate by code."""
    return slot_dicts(evaluation, map(evaluation.plan.slot, evaluation.plan.model.aggregats))


def slot_dicts(evaluation: Evaluation, slots: Iterable[Slot]) -> Plain:
    """Return figures by reference, each with its label, its unit and its source; a column row by row."""
    motifs, waiting = Motifs(evaluation), provisional(evaluation)
    return {
        reference: _figure(evaluation, slot, row, motifs, waiting)
        for slot in slots
        for reference, row in places_of(evaluation, slot)
    }


def _figure(
    evaluation: Evaluation, slot: Slot, row: int | None, motifs: Motifs, waiting: Collection[str]
) -> Plain:
    value = evaluation.at(slot.key, row)
    made = {
        "libelle": slot.libelle,
        "valeur": None if value is None else _written(slot, value, words_of(evaluation, slot, row)),
        "unite": slot.unit.code,
        "certitude": slot.certitude,
        "reference": slot.reference,
    }
    return made | (_mark(slot, waiting) if value is not None else {"motif": motifs.of(slot)})


def _piste(piste: Piste) -> Plain:
    return {
        "nature": str(piste.nature),
        "phrase": piste.phrase,
        "cellule": piste.cellule,
        "actuelle": amount(piste.actuelle, piste.unite),
        "proposee": amount(piste.proposee, piste.unite),
        "unite": piste.unite,
        "depuis": piste.depuis,
        "comptes": list(piste.comptes),
        "resout": piste.resout,
    }


def _rattachements(evaluation: Evaluation) -> Plain:
    """Return how many accounts the chart does not name, and the first ones with the root they follow."""
    found = rattachements(evaluation)
    first = [{"compte": one.compte, "racine": one.racine} for one in found[:_FIRST]]
    return {"nombre": len(found), "premiers": first}


def _anomalie(evaluation: Evaluation, finding: Finding) -> Plain:
    return {
        "code": finding.code,
        "partie": finding.partie,
        "gravite": str(finding.gravite),
        "titre": finding.titre,
        "message": finding.message,
        "instruction": finding.instruction,
        "ecart": amount(finding.ecart, finding.unite),
        "unite": finding.unite,
        "gauche": _side(finding.gauche, finding.unite),
        "droite": _side(finding.droite, finding.unite),
        "ligne": finding.ligne,
        "cellules": list(finding.cellules),
        "comptes": [_compte(compte) for compte in finding.comptes],
        "auxiliaires": [
            {"compte": one.compte, "auxiliaire": one.nom, "montant": to_decimal_string(one.montant)}
            for one in auxiliaires(evaluation, finding)
        ],
        "pistes": [_piste(piste) for piste in finding.pistes],
        "reference": finding.reference,
        "certitude": finding.certitude,
    }


def _side(value: int | None, code: str) -> str | None:
    """Write a side of a comparison: an amount, or a date (ISO); the gap of two dates is a number of days."""
    if value is not None and code == "date" and 1 <= value <= date.max.toordinal():
        return date.fromordinal(value).isoformat()
    return amount(value, code)


def _compte(compte: Compte) -> Plain:
    return {"compte": compte.numero, "libelle": compte.libelle, "montant": amount(compte.montant, "euro")}
