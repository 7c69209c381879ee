"""A filing brought to the form of another questionnaire: figures kept, holes told."""

from __future__ import annotations

import pytest

from liasse import Balance, Facts, Row, copied, evaluate, given_year, table_figures
from liasse.engine.filing import form_of
from liasse.errors import Place
from liasse.model.correspondances import Correspondance, Correspondances, NatureCorrespondance
from liasse.source.correspondances import linked_questionnaires, load_correspondances
from tests.support import MODELES, plan_2022, shipped_plan

LOYERS, CAPITAL = "CRP.R033.N", "PAS.P010.N"


def qdis() -> Correspondances:
    """Return the shipped correspondences from the statements to the QDIS."""
    return load_correspondances(
        MODELES, plan_2022("COOP").model, shipped_plan("qdis_coop", "2022", "COOP").model
    )


def row(de: str, vers: str, nature: NatureCorrespondance) -> Correspondance:
    """Return a correspondence."""
    return Correspondance(de, vers, nature, "Dit pourquoi.", "C", Place("essai.csv"))


def test_the_statements_lead_to_the_questionnaire_of_cooperatives() -> None:
    """The file that says so is found."""
    assert (("etats_reglementaires", "2022"),) == linked_questionnaires(MODELES, "qdis_coop", "2022")


def test_every_figure_of_the_statements_has_its_place() -> None:
    """Typed, filled by the accounts, in rows, in words: the same on both sides, and no hole."""
    before = evaluate(
        plan_2022("COOP"),
        Facts(
            2022,
            Balance.from_soldes({"1013": -100_00, "512": 100_00}),
            {LOYERS: 5_00},
            rows={"T11.FIL": (Row("A", {"NOM": 1}, {"NOM": "A"}),)},
        ),
    )
    made = copied(before, shipped_plan("qdis_coop", "2022", "COOP"), qdis())
    assert () == made.trous
    assert (5_00, 100_00) == (made.faits.cellules[LOYERS], made.faits.cellules[CAPITAL])
    assert LOYERS == made.sources[LOYERS]
    assert made.faits.balance is not None


@pytest.mark.parametrize(
    ("nature", "vers", "told"),
    [
        (NatureCorrespondance.SUPPRIME, "", "n'a pas cette ligne. Dit pourquoi."),
        (NatureCorrespondance.NON_COMPARABLE, "CRP.R033", "ne mesurent pas la même chose"),
        (NatureCorrespondance.SCINDE, "CRP.R033", "partagée ici entre CRP.R033"),
        (NatureCorrespondance.RENOMME, "ID.MOIS", "mais sans cette colonne|une autre unité"),
    ],
)
def test_what_has_no_place_is_a_hole_with_its_reason(
    nature: NatureCorrespondance, vers: str, told: str
) -> None:
    """Nothing is lost in silence."""
    plan = plan_2022("COOP")
    links = Correspondances("essai", "a", "b", (row("CRP.R033", vers, nature),), ())
    made = copied(evaluate(plan, Facts(2022, None, {LOYERS: 5_00})), plan, links)
    (hole,) = [one for one in made.trous if one.cle == LOYERS]
    assert (LOYERS, 5_00, "euro") == (hole.cle, hole.valeur, hole.unite)
    assert any(one in hole.motif for one in told.split("|"))
    assert LOYERS not in made.faits.cellules


def test_lines_that_become_one_are_added() -> None:
    """Their cells have no single counterpart, and are compared with nothing."""
    plan = plan_2022("COOP")
    rows = tuple(row(f"CRP.{de}", "CRP.R033", NatureCorrespondance.REGROUPE) for de in ("R031", "R033"))
    cells = {"CRP.R031.N": 2_00, LOYERS: 5_00}
    made = copied(
        evaluate(plan, Facts(2022, None, cells)), plan, Correspondances("essai", "a", "b", rows, ())
    )
    assert 7_00 == made.faits.cellules[LOYERS]
    assert LOYERS not in made.sources
    assert cells.keys().isdisjoint(one.cle for one in made.trous)


def test_equal_figures_are_written_the_same_whatever_the_order_of_rows() -> None:
    """Digests are made of it."""
    plan = plan_2022("COOP")
    one, two = (Row(name, {"NOM": 1}, {"NOM": name}) for name in ("A", "B"))
    told = [
        table_figures(
            given_year(
                evaluate(plan, Facts(2022, None, {LOYERS: 5_00}, rows={"T11.FIL": rows})), ["T11.FIL"]
            ),
            form_of(plan),
            {LOYERS: LOYERS},
        )
        for rows in ((one, two), (two, one))
    ]
    assert told[0] == told[1]
    assert {"CRP", "T11"} == set(told[0])
