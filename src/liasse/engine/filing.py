"""Between filings, which are data, and facts, which are evaluated with a plan."""

from __future__ import annotations

from functools import lru_cache

from liasse.compiler.plan import Plan, SlotKind
from liasse.engine.incremental import evaluate
from liasse.engine.values import Facts
from liasse.model.filing import Depot, DepotYear
from liasse.source.encoding import Kind
from liasse.source.filing import Form


@lru_cache(maxsize=16)
def form_of(plan: Plan) -> Form:
    """Return what a filing may hold under a plan."""
    cells: dict[str, Kind] = {}
    sections: dict[str, dict[str, Kind]] = {}
    for slot in plan.slots:
        if slot.kind is SlotKind.CELL:
            kind = Kind(slot.unit.code, slot.choix)
            if slot.section:
                sections.setdefault(slot.section, {})[slot.colonne] = kind
            else:
                cells[slot.key] = kind
    keys = {section: key.rpartition(".")[2] for section, key in plan.key_columns.items()}
    tables = plan.model.tables
    facultatives = frozenset(code for code, table in tables.items() if table.may_be_neant)
    return Form(cells, sections, keys, frozenset(tables), facultatives)


def facts_of(plan: Plan, year: DepotYear, exercice: int) -> Facts:
    """Return the facts of an exercice, the years before evaluated with the same plan."""
    before = year.precedent
    precedent = evaluate(plan, facts_of(plan, before, exercice - 1)) if before is not None else None
    return Facts(
        exercice,
        year.balance,
        year.cellules,
        precedent,
        year.arrondi,
        year.lignes,
        year.textes,
        year.neant,
    )


def year_of(facts: Facts) -> DepotYear:
    """Return the facts of an exercice as data."""
    before = facts.precedent
    return DepotYear(
        facts.cells,
        facts.texts,
        {section: rows for section, rows in facts.rows.items() if rows},
        facts.neant,
        facts.rounded,
        facts.balance,
        year_of(before.facts) if before is not None else None,
    )


def depot_of(plan: Plan, facts: Facts, organisme: str = "") -> Depot:
    """Return a filing as data."""
    model = plan.model
    return Depot(
        model.questionnaire,
        model.millesime,
        plan.fingerprint,
        facts.exercice,
        plan.famille,
        year_of(facts),
        organisme,
    )
