"""Random filings of the shipped model: balanced balances over the whole chart, typed cells, a year before."""

from __future__ import annotations

from functools import lru_cache

from hypothesis import strategies as st

from liasse import Balance, Facts, Plan, evaluate
from liasse.compiler.plan import Nature, SlotKind
from liasse.ledger.balance import LigneBalance
from liasse.ledger.comptes import PlanComptes
from tests.support import plan_2022, shipped_model

AMOUNTS = st.one_of(
    st.integers(-(10**6), 10**6),
    st.integers(-(10**4), 10**4).map(lambda euros: euros * 100),
    st.integers(-(10**13), 10**13),
)


@lru_cache
def leaves(famille: str = "COOP", millesime: str = "2022") -> tuple[str, ...]:
    """Return the leaf accounts of classes 1 to 7 that some line of the regulatory statements takes."""
    model = shipped_model("etats_reglementaires", millesime)
    chart = PlanComptes.of(model.comptes, int(millesime), famille)
    return tuple(
        compte.numero
        for compte in chart.leaves()
        if compte.numero[0] in "1234567" and compte.numero not in model.comptes_sans_ligne
    )


@lru_cache
def typed_cells() -> tuple[str, ...]:
    """Return the cells that a person may type, filled ones included."""
    plan = plan_2022()
    return tuple(
        slot.key for slot in plan.slots if slot.kind is SlotKind.CELL and slot.nature is not Nature.CALCULEE
    )


@st.composite
def soldes(
    draw: st.DrawFn, famille: str = "COOP", millesime: str = "2022", *, allocated: bool = True
) -> dict[str, int]:
    """
    Draw closing balances that add up to zero, before the closing entries.

    With *allocated*, nothing is left on account 12.
    """
    known = [compte for compte in leaves(famille, millesime) if not (allocated and compte.startswith("12"))]
    found = draw(st.dictionaries(st.sampled_from(known), AMOUNTS, max_size=40))
    last = draw(st.sampled_from(known))
    rest = sum(amount for compte, amount in found.items() if compte != last)
    return found | {last: -rest}


@st.composite
def balances(draw: st.DrawFn) -> Balance:
    """Draw a balance with its opening and movements."""
    lignes = []
    for compte, solde in sorted(draw(soldes(allocated=False)).items()):
        opening, debit = draw(AMOUNTS), draw(st.integers(0, 10**9))
        lignes.append(
            LigneBalance(compte, solde, "", opening, debit, opening + debit - solde, draw(st.integers(1, 2)))
        )
    return Balance(tuple(lignes), has_ouverture=True, has_mouvements=True)


@st.composite
def facts(draw: st.DrawFn, *, with_previous: bool = True) -> Facts:
    """Draw a filing: maybe a balance, maybe typed cells, maybe a year before."""
    plan = plan_2022()
    balance = draw(st.one_of(st.none(), balances(), soldes(allocated=False).map(Balance.from_soldes)))
    cells = draw(st.dictionaries(st.sampled_from(typed_cells()), AMOUNTS, max_size=25))
    before = None
    if with_previous and draw(st.booleans()):
        before = evaluate(plan, draw(facts(with_previous=False)))
    return Facts(draw(st.sampled_from([2022, 2023, 2026])), balance, cells, before)


def plan() -> Plan:
    """Return the plan that these filings are for."""
    return plan_2022()
