"""« Néant », « sans objet » and « provisoire »: three states that are neither zero nor missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from liasse import Balance, Evaluation, Facts, LigneBalance, Outcome, Plan, compile_model, evaluate, judge
from liasse.engine.filing import form_of
from liasse.engine.provisional import provisional
from liasse.engine.vectorised import Batch, evaluate_batch
from liasse.model.rules import Row
from tests.liasse.engine.test_controls import control
from tests.support import HEADER, essai

SAISIE = """titre = "Tableau dû"
unite = "euro"
profil = "LOC"
[sections.A]
titre = "Montants"
[sections.A.colonnes]
N = { titre = "N" }
[sections.A.lignes]
L1 = { libelle = "un" }
L2 = { libelle = "deux" }
LGT = { libelle = "logements", unite = "logement" }
[sections.OP]
titre = "Opérations"
cle = "C01"
[sections.OP.colonnes]
C01 = { titre = "Code", unite = "texte" }
C02 = { titre = "Montant" }
"""

ETAT = """titre = "État"
unite = "euro"
vides = "neant"
colonne = "N"
[colonnes]
N = { titre = "N" }
[lignes]
S1 = { libelle = "un moins deux", N = "SAI.L1.N - SAI.L2.N" }
S2 = { libelle = "opérations", N = "somme(SAI.OP.C02)" }
S3 = { libelle = "sans le tableau", N = "zero_si_vide(S1)" }
"""

AGREGATS = """[PAR_LOGEMENT]
titre = "Par logement"
unite = "euro/logement"
formule = "ETA.S1.N / SAI.LGT.N"
sans_objet = "SAI.LGT.N < SEUIL"
vides = "neant"
sens = "hausse"
repere = "10 €"
rubrique = "ratios"
"""

SEUIL = '[SEUIL]\ntitre = "Seuil"\nunite = "logement"\nvaleurs = [ { valeur = 100 } ]\n'


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """Return the plan of a statement drawn from a table that is due to some."""
    files = {
        "modele.toml": HEADER.replace('["BIL"]', '["SAI", "ETA"]'),
        "tables/SAI.toml": SAISIE,
        "tables/ETA.toml": ETAT,
        "agregats/a.toml": AGREGATS,
        "parametres.toml": SEUIL,
    }
    return compile_model(essai(tmp_path_factory.mktemp("modele"), files), "COOP")


def filing(plan: Plan, neant: bool = False, rows: tuple[Row, ...] = (), **cells: int) -> Evaluation:  # noqa: FBT001, FBT002 – reads as words
    """Evaluate a filing; amounts in cents."""
    typed = {f"SAI.{line}.N": value for line, value in cells.items()}
    declared = frozenset({"SAI"}) if neant else frozenset[str]()
    return evaluate(plan, Facts(2022, None, typed, rows={"SAI.OP": rows}, neant=declared))


def test_a_table_declared_empty_counts_zero_in_the_statements(plan: Plan) -> None:
    """Only there: the cells of the table stay empty."""
    done = filing(plan, neant=True)
    assert (0, 0, None) == (done.value("ETA.S1.N"), done.value("ETA.S2.N"), done.value("SAI.L1.N"))


def test_a_table_that_is_due_stays_empty_until_it_is_filled(plan: Plan) -> None:
    """Nothing is not zero."""
    done = filing(plan)
    assert (None, None) == (done.value("ETA.S1.N"), done.value("ETA.S2.N"))


def test_a_figure_that_waits_for_a_cell_is_provisional(plan: Plan) -> None:
    """Shown, and marked; no longer once every cell is filled, or the table declared empty."""
    states = [filing(plan, L1=500), filing(plan, L1=500, L2=200), filing(plan, neant=True)]
    assert [(500, True), (300, False), (0, False)] == [
        (one.value("ETA.S1.N"), "ETA.S1.N" in provisional(one)) for one in states
    ]


def test_an_empty_cell_of_a_row_makes_its_total_provisional(plan: Plan) -> None:
    """No row at all does not."""
    empty, full = Row("B", {"C01": 1}, {"C01": "B"}), Row("A", {"C01": 1, "C02": 5}, {"C01": "A"})
    states = [filing(plan), filing(plan, rows=(full,)), filing(plan, rows=(full, empty))]
    assert [False, False, True] == ["ETA.S2.N" in provisional(one) for one in states]


COPIE = """titre = "Tableau dû à tous"
unite = "euro"
profil = "TOUS"
colonne = "N"
[colonnes]
N = { titre = "N" }
N1 = { titre = "N-1", formule = "exercice_precedent(N)" }
[lignes]
C1 = { libelle = "copiée d'un état", nature = "remplie", N = "REG.R1.N" }
C2 = { libelle = "copiée de la balance", nature = "remplie", N = "debiteur(512)" }
C3 = { libelle = "saisie" }
"""
REGISTRE = """titre = "État repris"
unite = "euro"
colonne = "N"
[colonnes]
N = { titre = "N" }
[lignes]
R1 = { libelle = "un" }
R2 = { libelle = "deux" }
"""
SUITE = """titre = "Ce qui en est tiré"
unite = "euro"
vides = "neant"
colonne = "N"
[colonnes]
N = { titre = "N" }
[lignes]
S1 = { libelle = "de l'état", N = "somme(COP.C1.N, REG.R2.N)" }
S2 = { libelle = "de la balance", N = "somme(COP.C2.N, REG.R2.N)" }
S3 = { libelle = "de la saisie", N = "somme(COP.C3.N, REG.R2.N)" }
S4 = { libelle = "de N-1", N = "somme(COP.C3.N1, REG.R2.N)" }
"""


@pytest.fixture(scope="module")
def due_to_all(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """Return the plan of a statement drawn from a table that everyone owes."""
    files = {
        "modele.toml": HEADER.replace('["BIL"]', '["REG", "COP", "SUI"]'),
        "tables/REG.toml": REGISTRE,
        "tables/COP.toml": COPIE,
        "tables/SUI.toml": SUITE,
    }
    return compile_model(essai(tmp_path_factory.mktemp("tous"), files), "COOP")


def test_a_copied_cell_is_waited_for_only_when_nothing_feeds_it(due_to_all: Plan) -> None:
    """A balance without the account, a filled statement without the line: nothing, not a gap."""
    before = evaluate(due_to_all, Facts(2021))
    bare, fed = (
        Facts(2022),
        Facts(2022, Balance((LigneBalance("101", -5),)), {"REG.R2.N": 1}, before),
    )
    waiting = [
        [
            line
            for line in ("S1", "S2", "S3", "S4")
            if f"SUI.{line}.N" in provisional(evaluate(due_to_all, facts))
        ]
        for facts in (bare, fed)
    ]
    assert [["S1", "S2", "S3", "S4"], ["S3"]] == waiting


def test_a_table_due_to_all_is_never_declared_empty(due_to_all: Plan) -> None:
    """It cannot be « néant », and counts nothing if it is said to be."""
    assert frozenset() == form_of(due_to_all).facultatives
    said = evaluate(due_to_all, Facts(2022, None, {"REG.R2.N": 100}, neant=frozenset({"COP"})))
    assert 100 == said.value("SUI.S3.N")


def test_an_aggregate_may_be_pointless(plan: Plan) -> None:
    """« Sans objet » is said, and has no value."""
    few, enough, unknown = filing(plan, L1=500, LGT=99), filing(plan, L1=500, LGT=100), filing(plan, L1=500)
    assert [(None, True), (5, False), (None, False)] == [
        (one.value("PAR_LOGEMENT"), one.is_pointless("PAR_LOGEMENT")) for one in (few, enough, unknown)
    ]
    assert not few.is_pointless("ETA.S1.N")


def test_an_aggregate_says_how_to_read_it(plan: Plan) -> None:
    """Direction, benchmark, group."""
    aggregate = plan.model.aggregats["PAR_LOGEMENT"]
    assert ("hausse", "10 €", "ratios") == (aggregate.sens, aggregate.repere, aggregate.rubrique)


def test_a_control_on_a_table_declared_empty_is_pointless(tmp_path: Path) -> None:
    """Only an empty table that is due makes a control « non évaluable », or an empty cell a gap."""
    controles = control("K1", "SAI.L1.N = 0") + control("K2", "SAI.L1.N >= 0", vides='"anomalie"')
    controles += control("K3", "SAI.L1.N = 0", si='"SAI.L2.N > 0"')
    files = {
        "modele.toml": HEADER.replace('["BIL"]', '["SAI"]'),
        "tables/SAI.toml": SAISIE,
        "controles/c.toml": controles,
    }
    own = compile_model(essai(tmp_path, files), "COOP")
    due, neant = (Facts(2022, neant=declared) for declared in (frozenset[str](), frozenset({"SAI"})))
    outcomes = [[str(one.outcome) for one in judge(evaluate(own, facts))] for facts in (due, neant)]
    assert [["non_evaluable", "ecart", "non_evaluable"], ["sans_objet"] * 3] == outcomes
    result = evaluate_batch(Batch.of(own, [due, neant]))
    codes = list(Outcome)
    assert outcomes == [[str(codes[code]) for code in result.outcomes[:, filing]] for filing in (0, 1)]
