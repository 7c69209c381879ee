"""The French of reports: counts, severities, tags, reasons.  Sentences only; no layout."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from liasse.amounts import NARROW_SPACE
from liasse.engine.controls import Outcome
from liasse.engine.findings import Finding, french_spaces
from liasse.engine.pistes import Piste
from liasse.imports.report import ImportIssue, ImportReport, ImportSeverity
from liasse.model.rules import Gravite
from liasse.outputs.accounts import Rattachement

CERTITUDES: Final = {
    "F": "trouvé dans un texte",
    "P": "trouvé en partie",
    "M": "usage de la profession",
    "C": "convention du projet",
}

PROVISIONAL: Final = "Provisoire, tant qu'une cellule d'un tableau dû est vide"

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
    "depot-json": "Dépôt (JSON)",
    "depot-xml": "Dépôt (XML)",
    "depot-xlsx": "Classeur de la liasse",
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


def headline(counts: Mapping[str, int], reserves: Iterable[str] = ()) -> str:
    """
    Say the whole verification in one sentence: how many controls are in each state, and what is in doubt.

    >>> counts = {"bloquant": 1, "a_justifier": 5, "information": 0, "conforme": 54, "sans_objet": 7}
    >>> said = headline(counts | {"non_evaluable": 10}, ["2 lignes manquent"])
    >>> said[:40]
    '1 anomalie bloquante (2 lignes manquent)'
    >>> said[40:]
    ', 5 à justifier, 54 contrôles satisfaits, 7 sans objet, 10 non évaluables'
    """
    doubts = " ; ".join(reserves)
    blocking = count(
        counts["bloquant"], "anomalie bloquante", "anomalies bloquantes", none="aucune anomalie bloquante"
    )
    return ", ".join(
        [
            f"{blocking} ({doubts})" if doubts else blocking,
            f"{number(counts['a_justifier']) if counts['a_justifier'] else 'aucune'} à justifier",
            *_more(counts, "information", "pour information"),
            count(
                counts["conforme"],
                "contrôle satisfait",
                "contrôles satisfaits",
                none="aucun contrôle satisfait",
            ),
            *_more(counts, "sans_objet", "sans objet"),
            count(counts["non_evaluable"], "non évaluable", "non évaluables", none="aucun non évaluable"),
        ]
    )


def _more(counts: Mapping[str, int], state: str, words: str) -> list[str]:
    return [f"{number(counts[state])} {words}"] if counts[state] else []


def capitalised(sentence: str) -> str:
    """
    Put a capital on the first letter, and only there.

    >>> capitalised("aucune anomalie au FEC")
    'Aucune anomalie au FEC'
    """
    return sentence[:1].upper() + sentence[1:]


def say_attached(comptes: int) -> str:
    """
    Say that accounts follow a known root.

    >>> say_attached(2)
    '2 comptes ne figurent pas au plan de comptes et suivent leur racine'
    """
    many, one = "figurent pas au plan de comptes et suivent leur", "figure pas au plan de comptes et suit sa"
    return f"{count(comptes, 'compte', 'comptes')} ne {many if comptes > 1 else one} racine"


def say_link(one: Rattachement) -> str:
    """Say which root an account follows."""
    return f"{one.compte} → {one.racine}"


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


def say_tags() -> str:
    """Say what each tag of certitude means."""
    return french_spaces(f"Certitude : {' ; '.join(f'{tag} {words}' for tag, words in CERTITUDES.items())}.")


def say_place(issue: ImportIssue) -> str:
    """Say where a file has a defect: its line and its column, or the file itself."""
    where = f"ligne {issue.ligne}" if issue.ligne else "fichier"
    return f"{where}, colonne {issue.colonne}" if issue.colonne else where


def clipped(text: str, room: int) -> str:
    """
    Cut a text that is too long, and show that it is cut.

    >>> clipped("Les Tilleuls", 12), clipped("Les Tilleuls", 6)
    ('Les Tilleuls', 'Les T…')
    """
    return text if len(text) <= room else f"{text[: room - 1]}…"


def titled(code: str, titre: str, gap: str = " – ") -> str:
    """
    Put the code of a table before its title, unless it is there already.

    >>> titled("ACT", "Bilan – actif"), titled("T01", "T01 – Engagements")
    ('ACT – Bilan – actif', 'T01 – Engagements')
    """
    return titre if titre.startswith(code) else f"{code}{gap}{titre}"


def sentence(text: str) -> str:
    """
    End a text with a point, once.

    >>> sentence("Il manque une balance."), sentence("Il manque une balance")
    ('Il manque une balance.', 'Il manque une balance.')
    """
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


@dataclass(frozen=True, slots=True)
class Unjudged:
    """The checks not judged for one same reason; `codes` say how many lines each control covers."""

    manque: str
    codes: tuple[str, ...]
    total: int


def unjudged(findings: Iterable[Finding]) -> tuple[Unjudged, ...]:
    """Group what could not be judged by reason, the most frequent first."""
    return _by_reason(finding for finding in findings if finding.outcome is Outcome.NON_EVALUABLE)


def pointless(findings: Iterable[Finding]) -> tuple[Unjudged, ...]:
    """Group the controls that are « sans objet » on every line by reason, the most frequent first."""
    known = tuple(findings)
    judged = {finding.code for finding in known if finding.outcome is not Outcome.SANS_OBJET}
    return _by_reason(finding for finding in known if finding.code not in judged)


def _by_reason(findings: Iterable[Finding]) -> tuple[Unjudged, ...]:
    groups: dict[str, dict[str, int]] = {}
    for finding in findings:
        codes = groups.setdefault(finding.manque or _NO_CASE, {})
        codes[finding.code] = codes.get(finding.code, 0) + 1
    made = [
        Unjudged(manque, tuple(_times(code, codes[code]) for code in sorted(codes)), sum(codes.values()))
        for manque, codes in groups.items()
    ]
    return tuple(sorted(made, key=lambda group: (-group.total, group.manque)))


_NO_CASE: Final = "Le cas que ces contrôles visent ne se présente pas."


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
