"""Filings in JSON and XML: what is sound is taken, what is not has its sentence, nothing raises."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from liasse import Balance, Facts, LigneBalance, evaluate
from liasse.engine.filing import depot_of, facts_of, form_of
from liasse.imports.filing import FilingFile, FilingReading, open_filing
from liasse.model.rules import Row
from liasse.outputs.filing_json import render_filing_json
from liasse.outputs.filing_xml import render_filing_xml
from tests.liasse.cli.schema import faults
from tests.workbooks import small_plan

HEAD = {
    "format": "liasse-depot",
    "version": 1,
    "questionnaire": "essai",
    "millesime": "2022",
    "famille": "COOP",
    "exercice": 2022,
}
BALANCE = Balance(
    (
        LigneBalance("101", -5, 'Capital "social"', -1, 2, 6),
        LigneBalance("512", 5, "Banque\n&", occurrences=2),
    ),
    has_ouverture=True,
    has_mouvements=True,
    auxiliaires={"512": (("A", 3), ("B<", 2))},
)
FACTS = Facts(
    2022,
    BALANCE,
    {"BIL.OFS.N": 0, "BIL.SIREN.N": 1, "CPT.B.N": -1_234, "CPT.T.N": 7},
    rows={"BIL.OP": (Row("Les Érables", {"C01": 1, "C02": 2, "C06": 738_000}, {"C01": "Les Érables"}),)},
    texts={"BIL.SIREN.N": " 7&3<2\n"},
    neant=frozenset({"CPT"}),
    rounded=frozenset({"CPT.B.N"}),
)


def opened(path: Path) -> FilingFile:
    """Open a filing."""
    file = open_filing(path)
    assert file is not None
    return file


def read(path: Path, text: str) -> FilingReading:
    """Write and read a filing of the small model."""
    path.write_text(text, encoding="utf-8")
    return opened(path).read(form_of(small_plan()), small_plan().fingerprint)


def messages(path: Path, **content: object) -> list[str]:
    """Return what is said of a JSON filing."""
    reading = read(path, json.dumps({**HEAD, "cellules": {}, **content}))
    return [f"{issue.code} {issue.message}" for issue in reading.report.issues]


def test_a_filing_in_json_follows_its_schema(tmp_path: Path) -> None:
    """`docs/schemas/depot-1.schema.json`; and it reads back."""
    plan = small_plan()
    depot = depot_of(plan, replace(FACTS, exercice=2023, precedent=evaluate(plan, FACTS)), "Coop")
    text = render_filing_json(depot, form_of(plan))
    assert [] == faults(json.loads(text), "depot-1.schema.json")
    assert depot == read(tmp_path / "a", text).depot


def test_a_filing_in_xml_reads_back(tmp_path: Path) -> None:
    """Spaces, line ends and marks of texts included."""
    plan = small_plan()
    depot = depot_of(plan, Facts(2023, None, {}, evaluate(plan, FACTS)), 'Coop "A" & fils')
    reading = read(tmp_path / "a", render_filing_xml(depot, form_of(plan)))
    assert (depot, ()) == (reading.depot, reading.report.issues)


def test_the_facts_of_a_filing_are_those_it_was_made_of() -> None:
    """The year before is evaluated again."""
    plan = small_plan()
    facts = replace(FACTS, exercice=2023, precedent=evaluate(plan, FACTS))
    assert facts == facts_of(plan, depot_of(plan, facts).faits, 2023)


FAULTS: list[tuple[dict[str, object], str]] = [
    ({"cellules": {"CPT.X.N": 1}}, "I303 Cellule inconnue « CPT.X.N ». Vouliez-vous dire"),
    ({"cellules": [1]}, "I304 « cellules » : un objet est attendu."),
    ({"cellules": {"CPT.B.N": "x"}}, "I304 CPT.B.N : \"x\" n'est pas un nombre d'au plus 2 décimales."),
    ({"cellules": {"BIL.CLOTURE.N": "31/12"}}, 'I304 BIL.CLOTURE.N : "31/12" n\'est pas une date'),
    ({"cellules": {"BIL.CLOTURE.N": "2022-13-01"}}, "n'est pas une date (AAAA-MM-JJ)."),
    ({"cellules": {"BIL.OFS.N": "peut-être"}}, "n'est ni oui (true) ni non (false)."),
    ({"cellules": {"BIL.SIREN.N": 12}}, "n'est pas un texte (entre guillemets)."),
    ({"cellules": {"BIL.SIREN.N": "a\x07"}}, "le texte contient un caractère de commande."),
    ({"cellules": {"BIL.SIREN.N": "a" * 10_001}}, "le texte dépasse 10000 caractères."),
    (
        {"lignes": {"BIL.OQ": []}},
        "I303 Section de lignes inconnue « BIL.OQ ». Vouliez-vous dire « BIL.OP » ?",
    ),
    ({"lignes": {"BIL.OP": {}}}, "I304 « BIL.OP » : une liste est attendue."),
    ({"lignes": {"BIL.OP": [{"C03": 1}]}}, "I305 BIL.OP[1] : la ligne n'a pas de clé (colonne C01)."),
    ({"lignes": {"BIL.OP": [{"C01": "A", "C99": 1}]}}, "I303 BIL.OP[1] : colonne inconnue « C99 »."),
    ({"lignes": {"BIL.OP": [{"C01": "A", "C02": "Z"}]}}, "n'est pas un des choix (I, S)."),
    ({"neant": ["BIL"]}, "I304 La table BIL est due à tous : elle ne se déclare pas « néant »."),
    ({"neant": ["CPR"]}, "I303 Table inconnue « CPR ». Vouliez-vous dire « CPT » ?"),
    ({"arrondi": "franc"}, "I304 « arrondi » vaut « euro » ou « centime », pas « franc »."),
    ({"balance": {"comptes": [{"compte": 5}]}}, "I304 5 n'est pas un numéro de compte."),
    ({"balance": {"comptes": [{"compte": "5", "solde": "a"}]}}, 'I304 compte 5 : "a" n\'est pas un montant'),
    ({"cellule": {}}, "I306 Clé inconnue « cellule ». Vouliez-vous dire « cellules » ?"),
    ({"empreinte": "0" * 64}, "I307 Le fichier vient d'une autre version du modèle."),
]


@pytest.mark.parametrize(("content", "message"), FAULTS)
def test_a_fault_has_its_sentence(tmp_path: Path, content: dict[str, object], message: str) -> None:
    """The rest of the filing is read."""
    found = messages(tmp_path / "a", **content)
    assert [True] == [message in one for one in found]


def test_a_fault_of_the_year_before_says_where(tmp_path: Path) -> None:
    """And years beyond reason are left out."""
    reading = read(tmp_path / "a", json.dumps({**HEAD, "precedent": {"cellules": {"X": 1}}}))
    assert ["precedent.X"] == [issue.colonne for issue in reading.report.issues]
    nested: dict[str, object] = {}
    for _ in range(12):
        nested = {"precedent": nested}
    assert ["I304 Trop d'exercices précédents : les plus anciens sont laissés."] == messages(
        tmp_path / "a", **nested
    )


UNUSABLE = [
    ('{"format": "liasse-depot", "version": 2}', "I302"),
    ('<depot xmlns="urn:liasse:depot:1" version="1"><cellules>', "I301"),
    ('<!DOCTYPE depot [<!ENTITY a "b">]><depot version="1">&a;</depot>', "I301"),
    ('<depot version="1">' + "<cellules>" * 50 + "</cellules>" * 50 + "</depot>", "I301"),
]


@pytest.mark.parametrize(("text", "code"), UNUSABLE)
def test_a_file_beyond_use_is_told(tmp_path: Path, text: str, code: str) -> None:
    """Damaged, hostile, or of another version."""
    path = tmp_path / "a"
    path.write_text(text, encoding="utf-8")
    file = opened(path)
    assert (False, [code]) == (
        file.is_usable,
        [issue.code for issue in file.report().issues if issue.code != "I306"],
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[1]",
        '{"a": 1, "a": 2}',
        '{"a": NaN}',
        '{"format": "liasse-depot", "a": 1e99999999999999999999}',
        "<fec/>",
        '<?xml version="1.0" encoding="foo-bar"?><comptabilite/>',
        '<?xml version="1.0" encoding="shift_jis"?><comptabilite/>',
        "compte;solde",
        "PK",
    ],
)
def test_another_file_is_left_to_the_other_readers(tmp_path: Path, text: str) -> None:
    """A filing says that it is one."""
    path = tmp_path / "a"
    path.write_text(text, encoding="utf-8")
    assert open_filing(path) is None


def test_an_unknown_element_is_told_and_passed_over(tmp_path: Path) -> None:
    """With its line; a cell given twice is told too."""
    text = """<depot version="1" exercice="2022" questionnaire="essai" famille="COOP" millesime="2022">
<autre><cellule ref="x">1</cellule></autre>
<cellules><cellule ref="CPT.B.N">1</cellule><cellule ref="CPT.B.N">2</cellule></cellules>
</depot>"""
    reading = read(tmp_path / "a", text)
    assert [("I306", 2), ("I306", 3)] == [(issue.code, issue.ligne) for issue in reading.report.issues]
    assert {"CPT.B.N": 200} == dict(reading.depot.faits.cellules)
