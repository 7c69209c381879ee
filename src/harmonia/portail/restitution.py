"""The QDIS SF and QDIS AE statements as a page shows them: figures, what is provisional, explanations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from harmonia.portail.verification import cell_url
from liasse import Evaluation, Nature, Origin, Plan, SlotKind, Trace, explain, format_french
from liasse.echanges import ORIGINS, condensed, count

OWN: Final = frozenset({"SF", "AE"})
"""The tables of the restitution; every other one is a table of the form, where a cell may be seen."""
_SHOWN_TABLES: Final = 3


@dataclass(frozen=True, slots=True)
class FigureLine:
    """
    A line of a statement: its figures, in cents (hundredths of a percent for `part`).

    `attend` says, in French, what the figure still waits for; empty when it is settled.
    """

    cle: str
    code: str
    libelle: str
    notice: str
    n: int | None = None
    n1: int | None = None
    var: int | None = None
    lgt: int | None = None
    part: int | None = None
    marge: int | None = None
    charges: int | None = None
    total: bool = False
    titre: bool = False
    attend: str = ""
    certitude: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a statement, with its own columns."""

    titre: str
    has_part: bool
    has_marge: bool
    lignes: tuple[FigureLine, ...]


@dataclass(frozen=True, slots=True)
class StatementShown:
    """A statement of the restitution."""

    code: str
    titre: str
    notice: str
    parts: tuple[Part, ...]

    @property
    def provisoires(self) -> int:
        """How many figures still wait for something."""
        return sum(1 for part in self.parts for ligne in part.lignes if ligne.attend)


def statement_of(evaluation: Evaluation, code: str) -> StatementShown:
    """Return a statement of the restitution, in the order of its form."""
    table = evaluation.plan.model.tables[code]
    waiting = Waiting(evaluation)
    parts = []
    for section in table.sections.values():
        lines = [line for line in table.lignes.values() if line.section is section]
        shown = tuple(_line(evaluation, waiting, code, line.code) for line in lines)
        if shown:
            parts.append(Part(section.titre, "PART" in section.colonnes, "MARGE" in section.colonnes, shown))
    return StatementShown(code, table.titre, table.notice, tuple(parts))


def _line(evaluation: Evaluation, waiting: Waiting, table: str, code: str) -> FigureLine:
    line = evaluation.plan.model.tables[table].lignes[code]
    if line.titre:
        return FigureLine("", code, line.libelle, "", titre=True)
    key = f"{table}.{code}.N"

    def at(column: str) -> int | None:
        cell = f"{table}.{code}.{column}"
        return evaluation.value(cell) if cell in evaluation.plan.index else None

    return FigureLine(
        key,
        code,
        line.libelle,
        line.notice,
        n=at("N"),
        n1=at("N1"),
        var=at("VAR"),
        lgt=at("LGT"),
        part=at("PART"),
        marge=at("MARGE"),
        charges=at("CHARGES"),
        total=line.total,
        attend=waiting.of(key),
        certitude=line.certitude or evaluation.plan.model.tables[table].certitude,
    )


class Waiting:
    """What the figures of a filing still wait for: the empty typed cells of tables that are due."""

    def __init__(self, evaluation: Evaluation) -> None:
        self._evaluation = evaluation
        due = _due(evaluation.plan) - evaluation.facts.neant
        self._tables: dict[str, int] = {}
        for position, slot in enumerate(evaluation.plan.slots):
            if slot.nature is Nature.SAISIE and slot.table in due:
                value = evaluation.values[position]
                if None in value if isinstance(value, tuple) else value is None:
                    self._tables[slot.table] = self._tables.get(slot.table, 0) | 1 << position

    def of(self, key: str) -> str:
        """Say what a figure waits for; empty when nothing."""
        plan = self._evaluation.plan
        leaves = plan.leaves[plan.index[key]]
        left = {table: (leaves & mask).bit_count() for table, mask in self._tables.items() if leaves & mask}
        if not left:
            return ""
        said = [f"{table} ({count(cells, 'cellule', 'cellules')})" for table, cells in left.items()]
        more = f" et {len(said) - _SHOWN_TABLES} autres" if len(said) > _SHOWN_TABLES else ""
        return ", ".join(said[:_SHOWN_TABLES]) + more


def _due(plan: Plan) -> set[str]:
    return {code for code, table in plan.model.tables.items() if table.profil}


# ── Explanations ─────────────────────────────────────────────────────────────────────────────────


class Branch(NamedTuple):
    """A node of an explanation, as it is shown."""

    libelle: str
    cle: str
    valeur: str
    signe: str
    origine: str
    formule: str
    motif: str
    url: str
    enfants: tuple[Branch, ...]


def explanation(evaluation: Evaluation, key: str, dossier_id: int) -> Branch:
    """
    Return what a figure comes from, down to typed cells and accounts.

    Raises:
        KeyError: the plan has no such figure.
    """
    return _branch(evaluation, condensed(explain(evaluation, key)), dossier_id)


class Rule(NamedTuple):
    """What a line is: its notice, the text that it comes from, how certain it is."""

    notice: str
    reference: str
    certitude: str


def rule_of(evaluation: Evaluation, key: str) -> Rule:
    """Return what is known of the line of a figure."""
    slot = evaluation.plan.slot(key)
    table = evaluation.plan.model.tables.get(slot.table)
    line = table.lignes.get(slot.ligne) if table else None
    return Rule(line.notice if line else "", slot.reference, slot.certitude)


def _branch(evaluation: Evaluation, trace: Trace, dossier_id: int) -> Branch:
    known = evaluation.plan.index.get(trace.cle)
    slot = evaluation.plan.slots[known] if known is not None else None
    url = ""
    if (
        slot is not None
        and slot.kind is SlotKind.CELL
        and slot.table not in {"SF", "AE"}
        and not trace.exercice
    ):
        url = cell_url(dossier_id, slot.section or trace.cle)
    label = f"{trace.cle} {trace.libelle}" if trace.origine is Origin.COMPTE else trace.libelle or trace.cle
    if trace.ligne:
        label = f"{trace.ligne} : {label}"
    return Branch(
        f"{label} ({trace.exercice})" if trace.exercice else label,
        "" if trace.origine is Origin.COMPTE else trace.cle,
        format_french(trace.valeur, trace.unite.code) or "vide",
        "−" if trace.signe < 0 else "",
        "" if trace.origine in {Origin.FORMULE, Origin.COMPTE} else ORIGINS[trace.origine],
        trace.formule if trace.formule != trace.cle else "",
        trace.motif if trace.valeur is None else "",
        url,
        tuple(_children(evaluation, trace, dossier_id)),
    )


def _children(evaluation: Evaluation, trace: Trace, dossier_id: int) -> Iterator[Branch]:
    for child in trace.enfants:
        yield _branch(evaluation, child, dossier_id)


# ── The figures of the charts ────────────────────────────────────────────────────────────────────


class Bar(NamedTuple):
    """A step of a chart: its label and its amount in cents."""

    libelle: str
    montant: int


BLOCKS: Final[Mapping[str, str]] = {
    "SF090": "Fonds propres",
    "SF150": "Locatif terminé",
    "SF175": "Terminé non soldé",
    "SF200": "Locatif en cours",
    "SF225": "Préliminaires, foncier",
    "SF240": "Structure",
    "SF260": "Foncier BRS",
    "SF290": "Participations, SCI",
    "SF315": "Activité de prêteur",
    "SF320": "Autres dettes",
    "SF410": "Gros entretien",
    "SF420": "Autres provisions",
    "SF430": "Dépôts reçus",
    "SF540": "Accession",
    "SF565": "Location-accession",
    "SF680": "Exploitation",
}
"""The blocks of the financial situation: each stands once, and together they make the cash."""


class Pair(NamedTuple):
    """What gives and what takes, in one exercice: the two sides are equal, cash included."""

    exercice: int
    ressources: tuple[Bar, ...]
    emplois: tuple[Bar, ...]


def structure(evaluation: Evaluation) -> tuple[Pair, ...]:
    """Return the two sides of the financial situation, this year and the year before when it is known."""
    year = evaluation.facts.exercice
    made = []
    for exercice, column in ((year, "N"), (year - 1, "N1")):
        bars = [Bar(name, value) for code, name in BLOCKS.items() if (value := _at(evaluation, code, column))]
        cash = sum(bar.montant for bar in bars)
        if bars:
            made.append(
                Pair(
                    exercice,
                    (
                        *(bar for bar in bars if bar.montant > 0),
                        *([Bar("Découvert", -cash)] if cash < 0 else []),
                    ),
                    (
                        *(Bar(bar.libelle, -bar.montant) for bar in bars if bar.montant < 0),
                        *([Bar("Trésorerie", cash)] if cash > 0 else []),
                    ),
                )
            )
    return tuple(made)


def blocks(evaluation: Evaluation) -> tuple[tuple[str, int | None, int | None], ...]:
    """Return each block of the financial situation this year and the year before, then the cash."""
    rows = [(name, _at(evaluation, code, "N"), _at(evaluation, code, "N1")) for code, name in BLOCKS.items()]
    kept = [row for row in rows if row[1] or row[2]]
    return (*kept, ("Trésorerie", _at(evaluation, "SF690", "N"), _at(evaluation, "SF690", "N1")))


def _at(evaluation: Evaluation, code: str, column: str) -> int | None:
    return evaluation.value(f"SF.{code}.{column}")


class Fall(NamedTuple):
    """A step of the waterfall: from where to where, in cents; `total` for the bars that stand on zero."""

    libelle: str
    debut: int
    fin: int
    total: bool

    @property
    def montant(self) -> int:
        """What the step adds, or the level of a total."""
        return self.fin if self.total else self.fin - self.debut


STEPS: Final = (
    ("Marge locative", ("AE150",), ""),
    ("Marge sur accession", ("AE250",), ""),
    ("Autres activités", ("AE370",), ""),
    ("Total des marges", (), "AE380"),
    ("Personnel", ("AE410",), ""),
    ("Frais généraux", ("AE420", "AE430"), ""),
    ("Impôts", ("AE440", "AE450"), ""),
    ("Autofin. courant", (), "AE500"),
    ("Exceptionnel", ("AE510", "AE520"), ""),
    ("Autofin. net HLM", (), "AE550"),
)


def waterfall(evaluation: Evaluation) -> tuple[Fall, ...]:
    """Return how the margins become the « autofinancement net », step by step."""
    level, made = 0, []
    for name, codes, total in STEPS:
        if total:
            level = evaluation.value(f"AE.{total}.N") or 0
            made.append(Fall(name, 0, level, total=True))
        else:
            amount = sum(evaluation.value(f"AE.{code}.N") or 0 for code in codes)
            made.append(Fall(name, level, level + amount, total=False))
            level += amount
    return tuple(made)
