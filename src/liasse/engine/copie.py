"""
The figures of a filing brought to the form of another questionnaire that takes them over.

What corresponds keeps the figure that was filed, whether it was typed or came from the accounts; several
lines that become one are added; a line that is split is read from the accounts, or is a hole.  Nothing that
has no place is lost in silence: every hole says which figure, and why.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from liasse.compiler.plan import Nature, Plan, Slot, SlotKind
from liasse.engine.transposition import cell_of, comparable_lines, item_of, transpose
from liasse.engine.values import Evaluation
from liasse.model.correspondances import Correspondance, Correspondances, NatureCorrespondance
from liasse.model.filing import DepotYear
from liasse.model.rules import Row
from liasse.source.filing import Form, year_plain

_ONE = frozenset({NatureCorrespondance.IDENTIQUE, NatureCorrespondance.RENOMME})
_GIVEN = frozenset({Nature.SAISIE, Nature.REMPLIE})


@dataclass(frozen=True, slots=True)
class Trou:
    """
    A figure that was filed and has no place here.

    `valeur` is a scaled integer in `unite`; of a section, the number of its rows, and `unite` is empty.
    """

    cle: str
    libelle: str
    valeur: int
    unite: str
    motif: str


@dataclass(frozen=True, slots=True)
class Copie:
    """
    A filing in another form: every figure that has its place there, and the holes.

    `sources` gives, for a cell that stands for one only, the cell that was filed: between them figures
    compare.
    """

    faits: DepotYear
    sources: Mapping[str, str]
    trous: tuple[Trou, ...]


def copied(before: Evaluation, plan: Plan, correspondances: Correspondances) -> Copie:
    """Return the figures of an evaluated filing as the form of *plan* holds them."""
    moved = transpose(before, plan, correspondances)
    readable = comparable_lines(correspondances)
    cells: dict[str, int] = {}
    texts: dict[str, str] = {}
    sources: dict[str, str] = {}
    for position, slot in enumerate(plan.slots):
        if not _is_given(slot) or slot.section:
            continue
        source = _single_source(readable.get(item_of(slot), ()), slot, before.plan)
        if source:
            sources[slot.key] = source
        value = moved.values[position]
        if isinstance(value, int):
            cells[slot.key] = value
            words = before.facts.texts.get(source)
            if words is not None:
                texts[slot.key] = words
    facts = moved.facts
    rows = {
        section: tuple(_row(plan, section, row) for row in found) for section, found in facts.rows.items()
    }
    year = DepotYear(cells, texts, rows, facts.neant, None, facts.balance)
    return Copie(year, sources, tuple(_holes(before, plan, year, correspondances)))


def given_cells(evaluation: Evaluation) -> Iterator[tuple[str, int]]:
    """Yield the cells outside keyed sections that were typed or filled by the accounts."""
    for position, slot in enumerate(evaluation.plan.slots):
        value = evaluation.values[position]
        if _is_given(slot) and not slot.section and isinstance(value, int):
            yield slot.key, value


def _is_given(slot: Slot) -> bool:
    return slot.kind is SlotKind.CELL and slot.nature in _GIVEN


def _single_source(rows: tuple[Correspondance, ...], slot: Slot, old: Plan) -> str:
    if len(rows) != 1 or rows[0].nature not in _ONE:
        return ""
    source = cell_of(rows[0].de, slot)
    return source if source in old.index and _same_kind(old.slot(source), slot) else ""


def _same_kind(old: Slot, new: Slot) -> bool:
    return old.unit.code == new.unit.code and list(old.choix) == list(new.choix)


def _row(plan: Plan, section: str, row: Row) -> Row:
    """Return a row without the columns that this form computes or does not know."""
    kept = {column for column in row.valeurs if _takes(plan, f"{section}.{column}")}
    return Row(
        row.cle,
        {column: value for column, value in row.valeurs.items() if column in kept},
        {column: words for column, words in row.textes.items() if column in kept},
    )


def _takes(plan: Plan, reference: str) -> bool:
    return reference in plan.index and _is_given(plan.slot(reference))


# ── Figures, table by table ──────────────────────────────────────────────────────────────────────


def given_year(evaluation: Evaluation, rows: Collection[str] = ()) -> DepotYear:
    """Return the figures of a filing: the cells given or filled, the rows of some sections, the « néant »."""
    facts = evaluation.facts
    return DepotYear(
        dict(given_cells(evaluation)),
        facts.texts,
        {section: found for section, found in facts.rows.items() if section in rows},
        facts.neant,
    )


def table_figures(year: DepotYear, form: Form, names: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """
    Return what a filing says, table by table, written so that equal figures are written the same.

    *names* gives the cells to say, and what to call each; rows come in an order that is theirs.
    """
    plain = year_plain(year, form)
    tables: dict[str, dict[str, Any]] = {}

    def table(reference: str) -> dict[str, Any]:
        return tables.setdefault(reference.partition(".")[0], {"cellules": {}, "lignes": {}, "neant": False})

    for cell, value in plain["cellules"].items():
        if cell in names:
            table(names[cell])["cellules"][names[cell]] = value
    for section, rows in plain.get("lignes", {}).items():
        table(section)["lignes"][section] = sorted(rows, key=lambda row: sorted(map(repr, row.items())))
    for code in year.neant:
        table(code)["neant"] = True
    return dict(sorted(tables.items()))


# ── Holes ────────────────────────────────────────────────────────────────────────────────────────


def _holes(before: Evaluation, plan: Plan, year: DepotYear, links: Correspondances) -> Iterator[Trou]:
    rows_of, readable = links.by_source(), comparable_lines(links)
    for key, value in given_cells(before):
        slot = before.plan.slot(key)
        rows = rows_of.get(item_of(slot), ())
        targets = {row.vers: cell_of(row.vers, slot) for row in rows if row.vers in readable}
        if not any(_lands(plan, year, slot, target) for target in targets.values()):
            yield Trou(key, slot.libelle, value, slot.unit.code, _why(rows, plan, targets))
    for section, found in before.facts.rows.items():
        if found and section not in year.lignes:
            label = before.plan.slot(before.plan.key_columns[section]).libelle
            yield Trou(section, label, len(found), "", _why(rows_of.get(section, ()), plan, {}))


def _lands(plan: Plan, year: DepotYear, slot: Slot, target: str) -> bool:
    """Tell whether a figure has a place in a cell; one that is computed here is not to be given."""
    if target not in plan.index or not _same_kind(slot, plan.slot(target)):
        return False
    return target in year.cellules or plan.slot(target).nature is Nature.CALCULEE


def _why(rows: tuple[Correspondance, ...], plan: Plan, targets: Mapping[str, str]) -> str:
    said = next((f" {row.remarque}" for row in rows if row.remarque and row.nature not in _ONE), "")
    natures = {row.nature for row in rows}
    if NatureCorrespondance.SCINDE in natures:
        lines = ", ".join(sorted({row.vers for row in rows}))
        return f"La ligne est partagée ici entre {lines} : les comptes ne redonnent pas ce montant.{said}"
    if NatureCorrespondance.NON_COMPARABLE in natures:
        return f"Les deux formulaires ne mesurent pas la même chose.{said}"
    if targets and not any(target in plan.index for target in targets.values()):
        return f"La ligne existe ici, mais sans cette colonne.{said}"
    if targets:
        return f"La cellule a ici une autre unité, ou une autre liste de choix.{said}"
    return f"Ce formulaire n'a pas cette ligne.{said}"
