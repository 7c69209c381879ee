"""How what the controls found is said on a page or in a file: sentences, sums, cells, filters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.text import slugify

from harmonia.dossiers.anomalies import Anomaly, Summary
from harmonia.dossiers.evaluation import Live, row_numbers
from harmonia.dossiers.justifications import Standing
from harmonia.dossiers.models import Dossier
from liasse import Finding, Gravite, Outcome, Plan, is_empty, say_value
from liasse.echanges import count, say_sum, side_names, typeset

GRAVITES: Final[Mapping[Gravite, str]] = {
    Gravite.BLOQUANT: "Bloquante",
    Gravite.A_JUSTIFIER: "À justifier",
    Gravite.INFORMATION: "Information",
}
RESULTATS: Final[Mapping[Outcome, str]] = {
    Outcome.ECART: "Anomalies",
    Outcome.NON_EVALUABLE: "Non évaluables",
    Outcome.CONFORME: "Satisfaits",
    Outcome.SANS_OBJET: "Sans objet",
}
MARKS: Final[Mapping[str, str]] = {
    "bloquant": "bad",
    "a_justifier": "warn",
    "information": "info",
    "justifie": "ok",
    "conforme": "ok",
    "non_evaluable": "wait",
    "sans_objet": "none",
}
_NOTHING: Final = "aucune anomalie bloquante"
LIMIT: Final = 250
"""Rows shown at once; a filter brings the others."""


def sentence(found: Summary) -> str:
    """
    Say a verification in one sentence.

    >>> sentence(Summary(bloquants=2, a_justifier=5, satisfaits=131, non_evaluables=10))
    '2 anomalies bloquantes, 5 à justifier, 131 contrôles satisfaits, 10 non évaluables'
    """
    parts = [
        count(
            found.bloquants, "anomalie bloquante", "anomalies bloquantes", none="aucune anomalie bloquante"
        ),
        f"{found.a_justifier} à justifier" if found.a_justifier else "rien à justifier",
        count(found.justifies, "justifiée", "justifiées") if found.justifies else "",
        f"{found.information} pour information" if found.information else "",
        count(
            found.satisfaits, "contrôle satisfait", "contrôles satisfaits", none="aucun contrôle satisfait"
        ),
        count(found.non_evaluables, "non évaluable", "non évaluables") if found.non_evaluables else "",
    ]
    text = ", ".join(part for part in parts if part)
    return text[:1].upper() + text[1:]


def cell_url(dossier_id: int, key: str) -> str:
    """Return the address of a cell: its table, with the cell under the eyes."""
    table = key.partition(".")[0]
    return f"{reverse('dossier', args=[dossier_id])}tables/{table}/?{urlencode({'cellule': key})}"


@dataclass(frozen=True, slots=True)
class CellShown:
    """A cell behind a finding: where it is, what it is called, what it holds."""

    reference: str
    libelle: str
    colonne: str
    valeur: str
    url: str


@dataclass(frozen=True, slots=True)
class Sum:
    """The two sides of a comparison and the gap, as a small sum."""

    gauche: str
    nom_gauche: str
    droite: str
    nom_droite: str
    ecart: str


@dataclass(frozen=True, slots=True)
class FindingShown:
    """One finding: its sentence, its sum, its cells."""

    finding: Finding
    somme: Sum | None
    cellules: tuple[CellShown, ...]


@dataclass(frozen=True, slots=True)
class AnomalyShown:
    """A row of the verification page."""

    anomaly: Anomaly
    message: str
    etat: str
    mot: str
    ecart: str
    url: str

    @property
    def ancre(self) -> str:
        """The place of the row in its page."""
        return anchor(self.anomaly.lieu)


def anchor(lieu: str) -> str:
    """
    Return the place in a page of the row of a check.

    >>> anchor("K049.passif PAS.P120")
    'a-k049passif-pasp120'
    """
    return f"a-{slugify(lieu)}"


def shown(dossier: Dossier, anomaly: Anomaly) -> AnomalyShown:
    """Return the row of an anomaly."""
    finding = anomaly.finding
    etat, mot = state_of(anomaly)
    message = finding.message
    if anomaly.outcome is Outcome.NON_EVALUABLE and finding.manque:
        message = f"{finding.titre}. {finding.manque}"
    others = len(anomaly.findings) - 1
    if others:
        message = f"{message} {count(others, 'autre ligne est concernée', 'autres lignes sont concernées')}."
    ecart = say_sum(finding)[2] if anomaly.outcome is Outcome.ECART and finding.ecart else ""
    address = reverse("verification_anomalie", args=[dossier.pk])
    url = f"{address}?{urlencode({'lieu': anomaly.lieu})}"
    return AnomalyShown(anomaly, typeset(message), etat, mot, ecart, url)


def state_of(anomaly: Anomaly) -> tuple[str, str]:
    """Return the mark of an anomaly and the word that goes with it: never a colour alone."""
    if anomaly.outcome is not Outcome.ECART:
        words = {"conforme": "Satisfait", "non_evaluable": "Non évaluable", "sans_objet": "Sans objet"}
        return MARKS[anomaly.outcome.value], words[anomaly.outcome.value]
    if anomaly.gravite is not Gravite.A_JUSTIFIER:
        return MARKS[anomaly.gravite.value], GRAVITES[anomaly.gravite]
    if anomaly.etat.holds:
        return "ok", anomaly.etat.value.capitalize()
    word = "Justification refusée" if anomaly.etat is Standing.REFUSEE else anomaly.etat.value.capitalize()
    return "warn", word


def findings_shown(dossier: Dossier, state: Live, anomaly: Anomaly) -> Iterator[FindingShown]:
    """Yield what a check says, row by row."""
    for finding in anomaly.findings:
        somme = None
        if finding.gauche is not None and finding.droite is not None and anomaly.outcome is Outcome.ECART:
            somme = _sum(anomaly, finding)
        yield FindingShown(finding, somme, tuple(_cells(dossier, state, finding)))


def _sum(anomaly: Anomaly, finding: Finding) -> Sum:
    left, right, gap = say_sum(finding)
    names = side_names(anomaly.check)
    first, second = ("constaté", "admis") if names == ("gauche", "droite") else names
    return Sum(left, first, right, second, gap)


def _cells(dossier: Dossier, state: Live, finding: Finding) -> Iterator[CellShown]:
    _, bracket, name = finding.ligne.partition("[")
    for reference in finding.cellules:
        slot = state.plan.slot(reference)
        row = _row(state, slot.section, name.removesuffix("]")) if bracket and slot.section else None
        key = reference
        if slot.section and row is not None:
            key = f"{slot.section}#{row_numbers(state.state, slot.section)[row]}.{slot.colonne}"
        elif slot.section:
            key = slot.section
        value = "" if slot.section and row is None else say_value(state.evaluation, reference, row)
        yield CellShown(
            reference, slot.libelle, column_title(state.plan, reference), value, cell_url(dossier.pk, key)
        )


def _row(state: Live, section: str, name: str) -> int | None:
    for number, row in enumerate(state.evaluation.facts.rows.get(section, ())):
        if row.cle == name:
            return number
    return None


def column_title(plan: Plan, reference: str) -> str:
    """Return the title of the column of a cell."""
    slot = plan.slot(reference)
    table = plan.model.tables.get(slot.table)
    column = table.colonnes.get(slot.colonne) if table else None
    return column.titre if column else slot.colonne


def missing_cells(dossier: Dossier, state: Live, table: str) -> tuple[CellShown, ...]:
    """Return the cells of a table that held something last year and hold nothing now."""
    before = state.evaluation.facts.precedent
    if before is None or before.plan is not state.plan:
        return ()
    found = []
    for at in state.plan.evidence.get(table, ()):
        slot = state.plan.slots[at]
        if is_empty(state.evaluation.values[at]) and not is_empty(before.values[at]):
            key = slot.section or slot.key
            former = "" if slot.section else say_value(before, slot.key)
            found.append(
                CellShown(
                    slot.key,
                    slot.libelle,
                    column_title(state.plan, slot.key),
                    former,
                    cell_url(dossier.pk, key),
                )
            )
    return tuple(found)


# ── What is asked of the list ────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filter of the list, as the address says it."""

    resultat: Outcome = Outcome.ECART
    gravite: str = ""
    etat: str = ""
    table: str = ""
    texte: str = ""
    groupe: str = "gravite"

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Wanted:
        """Read an address; what it says wrongly is left out."""
        resultat = query.get("resultat", "")
        return cls(
            Outcome(resultat) if resultat in {one.value for one in Outcome} else Outcome.ECART,
            query.get("gravite", "") if query.get("gravite") in {one.value for one in Gravite} else "",
            query.get("etat", "") if query.get("etat") in {"ouvertes", "justifiees"} else "",
            query.get("table", "")[:24],
            query.get("q", "")[:80].strip(),
            query.get("groupe", "") if query.get("groupe") in {"table", "aucun"} else "gravite",
        )

    @property
    def query(self) -> str:
        """The same, as the end of an address."""
        pairs = {
            "resultat": self.resultat.value if self.resultat is not Outcome.ECART else "",
            "gravite": self.gravite,
            "etat": self.etat,
            "table": self.table,
            "q": self.texte,
            "groupe": self.groupe if self.groupe != "gravite" else "",
        }
        return urlencode({key: value for key, value in pairs.items() if value})

    def keep(self, rows: Iterable[AnomalyShown]) -> list[AnomalyShown]:
        """Return the rows that are asked for."""
        return [row for row in rows if self._admits(row)]

    def _admits(self, row: AnomalyShown) -> bool:
        one = row.anomaly
        if self.gravite and one.gravite.value != self.gravite:
            return False
        if self.etat and one.is_open != (self.etat == "ouvertes"):
            return False
        if self.table and self.table not in one.tables:
            return False
        if not self.texte:
            return True
        seen = f"{one.lieu} {row.message} {one.check.control.titre} {' '.join(one.check.cells)}".casefold()
        return all(word in seen for word in self.texte.casefold().split())


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading."""

    titre: str
    rows: tuple[AnomalyShown, ...]


def grouped(plan: Plan, rows: Iterable[AnomalyShown], by: str) -> tuple[Group, ...]:
    """Group rows by what waits for somebody and how gravely, by table, or not at all."""
    found: dict[str, list[AnomalyShown]] = {}
    for row in rows:
        found.setdefault(_heading(plan, row, by), []).append(row)
    return tuple(Group(titre, tuple(some)) for titre, some in found.items())


def _heading(plan: Plan, row: AnomalyShown, by: str) -> str:
    if by == "aucun":
        return ""
    if by == "table":
        code = row.anomaly.tables[0] if row.anomaly.tables else ""
        table = plan.model.tables.get(code)
        if table is None:
            return "Sans table"
        return table.titre if table.titre.startswith(code) else f"{code} – {table.titre}"
    one = row.anomaly
    if one.outcome is not Outcome.ECART:
        return RESULTATS[one.outcome]
    if one.gravite is Gravite.BLOQUANT:
        return "Anomalies bloquantes"
    if one.gravite is Gravite.A_JUSTIFIER:
        return "À justifier" if one.is_open else "Justifiées"
    return "Pour information"
