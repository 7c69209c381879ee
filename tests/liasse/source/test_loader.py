"""Model files to model: every fault of the written form, all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from liasse.errors import SourceError
from liasse.source.loader import available, load_model, load_plan_comptes
from tests.support import HEADER, TABLE, essai, write_model


def problems_of(root: Path, files: dict[str, str]) -> list[tuple[str, str]]:
    """Return the code and place of every problem of a model."""
    with pytest.raises(SourceError) as caught:
        essai(root, files)
    return [(problem.code, str(problem.place)) for problem in caught.value.problems]


def test_a_file_that_is_not_toml_says_where(tmp_path: Path) -> None:
    """The line is shown and the place underlined."""
    with pytest.raises(SourceError) as caught:
        essai(tmp_path, {"tables/BIL.toml": 'titre = "x"\nunite = euro\n'})
    assert str(caught.value).splitlines()[:3] == [
        "essai/2022/tables/BIL.toml:2",
        "    unite = euro",
        "            ^",
    ]


def test_a_duplicate_code_is_refused_with_its_line(tmp_path: Path) -> None:
    """A duplicate never silently wins."""
    lignes = 'A = { libelle = "a" }\nA = { libelle = "b" }\n'
    with pytest.raises(SourceError) as caught:
        essai(tmp_path, {"tables/BIL.toml": TABLE + lignes, "exemples/e.toml": "[[exemple]]\ntitre = 'x'\n"})
    assert str(caught.value).splitlines() == [
        "essai/2022/tables/BIL.toml:11",
        '    A = { libelle = "b" }',
        "    ^",
        "« A » : cette clé est déjà donnée plus haut, ligne 10.   [M001]",
    ]


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    """Model files are UTF-8."""
    root = write_model(tmp_path, {})
    (root / "essai/2022/tables/BIL.toml").write_bytes("titre = 'é'".encode("latin-1"))
    with pytest.raises(SourceError, match="n'est pas en UTF-8"):
        load_model(root, "essai", "2022")


def test_absent_files_are_named(tmp_path: Path) -> None:
    """A table that is announced must be there."""
    header = HEADER.replace('["BIL"]', '["BIL", "ZZZ"]')
    assert [("M005", "essai/2022/tables/ZZZ.toml")] == problems_of(tmp_path, {"modele.toml": header})


def test_an_absent_model_is_named(tmp_path: Path) -> None:
    """Asking for a millésime that does not exist is an error of ours, not a crash."""
    with pytest.raises(SourceError, match=r"modele\.toml n'existe pas"):
        load_model(tmp_path, "essai", "1999")


def test_an_absent_chart_is_named(tmp_path: Path) -> None:
    """Without chart nothing can be placed."""
    with pytest.raises(SourceError, match="Le plan de comptes manque"):
        load_plan_comptes(tmp_path)


def test_every_fault_of_a_table_comes_at_once(tmp_path: Path) -> None:
    """Unknown keys with the nearest spelling, missing keys, wrong types, unknown words."""
    lignes = """A = { libele = "faute" }
B = { libelle = 3, certitude = "Z", unite = "euros" }
C = { libelle = "c", fermees = ["M"], familles = ["HLM"], nature = "libre" }
d = { libelle = "minuscule" }
E = 4
F = { libelle = "f", si_famille = { ESH = { N = "debiteur(1)" }, SEM = { M = "vide" } } }
"""
    assert problems_of(tmp_path, {"tables/BIL.toml": TABLE + lignes}) == [
        ("M006", "essai/2022/tables/BIL.toml:13"),
        ("M004", "essai/2022/tables/BIL.toml:14"),
        ("M003", "essai/2022/tables/BIL.toml:10, A"),
        ("M002", "essai/2022/tables/BIL.toml:10"),
        ("M004", "essai/2022/tables/BIL.toml:11, B"),
        ("M007", "essai/2022/tables/BIL.toml:11, B"),
        ("M007", "essai/2022/tables/BIL.toml:11, B"),
        ("M103", "essai/2022/tables/BIL.toml:12"),
        ("M007", "essai/2022/tables/BIL.toml:12"),
        ("M007", "essai/2022/tables/BIL.toml:12, C"),
        ("M007", "essai/2022/tables/BIL.toml:15"),
        ("M103", "essai/2022/tables/BIL.toml:15"),
    ]


def test_an_unknown_key_offers_the_nearest_spelling(tmp_path: Path) -> None:
    """A slip of the keyboard is repaired in one reading."""
    with pytest.raises(SourceError, match=r"Clé inconnue « libele ». Vouliez-vous dire « libelle » \?"):
        essai(tmp_path, {"tables/BIL.toml": TABLE + 'A = { libele = "faute", libelle = "x" }\n'})


def test_every_fault_of_the_rules_comes_at_once(tmp_path: Path) -> None:
    """Aggregates, parameters and controls are held to their vocabulary."""
    files = {
        "agregats/a.toml": 'X = 1\n[AGG]\ntitre = "t"\nunite = "franc"\n',
        "parametres.toml": '[P]\ntitre = "t"\nunite = "pourcent"\nvaleurs = [ { valeur = 1.123 }, 3 ]\n',
        "controles/c.toml": (
            '[K1]\ntitre = "t"\ngravite = "grave"\nverifie = "1 = 1"\nmessage = "m"\n'
            'instruction = "i"\nvides = "peut-etre"\ngravite_si = [ { si = "1 = 1" } ]\n'
        ),
    }
    assert problems_of(tmp_path, files) == [
        ("M004", "essai/2022/agregats/a.toml:1"),
        ("M002", "essai/2022/agregats/a.toml:2"),
        ("M007", "essai/2022/agregats/a.toml:4, AGG"),
        ("M004", "essai/2022/parametres.toml:4, P"),
        ("M004", "essai/2022/parametres.toml:4, P"),
        ("M007", "essai/2022/controles/c.toml:3, K1"),
        ("M007", "essai/2022/controles/c.toml:7, K1"),
        ("M004", "essai/2022/controles/c.toml:8, K1"),
    ]


def test_every_fault_of_an_example_comes_at_once(tmp_path: Path) -> None:
    """Examples name existing cells, with amounts no finer than the unit."""
    example = """[[exemple]]
titre = "faux"
attendu = "bien"
ecart = "x"
cellules = { "BIL.Z.N" = 1, "BIL.A.N" = 1.234 }
valeurs = { "ZZ" = 1 }
[[exemple]]
titre = "précédent"
precedent = { inconnu = 1 }
"""
    found = problems_of(tmp_path, {"exemples/e.toml": "x = 1\n" + example})
    assert sorted(code for code, _ in found) == ["M003", "M003", "M004", "M004", "M007", "M105", "M105"]


def test_the_shipped_questionnaires_are_listed(tmp_path: Path) -> None:
    """A folder with a modele.toml is a millésime."""
    assert available(write_model(tmp_path, {})) == (("essai", "2022"),)


def test_reference_and_certainty_are_inherited(tmp_path: Path) -> None:
    """A line without its own takes those of the table, then of the model."""
    model = essai(tmp_path, {})
    line = model.tables["BIL"].lignes["A"]
    assert ("Texte d'essai", "C") == (line.reference, line.certitude)
