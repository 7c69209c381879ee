"""`liasse exporter`: a filing as a workbook, JSON or XML, that every command then reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from liasse.imports.spreadsheet import read_sheets
from tests.liasse.cli.conftest import Run, Write
from tests.liasse.cli.schema import faults

GIVEN = ("--famille", "COOP", "--exercice", "2022")
FORMS = ["json", "xml", "xlsx"]


@pytest.fixture
def cells(write: Write) -> Path:
    """Return typed cells."""
    return write("saisies.json", '{ "ID.LOGEMENTS.N": 850, "T08R.R221.REMB": "12.34" }')


def exported(run: Run, form: str, *inputs: str | Path) -> Path:
    """Export, and return the file."""
    path = Path(f"depot.{form}")
    result = run("exporter", *inputs, "--vers", form, "--sortie", path)
    assert (0, "", "") == (result.code, result.out, result.err)
    return path


def content(verification: Any) -> Any:  # noqa: ANN401 - a parsed JSON document
    """Keep, of a verification, what the filing alone decides."""
    return {
        key: verification[key]
        for key in ("etats", "agregats", "anomalies", "synthese", "exercice", "famille")
    }


@pytest.mark.parametrize("form", FORMS)
def test_what_is_exported_verifies_as_what_it_came_from(
    run: Run, balance: Path, cells: Path, form: str
) -> None:
    """Family and exercice are told by the file."""
    inputs = (balance, *GIVEN, "--cellules", cells, "--precedent", balance)
    path = exported(run, form, *inputs, "--organisme", "Coopérative d'essai")
    expected = run("verifier", *inputs, "--format", "json")
    found = run("verifier", path, "--format", "json")
    assert (expected.code, content(expected.json)) == (found.code, content(found.json))
    assert f"depot-{form}" == found.json["import"]["format"]


@pytest.mark.parametrize("form", FORMS)
def test_what_is_exported_is_exported_again_alike(run: Run, balance: Path, cells: Path, form: str) -> None:
    """Whatever the form in between, the organisation included."""
    inputs = (balance, *GIVEN, "--cellules", cells, "--organisme", "Coop & fils")
    expected = run("exporter", *inputs, "--vers", "json").json
    found = run("exporter", exported(run, form, *inputs), "--vers", "json").json
    assert expected == found
    assert [] == faults(found, "depot-1.schema.json")


def test_every_command_takes_a_filing(run: Run, balance: Path) -> None:
    """As the file, or as the year before."""
    path = exported(run, "json", balance, *GIVEN)
    assert "RESULTAT" in run("calculer", path, "--cellule", "RESULTAT").out
    assert 0 == run("expliquer", path, "CAF").code
    after = run(
        "verifier",
        balance,
        "--famille",
        "COOP",
        "--exercice",
        "2023",
        "--precedent",
        path,
        "--format",
        "json",
    )
    assert "800.00" == after.json["etats"]["ACT"]["A110"]["N1"]["valeur"]


def test_an_empty_form_has_every_sheet(run: Run) -> None:
    """Without any file."""
    path = exported(run, "xlsx", "--vierge", *GIVEN)
    names = [sheet.name for sheet in read_sheets(path)]
    assert ["Lisez-moi", "ID", "ACT", "PAS", "CR", "T08R", "T04", "Agrégats", "Contrôles"] == [
        name for name in names if not name.startswith("_")
    ]


MISUSES = [
    (("--vers", "json"), "Il manque l'argument FICHIER."),
    (("--vierge", "--vers", "json", "--exercice", "2022"), "Il manque l'option --famille : famille de"),
    (
        ("--vierge", "--vers", "json", "--famille", "COOP"),
        "Indiquez l'exercice du formulaire : --exercice 2022.",
    ),
    (("--vierge", "--vers", "xlsx", *GIVEN), "Un classeur ne s'affiche pas. Indiquez où l'écrire : --sortie"),
    (("x.csv", "--vierge", "--vers", "json", *GIVEN), "--vierge n'exporte aucune donnée : retirez x.csv"),
    (("--vierge", *GIVEN), "Il manque l'option --vers : forme du fichier écrit : xlsx, json ou xml."),
    (("--vierge", "--vers", "pdf", *GIVEN), "--vers : « pdf » n'est pas admis : xlsx, json ou xml."),
]


@pytest.mark.parametrize(("arguments", "message"), MISUSES)
def test_a_misuse_is_a_french_sentence(run: Run, arguments: tuple[str, ...], message: str) -> None:
    """Exit 2, nothing on the standard output."""
    result = run("exporter", *arguments)
    assert (2, "", True) == (result.code, result.out, message in result.err)


def test_a_filing_beyond_use_says_why(run: Run, write: Write) -> None:
    """The version, here."""
    path = write("depot.json", json.dumps({"format": "liasse-depot", "version": 2}))
    result = run("verifier", path, *GIVEN)
    assert (2, True) == (
        result.code,
        "Version « 2 » du dépôt : ce lecteur connaît la version 1." in result.err,
    )


def test_a_filing_of_another_family_is_read_as_asked_and_said(run: Run, balance: Path) -> None:
    """As is one of another questionnaire."""
    path = exported(run, "json", balance, *GIVEN)
    result = run("verifier", path, "--famille", "OPH", "--format", "json")
    assert ["depot.json est d'un organisme COOP ; il est lu comme OPH."] == [
        one for one in result.json["remarques"] if "organisme" in one
    ]


def test_what_a_filing_does_wrong_is_in_the_report(run: Run, balance: Path) -> None:
    """And the rest is verified."""
    path = exported(run, "json", balance, *GIVEN)
    filing = json.loads(path.read_text(encoding="utf-8"))
    filing["cellules"] = {"ID.MOI.N": 12}
    path.write_text(json.dumps(filing), encoding="utf-8")
    found = run("verifier", path, "--format", "json").json
    assert ["I303"] == [issue["code"] for issue in found["import"]["defauts"]]
