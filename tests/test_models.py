"""What the shipped models must hold: a statement, a line or a control that goes missing fails here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest

from liasse import Model
from tests.support import shipped_model

REGLEMENTAIRES = (
    (1, 19),
    (30, 49),
    (60, 80),
    (90, 97),
    (100, 118),
    (120, 134),
    (140, 147),
    (150, 156),
    (160, 174),
    (180, 188),
    (190, 196),
)
"""The numbers of the 148 controls of the regulatory statements (comptabilité HLM, §6)."""
QDIS = {1: 7, 2: 6, 3: 10, 4: 6, 5: 5, 6: 7, 7: 5, 8: 11, 9: 6, 10: 6, 11: 4, 12: 6, 13: 9, "SF": 4, "AE": 4}
"""How many controls each table of the questionnaire has, and its closing: 96 (QDIS, §1)."""
TABLEAUX = {"Q01": 26, "Q02": 17, "Q05": 6, "Q06": 19, "Q07": 17, "Q11": 20, "Q12": 18, "Q13": 33}
"""The lines of the tables of fixed lines (QDIS, §1.0)."""
SEM = ("SEM1", "SEM2", *(f"SEM{number}" for number in (5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16)))
ETATS = (
    *("ID", "ACT", "PAS", "CRC", "CRP", "CR", "SIEG", "SIG", "CAF", "T08R"),
    *(f"T{number:02}" for number in range(1, 23)),
    *(f"FI{number}" for number in range(1, 7)),
    *("COMPO", "FPGE", "RESERVES", "VENT", "TFIN", "FFIN", "IMPAYES", "FSFC", "EXT", *SEM),
)
"""What the ministry collects (comptabilité HLM, §3 and §4)."""


def codes(model: Model) -> set[str]:
    """Return the codes of the controls of a model."""
    return {control.code for control in model.controles}


def lines(model: Model, table: str) -> list[str]:
    """Return the lines of a table, headings left out."""
    return [code for code, line in model.tables[table].lignes.items() if not line.titre]


def numbered(ranges: Iterable[tuple[int, int]]) -> set[str]:
    """Return the codes of the regulatory controls under some numbers."""
    return {f"K{number:03}" for first, last in ranges for number in range(first, last + 1)}


def test_the_regulatory_statements_have_their_148_controls() -> None:
    """Each one, and no other."""
    assert 148 == len(numbered(REGLEMENTAIRES))
    assert numbered(REGLEMENTAIRES) == codes(shipped_model("etats_reglementaires", "2022"))


def test_the_questionnaire_adds_its_96_controls() -> None:
    """Numbered from one in each table."""
    expected = {
        f"V{table}{number:02}" if isinstance(table, str) else f"V{table:02}{number:02}"
        for table, count in QDIS.items()
        for number in range(1, count + 1)
    }
    assert 96 == len(expected)
    assert expected | numbered(REGLEMENTAIRES) == codes(shipped_model("qdis_coop", "2022"))


def test_the_individual_file_adds_its_15_points_of_attention() -> None:
    """PA01 to PA15."""
    points = {f"PA{number:02}" for number in range(1, 16)}
    assert points == codes(shipped_model("dis_coop", "2022")) - codes(shipped_model("qdis_coop", "2022"))


def test_every_control_has_an_example_that_passes_and_one_that_fails() -> None:
    """Of the family and exercices that it is for; `liasse modele` runs them."""
    for questionnaire, millesime in (
        ("etats_reglementaires", "2022"),
        ("etats_reglementaires", "2026"),
        ("qdis_coop", "2022"),
        ("dis_coop", "2022"),
    ):
        model = shipped_model(questionnaire, millesime)
        seen = {(example.controle.partition(".")[0], str(example.attendu)) for example in model.exemples}
        own = {
            control.code for control in model.controles if control.place.file.startswith(f"{questionnaire}/")
        }
        missing = {code for code in own if {(code, "conforme"), (code, "ecart")} - seen}
        assert set() == missing


def test_every_statement_is_there() -> None:
    """In the order of printing, whatever it is."""
    assert set(ETATS) == set(shipped_model("etats_reglementaires", "2022").tables)


@pytest.mark.parametrize(("table", "count"), [("SF", 101), ("AE", 69)])
def test_the_individual_file_has_its_lines(table: str, count: int) -> None:
    """The situation financière and the analyse de l'exploitation."""
    assert count == len(lines(shipped_model("dis_coop", "2022"), table))


def test_the_questionnaire_has_its_thirteen_tables() -> None:
    """In order, after the statements that it copies."""
    found: Sequence[str] = [code for code in shipped_model("qdis_coop", "2022").tables if code[0] == "Q"]
    assert [f"Q{number:02}" for number in range(1, 14)] == list(found)


@pytest.mark.parametrize(("table", "count"), TABLEAUX.items())
def test_a_table_of_the_questionnaire_has_its_lines(table: str, count: int) -> None:
    """L010 and the following."""
    kept = [code for code in lines(shipped_model("qdis_coop", "2022"), table) if code[0] == "L"]
    assert count == len(kept)
