"""The workbook as a person opens it: sheets, formulas that read like sums, locks, names, notices."""

from __future__ import annotations

import io
import re
import zipfile
from fractions import Fraction
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from liasse import Balance, Facts, evaluate
from liasse.compiler import nodes as ir
from liasse.model.rules import Row
from liasse.outputs.workbook import render_workbook
from liasse.outputs.workbook_flags import Flags
from liasse.outputs.workbook_formulas import Translator
from liasse.outputs.workbook_hidden import Hidden
from liasse.outputs.workbook_logic import ALWAYS, NEVER, Where, choose, every, negated, some
from liasse.outputs.workbook_places import Spot, area, place
from liasse.outputs.workbook_ranges import counted, summed
from liasse.outputs.workbook_summary import CONTROLS, place_aggregates
from liasse.outputs.workbook_tables import pages_wide
from liasse.outputs.workbook_text import lines_of
from tests.workbooks import below, place_of, sheet_part, small_plan, workbook_of

FACTS = Facts(
    2022,
    Balance.from_soldes({"512": 12_345, "101": -12_345}),
    {"CPT.B.N": 250},
    rows={"BIL.OP": (Row("A", {"C01": 1, "C03": 1_000}, {"C01": "A"}),)},
)


def part(content: bytes, name: str) -> str:
    """Return one part of the archive."""
    return zipfile.ZipFile(io.BytesIO(content)).read(name).decode()


def cell(content: bytes, sheet: str, at: str) -> str:
    """Return the XML of a cell."""
    found = re.search(rf'<c r="{at}"[^>]*?(/>|>.*?</c>)', part(content, sheet_part(content, sheet)))
    assert found is not None
    return found[0]


def formula(content: bytes, name: str, sheet: str) -> tuple[str, str]:
    """Return the formula of a named cell and the value written with it."""
    text = cell(content, sheet, place_of(content, name))
    found = re.search(r"<f>(.*?)</f>(?:<v>(.*?)</v>)?", text)
    assert found is not None, text
    return found[1].replace("&quot;", '"').replace("&gt;", ">").replace("&lt;", "<"), found[2]


def test_a_total_reads_like_a_sum_and_carries_its_value() -> None:
    """Blank when all is blank; rounded to the cent."""
    expected = ('IF(COUNT(C8:C9)>0,ROUND(SUM(C8:C9),2),"")', "125.95")
    assert expected == formula(workbook_of(FACTS), "CPT_T_N", "CPT")


def test_a_column_of_rows_is_blank_without_a_key() -> None:
    """Spare rows wait for theirs."""
    content = workbook_of(FACTS)
    expected = ('IF(B8<>"",IF(COUNT(D8:E8)>0,ROUND(SUM(D8)-SUM(E8),2),""),"")', "10")
    assert expected == formula(content, "BIL_OP_C05", "BIL")


def test_the_same_filing_gives_the_same_bytes() -> None:
    """No clock, no chance."""
    assert workbook_of(FACTS) == workbook_of(FACTS)


def test_typed_and_filled_cells_are_open_and_the_others_locked() -> None:
    """On a protected sheet, without a password."""
    content = workbook_of(FACTS)
    assert '<sheetProtection sheet="1"' in part(content, sheet_part(content, "CPT"))
    styles = part(content, "xl/styles.xml")
    formats = styles[styles.index("<cellXfs") :].split("<xf ")
    opened = {
        name: 'locked="0"' in formats[1 + _style(content, name)] for name in ("CPT_A_N", "CPT_B_N", "CPT_T_N")
    }
    assert {"CPT_A_N": True, "CPT_B_N": True, "CPT_T_N": False} == opened


def _style(content: bytes, name: str) -> int:
    found = re.search(r' s="(\d+)"', cell(content, "CPT", place_of(content, name)))
    assert found is not None
    return int(found[1])


def test_choices_are_lists_and_notices_are_comments() -> None:
    """Words of the list: code and label."""
    content = workbook_of(FACTS)
    assert "I – Immobilisations" in part(content, "xl/sharedStrings.xml")
    assert "'_listes'!$A$1:$A$2" in part(content, sheet_part(content, "BIL"))
    comments = [name for name in zipfile.ZipFile(io.BytesIO(content)).namelist() if "comments" in name]
    assert any("Le compte 512." in part(content, name) for name in comments)


def test_hidden_sheets_are_hidden_and_named_cells_are_named() -> None:
    """What formulas need, and the way back."""
    book = part(workbook_of(FACTS), "xl/workbook.xml")
    hidden = re.findall(r'<sheet name="(_\w+)"[^>]*state="hidden"', book)
    assert ["_calcul", "_lignes", "_arrondis", "_listes", "_liasse"] == hidden
    assert "<definedName name=\"CPT_T_N\">'CPT'!$C$10</definedName>" in book.replace("CPT!", "'CPT'!")


def carried() -> bytes:
    """Return the workbook of a filing whose names come from the year before, and whose gaps are lighter."""
    named = Row("A", {"C01": 1, "C10": 1}, {"C01": "A", "C10": "Les Tilleuls"})
    before = Facts(2021, None, {"BIL.NOM.N": 1}, rows={"BIL.OP": (named,)}, texts={"BIL.NOM.N": "Coop"})
    rows = (
        Row("B", {"C01": 1, "C02": 1, "C03": 500, "C04": 500}, {"C01": "B"}),
        Row("A", {"C01": 1, "C02": 2, "C03": 100_000, "C04": 90_000}, {"C01": "A"}),
    )
    cells = {"CPT.A.N": 90_000, "CPT.B.N": 250}
    return workbook_of(Facts(2022, None, cells, evaluate(small_plan(), before), rows={"BIL.OP": rows}))


def test_words_of_the_year_before_stand_in_their_cells(tmp_path: Path) -> None:
    """A single text and a column of texts, each on the row of its key."""
    book = opened(carried(), tmp_path)
    assert "Coop" == shown(book, "BIL", place_of(carried(), "BIL_NOM_N"))
    first = place_of(carried(), "BIL_OP_C10")
    assert ["", "Les Tilleuls", ""] == [shown(book, "BIL", below(first, row)) for row in range(3)]


def test_the_severity_written_is_that_of_the_gap(tmp_path: Path) -> None:
    """A reader that calculates nothing shows it too; without a gap, it is that of the control."""
    heavy = workbook_of(Facts(2022, None, {"CPT.A.N": 90_000, "CPT.B.N": 0}))
    found = [severities(opened(content, tmp_path)) for content in (carried(), heavy)]
    lighter = ("écart", "À justifier")
    assert [
        {"K9": lighter, "K10": lighter},
        {"K9": ("sans objet", "Bloquant"), "K10": ("écart", "Bloquant")},
    ] == found


def opened(content: bytes, folder: Path) -> CalamineWorkbook:
    """Open a workbook as a program that calculates nothing."""
    path = folder / "classeur.xlsx"
    path.write_bytes(content)
    return CalamineWorkbook.from_path(str(path))


def shown(book: CalamineWorkbook, sheet: str, at: str) -> object:
    """Return what a cell shows."""
    column, row = ord(at[0]) - ord("A"), int(at[1:]) - 1
    return book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)[row][column]


def severities(book: CalamineWorkbook) -> dict[object, tuple[object, object]]:
    """Return the outcome and the severity of the two controls whose severity depends on figures."""
    rows = book.get_sheet_by_name(CONTROLS).to_python(skip_empty_area=False)
    return {row[0]: (row[3], row[4]) for row in rows if row[0] in {"K9", "K10"}}


def test_an_empty_form_is_drawn() -> None:
    """Nothing is filled, nothing fails."""
    assert render_workbook(evaluate(small_plan(), Facts(2022))).startswith(b"PK")


LINES = [
    ("", 10, 1),
    ("Réserve légale", 52, 1),
    ("Amortissements et dépréciations N", 17, 2),
    ("Autres fonds propres – autres compléments de dotation, dons et legs en capital", 52, 2),
    ("anticonstitutionnellement", 8, 3),
    ("deux\nlignes", 52, 2),
]


@pytest.mark.parametrize(("text", "width", "lines"), LINES)
def test_a_row_is_as_high_as_its_words_need(text: str, width: float, lines: int) -> None:
    """Measured with the widths of letters, words whole; accents take no room."""
    assert lines == lines_of(text, width)


def test_a_sheet_prints_its_titles_on_each_page() -> None:
    """Columns of codes and labels; rows down to the column titles where the sheet has one section."""
    book = part(workbook_of(FACTS), "xl/workbook.xml")
    titles = re.findall(r'Print_Titles" localSheetId="\d+">([^<]*)<', book)
    assert ["BIL!$A:$B,BIL!$1:$2", "CPT!$A:$B,CPT!$1:$6"] == [one for one in titles if "$A" in one]


def test_a_wide_table_prints_on_several_pages() -> None:
    """One page wide, portrait then landscape, as long as letters stay legible."""
    content = workbook_of(FACTS)
    cpt, bil = (part(content, sheet_part(content, sheet)) for sheet in ("CPT", "BIL"))
    assert (True, False) == ('fitToHeight="0"' in cpt, 'orientation="landscape"' in cpt)
    assert (True, True) == ('fitToHeight="0"' in bil, 'orientation="landscape"' in bil)
    assert [1, 1, 2, 3] == [pages_wide(width) for width in (135, 290, 310, 520)]


def translator() -> Translator:
    """Return a translator of the small model."""
    evaluation = evaluate(small_plan(), FACTS)
    places = place(small_plan(), FACTS)
    made = Translator(evaluation, places, Hidden(places.sections))
    made.shown = place_aggregates(made)
    return made


A, B = ir.Ref(Fraction(1, 100), "CPT.A.N"), ir.Ref(Fraction(1, 100), "CPT.B.N")
AT = Where("CPT")
EITHER = "OR(ISNUMBER(C8),ISNUMBER(C9))"
NODES = [
    (ir.Nothing(ir.ONE), "FALSE", "0"),
    (ir.Product(Fraction(1, 10_000), A, B), "AND(ISNUMBER(C8),ISNUMBER(C9))", "ROUND(N(C8)*N(C9),4)"),
    (ir.Quotient(ir.ONE, A, B), "AND(ISNUMBER(C8),N(C9)<>0)", "IF(N(C9)=0,0,N(C8)/N(C9))"),
    (ir.Absolute(A.factor, A), "ISNUMBER(C8)", "ABS(N(C8))"),
    (ir.Rounded(ir.ONE, A), "ISNUMBER(C8)", "ROUND(N(C8),0)"),
    (ir.ZeroIfEmpty(A.factor, A), "TRUE", "N(C8)"),
    (ir.Coalesce(A.factor, A, B), "OR(ISNUMBER(C8),ISNUMBER(C9))", "IF(ISNUMBER(C8),N(C8),N(C9))"),
    (
        ir.Extreme(A.factor, ((1, A), (-1, B)), is_max=True),
        "OR(ISNUMBER(C8),ISNUMBER(C9))",
        f"IF({EITHER},MAX(IF(ISNUMBER(C8),N(C8),-1E+300),IF(ISNUMBER(C9),-1*N(C9),-1E+300)),0)",
    ),
    (
        ir.Mean(A.factor, ((1, A), (1, B))),
        "OR(ISNUMBER(C8),ISNUMBER(C9))",
        "IF(OR(ISNUMBER(C8),ISNUMBER(C9)),(N(C8)+N(C9))/MAX(1,N(ISNUMBER(C8))+N(ISNUMBER(C9))),0)",
    ),
    (
        ir.Select(A.factor, ir.Present(A), A, ir.Nothing(ir.ONE)),
        "ISNUMBER(C8)",
        "IF(ISNUMBER(C8),N(C8),IF(NOT(ISNUMBER(C8)),0,0))",
    ),
]


@pytest.mark.parametrize(("node", "present", "value"), NODES)
def test_a_node_becomes_two_expressions(node: ir.Node, present: str, value: str) -> None:
    """Whether it is there; what it is."""
    found = translator().part(node, AT)
    assert (present, value) == (found.present, found.value)


def test_conditions_are_known_true_or_known_false() -> None:
    """« et » is false as soon as one is; « non » swaps the two."""
    present, compare = ir.Present(A), ir.Compare("<", A, B, "euro", threshold=False)
    made = translator()
    told = made.test(ir.Every((present, compare)), AT)
    gap = "AND(AND(ISNUMBER(C8),ISNUMBER(C9))"
    assert "AND(ISNUMBER(C8)," in told.true
    assert f"OR(NOT(ISNUMBER(C8)),{gap},NOT(ROUND(N(C8)-N(C9),2)<0)))" == told.false
    assert told == made.test(ir.Negation(ir.Negation(ir.Every((present, compare)))), AT)


def test_what_is_told_beforehand_is_not_asked() -> None:
    """Constants leave the formulas."""
    assert ("A", NEVER, ALWAYS, NEVER) == (
        every([ALWAYS, "A"]),
        every(["A", NEVER]),
        some(["A", ALWAYS]),
        negated(ALWAYS),
    )
    assert ("x", "y") == (choose(ALWAYS, "x", "y"), choose(NEVER, "x", "y"))


def test_cells_that_touch_make_one_range() -> None:
    """Headings between them do not part them; a cell given twice counts twice."""
    spots = [Spot("A", row, 2) for row in (4, 6, 7)] + [Spot("A", 6, 2), Spot("A", 9, 5)]
    assert "SUM(C5:C8,F10,C7)" == summed(spots, {Spot("A", 5, 2)}, "A")
    assert "COUNT('A'!$C$5:$C$8,'A'!$F$10)>0" == counted(spots, {Spot("A", 5, 2)}, "B")
    assert "ISNUMBER(C5)" == counted(spots[:1], (), "A")
    assert "'A'!$C$5:$D$6" == area(Spot("A", 4, 2), Spot("A", 5, 3), "")


def test_the_amounts_that_widen_a_tolerance_are_counted() -> None:
    """At least one as soon as one was typed."""
    made = translator()
    for slot in small_plan().slots:
        if slot.key.startswith("declare("):
            made.hidden.reserve(slot.key)
    flags = Flags(made)
    position = small_plan().index["CPT.B.N"]
    assert re.fullmatch(r"MAX\(SUM\(B\d+\),N\(SUM\(C\d+\)>0\)\)", flags.counted(1 << position, "_arrondis"))
    assert "" == flags.counted(0, "_arrondis")
