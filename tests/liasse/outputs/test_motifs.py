"""Why a figure is empty, with the real model and the small one."""

from __future__ import annotations

import pytest

from liasse import Balance, Facts, Plan, evaluate
from liasse.outputs.motifs import Motifs
from tests.liasse.outputs.conftest import SOLDES, balance_of, small_plan
from tests.support import plan_2022

SERVICES = {"7043": -500_000, "7031": -80_000, "615": 100_000, "6311": 20_000, "512": 460_000}
REMBOURSEMENTS = "Il faut les échéances des emprunts locatifs (T08R, rubriques 2.21 et 2.22)"
RECUPERABLES = "Il manque CRC.CT.R (Total des charges, récupérables)."
AUCUN = "Aucun compte de la balance ne l'alimente."
PRECEDENT = "Il manque l'exercice précédent."


def motif(plan: Plan, facts: Facts, key: str) -> str:
    """Return the reason of one empty figure."""
    evaluation = evaluate(plan, facts)
    assert evaluation.value(key) is None
    return Motifs(evaluation).of(plan.slot(key))


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("T03.AFN.N", "Aucune ligne de T08R.EMP ne le donne."),
        ("T03.RATIO.N", REMBOURSEMENTS),
        ("SIG.S30.N", RECUPERABLES),
        ("SIG.S50.N", RECUPERABLES),
        ("SIG.S60.N", RECUPERABLES),
        ("CRC.C080.NR", RECUPERABLES),
        ("CRC.C080.R", "À saisir : aucun compte ne la donne."),
        ("CRC.C080.N1", PRECEDENT),
    ],
)
def test_the_reason_is_what_is_really_missing(key: str, expected: str) -> None:
    """Not the year before when a repayment is missing; not « all empty » when one column is."""
    facts = Facts(2022, Balance.from_soldes(SERVICES))
    assert motif(plan_2022(), facts, key).startswith(expected)


@pytest.mark.parametrize(
    ("soldes", "key", "expected"),
    [
        (SOLDES, "PAS.P330.N", AUCUN),
        (SOLDES, "ACT.A110.N1", PRECEDENT),
        (SOLDES, "ACT.AT.N1", PRECEDENT),
        (SOLDES, "T04.A110.D", "Calculée à partir de cellules toutes vides."),
        ({}, "PAS.P330.N", "Il manque une balance ou un FEC."),
        ({}, "ACT.AT.NET", "Il manque une balance ou un FEC."),
        ({}, "RESULTAT", "Il faut une balance."),
        ({}, "CAF", "Il faut une balance."),
        (SOLDES, "ATTENDU", "Sans objet pour la famille COOP."),
    ],
)
def test_each_kind_of_lack_is_told_apart(soldes: dict[str, int], key: str, expected: str) -> None:
    """Typed, fed by accounts, computed, taken from the year before, of another family."""
    balance = balance_of(soldes) if soldes else None
    assert expected == motif(small_plan(), Facts(2022, balance), key)


def test_an_empty_figure_of_the_year_before_says_so() -> None:
    """The year before is there, its figure is not."""
    precedent = evaluate(small_plan(), Facts(2021, None, {"ACT.A720.BRUT": 1_250}))
    facts = Facts(2022, balance_of(SOLDES), precedent=precedent)
    assert "Vide dans l'exercice précédent." == motif(small_plan(), facts, "PAS.P010.N1")
