"""A workbook that comes back: what was typed is taken, blanks erase nothing, the rest is said."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from liasse import Balance, Facts
from liasse.imports.balance_cells import Cell, ExcelError
from liasse.imports.filing import FilingReading, open_filing
from liasse.imports.workbook_cells import read_cell
from liasse.model.rules import Row
from liasse.source.encoding import Kind
from liasse.source.values import ValueFaultError
from tests.workbooks import below, place_of, read_back, sheet_part, typed, without_name, workbook_of

CLOTURE = date(2022, 12, 31).toordinal()
ROWS = (
    Row("A", {"C01": 1, "C02": 1, "C03": 1_000, "C04": 400}, {"C01": "A"}),
    Row("B", {"C01": 1, "C03": 500}, {"C01": "B"}),
)
FACTS = Facts(
    2022,
    Balance.from_soldes({"512": 12_345, "101": -12_345}),
    {"BIL.CLOTURE.N": CLOTURE, "BIL.OFS.N": 1, "BIL.SIREN.N": 1, "CPT.B.N": 250},
    rows={"BIL.OP": ROWS},
    texts={"BIL.SIREN.N": "732829320"},
)


def codes(reading: FilingReading) -> list[str]:
    """Return the codes of the issues of a reading."""
    return [issue.code for issue in reading.report.issues]


def test_a_workbook_that_nobody_touched_gives_the_filing_back(tmp_path: Path) -> None:
    """Exporting then importing is the identity, and nothing is said."""
    reading = read_back(workbook_of(FACTS), tmp_path / "a.xlsx")
    assert (reading.base, (), "Coopérative d'essai") == (
        reading.depot,
        reading.report.issues,
        reading.depot.organisme,
    )


def test_what_was_typed_is_taken(tmp_path: Path) -> None:
    """A number, a day, a yes or no, a text; a filled cell typed over becomes a typed one."""
    content = workbook_of(FACTS)
    cells = {
        place_of(content, "BIL_CLOTURE_N"): 44_561,
        place_of(content, "BIL_OFS_N"): "non",
        place_of(content, "BIL_SIREN_N"): 123456789,
    }
    content = typed(content, "BIL", cells)
    content = typed(content, "CPT", {place_of(content, "CPT_A_N"): 99.5, place_of(content, "CPT_B_N"): 3})
    faits = read_back(content, tmp_path / "a.xlsx").depot.faits
    expected = {
        "BIL.CLOTURE.N": date(2021, 12, 31).toordinal(),
        "BIL.OFS.N": 0,
        "BIL.SIREN.N": 1,
        "CPT.A.N": 9_950,
        "CPT.B.N": 300,
    }
    assert (expected, {"BIL.SIREN.N": "123456789"}) == (faits.cellules, faits.textes)


def test_a_blank_never_erases(tmp_path: Path) -> None:
    """What was known stays known."""
    content = workbook_of(FACTS)
    blanks = dict.fromkeys((place_of(content, f"BIL_{name}_N") for name in ("CLOTURE", "OFS", "SIREN")), None)
    reading = read_back(typed(content, "BIL", blanks), tmp_path / "a.xlsx")
    assert reading.base == reading.depot


def test_a_formula_in_an_input_cell_is_read_as_its_value_and_said(tmp_path: Path) -> None:
    """The value is that of the last calculation."""
    content = workbook_of(FACTS)
    reading = read_back(typed(content, "CPT", {place_of(content, "CPT_B_N"): "=3+4"}), tmp_path / "a.xlsx")
    assert (700, ["I308"]) == (reading.depot.faits.cellules["CPT.B.N"], codes(reading))


def test_a_value_over_a_formula_of_the_form_is_ignored_and_said(tmp_path: Path) -> None:
    """The cell stays computed."""
    content = workbook_of(FACTS)
    reading = read_back(typed(content, "CPT", {place_of(content, "CPT_T_N"): 1}), tmp_path / "a.xlsx")
    assert (reading.base, ["I309"]) == (reading.depot, codes(reading))


def test_a_value_of_another_kind_is_said_and_left_out(tmp_path: Path) -> None:
    """As are decimals beyond the unit, which are rounded."""
    content = workbook_of(FACTS)
    content = typed(
        content, "CPT", {place_of(content, "CPT_B_N"): "douze", place_of(content, "CPT_A_N"): 1.005}
    )
    content = typed(content, "BIL", {place_of(content, "BIL_CLOTURE_N"): "hier"})
    reading = read_back(content, tmp_path / "a.xlsx")
    assert (101, 250, ["I304", "I304", "I311"]) == (
        reading.depot.faits.cellules["CPT.A.N"],
        reading.depot.faits.cellules["CPT.B.N"],
        sorted(codes(reading)),
    )


def test_a_deleted_cell_keeps_what_was_known(tmp_path: Path) -> None:
    """Its name no longer stands for anything: it is said."""
    reading = read_back(without_name(workbook_of(FACTS), "CPT_B_N"), tmp_path / "a.xlsx")
    assert (reading.base, ["I310"]) == (reading.depot, codes(reading))


def test_rows_are_matched_by_their_key(tmp_path: Path) -> None:
    """One changed, one removed, one added; a row without a key is said."""
    content = workbook_of(FACTS)
    key, due, spent = (place_of(content, f"BIL_OP_C0{number}") for number in (1, 3, 4))
    cells = {
        due: 11,
        below(key, 1): None,
        below(due, 1): None,
        below(key, 2): "C",
        below(spent, 2): 2,
        below(due, 4): 9,
    }
    reading = read_back(typed(content, "BIL", cells), tmp_path / "a.xlsx")
    expected = (
        Row("A", {"C01": 1, "C02": 1, "C03": 1_100, "C04": 400}, {"C01": "A"}),
        Row("C", {"C01": 1, "C04": 200}, {"C01": "C"}),
    )
    assert (expected, ["I305"]) == (reading.depot.faits.lignes["BIL.OP"], codes(reading))


def test_a_table_may_be_declared_and_undeclared_neant(tmp_path: Path) -> None:
    """« oui » declares, « non » takes it back, a blank says nothing."""
    content = workbook_of(FACTS)
    place = place_of(content, "NEANT_CPT")
    declared = typed(content, "CPT", {place: "oui"})
    assert {"CPT"} == read_back(declared, tmp_path / "a.xlsx").depot.faits.neant
    again = workbook_of(Facts(2022, neant=frozenset({"CPT"})))
    assert set() == read_back(typed(again, "CPT", {place: "non"}), tmp_path / "a.xlsx").depot.faits.neant
    assert {"CPT"} == read_back(typed(again, "CPT", {place: None}), tmp_path / "a.xlsx").depot.faits.neant


def test_another_workbook_is_not_ours(tmp_path: Path) -> None:
    """A balance in XLSX, or a damaged archive, goes to the other readers."""
    content = workbook_of(FACTS)
    path = tmp_path / "a.xlsx"
    path.write_bytes(content[: len(content) // 2])
    assert open_filing(path) is None
    path.write_bytes(b"PK\x03\x04rien")
    assert open_filing(path) is None


def test_a_workbook_with_a_damaged_or_locked_part_is_left_to_the_other_readers(tmp_path: Path) -> None:
    """They say what is wrong; a part that does not inflate, or is encrypted, stops nothing."""
    content, path = workbook_of(FACTS), tmp_path / "a.xlsx"
    with zipfile.ZipFile(BytesIO(content)) as archive:
        part = archive.getinfo("xl/workbook.xml")
    start = part.header_offset + 30 + len(part.filename)
    path.write_bytes(content[:start] + b"\xff" * 20 + content[start + 20 :])
    assert open_filing(path) is None
    listed = content.index(b"PK\x01\x02")
    while content[listed + 46 : listed + 46 + len(part.filename)] != part.filename.encode():
        listed = content.index(b"PK\x01\x02", listed + 1)
    path.write_bytes(content[: listed + 8] + b"\x01" + content[listed + 9 :])
    assert open_filing(path) is None


def test_a_workbook_of_another_version_is_refused(tmp_path: Path) -> None:
    """Its map may mean something else."""
    content = workbook_of(FACTS)
    assert sheet_part(content, "_liasse").startswith("xl/worksheets/")
    path = tmp_path / "a.xlsx"
    path.write_bytes(typed(content, "_liasse", {"B1": 99}))
    file = open_filing(path)
    assert file is not None
    assert (False, ["I302"]) == (file.is_usable, [issue.code for issue in file.report().issues])


def test_each_kind_of_cell_is_read_as_people_write_it() -> None:
    """Choices by code, label or both; French dates and amounts; percentages as fractions."""
    choice = Kind("choix", {"NEU": "Neuf", "VEF": "VEFA"})
    assert [1, 1, 2] == [read_cell(text, choice)[0] for text in ("NEU – Neuf", "neuf", "VEF")]  # type: ignore[index]
    assert (1_250, "", False) == read_cell(0.125, Kind("pourcent"))
    assert (-123_456, "", False) == read_cell("(1 234,56)", Kind("euro"))
    assert (date(2022, 3, 1).toordinal(), "", False) == read_cell("01/03/2022", Kind("date"))
    assert (1, "12", False) == read_cell(12.0, Kind("texte"))
    assert read_cell(None, Kind("euro")) is None


@pytest.mark.parametrize(
    ("raw", "unite", "said"),
    [
        (True, "euro", "n'est pas un nombre"),
        ("x", "nombre", "n'est pas un nombre d'au plus 0 décimales"),
        (1e300, "euro", "dépasse ce que la liasse peut porter"),
        (3.5, "oui_non", "n'est ni oui (true) ni non (false)"),
        ("y", "choix", "n'est pas un des choix (A)"),
        (ExcelError("#DIV/0!"), "euro", "la cellule est en erreur"),
    ],
)
def test_what_no_cell_may_hold_is_a_fault(raw: Cell, unite: str, said: str) -> None:
    """Each with its sentence."""
    with pytest.raises(ValueFaultError, match=re.escape(said)):
        read_cell(raw, Kind(unite, {"A": "a"}))
