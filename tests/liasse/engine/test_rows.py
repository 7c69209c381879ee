"""Keyed sections: rows added by the user, computed, summed, controlled and explained like the others."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liasse import Controller, Evaluation, Facts, Outcome, Plan, compile_model, evaluate, judge, recompute
from liasse.engine.findings import findings
from liasse.engine.rows import words_of
from liasse.engine.trace import explain, explain_row, recomputed
from liasse.engine.vectorised import Batch, evaluate_batch
from liasse.errors import CompileError
from liasse.model.rules import Row
from tests.liasse.engine.test_controls import control
from tests.support import HEADER, essai

TABLE = """titre = "Opérations"
unite = "euro"

[sections.OP]
titre = "Une ligne par opération"
cle = "C01"
[sections.OP.colonnes]
C01 = { titre = "Code", unite = "texte" }
C02 = { titre = "Poste", unite = "choix", choix = { I = "Immobilisations", S = "Stocks" } }
C03 = { titre = "Prévu" }
C04 = { titre = "Dépensé" }
C05 = { titre = "Reste", formule = "C03 - C04" }
C06 = { titre = "Mise en service", unite = "date" }
C07 = { titre = "Reste N-1", formule = "exercice_precedent(C05)" }
C08 = { titre = "Part", unite = "pourcent", formule = "C04 / SOMME" }
C09 = { titre = "Âge", unite = "mois", formule = "mois(C06, CLOTURE)" }

[sections.B]
titre = "Totaux"
[sections.B.colonnes]
N = { titre = "N" }
[sections.B.lignes]
CLOTURE = { libelle = "Clôture", unite = "date" }
LIMITE = { libelle = "Limite", unite = "date", N = "ajoute_mois(CLOTURE, 7)" }
OFS = { libelle = "Agrément", unite = "oui_non" }
SIREN = { libelle = "SIREN", unite = "texte" }
SOMME = { libelle = "Dépensé", N = "somme(OP.C04)" }
IMMO = { libelle = "Reste en immobilisations", N = "somme(BIL.OP.C05 si C02 = 'I' et C05 > 0)" }
MAXI = { libelle = "Le plus grand reste", N = "max(OP.C05)" }
MINI = { libelle = "Le plus petit double", N = "min(OP.C05 + OP.C05)" }
NOMBRE = { libelle = "Combien", unite = "nombre", N = "nombre(OP si present(C04))" }
TAUX = { libelle = "Parts", unite = "pourcent", N = "somme(OP.C04 / OP.C03)" }
VIEUX = { libelle = "Anciennes", unite = "nombre", N = "nombre(OP si C09 > 12)" }
"""

CONTROLES = (
    control("K1", "C05 >= 0", pour='"BIL.OP"', message='"{ligne} : {C05}, {C02}, {C06}, {C01}."')
    + control("K2", "somme(OP.C04) <= 100 €".replace("OP.", "BIL.OP."))
    + control("K3", "C06 <= BIL.CLOTURE.N", pour='"BIL.OP"', vides='"anomalie"')
    + control("K4", "C03 = C04", pour='"BIL.OP"', si="\"C02 = 'S'\"", vides='"exige"')
    + control("K5", "cles_repetees(BIL.OP.C01) = 0")
    + control("K6", "luhn(BIL.SIREN.N) = 1", vides='"anomalie"')
    + control("K7", "BIL.OFS.N = oui", message='"{BIL.OFS.N} {BIL.CLOTURE.N} {BIL.SIREN.N}"')
    + control("K8", "somme(BIL.OP.C05) = BIL.IMMO.N")
)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """Return the plan of a table with a keyed section."""
    root = tmp_path_factory.mktemp("modele")
    files = {"modele.toml": HEADER, "tables/BIL.toml": TABLE, "controles/c.toml": CONTROLES}
    return compile_model(essai(root, files), "COOP")


def row(cle: str, poste: int | None = None, prevu: int | None = None, depense: int | None = None) -> Row:
    """Return a row; amounts in cents."""
    values = {"C01": 1, "C02": poste, "C03": prevu, "C04": depense}
    return Row(cle, {name: value for name, value in values.items() if value is not None}, {"C01": cle})


def evaluation(plan: Plan, *rows: Row, precedent: Evaluation | None = None) -> Evaluation:
    """Evaluate some rows for an exercice closed on 31 December 2022."""
    cells = {"BIL.CLOTURE.N": date(2022, 12, 31).toordinal()}
    return evaluate(plan, Facts(2022, None, cells, precedent, rows={"BIL.OP": rows}))


def outcomes_of(done: Evaluation) -> dict[str, Outcome]:
    """Return the outcome of each control."""
    pairs = zip(done.plan.checks, judge(done), strict=True)
    return {check.control.code: judgement.outcome for check, judgement in pairs}


def test_rows_are_computed_and_summed(plan: Plan) -> None:
    """A column is computed row by row; totals take all rows, or those that meet a condition."""
    done = evaluation(plan, row("A", 1, 1_000, 400), row("B", 2, 500, 900), row("C", 1, None, 700))
    assert (600, -400, -700) == done.column("BIL.OP.C05")
    assert (2_000, 4_500, 3_500) == done.column("BIL.OP.C08")
    expected = {"SOMME": 2_000, "IMMO": 600, "MAXI": 600, "MINI": -1_400, "NOMBRE": 3, "TAUX": 22_000}
    assert expected == {line: done.value(f"BIL.{line}.N") for line in expected}


def test_without_rows_totals_are_empty_and_the_number_is_zero(plan: Plan) -> None:
    """Nothing to add is not zero; nothing to count is."""
    done = evaluation(plan)
    found = [done.value(f"BIL.{line}.N") for line in ("SOMME", "IMMO", "MAXI", "NOMBRE")]
    assert [None, None, None, 0] == found


def test_dates_are_compared_and_moved_by_months(plan: Plan) -> None:
    """A deadline seven months after the closing date; ages in months to the end of the day."""
    dated = Row("A", {"C01": 1, "C06": date(2021, 7, 1).toordinal()}, {"C01": "A"})
    done = evaluation(plan, dated, Row("B", {"C01": 1}, {"C01": "B"}))
    assert date(2023, 7, 31).toordinal() == done.value("BIL.LIMITE.N")
    assert (180, None) == done.column("BIL.OP.C09")
    assert 1 == done.value("BIL.VIEUX.N")


def test_a_row_is_compared_with_itself_the_year_before_by_its_key(plan: Plan) -> None:
    """Rows may come in another order, appear or go."""
    before = evaluation(plan, row("A", 1, 100, 40), row("B", 1, 300, 100))
    done = evaluation(plan, row("B", 1, 300, 300), row("C", 1, 10, 0), row("A"), precedent=before)
    assert (200, None, 60) == done.column("BIL.OP.C07")


def test_a_control_is_judged_on_each_row(plan: Plan) -> None:
    """The finding names the row by its key, in the words of the user."""
    done = evaluation(plan, row("TILLEULS", 1, 1_050, 400), row("ORMES", 2, 550, 900))
    judgement = judge(done)[0]
    assert (Outcome.ECART, ["TILLEULS", "ORMES"]) == (judgement.outcome, [key for key, _ in judgement.rows])
    found = [one for one in findings(done, judge(done), frozenset({Outcome.ECART})) if one.code == "K1"]
    assert ["BIL.OP[ORMES]"] == [one.ligne for one in found]
    assert "BIL.OP[ORMES] « Une ligne par opération » : −3,50 €, Stocks, vide, ORMES." == (
        found[0].message.replace("\u00a0", " ")
    )


def test_the_outcomes_of_other_controls(plan: Plan) -> None:
    """Empty as an anomaly, guards by row, repeated keys, Luhn keys, yes and no."""
    done = evaluation(plan, row("A", 2, 100, 100), row("A", 1, 5_000, 20_000))
    outcomes = {
        check.control.code: judgement.outcome
        for check, judgement in zip(plan.checks, judge(done), strict=True)
    }
    assert {code: str(outcome) for code, outcome in outcomes.items()} == {
        "K1": "ecart",
        "K2": "ecart",
        "K3": "ecart",
        "K4": "conforme",
        "K5": "ecart",
        "K6": "ecart",
        "K7": "ecart",
        "K8": "ecart",
    }


def test_texts_are_checked_and_shown(plan: Plan) -> None:
    """A SIREN with its key; the words of a text cell in a message."""
    texts = {"BIL.SIREN.N": "732829320"}
    facts = Facts(2022, None, {"BIL.OFS.N": 0, "BIL.SIREN.N": 1}, texts=texts)
    done = evaluate(plan, facts)
    outcomes = {
        check.control.code: judgement.outcome
        for check, judgement in zip(plan.checks, judge(done), strict=True)
    }
    assert [Outcome.CONFORME, Outcome.SANS_OBJET] == [outcomes["K6"], outcomes["K1"]]
    found = [
        one.message for one in findings(done, judge(done), frozenset({Outcome.ECART})) if one.code == "K7"
    ]
    assert ["non vide 732829320"] == found


def test_a_total_of_rows_is_asked_as_a_whole(tmp_path: Path) -> None:
    """Never one row at a time; a table without anything makes its controls « non évaluables »."""
    controles = control("K1", "somme(BIL.OP.C04) >= 0") + control(
        "K2", "somme(BIL.OP.C04) >= 0", vides='"exige"'
    )
    files = {"modele.toml": HEADER, "tables/BIL.toml": TABLE, "controles/c.toml": controles}
    own = compile_model(essai(tmp_path, files), "COOP")
    filled, hollow, nothing = (
        [str(judgement.outcome) for judgement in judge(evaluate(own, Facts(2022, rows={"BIL.OP": rows})))]
        for rows in ((row("A", 1, 5, 4), row("B")), (row("A", 1),), ())
    )
    assert ["conforme", "conforme"] == filled
    assert ["conforme", "non_evaluable"] == hollow
    assert ["non_evaluable", "non_evaluable"] == nothing


def test_words_filled_from_the_year_before_are_its_words(tmp_path: Path) -> None:
    """A text carried over is shown and checked like a typed one."""
    table = TABLE.replace(
        'SIREN = { libelle = "SIREN", unite = "texte" }',
        'SIREN = { libelle = "SIREN", unite = "texte", N = "exercice_precedent(SIREN)" }',
    ).replace(
        '"Prévu" }',
        '"Prévu" }\nC10 = { titre = "Nom", unite = "texte", formule = "exercice_precedent(C10)" }',
    )
    message = '"{C10} {BIL.SIREN.N}"'
    controles = control("K1", "present(C03)", pour='"BIL.OP"', message=message) + control(
        "K2", "luhn(BIL.SIREN.N) = 1"
    )
    files = {"modele.toml": HEADER, "tables/BIL.toml": table, "controles/c.toml": controles}
    own = compile_model(essai(tmp_path, files), "COOP")
    named = Row("A", {"C01": 1, "C10": 1}, {"C01": "A", "C10": "Les Tilleuls"})
    before = evaluate(
        own,
        Facts(2021, None, {"BIL.SIREN.N": 1}, rows={"BIL.OP": (named,)}, texts={"BIL.SIREN.N": "732829320"}),
    )
    done = evaluate(own, Facts(2022, None, {}, before, rows={"BIL.OP": (row("A"),)}))
    gaps = findings(done, judge(done), frozenset({Outcome.ECART}))
    assert ["Les Tilleuls 732829320"] == [one.message for one in gaps]
    assert Outcome.CONFORME == outcomes_of(done)["K2"]


def test_of_rows_that_share_a_key_the_last_one_gives_its_words_and_values(tmp_path: Path) -> None:
    """What is carried over is one row, never the words of one and the values of another."""
    table = TABLE.replace(
        '"Prévu" }',
        '"Prévu" }\nC10 = { titre = "Nom", unite = "texte", formule = "exercice_precedent(C10)" }',
    )
    own = compile_model(essai(tmp_path, {"modele.toml": HEADER, "tables/BIL.toml": table}), "COOP")
    named = Row("A", {"C01": 1, "C10": 1}, {"C01": "A", "C10": "Les Tilleuls"})
    found = []
    for twice in ((named, row("A")), (row("A"), named)):
        before = evaluate(own, Facts(2021, None, {}, rows={"BIL.OP": twice}))
        done = evaluate(own, Facts(2022, None, {}, before, rows={"BIL.OP": (row("A"),)}))
        found.append((done.column("BIL.OP.C10"), words_of(done, own.slot("BIL.OP.C10"), 0)))
    assert [((None,), ""), ((1,), "Les Tilleuls")] == found


def test_gaps_between_dates_are_days_and_ages_are_months(tmp_path: Path) -> None:
    """Never percentages, nor ordinals."""
    controles = control("K1", "BIL.LIMITE.N <= BIL.CLOTURE.N", message='"{gauche} {droite} {ecart}"')
    controles += control(
        "K2", "mois(BIL.CLOTURE.N, BIL.LIMITE.N) <= 2", message='"{gauche} {droite} {ecart}"'
    )
    files = {"modele.toml": HEADER, "tables/BIL.toml": TABLE, "controles/c.toml": controles}
    own = compile_model(essai(tmp_path, files), "COOP")
    done = evaluate(own, Facts(2022, None, {"BIL.CLOTURE.N": date(2022, 12, 31).toordinal()}))
    found = findings(done, judge(done), frozenset({Outcome.ECART}))
    assert ["31/07/2023 31/12/2022 212 jours", "7,0 mois 2,0 mois 5,0 mois"] == [
        one.message.replace("\u00a0", " ") for one in found
    ]


def test_the_tolerance_counts_rounded_rows(plan: Plan) -> None:
    """N € for a sum of n rounded amounts (half of it, by §6.0), none for exact ones."""
    rounded = [row(str(rank), 1, 1_000, 0) for rank in range(5)]
    cells = {"BIL.CLOTURE.N": date(2022, 12, 31).toordinal()}
    done = evaluate(plan, Facts(2022, None, cells, rows={"BIL.OP": tuple(rounded)}))
    assert 10 + 10 == done.rounded.count((1 << len(plan.slots)) - 1) + 10


def test_a_total_is_explained_row_by_row(plan: Plan) -> None:
    """Only the rows that count are shown, each with its key."""
    done = evaluation(plan, row("A", 1, 1_000, 400), row("B", 2, 500, 900))
    trace = explain(done, "BIL.IMMO.N")
    assert [("BIL.OP.C05", "A", 600), ("BIL.OP.C02", "A", 1)] == [
        (child.cle, child.ligne, child.valeur) for child in trace.enfants
    ]
    part = explain_row(done, "BIL.OP.C08", 1)
    assert [("BIL.OP.C04", "B", 900), ("BIL.SOMME.N", "", 1_300)] == [
        (child.cle, child.ligne, child.valeur) for child in part.enfants
    ]


amounts = st.one_of(st.none(), st.integers(-10_000, 10_000), st.integers(-100, 100).map(lambda n: n * 100))
days = st.one_of(st.none(), st.integers(738_000, 739_000))


@st.composite
def row_lists(draw: st.DrawFn) -> tuple[Row, ...]:
    """Draw rows with holes, keys sometimes repeated."""
    found = []
    for cle in draw(st.lists(st.sampled_from("ABCDEF"), max_size=5)):
        values = {
            "C01": 1,
            "C02": draw(st.sampled_from([None, 1, 2])),
            "C03": draw(amounts),
            "C04": draw(amounts),
            "C06": draw(days),
        }
        kept = {name: value for name, value in values.items() if value is not None}
        found.append(Row(cle, kept, {"C01": cle}))
    return tuple(found)


@st.composite
def filings(draw: st.DrawFn, plan: Plan, *, with_previous: bool = True) -> Facts:
    """Draw a filing with rows, maybe a year before."""
    cells = draw(st.dictionaries(st.sampled_from(["BIL.OFS.N"]), st.integers(0, 1)))
    closing = draw(days)
    if closing:
        cells["BIL.CLOTURE.N"] = closing
    texts = draw(st.dictionaries(st.just("BIL.SIREN.N"), st.sampled_from(["732829320", "1", "x"])))
    cells |= dict.fromkeys(texts, 1)
    before = None
    if with_previous and draw(st.booleans()):
        before = evaluate(plan, draw(filings(plan, with_previous=False)))
    return Facts(2022, None, cells, before, rows={"BIL.OP": draw(row_lists())}, texts=texts)


@given(st.data())
def test_many_filings_with_rows_equal_one_by_one(plan: Plan, data: st.DataObject) -> None:
    """Law 2, rows included: values, outcomes, gaps."""
    facts = data.draw(st.lists(filings(plan), min_size=1, max_size=4))
    result = evaluate_batch(Batch.of(plan, facts))
    for position, one in enumerate(facts):
        done = evaluate(plan, one)
        for slot in plan.slots:
            if slot.section:
                assert done.column(slot.key) == result.column(slot.key, position)
            else:
                assert done.value(slot.key) == result.value(slot.key, position)
        judgements = judge(done)
        outcomes = [list(Outcome)[code] for code in result.outcomes[:, position]]
        assert [judgement.outcome for judgement in judgements] == outcomes
        assert [judgement.ecart or 0 for judgement in judgements] == [
            int(g) for g in result.gaps[:, position]
        ]


TWO_SECTIONS = """titre = "Deux sections à clé"
unite = "euro"

[sections.OP]
titre = "Opérations"
cle = "C01"
[sections.OP.colonnes]
C01 = { titre = "Code", unite = "texte" }
C02 = { titre = "Dépensé" }
C03 = { titre = "Avec tous les prêts", formule = "C02 + somme(PR.D02)" }

[sections.PR]
titre = "Prêts"
cle = "D01"
[sections.PR.colonnes]
D01 = { titre = "Code", unite = "texte" }
D02 = { titre = "Capital" }

[sections.B]
titre = "Totaux"
[sections.B.colonnes]
N = { titre = "N" }
[sections.B.lignes]
COEF = { libelle = "Coefficient", unite = "nombre" }
POIDS = { libelle = "Pondéré", N = "somme(COEF * OP.C02)" }
PLUS = { libelle = "Le plus loin du coefficient", unite = "euro", N = "max(POIDS - OP.C02)" }
"""


@pytest.fixture(scope="module")
def two_sections(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """Return the plan of a table with two keyed sections, one read from the rows of the other."""
    root = tmp_path_factory.mktemp("modele")
    rules = control("K1", "C03 >= somme(BIL.PR.D02)", pour='"BIL.OP"')
    files = {"modele.toml": HEADER, "tables/BIL.toml": TWO_SECTIONS, "controles/c.toml": rules}
    return compile_model(essai(root, files), "COOP")


def test_a_total_may_read_a_single_cell_before_its_rows(two_sections: Plan) -> None:
    """The rows of a total are those of its section, whichever is named first."""
    rows = {"BIL.OP": (Row("A", {"C02": 100}), Row("B", {"C02": 200}))}
    done = evaluate(two_sections, Facts(2022, None, {"BIL.COEF.N": 3}, rows=rows))
    assert (900, 800) == (done.value("BIL.POIDS.N"), done.value("BIL.PLUS.N"))


column_values = st.lists(st.none() | st.integers(-10_000, 10_000), max_size=3)


@given(st.lists(st.tuples(column_values, column_values), min_size=1, max_size=4))
def test_rows_that_read_the_total_of_other_rows_equal_one_by_one(
    two_sections: Plan, drawn: list[tuple[list[int | None], list[int | None]]]
) -> None:
    """Law 2, for a column that adds the total of another section."""
    facts = [Facts(2022, None, {"BIL.COEF.N": 2}, rows=_two(*columns)) for columns in drawn]
    result = evaluate_batch(Batch.of(two_sections, facts))
    for position, one in enumerate(facts):
        done = evaluate(two_sections, one)
        for line in ("POIDS", "PLUS"):
            assert done.value(f"BIL.{line}.N") == result.value(f"BIL.{line}.N", position)
        assert done.column("BIL.OP.C03") == result.column("BIL.OP.C03", position)
        assert list(Outcome)[result.outcomes[0, position]] is judge(done)[0].outcome


def _two(operations: list[int | None], prets: list[int | None]) -> dict[str, tuple[Row, ...]]:
    """Return the rows of both sections."""
    columns = {("BIL.OP", "C02"): operations, ("BIL.PR", "D02"): prets}
    return {
        section: tuple(
            Row(str(rank), {} if value is None else {column: value}) for rank, value in enumerate(values)
        )
        for (section, column), values in columns.items()
    }


@given(st.data())
def test_edits_of_rows_keep_the_engine_true(plan: Plan, data: st.DataObject) -> None:
    """Law 1, rows included."""
    done = evaluate(plan, data.draw(filings(plan)))
    controller = Controller(done)
    for _ in range(3):
        edits = data.draw(st.dictionaries(st.just("BIL.CLOTURE.N"), days))
        done, changed = recompute(done, edits, {"BIL.OP": data.draw(row_lists())})
        full = evaluate(plan, done.facts)
        assert (full.values, full.rounded) == (done.values, done.rounded)
        assert judge(full) == controller.update(done, changed)


@given(st.data())
def test_an_edit_inside_a_row_keeps_the_engine_true(plan: Plan, data: st.DataObject) -> None:
    """Law 1, for a cell of a row: its neighbours, and the keys, stay."""
    done = evaluate(plan, data.draw(filings(plan)))
    controller = Controller(done)
    for _ in range(3):
        rows = list(done.facts.rows["BIL.OP"])
        for rank in data.draw(st.sets(st.integers(0, 4), max_size=2)) & set(range(len(rows))):
            edit = data.draw(st.dictionaries(st.sampled_from(["C03", "C04"]), amounts))
            valeurs = {**rows[rank].valeurs, **edit}
            kept = {name: value for name, value in valeurs.items() if value is not None}
            rows[rank] = replace(rows[rank], valeurs=kept)
        done, changed = recompute(done, {}, {"BIL.OP": tuple(rows)})
        full = evaluate(plan, done.facts)
        assert (full.values, full.rounded) == (done.values, done.rounded)
        assert judge(full) == controller.update(done, changed)


@given(st.data())
def test_every_trace_with_rows_computes_to_itself(plan: Plan, data: st.DataObject) -> None:
    """Law 7, rows included."""
    done = evaluate(plan, data.draw(filings(plan)))
    for key in ("SOMME", "IMMO", "MAXI", "MINI", "NOMBRE", "TAUX", "VIEUX", "LIMITE"):
        for trace in explain(done, f"BIL.{key}.N").walk():
            assert trace.valeur == recomputed(done, trace)


FAULTS = [
    ("OP.C04", "M107", "a une valeur par ligne"),
    ("moyenne(OP.C04)", "M107", "« moyenne » ne lit pas des lignes à clé"),
    ("exercice_precedent(somme(OP.C04))", "M107", "Le total N-1"),
    ("si OP.C02 = 'Z' alors 0 sinon 0", "M107", "a une valeur par ligne"),
    ("somme(OP.C04 si C02 = 'Z')", "M105", "« Z » n'est pas un choix admis ici (I, S)."),
    ("somme(OP.C04 si 'I' = C03)", "M105", "n'est pas un choix admis ici (aucun)."),
    ("ajoute_mois(CLOTURE, SOMME)", "M108", "Unités incompatibles"),
    ("mois(CLOTURE)", "M107", "attend deux valeurs"),
    ("nombre(SOMME)", "M107", "attend les lignes d'une section à clé"),
    ("luhn(SOMME)", "M107", "attend une cellule de texte"),
    ("'I'", "M107", "Ceci ne s'emploie que dans"),
]


@pytest.mark.parametrize(("formule", "code", "message"), FAULTS)
def test_a_fault_about_rows_has_its_sentence(tmp_path: Path, formule: str, code: str, message: str) -> None:
    """French, with the right code."""
    table = TABLE + f'FAUTE = {{ libelle = "faute", N = "{formule}" }}\n'
    with pytest.raises(CompileError) as caught:
        compile_model(essai(tmp_path, {"tables/BIL.toml": table}), "COOP")
    assert [(code, True)] == [(one.code, message in one.message) for one in caught.value.problems]
