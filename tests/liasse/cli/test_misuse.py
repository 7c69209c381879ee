"""Every misuse is one French message on the standard error, and exit code 2."""

from __future__ import annotations

from pathlib import Path

import pytest

from liasse.cli.models import ENVIRONMENT, millesime_for, millesimes, say_validity
from liasse.errors import UnusableInputError
from liasse.exercices import Validity
from tests.liasse.cli.conftest import BALANCE, Run, Write
from tests.liasse.cli.schema import faults
from tests.support import MODELES as SHIPPED

HELP = "Voyez l'aide : liasse verifier --help\n"

USAGE = [
    ((), "Il manque l'argument FICHIER."),
    (("balance.csv",), "Il manque l'option --famille : famille de l'organisme : OPH, ESH, COOP ou SEM."),
    (("balance.csv", "--famile", "COOP"), "Option inconnue « --famile ». Vouliez-vous dire « --famille » ?"),
    (("balance.csv", "-x"), "Option inconnue « -x »."),
    (("balance.csv", "--famille"), "L'option --famille attend une valeur."),
    (("balance.csv", "--complet=oui"), "L'option --complet ne prend pas de valeur."),
    (("balance.csv", "autre", "--famille", "COOP"), "Argument en trop : « autre »."),
    (
        ("balance.csv", "--famille", "COOP", "--exercice", "vingt"),
        "--exercice : « vingt » n'est pas une année, par exemple 2022.",
    ),
    (
        ("balance.csv", "--famille", "COOP", "--exercice", "20222"),
        "--exercice : « 20222 » n'est pas une année, par exemple 2022.",
    ),
    (
        ("balance.csv", "--famille", "COOP", "--format", "jsn"),
        "--format : « jsn » n'est pas admis : texte, json ou html. Vouliez-vous dire « json » ?",
    ),
    (
        ("balance.csv", "--famille", "COOP", "--journaux-ouverture", " , "),
        "--journaux-ouverture : «  ,  » ne nomme aucun journal, par exemple AN,RAN.",
    ),
    (
        ("balance.csv", "--famille", "COOP", "--colonnes", "solde"),
        "--colonnes : « solde » n'est pas de la forme role=entête, par exemple solde_debit=Débit.",
    ),
]


@pytest.mark.parametrize(("arguments", "message"), USAGE)
def test_a_usage_error_is_a_french_sentence(run: Run, arguments: tuple[str, ...], message: str) -> None:
    """And it says where the help is."""
    result = run("verifier", *arguments)
    assert (2, "", f"{message}\n{HELP}") == (result.code, result.out, result.err)


def test_an_unknown_command_gives_the_nearest(run: Run) -> None:
    """With the list of commands."""
    result = run("verifer")
    assert 2 == result.code
    assert (
        "Commande inconnue « verifer ». Vouliez-vous dire « verifier » ? Commandes : verifier, " in result.err
    )


def test_no_argument_shows_the_help(run: Run) -> None:
    """On the standard error: nothing was asked."""
    result = run()
    assert (2, "") == (result.code, result.out)
    assert result.err.startswith("Usage : liasse [OPTIONS] COMMANDE [ARGUMENTS]…")


@pytest.mark.parametrize("command", ["verifier", "calculer", "expliquer", "modele", "fmt", "codes"])
def test_the_help_is_french(run: Run, command: str) -> None:
    """No English word of click is left."""
    result = run(command, "--help")
    assert (0, "") == (result.code, result.err)
    assert "--help" in result.out
    assert "Affiche cette aide." in result.out
    assert [] == [
        word for word in ("Usage:", "Options:", "Show", "required", "default") if word in result.out
    ]


def test_the_general_help_lists_the_commands(run: Run) -> None:
    """Without loading them."""
    result = run("--help")
    assert 0 == result.code
    assert "Commandes\xa0:\n  verifier " in result.out


def test_the_version_is_told(run: Run) -> None:
    """`liasse --version`."""
    assert run("--version").out.startswith("liasse ")


INPUTS = [
    (
        ("balance.csv", "--famille", "COP"),
        "Famille inconnue « COP » ; familles connues : OPH, COOP. Vouliez-vous",
    ),
    (
        ("balance.csv", "--famille", "COOP", "--exercice", "2019"),
        "ne couvre l'exercice 2019. Millésimes disponibles : 2022 (exercices 2022 à 2025).",
    ),
    (
        ("balance.csv", "--famille", "COOP", "--questionnaire", "etats"),
        "Questionnaire inconnu « etats » ; connus : etats_reglementaires.",
    ),
    (
        ("absent.csv", "--famille", "COOP"),
        "absent.csv est inutilisable. Le fichier « absent.csv » n’existe pas.",
    ),
    ((".", "--famille", "COOP"), ". est inutilisable. "),
    (("lettre.txt", "--famille", "COOP"), "lettre.txt est inutilisable. "),
    (("balance.csv", "--famille", "COOP", "--precedent", "lettre.txt"), "lettre.txt est inutilisable. "),
    (
        ("balance.csv", "--famille", "COOP", "--cellules", "absent.json"),
        "Impossible de lire absent.json : le fichier",
    ),
    (("balance.csv", "--famille", "COOP", "--cellules", "."), "Impossible de lire . : c'est un dossier."),
]


@pytest.mark.parametrize(("arguments", "message"), INPUTS)
def test_an_unusable_input_says_what_to_do(
    run: Run, write: Write, arguments: tuple[str, ...], message: str
) -> None:
    """Exit 2, nothing on the standard output."""
    write("balance.csv", BALANCE)
    write("lettre.txt", "Monsieur,\nveuillez trouver ci-joint la balance.\n")
    exercice = () if "--exercice" in arguments else ("--exercice", "2022")
    result = run("verifier", *arguments, *exercice)
    assert (2, "") == (result.code, result.out)
    assert message in result.err


def test_an_exercice_is_never_guessed(run: Run, write: Write) -> None:
    """A balance tells no year: it must be given."""
    result = run("verifier", write("balance.csv", BALANCE), "--famille", "COOP")
    assert 2 == result.code
    assert "balance.csv ne dit pas de quel exercice il s'agit. Indiquez-le : --exercice 2022." in result.err


CELLS = [
    ("{", "cellules.json, ligne 1, colonne 2 : ce n'est pas du JSON."),
    ("[1]", "cellules.json ne contient pas de cellules."),
    ('{ "cellules": [1] }', "cellules.json : « cellules » doit être un objet."),
    ('{ "cellules": {}, "arrondi": "franc" }', "« arrondi » vaut « euro » ou « centime », pas « franc »."),
    ('{ "ID.MOIS.N": 1, "ID.MOIS.N": 2 }', "cellules.json : « ID.MOIS.N » est donnée deux fois."),
    ('{ "ID.MOIS.N": NaN }', "cellules.json : « NaN » n'est pas un montant."),
    (
        '{ "ID.MOIS.N": 1e99999999999999999999 }',
        "cellules.json : « 1e99999999999999999999 » n'est pas un montant.",
    ),
    ('{ "ID.MOI.N": 1 }', "Cellule inconnue « ID.MOI.N ». Vouliez-vous dire « ID.MOIS.N » ?"),
    ('{ "CAF": 1 }', "Cellule inconnue « CAF »."),
    ('{ "ID.MOIS.N": 1.5 }', "ID.MOIS.N : 1.5 n'est pas un nombre entier."),
    ('{ "ID.MOIS.N": true }', "ID.MOIS.N : true n'est pas un nombre entier."),
    ('{ "ID.MOIS.N": {} }', "ID.MOIS.N : {} n'est pas un nombre entier."),
    (
        '{ "ACT.A720.BRUT": "12,345" }',
        "ACT.A720.BRUT : \"12,345\" n'est pas un nombre d'au plus 2 décimales.",
    ),
    ('{ "ACT.A720.BRUT": 1e99 }', "ACT.A720.BRUT : 1E+99 n'est pas un nombre d'au plus 2 décimales."),
    (
        '{ "ACT.A720.BRUT": 1e20 }',
        "ACT.A720.BRUT : 100000000000000000000 dépasse ce que la liasse peut porter.",
    ),
    ('{ "x": ' + "[" * 100_000, "cellules.json : le JSON est trop imbriqué."),
]


@pytest.mark.parametrize(("text", "message"), CELLS)
def test_faulty_cells_are_refused_in_french(run: Run, write: Write, text: str, message: str) -> None:
    """Each fault has its sentence."""
    write("balance.csv", BALANCE)
    write("cellules.json", text)
    result = run(
        "verifier", "balance.csv", "--famille", "COOP", "--exercice", "2022", "--cellules", "cellules.json"
    )
    assert (2, "") == (result.code, result.out)
    assert message in result.err


def test_a_monstrous_year_is_no_year(run: Run, write: Write) -> None:
    """Nor does it hang."""
    path = write("cellules.json", '{ "cellules": { "ID.MOIS.N": 12 }, "exercice": 1e999999999 }')
    result = run("verifier", path, "--famille", "COOP")
    assert (2, True) == (result.code, "ne dit pas de quel exercice" in result.err)


def test_every_faulty_cell_is_told_at_once(run: Run, write: Write) -> None:
    """Not one per run; sound and empty cells are not mentioned."""
    write("cellules.json", '{ "ID.MOI.N": 1, "ID.MOIS.N": "x", "ID.LOGEMENTS.N": 5, "ACT.A720.BRUT": null }')
    result = run("verifier", "cellules.json", "--famille", "COOP", "--exercice", "2022")
    expected = (
        "cellules.json : 2 cellules sont à corriger.\n"
        "  Cellule inconnue « ID.MOI.N ». Vouliez-vous dire « ID.MOIS.N » ?\n"
        '  ID.MOIS.N : "x" n\'est pas un nombre entier.\n'
    )
    assert expected == result.err


def test_cells_of_another_questionnaire_name_it(
    run: Run, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the list of what is unknown."""
    monkeypatch.setenv(ENVIRONMENT, str(SHIPPED))
    write("cellules.json", '{ "Q01.L010.N": "Coop", "Q02.L100.C1": 5 }')
    result = run("verifier", "cellules.json", "--famille", "COOP", "--exercice", "2022")
    told = "du questionnaire qdis_coop ou dis_coop : ajoutez --questionnaire qdis_coop."
    assert f"  Les tables inconnues sont {told}" == result.err.splitlines()[1]


def test_cells_in_another_encoding_are_told(run: Run, write: Write, tmp_path: Path) -> None:
    """JSON is UTF-8."""
    write("balance.csv", BALANCE)
    (tmp_path / "cellules.json").write_bytes('{ "é": 1 }'.encode("latin-1"))
    result = run(
        "verifier", "balance.csv", "--famille", "COOP", "--cellules", "cellules.json", "--exercice", "2022"
    )
    assert "cellules.json n'est pas en UTF-8 (octet 3).\n" == result.err


def test_no_model_says_how_to_give_one(run: Run, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable is named."""
    monkeypatch.setenv("LIASSE_MODELES", "vide")
    result = run("verifier", write("balance.csv", BALANCE), "--famille", "COOP", "--exercice", "2022")
    expected = "Aucun modèle dans vide. Indiquez le dossier des modèles dans la variable LIASSE_MODELES.\n"
    assert (2, expected) == (result.code, result.err)


def test_a_broken_model_is_told_with_its_places(
    run: Run, write: Write, modeles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fault is ours, or the expert's: file, line, underlined place."""
    copy = tmp_path / "modeles"
    _copy_with(modeles, copy, "tables/CR.toml", "LOYERS - ACHATS", "LOYERS - ACHAT")
    monkeypatch.setenv("LIASSE_MODELES", str(copy))
    result = run("verifier", write("balance.csv", BALANCE), "--famille", "COOP", "--exercice", "2022")
    assert 2 == result.code
    assert result.err.startswith(
        "Le modèle ne peut pas être utilisé :\n\netats_reglementaires/2022/tables/CR.toml:"
    )
    assert "Vouliez-vous dire « ACHATS » ?" in result.err


def _copy_with(source: Path, target: Path, name: str, old: str, new: str) -> None:
    for path in source.rglob("*.*"):
        copied = target / path.relative_to(source)
        copied.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8")
        copied.write_text(
            text.replace(old, new) if copied.as_posix().endswith(name) else text, encoding="utf-8"
        )


def test_the_latest_millesime_that_covers_an_exercice_is_taken(modeles: Path) -> None:
    """The header of the model says which exercices it covers."""
    assert {"2022": Validity(2022, 2025)} == dict(millesimes(modeles, "etats_reglementaires"))
    assert "2022" == millesime_for(modeles, "etats_reglementaires", 2024)


def test_an_exercice_without_millesime_is_refused(modeles: Path) -> None:
    """The message says which exist."""
    with pytest.raises(UnusableInputError, match="ne couvre l'exercice 2026"):
        millesime_for(modeles, "etats_reglementaires", 2026)


@pytest.mark.parametrize(
    ("validity", "words"),
    [
        (Validity(2022, 2025), "exercices 2022 à 2025"),
        (Validity(2026, None), "exercices 2026 et suivants"),
        (Validity(None, 2021), "exercices jusqu'à 2021"),
        (Validity(), "tous les exercices"),
    ],
)
def test_a_validity_is_said_in_french(validity: Validity, words: str) -> None:
    """Closed, open on either side, or always."""
    assert words == say_validity(validity)


def test_the_schema_finds_what_is_wrong() -> None:
    """The check of the contract is itself checked."""
    found = faults(
        {"version": 1, "exercice": True, "autre": 0, "import_precedent": {}, "synthese": {"bloquant": -1}}
    )
    assert "$ : fichier manque" in found
    assert "$ : autre est en trop" in found
    assert "$.exercice : True n'est pas ['integer']" in found
    assert "$.import_precedent : aucun des choix" in found
    assert "$.synthese.bloquant : -1 est trop petit" in found
