"""Keyed sections on the command line: what stands row by row is written row by row."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from liasse.cli import inputs
from liasse.cli.cells import CellsFile, read_cells
from liasse.cli.models import ENVIRONMENT
from tests.liasse.cli.conftest import Run, Write
from tests.liasse.cli.schema import faults
from tests.liasse.engine.test_rows import CONTROLES, TABLE
from tests.support import HEADER, write_model

FILES = {"modele.toml": HEADER, "tables/BIL.toml": TABLE, "controles/c.toml": CONTROLES}
CELLS = {
    "exercice": 2022,
    "famille": "COOP",
    "cellules": {"BIL.CLOTURE.N": "2022-12-31", "BIL.OFS.N": True, "BIL.SIREN.N": "732829320"},
    "lignes": {
        "BIL.OP": [
            {"C01": "TILLEULS", "C02": "S", "C03": "1000", "C04": "400.5", "C06": "2023-02-01"},
            {"C01": "ERABLES", "C03": "500"},
        ]
    },
}
ASKED = ("--questionnaire", "essai")


@pytest.fixture(autouse=True)
def keyed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Use the small model of keyed sections."""
    monkeypatch.setenv(ENVIRONMENT, str(write_model(tmp_path / "modeles", FILES)))


@pytest.fixture
def cells(write: Write) -> Path:
    """Return a file of cells with two rows."""
    return write("cellules.json", json.dumps(CELLS))


def test_the_csv_has_a_line_per_row_and_words_where_values_are_words(run: Run, cells: Path) -> None:
    """Dates, choices, yes or no and texts as people read them; amounts with a decimal comma."""
    result = run("calculer", cells, *ASKED, "--format", "csv")
    assert 0 == result.code
    found = {line.split(";")[0]: line.split(";")[2] for line in result.out.split("\r\n")[1:-1]}
    expected = {
        "BIL.OP[TILLEULS].C01": "TILLEULS",
        "BIL.OP[TILLEULS].C02": "Stocks",
        "BIL.OP[TILLEULS].C05": "599,50",
        "BIL.OP[TILLEULS].C06": "01/02/2023",
        "BIL.OP[ERABLES].C04": "",
        "BIL.CLOTURE.N": "31/12/2022",
        "BIL.OFS.N": "oui",
        "BIL.SIREN.N": "732829320",
        "BIL.SOMME.N": "400,50",
    }
    assert expected == {reference: found[reference] for reference in expected}


def test_a_column_may_be_asked_alone(run: Run, cells: Path) -> None:
    """In text and in JSON, row by row; without rows it is said."""
    asked = (*ASKED, "--cellule", "BIL.OP.C04")
    lines = run("calculer", cells, *asked).out.splitlines()
    assert [
        "BIL.OP[TILLEULS].C04  Une ligne par opération : 400,50 €",
        "BIL.OP[ERABLES].C04  Une ligne par opération : vide.",
    ] == [line.replace("\u00a0", " ").partition(" À saisir")[0].removesuffix("  C") for line in lines]
    figures = run("calculer", cells, *asked, "--format", "json").json["cellules"]
    assert {"BIL.OP[TILLEULS].C04": "400.50", "BIL.OP[ERABLES].C04": None} == {
        reference: figure["valeur"] for reference, figure in figures.items()
    }
    cells.write_text(json.dumps({**CELLS, "lignes": {}}), encoding="utf-8")
    assert "BIL.OP.C04  Une ligne par opération : aucune ligne.\n" == run("calculer", cells, *asked).out


def test_a_gap_between_dates_is_written_in_days(run: Run, cells: Path) -> None:
    """Both sides as dates, in the text as in the page."""
    text = run("verifier", cells, *ASKED).out.replace("\u00a0", " ")
    sides = [
        line.split()[-1] for line in text.splitlines() if line.strip().startswith(("C06 ", "BIL.CLOTURE"))
    ]
    assert ["01/02/2023", "31/12/2022"] == sides
    assert any("écart" in line and line.rstrip().endswith("32 jours") for line in text.splitlines())
    page = run("verifier", cells, *ASKED, "--format", "html").out
    assert "01/02/2023" in page
    assert "738 520" not in page.replace("\u202f", " ").replace("\u00a0", " ")


def test_a_list_where_a_value_is_due_does_not_stop_the_reading_of_another_family(
    run: Run, write: Write
) -> None:
    """The result of a verification of another family may hold anything."""
    etats: object = {"ZZ": {"L": {"C": {"valeur": []}}}}
    path = write("avant.json", json.dumps({"exercice": 2022, "famille": "SEM", "etats": etats}))
    result = run("calculer", path, *ASKED, "--famille", "COOP")
    assert (0, "") == (result.code, result.err)


FILLED = """titre = "Identité d'essai"
unite = "texte"
colonne = "N"
[colonnes]
N = { titre = "N" }
[lignes]
NOM = { libelle = "Dénomination", N = "exercice_precedent(N)" }
"""


def test_the_words_of_the_year_before_fill_a_text_in_the_json(run: Run, write: Write, tmp_path: Path) -> None:
    """As in the statements, until one types others."""
    header = HEADER.replace('tables = ["BIL"]', 'tables = ["BIL", "IDE"]')
    write_model(tmp_path / "modeles", {**FILES, "modele.toml": header, "tables/IDE.toml": FILLED})
    before = write("avant.json", '{"exercice": 2022, "cellules": {"IDE.NOM.N": "Maison d\'essai"}}')
    now = write("cellules.json", '{"exercice": 2023, "cellules": {"BIL.OFS.N": true}}')
    asked = (now, *ASKED, "--famille", "COOP", "--precedent", before, "--format", "json")
    assert "Maison d'essai" == run("calculer", *asked).json["etats"]["IDE"]["NOM"]["N"]["valeur"]


def test_the_sides_of_a_gap_between_dates_are_dates_in_the_json(run: Run, cells: Path) -> None:
    """The gap itself is a number of days."""
    content = run("verifier", cells, *ASKED, "--format", "json").json
    found = [one for one in content["anomalies"] if one["unite"] == "date"]
    assert [] == [fault for fault in faults(content) if "agregats" not in fault]
    assert [("2023-02-01", "2022-12-31", "32")] == [
        (one["gauche"], one["droite"], one["ecart"]) for one in found
    ]


def test_a_file_of_cells_without_a_family_given_is_read_once(
    run: Run, cells: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It tells its family: the command keeps what it read."""
    reads: list[Path] = []

    def counted(path: Path) -> CellsFile:
        reads.append(path)
        return read_cells(path)

    monkeypatch.setattr(inputs, "read_cells", counted)
    assert run("calculer", cells, *ASKED).code == 0
    assert [cells] == reads
