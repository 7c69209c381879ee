"""The French of reports: counts, severities, tags, reasons.  Sentences only; no layout."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from liasse.amounts import NARROW_SPACE
from liasse.compiler.plan import Nature, Slot, SlotKind
from liasse.engine.controls import Outcome
from liasse.engine.findings import Finding
from liasse.engine.pistes import Piste
from liasse.engine.values import Evaluation
from liasse.imports.report import ImportIssue, ImportReport, ImportSeverity
from liasse.model.rules import Gravite

CERTITUDES: Final = {
    "F": "trouvé dans un texte",
    "P": "trouvé en partie",
    "M": "usage de la profession",
    "C": "convention du projet",
}

MARKS: Final = {Gravite.BLOQUANT: "■", Gravite.A_JUSTIFIER: "▲", Gravite.INFORMATION: "○"}
GRAVITES: Final = {
    Gravite.BLOQUANT: "Bloquant",
    Gravite.A_JUSTIFIER: "À justifier",
    Gravite.INFORMATION: "Information",
}

ROLES: Final = {
    "compte": "compte",
    "libelle": "libellé",
    "solde": "solde",
    "sens": "sens",
    "solde_debit": "solde débiteur",
    "solde_credit": "solde créditeur",
    "ouverture": "ouverture",
    "ouverture_debit": "ouverture au débit",
    "ouverture_credit": "ouverture au crédit",
    "debit": "débit",
    "credit": "crédit",
    "solde_n1": "solde N-1",
    "journal_lib": "libellé du journal",
    "numero": "numéro",
    "compte_lib": "libellé du compte",
    "auxiliaire_lib": "libellé de l'auxiliaire",
    "piece": "pièce",
    "piece_date": "date de pièce",
    "lettrage_date": "date de lettrage",
    "montant_devise": "montant en devise",
}
"""What each role of a column is called, when the role itself is not a French word."""

FORMATS: Final = {
    "fec": "FEC",
    "fec-xml": "FEC (XML)",
    "balance": "Balance générale",
    "cellules": "Cellules saisies (JSON)",
}
"""What each format of file is called."""


def number(value: int) -> str:
    """
    Write a count with narrow spaces between thousands.

    >>> number(12345).replace(NARROW_SPACE, " ")
    '12 345'
    """
    return f"{value:,}".replace(",", NARROW_SPACE)


def count(value: int, one: str, many: str, *, none: str = "") -> str:
    """
    Write a count and its noun in agreement; *none* stands for zero when given.

    >>> count(1, "ligne", "lignes"), count(3, "ligne", "lignes"), count(0, "ligne", "lignes", none="aucune")
    ('1 ligne', '3 lignes', 'aucune')
    """
    if value == 0 and none:
        return none
    return f"{number(value)} {many if value > 1 else one}"


def headline(counts: Mapping[str, int]) -> str:
    """
    Say the whole verification in one sentence.

    >>> headline({"bloquant": 2, "a_justifier": 5, "information": 0, "conforme": 131, "non_evaluable": 10})
    '2 anomalies bloquantes, 5 à justifier, 131 contrôles satisfaits, 10 non évaluables'
    """
    parts = [
        count(
            counts["bloquant"], "anomalie bloquante", "anomalies bloquantes", none="aucune anomalie bloquante"
        ),
        f"{number(counts['a_justifier']) if counts['a_justifier'] else 'aucune'} à justifier",
    ]
    if counts["information"]:
        parts.append(f"{number(counts['information'])} pour information")
    parts.append(
        count(
            counts["conforme"], "contrôle satisfait", "contrôles satisfaits", none="aucun contrôle satisfait"
        )
    )
    parts.append(
        count(counts["non_evaluable"], "non évaluable", "non évaluables", none="aucun non évaluable")
    )
    return ", ".join(parts)


def capitalised(sentence: str) -> str:
    """
    Put a capital on the first letter, and only there.

    >>> capitalised("aucune anomalie au FEC")
    'Aucune anomalie au FEC'
    """
    return sentence[:1].upper() + sentence[1:]


def say_piste(piste: Piste) -> str:
    """
    Say a hypothesis, and how many anomalies it would close when it closes several.

    >>> say_piste(Piste("signe", "Le signe de X est peut-être inversé.", resout=3))
    'Le signe de X est peut-être inversé. Cela fermerait 3 anomalies.'
    """
    return piste.phrase if piste.resout < 2 else f"{piste.phrase} Cela fermerait {piste.resout} anomalies."


def say_certitude(tag: str) -> str:
    """
    Say a tag in words.

    >>> say_certitude("M")
    'M, usage de la profession'
    """
    return f"{tag}, {CERTITUDES[tag]}" if tag in CERTITUDES else tag


def sentence(text: str) -> str:
    """
    End a text with a point, once.

    >>> sentence("Il manque une balance."), sentence("Il manque une balance")
    ('Il manque une balance.', 'Il manque une balance.')
    """
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


class Motifs:
    """Say why cells and aggregates of one filing have no value."""

    def __init__(self, evaluation: Evaluation) -> None:
        self._evaluation = evaluation
        self._plan = evaluation.plan
        previous = (i for i, slot in enumerate(self._plan.slots) if slot.kind is SlotKind.PREVIOUS)
        self._previous = sum(1 << position for position in previous)

    def of(self, slot: Slot) -> str:
        """Say why *slot*, which is empty, is so."""
        if slot.kind is SlotKind.AGGREGATE:
            return self._aggregate(slot)
        if slot.nature is Nature.SAISIE:
            return "À saisir : aucun compte ne la donne."
        return self._computed(slot)

    def _aggregate(self, slot: Slot) -> str:
        familles = self._plan.model.aggregats[slot.key].familles
        if familles and self._plan.famille not in familles:
            return f"Sans objet pour la famille {self._plan.famille}."
        return sentence(slot.motif) if slot.motif else "Il manque de quoi le calculer."

    def _computed(self, slot: Slot) -> str:
        sources = self._evaluation.sources
        if self._plan.leaves[self._plan.index[slot.key]] & self._previous:
            return (
                "Vide dans l'exercice précédent."
                if "precedent" in sources
                else "Il manque l'exercice précédent."
            )
        if slot.nature is Nature.CALCULEE:
            return "Calculée à partir de cellules toutes vides."
        if "balance" not in sources:
            return "Il manque une balance ou un FEC."
        return "Aucun compte de la balance ne l'alimente."


@dataclass(frozen=True, slots=True)
class Unjudged:
    """The checks that one same lack made impossible; `codes` say how many lines each control covers."""

    manque: str
    codes: tuple[str, ...]
    total: int


def unjudged(findings: Iterable[Finding]) -> tuple[Unjudged, ...]:
    """Group what could not be judged by reason, the most frequent first."""
    groups: dict[str, dict[str, int]] = {}
    for finding in findings:
        if finding.outcome is Outcome.NON_EVALUABLE:
            codes = groups.setdefault(finding.manque, {})
            codes[finding.code] = codes.get(finding.code, 0) + 1
    made = [
        Unjudged(manque, tuple(_times(code, codes[code]) for code in sorted(codes)), sum(codes.values()))
        for manque, codes in groups.items()
    ]
    return tuple(sorted(made, key=lambda group: (-group.total, group.manque)))


def _times(code: str, lines: int) -> str:
    return f"{code} ({lines} lignes)" if lines > 1 else code


@dataclass(frozen=True, slots=True)
class IssueGroup:
    """The first defects of one code, and how many others there are."""

    code: str
    shown: tuple[ImportIssue, ...]
    hidden: int


def issues_by_code(report: ImportReport, limit: int) -> tuple[IssueGroup, ...]:
    """Group the defects of a file by code, the gravest first, *limit* of each at most."""
    groups: dict[str, list[ImportIssue]] = {}
    for issue in sorted(report.issues, key=lambda issue: _SEVERITY_ORDER[issue.severity]):
        groups.setdefault(issue.code, []).append(issue)
    return tuple(
        IssueGroup(code, tuple(issues[:limit]), max(0, len(issues) - limit) + report.tues.get(code, 0))
        for code, issues in groups.items()
    )


_SEVERITY_ORDER: Final = {severity: rank for rank, severity in enumerate(ImportSeverity)}
