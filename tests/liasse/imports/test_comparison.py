"""Base, yours, theirs: what came back is sorted, and only what is accepted is applied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from liasse import Facts
from liasse.engine.filing import depot_of
from liasse.imports.comparison import Change, Difference, apply, compare
from liasse.imports.filing import FilingReading
from liasse.model.filing import Depot
from liasse.model.rules import Row
from tests.workbooks import below, place_of, read_back, small_plan, typed, workbook_of


def row(cle: str, prevu: int) -> Row:
    """Return a row of the small model."""
    return Row(cle, {"C01": 1, "C03": prevu}, {"C01": cle})


FACTS = Facts(2022, None, {"CPT.A.N": 100, "CPT.B.N": 200}, rows={"BIL.OP": (row("A", 1_000), row("B", 500))})


def dossier(cellules: Mapping[str, int] | None = None, rows: tuple[Row, ...] | None = None) -> Depot:
    """Return the dossier as it stands today."""
    exported = depot_of(small_plan(), FACTS, "Coopérative d'essai")
    faits = exported.faits
    lignes = faits.lignes if rows is None else {"BIL.OP": rows}
    return replace(exported, faits=replace(faits, cellules=cellules or faits.cellules, lignes=lignes))


def came_back(folder: Path, cells: dict[str, object], rows: dict[str, object] | None = None) -> FilingReading:
    """Return the workbook with cells typed over, by name."""
    content = workbook_of(FACTS)
    content = typed(content, "CPT", {place_of(content, name): value for name, value in cells.items()})
    return read_back(typed(content, "BIL", rows or {}), folder / "a.xlsx")


def test_what_nobody_touched_is_no_difference(tmp_path: Path) -> None:
    """Nor is what both sides changed alike."""
    assert () == compare(came_back(tmp_path, {}), dossier()).differences
    same = dossier(cellules={"CPT.A.N": 300, "CPT.B.N": 200})
    assert () == compare(came_back(tmp_path, {"CPT_A_N": 3}), same).differences


def test_new_changed_and_conflicting_cells_are_told_apart(tmp_path: Path) -> None:
    """By what was exported and what the dossier says now."""
    reading = came_back(tmp_path, {"CPT_A_N": 3, "CPT_B_N": 4})
    yours = dossier(cellules={"CPT.A.N": 999, "CPT.B.N": 200})
    expected = (
        Difference("CPT.A.N", Change.CONFLICT, (100, ""), (999, ""), (300, "")),
        Difference("CPT.B.N", Change.CHANGED, (200, ""), (200, ""), (400, "")),
    )
    assert expected == compare(reading, yours).differences


def test_a_cell_that_the_dossier_lacked_is_new(tmp_path: Path) -> None:
    """Nothing was exported there either."""
    content = workbook_of(Facts(2022))
    reading = read_back(typed(content, "CPT", {place_of(content, "CPT_B_N"): 5}), tmp_path / "a.xlsx")
    yours = depot_of(small_plan(), Facts(2022))
    comparison = compare(reading, yours)
    assert (Difference("CPT.B.N", Change.NEW, None, None, (500, "")),) == comparison.differences
    assert 1 == comparison.count(Change.NEW)


def test_rows_added_and_removed_are_told(tmp_path: Path) -> None:
    """A row removed while the dossier changed it is a conflict."""
    content = workbook_of(FACTS)
    key, due = place_of(content, "BIL_OP_C01"), place_of(content, "BIL_OP_C03")
    rows: dict[str, object] = {due: 11, below(key, 1): "C"}
    reading = came_back(tmp_path, {}, rows)
    expected = (
        Difference("BIL.OP.C03", Change.CHANGED, (1_000, ""), (1_000, ""), (1_100, ""), "A"),
        Difference("BIL.OP", Change.ADDED, None, None, (1, "C"), "C"),
        Difference("BIL.OP", Change.REMOVED, (1, "B"), (1, "B"), None, "B"),
    )
    assert expected == compare(reading, dossier()).differences
    moved = dossier(rows=(row("A", 1_000), row("B", 7)))
    assert [Change.CHANGED, Change.ADDED, Change.CONFLICT] == [
        one.change for one in compare(reading, moved).differences
    ]


def test_only_what_is_accepted_is_applied(tmp_path: Path) -> None:
    """Cell by cell and row by row; everything accepted gives what came back."""
    content = workbook_of(FACTS)
    key, due = place_of(content, "BIL_OP_C01"), place_of(content, "BIL_OP_C03")
    reading = came_back(tmp_path, {"CPT_A_N": 3}, {due: 11, below(key, 1): "C"})
    yours = dossier()
    differences = compare(reading, yours).differences
    assert yours == apply(yours, reading, ())
    assert reading.depot.faits == apply(yours, reading, differences).faits


def test_a_workbook_of_another_dossier_says_so(tmp_path: Path) -> None:
    """Organisation, exercice, model."""
    reading = came_back(tmp_path, {})
    other = replace(dossier(), organisme="Une autre", exercice=2023, empreinte="0" * 64)
    found = [issue.code for issue in compare(reading, other).avertissements]
    assert ["I307", "I312", "I312"] == sorted(found)
