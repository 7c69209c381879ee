"""The shipped fictional cooperative: its files are what its generator writes, and they hold together."""

from __future__ import annotations

import csv
import json
import os
from collections import defaultdict
from pathlib import Path

import pytest

from demo.generate import (
    BALANCE,
    CELLULES,
    CELLULES_2021,
    FEC,
    FOLDER,
    cells,
    exercices,
    render,
    write_large,
)
from liasse.cli import main

Rows = list[dict[str, str]]


def cents(text: str) -> int:
    """Read `1234,56`."""
    return int(text.replace(",", ""))


def read_fec(path: Path) -> Rows:
    """Read a FEC of ours."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def soldes(rows: Rows) -> dict[str, int]:
    """Sum a FEC by account, in cents."""
    found: defaultdict[str, int] = defaultdict(int)
    for row in rows:
        found[row["CompteNum"]] += cents(row["Debit"]) - cents(row["Credit"])
    return dict(found)


@pytest.fixture(scope="module")
def fec() -> Rows:
    """Return the ledger of 2022, as shipped."""
    return read_fec(FOLDER / FEC)


@pytest.fixture(scope="module")
def balance() -> Rows:
    """Return the balance of 2021, as shipped."""
    with (FOLDER / BALANCE).open(encoding="cp1252", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


@pytest.mark.parametrize("name", sorted(render()))
def test_each_file_is_what_the_generator_writes(name: str) -> None:
    """Byte for byte; `make golden GOLDEN=accept` writes what changed on purpose."""
    path = FOLDER / name
    if os.environ.get("GOLDEN") == "accept":
        path.write_bytes(render()[name])
    assert render()[name] == path.read_bytes()


def test_each_entry_balances(fec: Rows) -> None:
    """Debit equals credit, entry by entry, to the cent."""
    entries: defaultdict[str, int] = defaultdict(int)
    for row in fec:
        entries[row["EcritureNum"]] += cents(row["Debit"]) - cents(row["Credit"])
    assert [] == [numero for numero, gap in entries.items() if gap]


def test_2022_opens_with_what_2021_closed_with(fec: Rows, balance: Rows) -> None:
    """Class 1 to 5 account by account; the result of 2021 is in 120."""
    opening = soldes([row for row in fec if row["JournalCode"] == "AN"])
    closing = {row["Compte"]: cents(row["Solde débit"]) - cents(row["Solde crédit"]) for row in balance}
    result = sum(solde for compte, solde in closing.items() if compte[0] in "67")
    kept = {compte: solde for compte, solde in closing.items() if compte[0] in "12345" and solde}
    assert kept | {"120": result} == opening


def test_the_ledger_is_before_closing_and_makes_a_profit(fec: Rows) -> None:
    """Classes 6 and 7 are open, the result of 2021 is allocated."""
    held = soldes(fec)
    assert -74_663_397 == sum(solde for compte, solde in held.items() if compte[0] in "67")
    assert 0 == held["120"]


def test_every_account_is_in_the_chart(fec: Rows, balance: Rows) -> None:
    """Every account has three digits or more, and a root that is in force in 2022."""
    chart_path = FOLDER.parent / "modeles" / "plan_comptes" / "plan_comptes.csv"
    with chart_path.open(encoding="utf-8", newline="") as file:
        chart = tuple(
            row["compte"]
            for row in csv.DictReader(file, delimiter=";")
            if row["couche"] != "SEM" and int(row["valide_de"] or 0) <= 2022 <= int(row["valide_a"] or 9999)
        )
    used = {row["CompteNum"] for row in fec} | {row["Compte"] for row in balance}
    known = {compte for compte in used if compte in chart or compte.rstrip("0") in chart}
    assert set() == used - known
    assert set() == {compte for compte in used if len(compte) < 3}


def test_the_debt_statement_closes_on_the_accounts() -> None:
    """Loans by destination add up to accounts 162 and 164."""
    year = exercices()[1]
    due = sum(dette.cloture for dette in year.dettes.values())
    assert -year.livre.solde("162", "164") == due


def test_recoverable_charges_are_close_to_what_tenants_pay() -> None:
    """Within the 10 % of control K063."""
    year = exercices()[1]
    charges = sum(
        cents(value.replace(".", "")) for cell, value in cells(year).items() if cell.startswith("CRC.")
    )
    assert abs(-year.livre.solde("703") - charges) * 10 <= charges


def test_a_large_ledger_holds_the_same_amounts(tmp_path: Path, fec: Rows) -> None:
    """Splitting entries changes nothing to the balance of any account."""
    path = tmp_path / "grand.txt"
    assert 20_000 <= write_large(20_000, path)
    large = {compte: solde for compte, solde in soldes(read_fec(path)).items() if solde}
    assert {compte: solde for compte, solde in soldes(fec).items() if solde} == large


def test_its_report_has_nothing_blocking_and_the_anomalies_left_on_purpose(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`make demo`: a receipt left in 471 (K008), a tenant who paid twice (K015), the cash gap (K097)."""
    ledger, typed = str(FOLDER / FEC), str(FOLDER / CELLULES)
    before, typed_before = str(FOLDER / BALANCE), str(FOLDER / CELLULES_2021)
    options = ["--famille", "COOP", "--exercice", "2022", "--format", "json", "--cellules", typed]
    code = main(["verifier", ledger, *options, "--precedent", before, "--cellules-precedent", typed_before])
    report = json.loads(capsys.readouterr().out)
    assert 0 == code
    assert ["K008", "K015", "K097"] == sorted(anomaly["code"] for anomaly in report["anomalies"])
    figures = {code: report["agregats"][code]["valeur"] for code in ("RESULTAT", "CAF", "AFN", "RATIO_AFN")}
    assert {
        "RESULTAT": "746633.97",
        "CAF": "1974433.97",
        "AFN": "513233.97",
        "RATIO_AFN": "7.41",
    } == figures
    assert report["agregats"]["TOTAL_ACTIF"]["valeur"] == report["agregats"]["TOTAL_PASSIF"]["valeur"]
