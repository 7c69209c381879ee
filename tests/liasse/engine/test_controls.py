"""Four outcomes, tolerance, emptiness, scope, severity, no double signal (comptabilite_hlm §6.0)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from liasse import Balance, Evaluation, Facts, Outcome, Plan, evaluate, judge
from liasse.engine.controls import Judgement
from liasse.engine.findings import findings
from liasse.ledger.balance import LigneBalance
from liasse.model.rules import Gravite
from tests.support import evaluation_of, plan_of

LINES = 'A = { libelle = "La ligne a" }\nB = { libelle = "b" }\nC = { libelle = "c" }\n'


def control(code: str, verifie: str, **keys: str) -> str:
    """Return the TOML of a control; keywords are further keys, written as TOML."""
    given = {"gravite": '"bloquant"', "message": '"m"', "instruction": '"i"', "titre": '"t"', **keys}
    lines = [f"[{code}]", f'verifie = "{verifie}"', *(f"{key} = {value}" for key, value in given.items())]
    return "\n".join(lines) + "\n"


def first(plan: Plan, evaluation: Evaluation) -> Judgement:
    """Return the judgement of the only check."""
    assert len(plan.checks) == 1
    return judge(evaluation)[0]


TOLERANCE = [
    ("BIL.A = BIL.B", {"A": 1_000, "B": 1_100}, "conforme"),
    ("BIL.A = BIL.B", {"A": 1_000, "B": 1_101}, "ecart"),
    ("BIL.A = BIL.B", {"A": 1_050, "B": 1_149}, "conforme"),
    ("BIL.A = BIL.B", {"A": 1_050, "B": 1_151}, "ecart"),
    ("BIL.A = BIL.B + BIL.C", {"A": 1_000, "B": 500, "C": 700}, "conforme"),
    ("BIL.A = BIL.B + BIL.C", {"A": 1_000, "B": 500, "C": 701}, "ecart"),
    ("BIL.A <= BIL.B", {"A": 1_100, "B": 1_000}, "conforme"),
    ("BIL.A <= BIL.B", {"A": 1_300, "B": 1_000}, "ecart"),
    ("BIL.A >= BIL.B", {"A": 900, "B": 1_000}, "conforme"),
    ("BIL.A >= BIL.B", {"A": 700, "B": 1_000}, "ecart"),
    ("BIL.A > 0", {"A": 0}, "ecart"),
    ("BIL.A < 0", {"A": 0}, "ecart"),
    ("BIL.A <> BIL.B", {"A": 1_000, "B": 1_000}, "ecart"),
    ("BIL.A <> BIL.B", {"A": 1_000, "B": 1_100}, "conforme"),
    ("abs(BIL.A) <= 10 % de BIL.B", {"A": 101, "B": 1_000}, "ecart"),
    ("abs(BIL.A) <= 10 % de BIL.B", {"A": -100, "B": 1_000}, "conforme"),
    ("BIL.A <= 10 €", {"A": 1_001}, "ecart"),
    ("BIL.A = BIL.B et BIL.C = 0", {"A": 900, "B": 900, "C": 300}, "ecart"),
    ("BIL.A = BIL.B ou BIL.C = 0", {"A": 900, "B": 200}, "conforme"),
    ("BIL.A = BIL.B ou BIL.C = 0", {"A": 900, "B": 200, "C": 900}, "ecart"),
    ("non BIL.A = BIL.B", {"A": 900, "B": 900}, "ecart"),
    ("non BIL.A = BIL.B", {"A": 900, "B": 2_000}, "conforme"),
    ("present(BIL.A)", {"B": 1}, "ecart"),
    ("BIL.A / BIL.B <= 3", {"A": 600, "B": 200}, "conforme"),
    ("BIL.A / BIL.B <= 3", {"A": 601, "B": 200}, "ecart"),
    ("BIL.A / BIL.B <= 3", {"A": 600, "B": 0}, "ecart"),
    ("BIL.A / BIL.B <= 3", {"A": 0, "B": 0}, "sans_objet"),
]


@pytest.mark.parametrize(("verifie", "typed", "outcome"), TOLERANCE)
def test_a_comparison_follows_the_rules_of_tolerance(
    tmp_path: Path, verifie: str, typed: dict[str, int], outcome: str
) -> None:
    """0 between exact values, max(1 €, n/2 €) between rounded ones, none for strict signs and thresholds."""
    plan = plan_of(tmp_path, LINES, controles=control("K1", verifie))
    evaluation = evaluation_of(plan, cells={f"BIL.{line}.N": value for line, value in typed.items()})
    assert outcome == first(plan, evaluation).outcome


def test_a_typed_value_has_the_tolerance_of_one_euro_at_least(tmp_path: Path) -> None:
    """§6.0: only between two values from the balance is the tolerance zero."""
    lignes = 'A = { libelle = "a", N = "debiteur(512)" }\nB = { libelle = "b" }\n'
    plan = plan_of(tmp_path, lignes, controles=control("K1", "BIL.A = BIL.B"))
    outcomes = [
        first(plan, evaluation_of(plan, {"512": 1_000_25}, {"BIL.B.N": typed})).outcome
        for typed in (1_001_20, 1_001_30)
    ]
    assert [Outcome.CONFORME, Outcome.ECART] == outcomes


def test_values_from_a_balance_have_no_tolerance(tmp_path: Path) -> None:
    """One cent between two values of the balance is a gap."""
    lignes = 'A = { libelle = "a", N = "debiteur(512)" }\nB = { libelle = "b", N = "crediteur(101)" }\n'
    plan = plan_of(tmp_path, lignes, controles=control("K1", "BIL.A = BIL.B"))
    judgement = first(plan, evaluation_of(plan, {"512": 1_000_00, "101": -999_99}))
    assert (Outcome.ECART, 1_000_00, 999_99, 1) == judgement[:4]


def test_what_only_decides_a_choice_does_not_widen_the_tolerance(tmp_path: Path) -> None:
    """N counts the amounts compared, not those of a condition."""
    lignes = LINES + 'D = { libelle = "d", N = "si present(B) ou C > 0 alors A sinon vide" }\n'
    plan = plan_of(tmp_path, lignes, controles=control("K1", "BIL.D = 0"))
    cells = {"BIL.A.N": 199, "BIL.B.N": 100, "BIL.C.N": 300}
    assert Outcome.ECART == first(plan, evaluation_of(plan, cells=cells)).outcome


def test_the_tolerance_of_a_control_replaces_the_rule(tmp_path: Path) -> None:
    """`tolerance` is in the unit compared."""
    plan = plan_of(tmp_path, LINES, controles=control("K1", "BIL.A = BIL.B", tolerance="5"))
    judgements = [
        first(plan, evaluation_of(plan, cells={"BIL.A.N": 1_000, "BIL.B.N": b})).outcome
        for b in (1_500, 1_501)
    ]
    assert [Outcome.CONFORME, Outcome.ECART] == judgements


def test_rounded_cells_of_the_previous_exercice_count_too(tmp_path: Path) -> None:
    """The tolerance looks through to what the previous filing typed to the euro."""
    plan = plan_of(tmp_path, LINES, controles=control("K1", "BIL.A = exercice_precedent(BIL.B)"))
    before = evaluation_of(plan, cells={"BIL.B.N": 1_000})
    evaluation = evaluation_of(plan, cells={"BIL.A.N": 1_099}, precedent=before)
    assert Outcome.CONFORME == first(plan, evaluation).outcome


def test_a_filing_may_say_which_cells_are_rounded(tmp_path: Path) -> None:
    """An explicit list replaces the guess made from whole euros."""
    plan = plan_of(tmp_path, LINES, controles=control("K1", "BIL.A = BIL.B + BIL.C"))
    cells = {"BIL.A.N": 1_000, "BIL.B.N": 500, "BIL.C.N": 630}
    outcomes = [
        first(plan, evaluate(plan, Facts(2022, None, cells, rounded=rounded))).outcome
        for rounded in (None, frozenset(cells))
    ]
    assert [Outcome.ECART, Outcome.CONFORME] == outcomes


NEEDS = [
    ("BIL.A = 0", None, ("BIL",)),
    ("debiteur(512) = 0", {"BIL.A.N": 1}, ("@balance",)),
    ("mouvements_debit(512) = 0", {"BIL.A.N": 1}, ("@balance", "@mouvements")),
    ("exercice_precedent(BIL.A) = 0", {"BIL.A.N": 1}, ("@precedent",)),
    ("exercice_precedent(debiteur(512)) = 0", {"BIL.A.N": 1}, ("@balance_precedente", "@precedent")),
    ("selon_balance(BIL.R) = BIL.R", {"BIL.A.N": 1}, ("@balance",)),
    ("TOTAL = 0", {"BIL.A.N": 1}, ("TOTAL",)),
    ("declare(BIL.T) = BIL.T", {"BIL.A.N": 1}, ("declare(BIL.T.N)",)),
]


@pytest.mark.parametrize(("verifie", "cells", "missing"), NEEDS)
def test_a_check_that_cannot_be_judged_names_what_is_missing(
    tmp_path: Path, verifie: str, cells: dict[str, int] | None, missing: tuple[str, ...]
) -> None:
    """An empty table, an absent source or an empty aggregate: never « conforme », never skipped."""
    lignes = LINES + 'R = { libelle = "r", N = "debiteur(101)" }\nT = { libelle = "t", N = "A + B" }\n'
    agregats = '[TOTAL]\ntitre = "total"\nunite = "euro"\nformule = "BIL.B + BIL.C"\nmotif = "Il faut b."\n'
    plan = plan_of(tmp_path, lignes, agregats=agregats, controles=control("K1", verifie))
    judgement = first(plan, evaluation_of(plan, cells=cells))
    assert (Outcome.NON_EVALUABLE, missing) == (judgement.outcome, judgement.missing)


def test_every_missing_thing_is_said_in_french(tmp_path: Path) -> None:
    """What an accountant reads under « non évaluable »."""
    agregats = '[TOTAL]\ntitre = "Total b"\nunite = "euro"\nformule = "BIL.B"\nmotif = "Il faut b."\n'
    controles = "".join(
        control(f"K{rank}", verifie, vides='"exige"')
        for rank, verifie in enumerate(
            ["TOTAL = 0", "debiteur(512) = 0", "exercice_precedent(BIL.A) = BIL.A", "BIL.B = BIL.C"]
        )
    )
    plan = plan_of(tmp_path, LINES, agregats=agregats, controles=controles)
    before = evaluation_of(plan, cells={"BIL.B.N": 1})
    evaluation = evaluation_of(plan, cells={"BIL.A.N": 1}, precedent=before)
    found = findings(evaluation, judge(evaluation), frozenset(Outcome))
    assert [finding.manque for finding in found] == [
        "Il manque « Total b » (Il faut b).",
        "Il manque une balance ou un FEC.",
        "Il manque BIL.A.N de l'exercice précédent.",
        "Il manque BIL.B.N et BIL.C.N.",
    ]


def test_a_table_that_the_previous_filing_left_empty_cannot_be_compared(tmp_path: Path) -> None:
    """§6.0: its absence is not zero; it is said by the name of the table."""
    plan = plan_of(tmp_path, LINES, controles=control("K1", "BIL.A = exercice_precedent(BIL.A)"))
    before = evaluation_of(plan, {"512": 5, "101": -5})
    evaluation = evaluation_of(plan, cells={"BIL.A.N": 900}, precedent=before)
    found = findings(evaluation, judge(evaluation), frozenset(Outcome))[0]
    assert ("Il manque la table BIL de l'exercice précédent, entièrement vide.", Outcome.NON_EVALUABLE) == (
        found.manque,
        found.outcome,
    )


def test_an_empty_cell_of_a_filled_table_counts_zero(tmp_path: Path) -> None:
    """§6.0: the control may fire against an empty side."""
    plan = plan_of(tmp_path, LINES, controles=control("K1", "BIL.A = BIL.B"))
    judgement = first(plan, evaluation_of(plan, cells={"BIL.A.N": 5_000}))
    assert (Outcome.ECART, 5_000) == (judgement.outcome, judgement.ecart)


def test_a_guard_that_is_false_makes_a_control_pointless(tmp_path: Path) -> None:
    """« Sans objet » is counted and shown, never taken for « conforme »."""
    plan = plan_of(tmp_path, LINES, controles=control("K1", "BIL.B = 0", si='"BIL.A > 0"'))
    outcomes = [
        first(plan, evaluation_of(plan, cells=cells)).outcome
        for cells in ({}, {"BIL.A.N": 0, "BIL.B.N": 900}, {"BIL.A.N": 1, "BIL.B.N": 900})
    ]
    assert [Outcome.NON_EVALUABLE, Outcome.SANS_OBJET, Outcome.ECART] == outcomes


def test_a_control_keeps_to_its_families_and_exercices(tmp_path: Path) -> None:
    """Out of scope is « sans objet »."""
    controles = control("K1", "BIL.A = 0", familles='["SEM"]') + control(
        "K2", "BIL.A = 0", exercices="{ de = 2023, a = 2024 }"
    )
    plan = plan_of(tmp_path, LINES, controles=controles)
    facts = [Facts(year, None, {"BIL.A.N": 900}) for year in (2022, 2023, 2025)]
    outcomes = [[str(judgement.outcome) for judgement in judge(evaluate(plan, one))] for one in facts]
    assert outcomes == [["sans_objet", "sans_objet"], ["sans_objet", "ecart"], ["sans_objet", "sans_objet"]]


def test_the_severity_of_a_run_follows_its_conditions(tmp_path: Path) -> None:
    """« B, or A if … » is evaluated per run."""
    cases = '[ { si = "BIL.B = 1 €", gravite = "a_justifier" } ]'
    plan = plan_of(tmp_path, LINES, controles=control("K1", "BIL.A = 0", gravite_si=cases))
    severities = [
        first(plan, evaluation_of(plan, cells={"BIL.A.N": 900, "BIL.B.N": b})).gravite for b in (0, 100)
    ]
    assert [Gravite.BLOQUANT, Gravite.A_JUSTIFIER] == severities


def test_a_repeated_control_skips_lines_without_the_column(tmp_path: Path) -> None:
    """A closed column is not an empty one."""
    lignes = 'A = { libelle = "a", fermees = ["N1"] }\nB = { libelle = "b" }\n'
    lignes += 'T = { libelle = "t", total = true }\n'
    plan = plan_of(tmp_path, lignes, controles=control("K1", "N = N1", pour='"BIL.A..T"'))
    assert ["BIL.B"] == [check.ligne for check in plan.checks]


def test_a_gap_found_elsewhere_silences_the_controls_that_it_explains(tmp_path: Path) -> None:
    """No double signal, line by line when both are repeated."""
    controles = (
        control("K1", "N >= 0", pour='"BIL.A..B"', tait='["K2"]')
        + control("K2", "N >= 10 €", pour='"BIL.A..B"')
        + control("K3", "BIL.C = 0", tait='["K4"]')
        + control("K4", "BIL.C <= 1 €")
    )
    plan = plan_of(tmp_path, LINES, controles=controles)
    evaluation = evaluation_of(plan, cells={"BIL.A.N": -500, "BIL.B.N": 500, "BIL.C.N": 9_999})
    judgements = judge(evaluation)
    assert [str(judgement.outcome) for judgement in judgements] == [
        "ecart",
        "conforme",
        "sans_objet",
        "ecart",
        "ecart",
        "sans_objet",
    ]
    assert ("K1", "K3") == (judgements[2].explained_by, judgements[5].explained_by)


def test_a_finding_says_which_cell_which_gap_which_accounts(tmp_path: Path) -> None:
    """The message is filled in French, with no-break spaces where typography wants them."""
    message = '"{ligne} : {N} au lieu de {gauche} ; écart {ecart} sur {comptes}. {BIL.C} !"'
    controles = control(
        "K1", "N = debiteur(512)", pour='"BIL.A"', message=message, instruction='"Voir {droite}."'
    )
    plan = plan_of(tmp_path, LINES, controles=controles)
    evaluation = evaluation_of(plan, {str(5120 + rank): 100 for rank in range(7)}, {"BIL.A.N": 900})
    found = findings(evaluation, judge(evaluation), frozenset({Outcome.ECART}))[0]
    assert found.message.replace("\u202f", "~").replace("\u00a0", "_") == (
        "BIL.A «_La ligne a_»_: 9,00_€ au lieu de 9,00_€~; écart 2,00_€ sur 5120 (1,00_€), 5121 (1,00_€), "
        "5122 (1,00_€), 5123 (1,00_€), 5124 (1,00_€) et 2 autres. vide~!"
    )
    assert ("Voir 7,00\u00a0€.", ("BIL.A.N",), 7) == (found.instruction, found.cellules, len(found.comptes))


def test_openings_that_do_not_continue_the_previous_closing_are_a_gap(tmp_path: Path) -> None:
    """Account by account, including accounts that the new balance no longer holds."""
    controles = control("K1", "discontinuite(1, 5) = 0", message='"{comptes}"')
    plan = plan_of(tmp_path, LINES, controles=controles)
    before = evaluation_of(plan, {"512": 1_000, "101": -1_000})
    lignes = (LigneBalance("512", 400, ouverture=900, debit=0, credit=500),)
    balance = Balance(lignes, has_ouverture=True, has_mouvements=True)
    evaluation = evaluate(plan, Facts(2022, balance, {}, before))
    found = findings(evaluation, judge(evaluation), frozenset({Outcome.ECART}))[0]
    assert [("101", 1_000), ("512", 100)] == [(compte.numero, compte.montant) for compte in found.comptes]
    assert 1_100 == found.ecart


def test_openings_are_compared_without_the_zeros_that_pad_accounts(tmp_path: Path) -> None:
    """Two exports of two years may pad otherwise; accounts that are one once unpadded are added."""
    plan = plan_of(tmp_path, LINES, controles=control("K1", "discontinuite(1, 5) = 0"))
    before = evaluation_of(plan, {"512": 900, "5120001": 100, "101": -1_000})
    lignes = (
        LigneBalance("1010000", -1_000, ouverture=-1_000, debit=0, credit=0),
        LigneBalance("5120000", 600, ouverture=600, debit=0, credit=0),
        LigneBalance("51200000", 300, ouverture=300, debit=0, credit=0),
        LigneBalance("5120001", 100, ouverture=100, debit=0, credit=0),
    )
    balance = Balance(lignes, has_ouverture=True, has_mouvements=True)
    assert Outcome.CONFORME == first(plan, evaluate(plan, Facts(2022, balance, {}, before))).outcome


def test_a_table_placed_by_the_balance_is_not_empty_when_a_balance_is_supplied(tmp_path: Path) -> None:
    """§6.0: an account that is simply not in the balance supplied is 0."""
    plan = plan_of(tmp_path, LINES, controles=control("K1", "BIL.A = 0"))
    table = replace(plan.model.tables["BIL"], classes=frozenset("67"))
    placed = replace(plan, model=replace(plan.model, tables={"BIL": table}))
    open_balance, closed = {"512": 5, "101": -5}, {"512": 5, "12": -5}
    outcomes = [judge(evaluation_of(placed, soldes))[0].outcome for soldes in (open_balance, closed)]
    assert [Outcome.CONFORME, Outcome.NON_EVALUABLE] == outcomes
