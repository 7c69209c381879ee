"""Random filings of any plan: cells of every unit, rows with holes, texts, a balance, a year before."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from random import Random

from liasse import Balance, Facts, Plan, evaluate
from liasse.compiler.plan import Nature, Slot, SlotKind
from liasse.ledger.comptes import PlanComptes
from liasse.model.rules import Row

WORDS = (
    "TILLEULS",
    "Les Érables",
    "732829320",
    "123456789",
    " a<b&c>\"d' ",
    "une\nligne",
    "=1+1",
    "été",
    "x",
)
_FIRST_DAY, _LAST_DAY = 730_000, 745_000


def random_facts(
    plan: Plan, rng: Random, *, depth: int = 1, most: int = 10**11, exercice: int | None = None
) -> Facts:
    """Draw a filing; amounts up to *most* cents."""
    years = plan.model.exercices
    exercice = exercice or rng.randint(years.de or 2022, years.a or 2026)
    cells: dict[str, int] = {}
    texts: dict[str, str] = {}
    share = rng.choice((0.0, 0.1, 0.6, 0.95))
    for slot in _typed(plan):
        if not slot.section and rng.random() < (share if slot.nature is Nature.SAISIE else share / 4):
            draw(slot, rng, slot.key, cells, texts, most)
    before = None
    if depth and rng.random() < 0.6:
        facts = random_facts(plan, rng, depth=depth - 1, most=most, exercice=exercice - 1)
        before = evaluate(plan, facts)
    return Facts(
        exercice,
        random_balance(plan, rng, most) if rng.random() < 0.5 else None,
        cells,
        before,
        rng.choice((None, None, frozenset(), _euros(plan, cells, rng))),
        {section: rows for section in plan.key_columns if (rows := _rows(plan, section, rng, most))},
        texts,
        frozenset(
            code for code, table in plan.model.tables.items() if table.may_be_neant and rng.random() < 0.1
        ),
    )


def _euros(plan: Plan, cells: dict[str, int], rng: Random) -> frozenset[str]:
    return frozenset(key for key in cells if plan.slot(key).unit.code == "euro" and rng.random() < 0.5)


def _typed(plan: Plan) -> Sequence[Slot]:
    return [slot for slot in plan.slots if slot.kind is SlotKind.CELL and slot.nature is not Nature.CALCULEE]


def _rows(plan: Plan, section: str, rng: Random, most: int) -> tuple[Row, ...]:
    key = plan.slot(plan.key_columns[section]).colonne
    columns = [slot for slot in _typed(plan) if slot.section == section and slot.colonne != key]
    rows = []
    for _ in range(rng.choice((0, 1, 3, 8))):
        values: dict[str, int] = {key: 1}
        cle = rng.choice((*WORDS, "A", "B"))
        texts = {key: cle}
        for slot in columns:
            if rng.random() < (0.7 if slot.nature is Nature.SAISIE else 0.1):
                draw(slot, rng, slot.colonne, values, texts, most)
        rows.append(Row(cle, values, texts))
    return tuple(rows)


def draw(
    slot: Slot, rng: Random, key: str, values: dict[str, int], texts: dict[str, str], most: int = 10**11
) -> None:
    """Draw what a cell holds, under *key*: a value of its unit, and the words of a text."""
    code = slot.unit.code
    if code == "texte":
        values[key], texts[key] = 1, rng.choice(WORDS)
    elif code == "date":
        values[key] = rng.randint(_FIRST_DAY, _LAST_DAY)
    elif code == "oui_non":
        values[key] = rng.randint(0, 1)
    elif code == "choix":
        values[key] = rng.randint(1, len(slot.choix))
    else:
        values[key] = random_amount(rng, most if code == "euro" else 10**6)


def random_amount(rng: Random, most: int) -> int:
    """Draw zero, a small amount, a whole number of euros or a large amount, of either sign."""
    kind = rng.random()
    if kind < 0.1:
        return 0
    if kind < 0.4:
        return rng.randint(-500, 500)
    if kind < 0.7:
        return rng.randint(-most // 100, most // 100) * 100
    return rng.randint(-most, most)


@lru_cache
def _leaves(plan: Plan) -> tuple[str, ...]:
    chart = PlanComptes.of(plan.model.comptes, 2022, plan.famille)
    return tuple(compte.numero for compte in chart.leaves() if compte.numero[0] in "1234567")


def random_balance(plan: Plan, rng: Random, most: int) -> Balance:
    """Draw a balance whose accounts add up to zero."""
    known = _leaves(plan)
    soldes = {compte: random_amount(rng, most) for compte in rng.sample(known, min(len(known), 60))}
    last = rng.choice(known)
    soldes[last] = -sum(solde for compte, solde in soldes.items() if compte != last)
    return Balance.from_soldes(soldes)
