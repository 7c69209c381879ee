"""Correspondences between two millésimes: what a file may say, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from liasse import Model
from liasse.errors import SourceError
from liasse.model.correspondances import Correspondances, NatureCorrespondance
from liasse.source.correspondances import linked_millesimes, load_correspondances
from tests.support import MODELES, TABLE, essai, shipped_model

HEADER = "de;vers;nature;remarque;certitude\n"
LINES = 'A = { libelle = "Banque", N = "debiteur(512)" }\nB = { libelle = "Achats", N = "debiteur(601)" }\n'


def model(tmp_path: Path, lines: str = LINES) -> Model:
    """Load a model of one table."""
    return essai(tmp_path, {"tables/BIL.toml": TABLE + lines})


def loaded(tmp_path: Path, rows: str, lines: str = LINES) -> Correspondances:
    """Load the correspondences written from `essai/2022` to a later millésime of the same lines."""
    old = replace(model(tmp_path), millesime="2021")
    new = model(tmp_path, lines)
    path = tmp_path / "essai" / "2022" / "correspondances" / "2021.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_text(HEADER + rows, encoding="utf-8")
    return load_correspondances(tmp_path, old, new)


def problems(tmp_path: Path, rows: str, lines: str = LINES) -> list[str]:
    """Return the messages of the problems of a file."""
    with pytest.raises(SourceError) as caught:
        loaded(tmp_path, rows, lines)
    assert {"M116"} == {problem.code for problem in caught.value.problems}
    return [problem.message for problem in caught.value.problems]


def test_a_star_stands_for_the_lines_of_the_same_code(tmp_path: Path) -> None:
    """Each line has its row once loaded."""
    found = loaded(tmp_path, "BIL.*;BIL.*;identique;;C\n")
    assert [("BIL.A", "BIL.A"), ("BIL.B", "BIL.B")] == [(row.de, row.vers) for row in found.lignes]


def test_an_explicit_row_wins_over_a_star(tmp_path: Path) -> None:
    """The star takes only what is left."""
    found = loaded(tmp_path, "BIL.*;BIL.*;identique;;C\nBIL.A;BIL.A;non_comparable;Autre mesure.;C\n")
    natures = {row.vers: row.nature for row in found.lignes}
    assert {
        "BIL.A": NatureCorrespondance.NON_COMPARABLE,
        "BIL.B": NatureCorrespondance.IDENTIQUE,
    } == natures


def test_a_star_on_one_side_takes_the_lines_without_counterpart(tmp_path: Path) -> None:
    """A new line is said by `BIL.*` alone, after the lines of the same code."""
    lines = LINES + 'C = { libelle = "Ventes", N = "crediteur(701)" }\n'
    found = loaded(tmp_path, ";BIL.*;nouveau;;C\nBIL.*;BIL.*;identique;;C\n", lines)
    assert [("", "BIL.C")] == [
        (r.de, r.vers) for r in found.lignes if r.nature is NatureCorrespondance.NOUVEAU
    ]


def test_accounts_are_apart(tmp_path: Path) -> None:
    """A row of digits is about accounts."""
    found = loaded(tmp_path, "BIL.*;BIL.*;identique;;C\n601;701;renomme;;C\n")
    assert [("601", "701")] == [(row.de, row.vers) for row in found.comptes]
    assert 2 == len(found.lignes)


def test_a_line_that_nothing_covers_is_told(tmp_path: Path) -> None:
    """On both sides."""
    assert [
        "La ligne BIL.B de 2021 n'a pas de correspondance.",
        "La ligne BIL.B de 2022 n'a pas de correspondance.",
    ] == problems(tmp_path, "BIL.A;BIL.A;identique;;C\n")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            "BIL.A;BIL.X;identique;;C",
            "Ligne ou agrégat inconnu « BIL.X » dans 2022. Vouliez-vous dire « BIL.B » ?",
        ),
        ("6019;999;renomme;;C", "Compte inconnu « 999 » dans 2022."),
        ("BIL.A;BIL.A;pareil;;C", "Nature inconnue « pareil »."),
        ("BIL.A;BIL.A;identique;;X", "Certitude inconnue « X » : F, P, M, C."),
        ("BIL.A;BIL.A;identique;C", "4 champs au lieu de 5."),
        ("BIL.A;BIL.A;nouveau;;C", "« nouveau » ne remplit que la colonne « vers »."),
        ("BIL.A;;identique;;C", "« identique » remplit les colonnes « de » et « vers »."),
    ],
)
def test_a_row_that_says_nothing_clear_is_refused(tmp_path: Path, row: str, message: str) -> None:
    """With its line and what is known."""
    assert [message] == problems(tmp_path, f"BIL.*;BIL.*;identique;;C\n{row}\n")


def test_one_line_does_not_come_from_two_places_by_the_same_word(tmp_path: Path) -> None:
    """Two sources are `regroupe`."""
    rows = "BIL.A;BIL.A;identique;;C\nBIL.B;BIL.A;identique;;C\n;BIL.B;nouveau;;C\n"
    assert ["BIL.A a déjà une correspondance, ligne 2."] == problems(tmp_path, rows)


def test_a_header_that_is_not_the_one_declared_is_refused(tmp_path: Path) -> None:
    """Nothing else is read then."""
    model(tmp_path)
    path = tmp_path / "essai" / "2022" / "correspondances" / "2021.csv"
    path.parent.mkdir()
    path.write_text("de;vers\n", encoding="utf-8")
    with pytest.raises(
        SourceError, match="La première ligne doit être « de;vers;nature;remarque;certitude »"
    ):
        load_correspondances(tmp_path, replace(model(tmp_path), millesime="2021"), model(tmp_path))


def test_an_absent_file_is_a_problem(tmp_path: Path) -> None:
    """Two millésimes that nothing links cannot be compared."""
    with pytest.raises(SourceError, match="Le fichier des correspondances manque"):
        load_correspondances(tmp_path, replace(model(tmp_path), millesime="2021"), model(tmp_path))


def test_the_shipped_correspondences_are_complete() -> None:
    """2022 to 2026: every line and aggregate of both sides is said."""
    assert ("2022",) == linked_millesimes(MODELES, "etats_reglementaires", "2026")
    old, new = (shipped_model("etats_reglementaires", year) for year in ("2022", "2026"))
    found = load_correspondances(MODELES, old, new)
    lines = {
        f"{table.code}.{line.code}"
        for table in new.tables.values()
        for line in table.lignes.values()
        if not line.titre
    }
    assert lines | set(new.aggregats) == set(found.by_target())
