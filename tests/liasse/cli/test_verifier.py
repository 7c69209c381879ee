"""`liasse verifier`: formats, inputs, exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from liasse.cli import files, verifier
from tests.liasse.cli.conftest import BALANCE, MODELES, Run, Write
from tests.liasse.cli.schema import faults

ASKED = ("--famille", "COOP", "--exercice", "2022")


def test_a_sound_balance_exits_with_zero(run: Run, balance: Path) -> None:
    """0: nothing blocking."""
    result = run("verifier", balance, *ASKED)
    assert (0, "") == (result.code, result.err)
    assert (
        "Aucune anomalie bloquante, aucune à justifier, 4 contrôles satisfaits, 1 sans objet, "
        "aucun non évaluable."
    ) in " ".join(result.out.split())


def test_a_blocking_finding_exits_with_one(run: Run, unbalanced: Path) -> None:
    """1: blocking findings, and the report says them."""
    result = run("verifier", unbalanced, *ASKED)
    assert 1 == result.code
    assert "2 anomalies bloquantes" in result.out


def test_an_unusable_input_exits_with_two_and_writes_nothing(run: Run) -> None:
    """2: one message on the standard error, nothing on the standard output."""
    result = run("verifier", "absent.csv", *ASKED)
    assert (2, "") == (result.code, result.out)
    assert "absent.csv est inutilisable. Le fichier « absent.csv » n’existe pas." in result.err


def test_the_json_keeps_its_contract(run: Run, balance: Path) -> None:
    """Every key has the name, the type and the pattern of the schema."""
    assert [] == faults(run("verifier", balance, *ASKED, "--format", "json").json)


def test_the_json_of_anomalies_keeps_its_contract(run: Run, unbalanced: Path, balance: Path) -> None:
    """With findings, accounts without line, and a previous year too."""
    result = run("verifier", unbalanced, *ASKED, "--precedent", balance, "--format", "json")
    assert [] == faults(result.json)


def test_amounts_are_decimal_strings_in_euros(run: Run, balance: Path) -> None:
    """Never a float."""
    content = run("verifier", balance, *ASKED, "--format", "json").json
    assert {"valeur": "1060.00", "certitude": "M"} == content["etats"]["ACT"]["AT"]["NET"]
    assert "60.00" == content["agregats"]["RESULTAT"]["valeur"]


def test_what_cannot_be_computed_is_null_with_its_reason(run: Run, balance: Path) -> None:
    """Never 0."""
    content = run("verifier", balance, *ASKED, "--format", "json").json
    afn = content["agregats"]["AFN"]
    assert (None, "Il faut les remboursements d'emprunts locatifs (T08R).") == (afn["valeur"], afn["motif"])
    assert {
        "valeur": None,
        "certitude": "F",
        "motif": "À saisir : aucun compte ne la donne.",
    } == content["etats"]["T08R"]["R221"]["REMB"]


def test_the_reasons_of_empty_cells_are_told_apart(run: Run, balance: Path) -> None:
    """Typed, filled by accounts, computed, taken from the year before."""
    etats = run("verifier", balance, *ASKED, "--format", "json").json["etats"]
    assert "Aucun compte de la balance ne l'alimente." == etats["PAS"]["P330"]["N"]["motif"]
    assert "Calculée à partir de cellules toutes vides." == etats["T04"]["A110"]["D"]["motif"]
    assert "Il manque l'exercice précédent." == etats["ACT"]["AT"]["N1"]["motif"]


def test_an_aggregate_of_another_family_is_pointless(run: Run, balance: Path) -> None:
    """Its reason names the family."""
    content = run("verifier", balance, *ASKED, "--format", "json").json
    assert "Sans objet pour la famille COOP." == content["agregats"]["ATTENDU"]["motif"]


def test_an_account_without_line_is_never_dropped(run: Run, unbalanced: Path) -> None:
    """It is listed with its amount, counted, and a finding."""
    content = run("verifier", unbalanced, *ASKED, "--format", "json").json
    assert [{"compte": "489", "libelle": "Attente", "montant": "-25.50"}] == content["comptes_sans_ligne"]
    assert 1 == content["synthese"]["comptes_sans_ligne"]
    assert ["K030", "K003"] == [anomaly["code"] for anomaly in content["anomalies"]]


def test_an_anomaly_says_all_that_it_knows(run: Run, unbalanced: Path) -> None:
    """Sides, gap, cells, instruction, reference."""
    anomaly = run("verifier", unbalanced, *ASKED, "--format", "json").json["anomalies"][0]
    assert "L'actif net est de 560,00 € et le passif de 1\u202f060,00 €\xa0: écart de 500,00 €." == anomaly[
        "message"
    ].replace("00\xa0€", "00 €")
    assert ("560.00", "1060.00", "-500.00") == (anomaly["gauche"], anomaly["droite"], anomaly["ecart"])
    assert ["ACT.AT.NET", "PAS.PT.N"] == anomaly["cellules"]


def test_a_ledger_gives_the_same_figures_as_its_balance(run: Run, balance: Path, ledger: Path) -> None:
    """The file is recognised by its content."""
    of_ledger = run("verifier", ledger, *ASKED, "--format", "json").json
    of_balance = run("verifier", balance, *ASKED, "--format", "json").json
    assert of_balance["agregats"] == of_ledger["agregats"]
    assert ("balance", "fec") == (of_balance["import"]["format"], of_ledger["import"]["format"])


def test_the_exercice_read_in_a_ledger_is_said(run: Run, ledger: Path) -> None:
    """Never guessed silently."""
    content = run("verifier", ledger, "--famille", "COOP", "--format", "json").json
    assert (2022, ["L'exercice 2022 est lu dans grand-livre.txt."]) == (
        content["exercice"],
        content["remarques"],
    )


def test_the_family_may_be_in_small_letters(run: Run, balance: Path) -> None:
    """`coop` is COOP."""
    result = run("verifier", balance, "--famille", "coop", "--exercice", "2022", "--format", "json")
    assert "COOP" == result.json["famille"]


def test_the_year_before_comes_from_a_balance(run: Run, balance: Path, write: Write) -> None:
    """Its figures fill the N-1 columns, and its reading is reported."""
    before = write("2021.csv", BALANCE.replace("800,00", "790,00"))
    content = run("verifier", balance, *ASKED, "--precedent", before, "--format", "json").json
    assert "1050.00" == content["etats"]["ACT"]["AT"]["N1"]["valeur"]
    assert str(before) == content["import_precedent"]["fichier"]


def test_the_year_before_comes_from_an_earlier_verification(run: Run, balance: Path) -> None:
    """What `verifier` wrote is read back."""
    run("verifier", balance, *ASKED, "--format", "json", "--sortie", "2022.json")
    asked = ("--famille", "COOP", "--exercice", "2023", "--precedent", "2022.json", "--format", "json")
    content = run("verifier", balance, *asked).json
    assert "1060.00" == content["etats"]["ACT"]["AT"]["N1"]["valeur"]
    assert ("cellules", []) == (content["import_precedent"]["format"], content["remarques"])


def test_an_earlier_verification_of_another_year_is_said(run: Run, balance: Path) -> None:
    """The year that it tells is not the one wanted."""
    run("verifier", balance, *ASKED, "--format", "json", "--sortie", "2022.json")
    content = run("verifier", balance, *ASKED, "--precedent", "2022.json", "--format", "json").json
    assert ["2022.json porte sur l'exercice 2022, pris comme exercice 2021."] == content["remarques"]


def test_the_year_before_comes_from_typed_cells(run: Run, balance: Path, write: Write) -> None:
    """`--cellules-precedent` alone is enough."""
    before = write("avant.json", '{ "ACT.A720.BRUT": 12.5 }')
    content = run("verifier", balance, *ASKED, "--cellules-precedent", before, "--format", "json").json
    assert "12.50" == content["etats"]["ACT"]["AT"]["N1"]["valeur"]
    assert "Vide dans l'exercice précédent." == content["etats"]["PAS"]["P010"]["N1"]["motif"]


def test_the_n_1_columns_of_the_file_are_used_and_said(run: Run, write: Write) -> None:
    """No `--precedent` is needed when the balance has both years."""
    rows = (
        "Compte;Libellé;Solde N;Solde N-1",
        "101;Capital;-1 000,00;-900,00",
        "512;Banques;1 000,00;900,00",
    )
    both = write("deux-ans.csv", "\n".join(rows) + "\n")
    content = run("verifier", both, *ASKED, "--format", "json").json
    assert "900.00" == content["etats"]["ACT"]["AT"]["N1"]["valeur"]
    assert "L'exercice 2021 est lu dans les colonnes N-1 de deux-ans.csv." in content["remarques"]


def test_cells_complete_the_balance(run: Run, balance: Path, write: Write) -> None:
    """Typed repayments give the autofinancement."""
    cells = write("cellules.json", '{ "T08R.R221.REMB": "20.00", "ID.LOGEMENTS.N": 850 }')
    content = run("verifier", balance, *ASKED, "--cellules", cells, "--format", "json").json
    assert ("40.00", "40.00") == (
        content["agregats"]["AFN"]["valeur"],
        content["agregats"]["RATIO_AFN"]["valeur"],
    )
    assert "850" == content["etats"]["ID"]["LOGEMENTS"]["N"]["valeur"]


def test_cells_alone_are_a_filing(run: Run, write: Write) -> None:
    """No balance at all: what needs one says so."""
    cells = write(
        "cellules.json", '{ "cellules": { "ACT.A720.BRUT": 100, "PAS.P010.N": 100 }, "exercice": 2022 }'
    )
    result = run("verifier", cells, "--famille", "COOP", "--format", "json")
    content = result.json
    assert [] == faults(content)
    assert ("100.00", "cellules") == (
        content["agregats"]["TOTAL_ACTIF"]["valeur"],
        content["import"]["format"],
    )
    assert "Il manque une balance ou un FEC." == content["etats"]["PAS"]["P330"]["N"]["motif"]
    assert {"code": "K003", "ligne": "", "manque": "Il manque une balance ou un FEC."} in content[
        "non_evalues"
    ]


def test_cells_of_another_year_are_said(run: Run, write: Write) -> None:
    """The exercice asked for wins over the one that the file tells."""
    cells = write("cellules.json", '{ "cellules": { "ACT.A720.BRUT": 100 }, "exercice": 2023 }')
    content = run("verifier", cells, *ASKED, "--format", "json").json
    assert ["cellules.json porte sur l'exercice 2023 ; il est vérifié comme exercice 2022."] == content[
        "remarques"
    ]


def test_a_cell_given_twice_takes_the_last_file_and_says_so(run: Run, write: Write) -> None:
    """`--cellules` completes, and corrects, cells alone."""
    first = write("un.json", '{ "ACT.A720.BRUT": 100.25, "PAS.P010.N": 100 }')
    second = write("deux.json", '{ "ACT.A720.BRUT": 90.5 }')
    content = run("verifier", first, *ASKED, "--cellules", second, "--format", "json").json
    assert ["ACT.A720.BRUT est donnée deux fois : la valeur de deux.json est retenue."] == content[
        "remarques"
    ]
    assert "90.50" == content["agregats"]["TOTAL_ACTIF"]["valeur"]


def test_a_useless_cell_is_said(run: Run, balance: Path, write: Write) -> None:
    """A computed cell that no control compares changes nothing."""
    cells = write("cellules.json", '{ "CR.RES.N": 12 }')
    content = run("verifier", balance, *ASKED, "--cellules", cells, "--format", "json").json
    expected = "CR.RES.N est calculée et aucun contrôle ne la compare : la valeur fournie est sans effet."
    assert [expected] == content["remarques"]


@pytest.mark.parametrize(("arrondi", "code"), [("euro", 0), ("centime", 1)])
def test_rounding_to_the_euro_widens_the_tolerance(run: Run, write: Write, arrondi: str, code: int) -> None:
    """Half a euro is forgiven to each of five rounded cells; cells known to the cent have one euro in all."""
    amounts = {
        "ACT.A110.BRUT": 100,
        "ACT.A720.BRUT": 100,
        "PAS.P010.N": 100,
        "PAS.P330.N": 52,
        "PAS.P360.N": 50,
    }
    path = write("cellules.json", json.dumps({"cellules": amounts, "arrondi": arrondi}))
    assert code == run("verifier", path, *ASKED).code


def test_a_column_can_be_imposed(run: Run, write: Write) -> None:
    """`--colonnes` names the header of a role."""
    path = write("balance.csv", "Compte;Libellé;Montant;Autre\n101;Capital;5;-10,00\n512;Banques;6;10,00\n")
    asked = ("--colonnes", "solde=Autre", "--colonnes", "compte=Compte", "--format", "json")
    content = run("verifier", path, *ASKED, *asked).json
    assert "10.00" == content["agregats"]["TOTAL_ACTIF"]["valeur"]


def test_the_result_goes_to_a_file(run: Run, balance: Path, tmp_path: Path) -> None:
    """Nothing on the standard output, and no temporary file is left."""
    result = run("verifier", balance, *ASKED, "--format", "html", "--sortie", "rapport.html")
    assert (0, "", "") == (result.code, result.out, result.err)
    assert (tmp_path / "rapport.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert ["balance.csv", "rapport.html"] == sorted(path.name for path in tmp_path.iterdir())


def test_a_file_replaced_keeps_its_rights(run: Run, balance: Path, tmp_path: Path) -> None:
    """The new content takes the mode of the old one."""
    (tmp_path / "rapport.txt").touch(mode=0o600)
    run("verifier", balance, *ASKED, "--sortie", "rapport.txt")
    assert 0o600 == (tmp_path / "rapport.txt").stat().st_mode & 0o777


def test_a_dash_is_the_standard_output(run: Run, balance: Path) -> None:
    """`--sortie -`."""
    assert run("verifier", balance, *ASKED).out == run("verifier", balance, *ASKED, "--sortie", "-").out


def test_a_device_is_written_as_it_is(run: Run, balance: Path) -> None:
    """A device is not replaced by a file."""
    assert 0 == run("verifier", balance, *ASKED, "--sortie", os.devnull).code


@pytest.mark.parametrize(
    ("sortie", "why"),
    [("absent/rapport.txt", "le fichier ou le dossier n'existe pas"), (".", "c'est un dossier")],
)
def test_an_unwritable_output_is_said(run: Run, balance: Path, sortie: str, why: str) -> None:
    """Exit 2, and nothing elsewhere."""
    result = run("verifier", balance, *ASKED, "--sortie", sortie)
    assert (2, "", f"Impossible d'écrire {sortie} : {why}.\n") == (result.code, result.out, result.err)


@pytest.mark.parametrize("command", ["verifier", "calculer", "expliquer"])
def test_an_input_is_never_overwritten(run: Run, balance: Path, command: str) -> None:
    """`--sortie` on a file that is read is refused before anything."""
    reference = ("RESULTAT",) if command == "expliquer" else ()
    result = run(command, "balance.csv", *reference, *ASKED, "--sortie", "./balance.csv")
    expected = "--sortie écraserait ./balance.csv, qui est un des fichiers lus. Donnez un autre nom.\n"
    assert (2, expected) == (result.code, result.err)
    assert BALANCE == balance.read_text(encoding="utf-8")


def test_a_file_name_that_is_not_text_is_written_all_the_same(run: Run, tmp_path: Path) -> None:
    """Old file names hold bytes of other encodings."""
    path = tmp_path / os.fsdecode(b"balance-\xe9.csv")
    path.write_text(BALANCE, encoding="utf-8")
    assert run("verifier", path, *ASKED).out.startswith(str(tmp_path))


def test_a_failed_writing_leaves_the_old_file(
    run: Run, balance: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is complete or untouched."""
    (tmp_path / "rapport.txt").write_text("ancien", encoding="utf-8")
    monkeypatch.setattr("os.fchmod", lambda *_: (_ for _ in ()).throw(OSError(28, "plein")))
    result = run("verifier", balance, *ASKED, "--sortie", "rapport.txt")
    assert "Impossible d'écrire rapport.txt : il n'y a plus de place sur le disque.\n" == result.err
    assert "ancien" == (tmp_path / "rapport.txt").read_text(encoding="utf-8")
    assert ["balance.csv", "rapport.txt"] == sorted(path.name for path in tmp_path.iterdir())


def test_an_unknown_system_error_gives_its_number() -> None:
    """No English sentence slips through."""
    assert "erreur du système n° 999" == files.reason(OSError(999, "strange"))


def test_control_c_is_told_in_french(run: Run, balance: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 130, no traceback."""

    def interrupt(_request: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(verifier, "gather", interrupt)
    result = run("verifier", balance, *ASKED)
    assert (130, "Interrompu.") == (result.code, result.err.strip())


def test_the_complete_form_shows_empty_lines(run: Run, balance: Path) -> None:
    """`--complet` prints the form as it is printed on paper."""
    assert "P330" not in run("verifier", balance, *ASKED).out
    assert "P330" in run("verifier", balance, *ASKED, "--complet").out


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", *arguments]


@pytest.mark.parametrize("module", ["liasse", "liasse.cli"])
def test_the_package_runs_as_a_module(module: str) -> None:
    """`python -m liasse` and `python -m liasse.cli`."""
    done = subprocess.run(_command(module, "--version"), capture_output=True, text=True, check=True)
    assert done.stdout.startswith("liasse ")


def test_a_reader_that_leaves_is_not_an_error(unbalanced: Path) -> None:
    """`liasse verifier … | head`: no traceback, and the verdict stands."""
    command = _command("liasse", "verifier", str(unbalanced), *ASKED, "--format", "json")
    environment = os.environ | {"LIASSE_MODELES": str(MODELES)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert (b"", 1) == (process.stderr.read(), process.wait())


@pytest.mark.slow
def test_the_shipped_cooperative_is_verified_with_the_real_model(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The model of the repository is found without being told where."""
    monkeypatch.delenv("LIASSE_MODELES")
    demo = Path(__file__).parents[3] / "demo"
    asked = ("--famille", "COOP", "--precedent", demo / "coop-exemple-2021.balance.csv", "--format", "json")
    content = run("verifier", demo / "coop-exemple-2022.fec.txt", *asked).json
    assert [] == faults(content)
    assert content["agregats"]["TOTAL_ACTIF"]["valeur"] == content["agregats"]["TOTAL_PASSIF"]["valeur"]
    assert ("746633.97", []) == (content["agregats"]["RESULTAT"]["valeur"], content["comptes_sans_ligne"])
