"""Third parties behind a finding, and accounts that the chart does not name, with the real model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from liasse import Balance, Facts, LigneBalance, evaluate, verify
from liasse.imports.report import ImportReport
from liasse.outputs import html, report, text
from liasse.outputs.accounts import Auxiliaire, Rattachement, auxiliaires, rattachements
from liasse.outputs.document import Document
from liasse.outputs.page import Page
from tests.support import plan_2022

MODELES = Path(__file__).parents[3] / "modeles"
LIGNES = (
    LigneBalance("10130000", -7_000),
    LigneBalance("41110042", 9_000),
    LigneBalance("41110043", -2_000),
    LigneBalance("512", 0),
)
TIERS = {"41110042": (("DUPONT-FICTIF", 9_000),), "41110043": (("MARTIN-FICTIF", -2_000), ("NUL", 0))}


@pytest.fixture(scope="module")
def document() -> Document:
    """Return a filing where a tenant has paid too much."""
    facts = Facts(2022, Balance(LIGNES, auxiliaires=TIERS))
    return Document("balance.csv", verify(plan_2022(), facts), ImportReport("balance.csv", "balance", 4))


def test_the_tenants_behind_a_finding_are_named(document: Document) -> None:
    """K015 looks at credit balances, tenant by tenant."""
    found = {finding.code: auxiliaires(document.evaluation, finding) for finding in document.anomalies}
    assert (Auxiliaire("41110043", "MARTIN-FICTIF", 2_000),) == found.pop("K015")
    assert set() == {one for every in found.values() for one in every}


def test_every_report_names_the_tenants(document: Document) -> None:
    """Text, page and JSON."""
    assert "Tiers     MARTIN-FICTIF (41110043, 20,00" in text.render(document, Page(100))
    assert "<dt>Tiers</dt><dd>MARTIN-FICTIF " in html.render(document)
    anomalies = json.loads(report.render(document))["anomalies"]
    assert [{"compte": "41110043", "auxiliaire": "MARTIN-FICTIF", "montant": "20.00"}] == next(
        anomaly["auxiliaires"] for anomaly in anomalies if anomaly["code"] == "K015"
    )


def test_accounts_that_the_chart_does_not_name_follow_their_root(document: Document) -> None:
    """Zeros on the right are padding, not a subdivision."""
    found = rattachements(document.evaluation)
    assert ["41110042", "41110043"] == [one.compte for one in found]
    assert isinstance(found[0], Rattachement)
    assert found[0].compte.startswith(found[0].racine)


def test_every_report_says_which_root_accounts_follow(document: Document) -> None:
    """An information: how many, and the first ones."""
    words = "2 comptes ne figurent pas au plan de comptes et suivent leur racine"
    assert words in " ".join(text.render(document, Page(160)).split())
    assert words in html.render(document)
    content = json.loads(report.render(document))["import"]["rattachements"]
    assert (2, "41110042") == (content["nombre"], content["premiers"][0]["compte"])


def test_without_a_balance_nothing_is_said_of_accounts() -> None:
    """Cells alone."""
    evaluation = evaluate(plan_2022(), Facts(2022))
    finding = verify(plan_2022(), Facts(2022, Balance(LIGNES))).findings[0]
    assert ((), ()) == (rattachements(evaluation), auxiliaires(evaluation, finding))
