"""What the reading of a file leaves in doubt blocks the verification, and is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.liasse.cli.conftest import BALANCE, LEDGER, Run, Write
from tests.liasse.cli.schema import faults

ASKED = ("--famille", "COOP", "--exercice", "2022")
JSON = (*ASKED, "--format", "json")


@pytest.fixture
def incomplete(write: Write) -> Path:
    """Return a ledger one debit and one credit of which cannot be read: what is left still balances."""
    text = LEDGER.replace("60,00\t0,00", "6O,00\t0,00").replace("0,00\t60,00", "0,00\t6O,00")
    return write("incomplet.txt", text)


def test_lines_left_out_block(run: Run, incomplete: Path) -> None:
    """No control can see them: the reading itself is an anomaly, the first one."""
    result = run("verifier", incomplete, *JSON)
    first = result.json["anomalies"][0]
    assert (1, []) == (result.code, faults(result.json))
    assert ("IMPORT", "lecture", "bloquant", None, [], [], "C") == tuple(
        first[key] for key in ("code", "partie", "gravite", "ecart", "cellules", "pistes", "certitude")
    )
    assert "Règlement du projet" == first["reference"]
    assert (
        "2 lignes de incomplet.txt ne sont pas reprises, ou pas en entier : ligne 5, colonne Debit"
        " « 6O,00 » (I110) ; ligne 6, colonne Credit « 6O,00 » (I110)."
    ) == first["message"].replace("\xa0", " ").replace("\u202f", " ")
    assert first["instruction"].startswith("Corrigez le fichier, puis recommencez")


def test_lines_left_out_are_counted(run: Run, incomplete: Path) -> None:
    """In the counts of lines as in those of controls."""
    synthese = run("verifier", incomplete, *JSON).json["synthese"]
    assert (1, 1) == (synthese["bloquant"], synthese["controles"]["bloquant"])


@pytest.mark.parametrize("command", ["verifier", "calculer"])
def test_lines_left_out_are_said_beside_the_totals(run: Run, incomplete: Path, command: str) -> None:
    """Under each statement, and above the aggregates."""
    words = "■ Totaux à ne pas retenir : 2 lignes de incomplet.txt ne sont pas reprises, ou pas en entier."
    out = run(command, incomplete, *ASKED).out
    assert 4 == out.count(words)


def test_lines_left_out_are_in_the_header(run: Run, incomplete: Path) -> None:
    """In the one sentence that everyone reads."""
    out = " ".join(run("verifier", incomplete, *ASKED).out.split())
    assert "1 anomalie bloquante (2 lignes de incomplet.txt ne sont pas reprises, ou pas en entier), " in out


def test_a_balance_with_an_unreadable_amount_blocks(run: Run, write: Write) -> None:
    """The year before too: its columns are shown beside those of the exercice."""
    before = write("avant.csv", BALANCE.replace("40,00", "4O,00"))
    whole = write("balance.csv", BALANCE)
    result = run("verifier", whole, *JSON, "--precedent", before)
    assert (1, "IMPORT") == (result.code, result.json["anomalies"][0]["code"])
    assert "1 ligne de avant.csv n'est pas reprise" in result.json["anomalies"][0]["message"]


def test_many_lines_left_out_are_counted_not_listed(run: Run, write: Write) -> None:
    """Five are shown."""
    rows = "".join(f"60{number};Achats;1,001;0\n" for number in range(100, 220))
    message = run("verifier", write("longue.csv", BALANCE + rows), *JSON).json["anomalies"][0]["message"]
    assert message.startswith("120 lignes de longue.csv ne sont pas reprises")
    assert message.endswith("(I202) … et 115 autres.")


def test_a_ledger_of_another_year_blocks(run: Run, ledger: Path) -> None:
    """What its dates tell is kept beside what was asked."""
    result = run("verifier", ledger, "--famille", "COOP", "--exercice", "2023", "--format", "json")
    content = result.json
    assert (1, [], 2023, 2022) == (
        result.code,
        faults(content),
        content["exercice"],
        content["import"]["exercice_lu"],
    )
    assert ["grand-livre.txt porte sur l'exercice 2022 ; il est vérifié comme exercice 2023."] == content[
        "remarques"
    ]
    first = content["anomalies"][0]
    assert ("IMPORT", "exercice") == (first["code"], first["partie"])
    assert (
        "grand-livre.txt n'est pas de l'exercice 2023 mais de 2022\xa0: 9 écritures sont datées"
        " hors de l'exercice 2023."
    ) == first["message"]
    assert "2023 (demandé ; le fichier est de 2022)" == content["import"]["choix"]["Exercice"]


def test_a_ledger_of_the_year_is_not_another_year_before(run: Run, ledger: Path) -> None:
    """`--precedent` with the ledger of N."""
    content = run("verifier", ledger, *JSON, "--precedent", ledger).json
    assert "grand-livre.txt porte sur l'exercice 2022, pris comme exercice 2021." in content["remarques"]
    assert "n'est pas de l'exercice 2021" in content["anomalies"][0]["message"]


def test_a_name_of_another_year_than_the_dates_blocks(run: Run, write: Write) -> None:
    """The name says 2023, nearly every date says 2022."""
    path = write("000000000FEC20231231.txt", LEDGER)
    content = run("verifier", path, "--famille", "COOP", "--exercice", "2023", "--format", "json").json
    assert "000000000FEC20231231.txt n'est pas de l'exercice 2023" in content["anomalies"][0]["message"]


def test_an_exercice_over_two_calendar_years_is_of_its_closing_year(run: Run, write: Write) -> None:
    """Half of its entries are outside the calendar year: nothing blocks."""
    text = LEDGER
    for number, day in enumerate(("20220101", "20220131")):
        text = text.replace(day, f"20210{number + 7}15")
    result = run("verifier", write("decale.txt", text), *JSON)
    assert (0, []) == (result.code, result.json["anomalies"])


def test_a_balance_whose_title_tells_another_year_is_said(run: Run, write: Write) -> None:
    """A title is not enough to block."""
    path = write("balance.csv", "Balance au 31/12/2021\n" + BALANCE)
    result = run("verifier", path, *JSON)
    assert (0, ["balance.csv porte sur l'exercice 2021 ; il est vérifié comme exercice 2022."]) == (
        result.code,
        result.json["remarques"],
    )


def test_a_year_before_of_another_family_is_said(run: Run, balance: Path) -> None:
    """Its statements are not those of the filing."""
    run(
        "verifier",
        balance,
        "--famille",
        "OPH",
        "--exercice",
        "2022",
        "--format",
        "json",
        "--sortie",
        "oph.json",
    )
    asked = ("--famille", "COOP", "--exercice", "2023", "--precedent", "oph.json", "--format", "json")
    assert ["oph.json est de la famille OPH, et non COOP."] == run("verifier", balance, *asked).json[
        "remarques"
    ]


def test_the_opening_journals_can_be_named(run: Run, write: Write) -> None:
    """What the report advises exists."""
    path = write("reprise.txt", LEDGER.replace("AN\tAN\t", "RP\tReprise\t"))
    unknown = run("verifier", path, *JSON).json["import"]
    advice = next(defect["remede"] for defect in unknown["defauts"] if defect["code"] == "I124")
    assert "--journaux-ouverture AN,RAN" in advice
    known = run("verifier", path, *JSON, "--journaux-ouverture", "an, rp").json["import"]
    assert ("aucun", "RP (Reprise)") == tuple(
        report["choix"]["Journaux d’à-nouveaux"] for report in (unknown, known)
    )


def test_opening_journals_are_those_of_a_ledger(run: Run, balance: Path) -> None:
    """A balance has none: the option is said to do nothing."""
    content = run("verifier", balance, *JSON, "--journaux-ouverture", "AN").json
    assert ["--journaux-ouverture est sans effet : balance.csv n'est pas un FEC."] == content["remarques"]


def test_an_unusable_ledger_says_its_defects(run: Run, write: Write) -> None:
    """The first three of each code, with their line and what to do."""
    lines = LEDGER.splitlines()
    bad = "\n".join([lines[0], *(line.replace(",00", ",001") for line in lines[1:])])
    result = run("verifier", write("illisible.txt", bad), *ASKED)
    assert (2, "") == (result.code, result.out)
    said = result.err.splitlines()
    assert "illisible.txt est inutilisable. Aucune ligne du fichier n’a pu être reprise." in said[0]
    assert ["  ligne 2, colonne", "  ligne 2, colonne", "  ligne 3, colonne"] == [
        line[:18] for line in said[1:4]
    ]
    assert said[1].endswith("puis relisez le fichier. [I110]")
    assert "  … et 15 autres défauts I110" == said[4]


def test_columns_that_are_not_recognised_can_be_imposed(run: Run, write: Write) -> None:
    """The message names the option."""
    result = run("verifier", write("liste.csv", "a;b\nx;y\n"), *ASKED)
    assert "(--colonnes compte=… --colonnes solde=…)" in result.err


@pytest.mark.parametrize("content", ["{}", '{"format": "liasse-depot", "version": 1}'])
def test_a_filing_that_says_nothing_is_not_of_another_year(run: Run, write: Write, content: str) -> None:
    """No entry is dated: nothing tells that it is not of the exercice."""
    result = run("verifier", write("vide.json", content), *JSON)
    assert (0, []) == (result.code, result.json["anomalies"])
