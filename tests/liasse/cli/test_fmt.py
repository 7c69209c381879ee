"""`liasse fmt`: formats, checks, refuses what is not TOML."""

from __future__ import annotations

from pathlib import Path

from tests.liasse.cli.conftest import Run, Write

UGLY = '[lignes]\nA={libelle="Banque",N="debiteur( 512 )"}\n'
NEAT = '[lignes]\nA        = { libelle = "Banque",' + " " * 54 + 'N = "debiteur(512)" }\n'


def test_a_file_is_put_in_form(run: Run, write: Write) -> None:
    """And the second time there is nothing to do."""
    path = write("A.toml", UGLY)
    result = run("fmt", path)
    assert (0, f"mis en forme : {path}\n1 fichier lu, 1 mis en forme.\n") == (result.code, result.out)
    assert NEAT == path.read_text(encoding="utf-8")
    assert "1 fichier lu, aucun mis en forme.\n" == run("fmt", path).out


def test_a_check_changes_nothing(run: Run, write: Write) -> None:
    """Exit 1 when a file is not in form."""
    path = write("A.toml", UGLY)
    result = run("fmt", "--check", path)
    assert (1, f"à mettre en forme : {path}\n1 fichier lu, 1 à mettre en forme.\n") == (
        result.code,
        result.out,
    )
    assert UGLY == path.read_text(encoding="utf-8")


def test_without_a_path_the_models_are_checked(run: Run) -> None:
    """All the files of the model folder."""
    result = run("fmt", "--check")
    assert (0, "11 fichiers lus, aucun à mettre en forme.\n") == (result.code, result.out)


def test_a_folder_without_model_file_is_no_error(run: Run, tmp_path: Path) -> None:
    """Nothing to do is said."""
    assert "aucun fichier, aucun mis en forme.\n" == run("fmt", tmp_path).out


def test_what_is_not_toml_is_underlined_and_the_rest_is_done(run: Run, write: Write) -> None:
    """Exit 2."""
    write("B.toml", "a = = 3\n")
    neat = write("C.toml", UGLY)
    result = run("fmt", ".")
    assert 2 == result.code
    assert "B.toml:1\n    a = = 3\n        ^\nCe n'est pas du TOML" in result.err
    assert NEAT == neat.read_text(encoding="utf-8")


def test_an_absent_file_is_told(run: Run) -> None:
    """Exit 2."""
    result = run("fmt", "absent.toml")
    expected = "Impossible de lire absent.toml : le fichier ou le dossier n'existe pas.\n"
    assert (2, expected) == (result.code, result.err)


def test_another_encoding_is_told(run: Run, tmp_path: Path) -> None:
    """TOML is UTF-8."""
    (tmp_path / "A.toml").write_bytes('a = "é"\n'.encode("latin-1"))
    result = run("fmt", "A.toml")
    assert (2, "A.toml n'est pas en UTF-8 (octet 5).\n") == (result.code, result.err)
