"""The individual file on its two worked examples: SF, AE, identities and ratios, to the euro."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

import pytest

from liasse import Evaluation, Facts, evaluate, explain
from liasse.amounts import unit
from liasse.compiler.plan import SlotKind
from liasse.engine.controls import Outcome, judge
from liasse.engine.provisional import provisional
from liasse.engine.trace import recomputed
from liasse.engine.verification import verify
from liasse.imports.report import ImportReport
from liasse.outputs.document import Document
from liasse.outputs.html import render as html
from liasse.outputs.page import Page
from liasse.outputs.report import as_dict
from liasse.outputs.text import render as text
from tests.golden.dis.exemples import NAMES, evaluated, plan_dis, worked
from tests.support import shipped_model

CLOSING = frozenset({"VSF01", "VSF02", "VSF03", "VAE01", "VAE02", "VAE03", "VAE04"})
OTHER = {"EX1": "EX2", "EX2": "EX1"}


def euros(evaluation: Evaluation, key: str) -> Decimal:
    """Return a cell in euros; in the examples, what is not listed is zero."""
    return Decimal(evaluation.value(key) or 0) / 100


def printed(evaluation: Evaluation, ratio: str, like: str) -> str:
    """Return a ratio as the source prints it: « so », or rounded to as many decimals."""
    if evaluation.is_pointless(ratio):
        return "so"
    value = evaluation.value(ratio)
    assert value is not None, ratio
    exact = Decimal(value).scaleb(-unit(plan_dis().model.aggregats[ratio].unite).decimals)
    decimals = len(like.partition(",")[2])
    return str(exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)).replace(".", ",")


@pytest.mark.parametrize("name", NAMES)
def test_every_line_is_the_one_of_the_source(name: str) -> None:
    """§7.2 and §7.3: 101 lines of SF and 69 of AE, as N, and as N-1 of the other example."""
    evaluation, following = evaluated(name), evaluated(OTHER[name], name)
    expected = worked(name).lignes
    assert len(expected) == 101 + 69
    assert {key: euros(evaluation, f"{key}.N") for key in expected} == expected
    assert {key: euros(following, f"{key}.N1") for key in expected} == expected


@pytest.mark.parametrize("name", NAMES)
def test_variations_are_against_the_year_before(name: str) -> None:
    """The column VAR is N less N-1 where both are known, empty otherwise."""
    evaluation = evaluated(name, OTHER[name])
    for key in worked(name).lignes:
        now, before = evaluation.value(f"{key}.N"), evaluation.value(f"{key}.N1")
        expected = None if now is None or before is None else now - before
        assert evaluation.value(f"{key}.VAR") == expected
        assert evaluated(name).value(f"{key}.VAR") is None


def test_per_dwelling_figures_need_enough_dwellings() -> None:
    """The column LGT divides by the 900 dwellings owned of the first example; the second one has none."""
    first, second = evaluated("EX1"), evaluated("EX2")
    assert first.value("SF.SF840.LGT") == 400_556
    assert first.value("AE.AE500.LGT") == 96_889
    assert all(second.value(f"{key}.LGT") is None for key in worked("EX2").lignes)


@pytest.mark.parametrize("name", NAMES)
def test_identities(name: str) -> None:
    """§7.4, exact."""
    evaluation = evaluated(name)

    def cell(key: str) -> int:
        return evaluation.value(key) or 0

    assert cell("ACT.AT.NET") == cell("PAS.PT.N") == {"EX1": 6_744_700_000, "EX2": 1_777_200_000}[name]
    treasury = sum(cell(f"SF.{code}.N") for code in ("SF450", "SF540", "SF565", "SF680"))
    assert treasury == cell("SF.SF700.N") == cell("SF.SF910.N") - cell("SF.SF920.N")
    assert cell("SF.SF940.N") == cell("SF.SF910.N")
    assert cell("SF.SF885.N") == cell("SF.SF880.N")
    assert cell("AE.AE550.N") == cell("CAF") - cell("AE.AE610.N") + cell("AE.AE065.N")
    assert cell("AE.AE690.N") == cell("PAS.P120.N")
    assert cell("AE.AE790.N") == cell("AE.AE500.N")
    assert cell("AE.AE790.MARGE") == cell("AE.AE380.N")
    assert cell("AE.AE790.CHARGES") == -cell("AE.AE460.N")


@pytest.mark.parametrize("name", NAMES)
def test_ratios(name: str) -> None:
    """§7.5, as printed."""
    evaluation, expected = evaluated(name), worked(name).ratios
    assert {code: printed(evaluation, code, text) for code, text in expected.items()} == expected


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_raised(name: str) -> None:
    """§7.5: these figures raise no point of attention, and every closing control holds."""
    evaluation = evaluated(name)
    outcomes = {
        check.control.identifier: judgement.outcome
        for check, judgement in zip(plan_dis().checks, judge(evaluation), strict=True)
        if check.control.code.startswith(("PA", "VSF", "VAE"))
    }
    raised = {code for code, outcome in outcomes.items() if outcome is Outcome.ECART}
    assert raised == set()
    closing = {outcomes[code] for code in outcomes if code in CLOSING}
    assert closing == {Outcome.CONFORME}


def test_operations_explain_the_works_in_progress_of_the_first_example_in_part() -> None:
    """§7.5: the first example raises V0306, 4 200 000 explained out of 4 500 000."""
    judgements = zip(plan_dis().checks, judge(evaluated("EX1")), strict=True)
    assert Outcome.ECART in {one.outcome for check, one in judgements if check.control.code == "V0306"}


def test_the_three_self_financings_stay_distinct() -> None:
    """Current, net and the CGLLS base are three figures."""
    evaluation = evaluated("EX1")
    names = ("AUTOFINANCEMENT_COURANT_DIS", "AUTOFINANCEMENT_NET_DIS", "BASE_CGLLS_LOCATIF", "BASE_CGLLS")
    assert [euros(evaluation, name) for name in names] == [872_000, 887_000, 165_000, Decimal("57030.57")]


def test_funds_available_at_completion() -> None:
    """The four components of the ANCOLS presentation, by hand, and the way back to SF850."""
    evaluation = evaluated("EX1")
    parts = {
        "FDT_FONDS_PROPRES": 15_917_000,
        # PGE 600 000, provisions 150 000, dépôts 310 000, emprunts des opérations sorties 60 000.
        "FDT_AUTRES_RESSOURCES": 1_120_000,
        # Terminé soldé 8 240 000 + 60 000 ; plans des opérations engagées 800 000 + 700 000.
        "FDT_INVESTI_LOCATIF": 9_800_000,
        # Structure 880 000, BRS 100 000, participations 932 000, prêts 60 000, autres dettes − 200 000.
        "FDT_AUTRES_EMPLOIS": 1_772_000,
        "FDT": 5_465_000,
    }
    assert {name: euros(evaluation, name) for name in parts} == parts
    way_back = (
        euros(evaluation, "SF.SF850.N")
        - euros(evaluation, "SF.SF225.N")
        - euros(evaluation, "PAS.P210.N")
        - euros(evaluation, "PAS.P215.N")
    )
    assert way_back == 5_465_000
    assert evaluation.value("FDT_PAR_LOGEMENT") == 607_222
    assert evaluation.is_pointless("FDT_PAR_LOGEMENT") is False
    assert evaluated("EX2").is_pointless("FDT_PAR_LOGEMENT") is True
    # Exploitation hors dotations 10 605 000, production de stocks − 6 100 000, charges financières 720 000.
    assert euros(evaluation, "CHARGES_COURANTES") == 5_225_000
    assert evaluation.value("FDT_JOURS") == 38_177


def test_nothing_of_the_questionnaire_is_overridden() -> None:
    """An aggregate, a parameter or a table of the file never takes the name of an included one."""
    included, model = shipped_model("qdis_coop", "2022"), plan_dis().model
    for name in ("aggregats", "parametres", "tables"):
        ours, theirs = getattr(model, name), getattr(included, name)
        assert {code for code, item in theirs.items() if ours[code].place != item.place} == set()
    codes = {control.code for control in included.controles}
    own = [control.code for control in model.controles if control.code.startswith("PA")]
    assert codes.isdisjoint(own)
    assert len(set(own)) == 15


def test_the_ratios_are_all_there() -> None:
    """36 ratios, each with a direction, in the order of the source."""
    aggregates = plan_dis().model.aggregats
    ratios = [code for code, aggregate in aggregates.items() if aggregate.rubrique == "ratios"]
    assert ratios == [f"RT{number:02}" for number in range(1, 37)]
    assert all(aggregates[code].sens and aggregates[code].sans_objet for code in ratios)


def test_a_due_table_left_empty_makes_a_line_provisional() -> None:
    """What a due table does not say yet is marked; declared « néant », the same line is final."""
    cells = {"ACT.A040.BRUT": 100}
    due = evaluate(plan_dis(), Facts(2022, None, cells))
    final = evaluate(plan_dis(), Facts(2022, None, cells, neant=frozenset({"Q05"})))
    assert due.value("SF.SF230.N") == final.value("SF.SF230.N") == -100
    assert "SF.SF230.N" in provisional(due)
    assert "SF.SF230.N" not in provisional(final)


def test_a_table_due_to_all_left_empty_makes_a_line_provisional() -> None:
    """Q13 has no « néant »: the services not told apart wait for what it says of them."""
    cells = {"CRP.R043.N": 500}
    due = evaluate(plan_dis(), Facts(2022, None, cells))
    final = evaluate(plan_dis(), Facts(2022, None, cells | {"Q13.L310.N": 0, "Q13.L320.N": 100}))
    assert (500, True) == (due.value("AE.AE340.N"), "AE.AE340.N" in provisional(due))
    assert (400, False) == (final.value("AE.AE340.N"), "AE.AE340.N" in provisional(final))


def test_a_provisional_figure_is_marked_wherever_it_is_shown() -> None:
    """In the JSON, under the forms and the aggregates printed as text, beside the figure in the page."""
    due = verify(plan_dis(), Facts(2022, None, {"CRP.R043.N": 500, "CRP.R031.N": 900, "Q07.L010.N": 5}))
    document = Document("cellules.json", due, ImportReport("cellules.json", "cellules"))
    content = as_dict(document)
    assert {"valeur": "5.00", "certitude": "C", "provisoire": True} == content["etats"]["AE"]["AE340"]["N"]
    aggregates = {code for code, figure in content["agregats"].items() if "provisoire" in figure}
    assert {"RESERVES_ANCIENNES"} == aggregates
    told = re.findall(
        r"Provisoire, tant qu'une cellule d'un tableau dû est vide : ([^.]*)\.", text(document, Page())
    )
    assert any("AE340" in codes for codes in told)
    assert aggregates == set(re.findall(r"\w+", told[-1]))
    page = html(document)
    assert re.search(r'id="AE\.AE340\.N">5,00 <abbr class="tag" title="Provisoire', page)


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_of_the_individual_file_can_be_explained(name: str) -> None:
    """Cells, aggregates and rows, « néant » and provisional ones included; each node computes to itself."""
    evaluation = evaluated(name)
    plan = evaluation.plan
    for slot in plan.slots:
        if slot.kind in {SlotKind.CELL, SlotKind.AGGREGATE} and not slot.section:
            trace = explain(evaluation, slot.key)
            assert (slot.key, evaluation.value(slot.key)) == (trace.cle, recomputed(evaluation, trace))
