"""The fictional sector: deterministic, continuous, consistent, of the right size."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liasse import Gravite, Outcome, evaluate
from liasse.cli.app import main as liasse
from liasse.engine.rows import has_luhn_key
from liasse.engine.verification import verify
from liasse.imports.recognise import read_file
from secteur import EXERCICES, FAMILLES, Organisme, balance, depot, fec, livre, organismes, vivre
from secteur.__main__ import main
from secteur.fec import lignes_balance
from secteur.organismes import organisme
from secteur.rapide import filings
from tests.secteur.support_secteur import blocking_gaps, findings, plan_of_family
from tests.support import examples, plan_2022

GRAINE = 2022
SANS_OPERATION = {"K164"}
"""Controls of annexe tables that a body without rental operations leaves empty."""


def sector(famille: str, nombre: int) -> tuple[Organisme, ...]:
    """Return a few organisations of a family."""
    return organismes(nombre, GRAINE, [famille])


def text(organisme: Organisme) -> str:
    """Return the FEC and the balance of 2022 as one text."""
    return "\n".join([*fec(organisme, 2022), *lignes_balance(livre(organisme, 2022))])


@pytest.mark.parametrize("famille", FAMILLES)
def test_the_same_seed_gives_the_same_bytes(famille: str) -> None:
    """Nothing depends on what was made before, nor on the order of sets."""
    organisme = sector(famille, 2)[1]
    before = text(organisme)
    vivre.cache_clear()
    assert before == text(organisme)


def test_another_seed_gives_another_sector() -> None:
    """Names, activities and sizes come from the seed."""
    assert organismes(5, 1) != organismes(5, 2)


def test_an_organisation_does_not_depend_on_how_many_there_are() -> None:
    """The sector of 165 starts with that of 12."""
    assert organismes(12, GRAINE) == organismes(165, GRAINE)[:12]


def test_siren_are_fictional_unique_and_well_keyed() -> None:
    """They start with 000, which was never allotted."""
    numbers = [organisme.siren for organisme in organismes(800, GRAINE)]
    assert len(set(numbers)) == 800
    assert all(number.startswith("000") and has_luhn_key(number) for number in numbers)


def test_every_name_says_that_it_is_fictional() -> None:
    """« fictif » or « fictive » closes each name."""
    names = [organisme.nom for organisme in organismes(200, GRAINE)]
    assert all(name.endswith(("(fictif)", "(fictive)")) for name in names)


@pytest.mark.parametrize("famille", FAMILLES)
def test_each_exercice_opens_with_what_the_last_one_closed_with(famille: str) -> None:
    """Classes 1 to 5, auxiliary by auxiliary; the result is in 12."""
    for before, after in pairwise(vivre(sector(famille, 1)[0])):
        closing = {cle: m for cle, m in before.livre.soldes.items() if m and cle[0][0] in "12345"}
        opening = {cle: m for cle, m in after.livre.ouverture.items() if not cle[0].startswith("12")}
        assert closing == opening
        assert before.livre.solde("6", "7") == after.livre.ouvert("12")


@pytest.mark.parametrize("famille", FAMILLES)
def test_each_exercice_allocates_the_result_of_the_last_one(famille: str) -> None:
    """Account 12 is at zero when classes 6 and 7 are open."""
    assert [0] * 5 == [exercice.livre.solde("12") for exercice in vivre(sector(famille, 1)[0])]


@pytest.mark.parametrize("famille", FAMILLES)
def test_every_entry_of_the_fec_balances(famille: str) -> None:
    """Debit equals credit, entry by entry, to the cent."""
    entries: defaultdict[str, int] = defaultdict(int)
    for line in list(fec(sector(famille, 1)[0], 2022))[1:]:
        zones = line.split("\t")
        entries[zones[2]] += int(zones[11].replace(",", "")) - int(zones[12].replace(",", ""))
    assert [] == [number for number, gap in entries.items() if gap]


@pytest.mark.parametrize("famille", FAMILLES)
def test_the_fec_adds_up_to_the_balance(famille: str, tmp_path: Path) -> None:
    """Read back by the importer: every balance, opening and movement is that of the balance générale."""
    organisme = sector(famille, 1)[0]
    path = tmp_path / f"{organisme.siren}FEC20221231.txt"
    path.write_text("".join(f"{line}\r\n" for line in fec(organisme, 2022)), encoding="utf-8", newline="")
    lecture = read_file(path)
    assert lecture.balance is not None
    assert [] == list(lecture.report.issues)
    expected = {
        ligne.compte: (ligne.ouverture, ligne.debit, ligne.credit, ligne.solde)
        for ligne in balance(organisme, 2022)
    }
    given = {
        ligne.compte: (ligne.ouverture, ligne.debit, ligne.credit, ligne.solde) for ligne in lecture.balance
    }
    assert {c: v for c, v in expected.items() if any(v)} == {c: v for c, v in given.items() if any(v)}


@pytest.mark.parametrize("famille", FAMILLES)
def test_no_blocking_control_finds_a_gap(famille: str) -> None:
    """On one organisation of each family, in 2022."""
    organisme = sector(famille, 1)[0]
    assert [] == blocking_gaps(findings(organisme, 2022, plan_of_family(famille)))


@pytest.mark.slow
@pytest.mark.parametrize("famille", FAMILLES)
def test_no_blocking_control_finds_a_gap_in_the_sector(famille: str) -> None:
    """On six organisations of each family, in 2021 and 2022."""
    plan = plan_of_family(famille)
    found = [
        gap
        for item in sector(famille, 6)
        for annee in (2021, 2022)
        for gap in blocking_gaps(findings(item, annee, plan))
    ]
    assert [] == found


@pytest.mark.slow
@examples(1 / 10)
@given(rang=st.integers(0, 9_999), famille=st.sampled_from(FAMILLES))
def test_no_blocking_control_finds_a_gap_whoever_files(rang: int, famille: str) -> None:
    """Any organisation of any seed; the long profile tries hundreds."""
    found = findings(organisme(rang, GRAINE, [famille]), 2022, plan_of_family(famille))
    assert [] == blocking_gaps(found)


@pytest.mark.parametrize("famille", FAMILLES)
def test_a_blocking_control_is_not_judged_only_for_want_of_an_activity(famille: str) -> None:
    """Tables of the federation declared « néant », rubrics without a loan, operations that nobody has."""
    organisme = sector(famille, 2)[1]
    neant = depot(organisme, 2022).neant
    unjudged = {
        item.code
        for item in findings(organisme, 2022, plan_of_family(famille))
        if item.gravite is Gravite.BLOQUANT and item.outcome is Outcome.NON_EVALUABLE
    }
    of_neant = {code for code in unjudged if code[0] == "V" and f"Q{code[1:3]}" in neant}
    assert set() == unjudged - of_neant - SANS_OPERATION - {"V0601", "V0901"}


def test_what_asks_for_a_comment_is_rare() -> None:
    """Fewer than one check in a hundred, large swings (K049, V1308) left out."""
    plan = plan_of_family("COOP")
    found = [item for organisme in sector("COOP", 3) for item in findings(organisme, 2022, plan)]
    asked = [
        item
        for item in found
        if item.outcome is Outcome.ECART
        and item.gravite is Gravite.A_JUSTIFIER
        and item.code not in {"K049", "V1308"}
    ]
    assert len(asked) * 100 <= len(found)


def per_dwelling(organisme: Organisme, *racines: str) -> float:
    """Return what some accounts hold for each dwelling, in euros."""
    dwellings = sum(
        int(str(depot(organisme, 2022).cellules[f"FI3.{ligne}.LOGEMENTS"])) for ligne in ("L10", "L20", "L30")
    )
    return livre(organisme, 2022).solde(*racines) / 100 / dwellings


def test_amounts_have_the_size_that_they_have_in_the_sector() -> None:
    """Medians over landlords, within the spread of harmonia.md §3.4."""
    landlords = [item for famille in FAMILLES for item in sector(famille, 5) if item.logements]
    rents = median(-per_dwelling(item, "7041", "7043", "7046", "7021") for item in landlords)
    taxes = median(per_dwelling(item, "63512") for item in landlords)
    maintenance = median(per_dwelling(item, "6151", "6152") for item in landlords)
    cash = median(per_dwelling(item, "5") for item in landlords)
    assert 3_700 <= rents <= 4_800
    assert 430 <= taxes <= 680
    assert 400 <= maintenance <= 870
    assert 1_900 <= cash <= 9_000


@pytest.mark.parametrize("famille", FAMILLES)
def test_fast_filings_hold_together_too(famille: str) -> None:
    """Combinations of two organisations that live in full, with whole weights."""
    plan = plan_of_family(famille)
    for item in filings(3, GRAINE, plan, famille):
        facts = replace(item.courant, precedent=evaluate(plan, item.precedent))
        assert [] == blocking_gaps(verify(plan, facts).findings)


def test_fast_filings_are_the_same_for_the_same_seed() -> None:
    """Each by its rank."""
    plan = plan_2022("OPH")
    first, again = (list(filings(3, 7, plan, "OPH")) for _ in range(2))
    assert [item.courant.cells for item in first] == [item.courant.cells for item in again]


def test_the_command_writes_a_folder_for_each_organisation(tmp_path: Path) -> None:
    """A FEC, a balance and cells for each exercice asked."""
    code = main(
        ["--nombre", "2", "--familles", "OPH", "--exercices", "2022", "--sortie", str(tmp_path), "--fec"]
    )
    names = sorted(path.name for path in tmp_path.rglob("*") if path.is_file())
    assert 0 == code
    assert len(names) == 7
    assert "000000018FEC20221231.txt" in names


@pytest.mark.parametrize(
    ("famille", "questionnaire"), [("COOP", "dis_coop"), ("SEM", "etats_reglementaires")]
)
def test_what_is_written_is_verified_without_a_blocking_anomaly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], famille: str, questionnaire: str
) -> None:
    """By the command line, as an accountant would: balance and cells of two exercices."""
    main(["--nombre", "1", "--familles", famille, "--exercices", "2021", "2022", "--sortie", str(tmp_path)])
    capsys.readouterr()
    name = tmp_path / "000000018" / "000000018"
    asked = ["verifier", f"{name}-2022.balance.csv", "--famille", famille, "--exercice", "2022"]
    asked += ["--cellules", f"{name}-2022.cellules.json", "--precedent", f"{name}-2021.balance.csv"]
    asked += ["--cellules-precedent", f"{name}-2021.cellules.json"]
    code = liasse([*asked, "--questionnaire", questionnaire, "--format", "json"])
    told = capsys.readouterr()
    content = json.loads(told.out)
    assert [] == [one["message"] for one in content["anomalies"] if one["gravite"] == "bloquant"]
    assert (0, "") == (code, told.err)


@pytest.mark.slow
def test_the_order_of_sets_never_shows(tmp_path: Path) -> None:
    """Two processes that hash differently write the same bytes."""
    written = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        command = [sys.executable, "-m", "secteur", "--nombre", "2", "--sortie", str(folder), "--fec"]
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        subprocess.run(command, check=True, env=environment, capture_output=True)
        written.append({path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()})
    assert written[0] == written[1]


def test_five_exercices_are_lived() -> None:
    """2018 to 2022."""
    assert EXERCICES == tuple(exercice.livre.annee for exercice in vivre(sector("SEM", 1)[0]))


def test_an_account_is_named_as_its_family_names_it() -> None:
    """7064 is a mandate for a SEM only; a cooperative sells other services."""
    names = {
        famille: {ligne.compte: ligne.libelle for ligne in balance(sector(famille, 1)[0], 2022)}
        for famille in ("COOP", "SEM")
    }
    assert [] == [name for name in names["COOP"].values() if "SEM" in name]
    assert "Loyers des logements et annexes" in names["SEM"]["7021"]
