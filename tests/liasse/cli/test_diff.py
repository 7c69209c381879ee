"""`liasse diff`, publication, and a filing of 2026 compared with 2025: the command line from end to end."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from liasse.cli.models import ENVIRONMENT
from liasse.source.publications import load_publications
from tests.liasse.cli.conftest import Result, Run, Write
from tests.support import MODELES

B25 = """Compte;Libellé;Solde débit;Solde crédit
1013;Capital;0,00;500,00
1572;PGE;0,00;80,00
205;Logiciels;40,00;0,00
21311;Immeubles;2 000,00;0,00
1641;CDC;0,00;1 000,00
5121;Banque;1 000,00;0,00
106881;Réserves;0,00;1 000,00
671;Pénalités;8,00;0,00
6752;Valeur comptable;12,00;0,00
7043;Loyers;0,00;400,00
7752;Cessions;0,00;30,00
777;Subventions virées;0,00;50,00
"""
B26 = """Compte;Libellé;Solde débit;Solde crédit
1013;Capital;0,00;500,00
1525;PGE;0,00;95,00
205;Logiciels;40,00;0,00
21311;Immeubles;2 000,00;0,00
1641;CDC;0,00;900,00
5121;Banque;1 305,00;0,00
106881;Réserves;0,00;1 440,00
68157;Dotation PGE;15,00;0,00
7043;Loyers;0,00;425,00
"""


@pytest.fixture
def shipped(monkeypatch: pytest.MonkeyPatch) -> Path:
    """Use the shipped models."""
    monkeypatch.setenv(ENVIRONMENT, str(MODELES))
    return MODELES


@pytest.fixture
def copy(modeles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the small models that a test may change."""
    shutil.copytree(modeles, tmp_path / "modeles")
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path / "modeles"))
    return tmp_path / "modeles"


def value_of(result: Result, key: str) -> str | None:
    """Return a cell of the statements; an empty one is not written."""
    table, ligne, colonne = key.split(".")
    cell = result.json["etats"].get(table, {}).get(ligne, {}).get(colonne)
    value: str | None = cell["valeur"] if cell else None
    return value


def change(root: Path) -> None:
    """Change a formula of the small model."""
    path = root / "etats_reglementaires" / "2022" / "tables" / "ACT.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("debiteur(211)", "debiteur(211, 214)"), encoding="utf-8")


@pytest.mark.usefixtures("shipped")
def test_a_filing_of_2026_has_its_year_before_transposed(run: Run, write: Write) -> None:
    """Comparable lines keep their figure, split ones are read from the balance, the others are empty."""
    given = (write("b26.csv", B26), "--famille", "COOP", "--exercice", "2026")
    result = run("verifier", *given, "--precedent", write("b25.csv", B25), "--format", "json")
    expected = {
        "PAS.P220.N1": "80.00",
        "ACT.A042.N1": "40.00",
        "CRP.R320.N1": "50.00",
        "ACT.AT.N1": "3040.00",
        "CR.RES.N1": "460.00",
        "CRC.C630.N1": "12.00",
        "CRC.C620.N1": None,
    }
    assert expected == {key: value_of(result, key) for key in expected}
    assert any(
        "sa colonne N-1 est transposée dans le millésime 2026" in text for text in result.json["remarques"]
    )


@pytest.mark.usefixtures("shipped")
def test_the_year_before_is_only_compared_where_it_can_be(run: Run, write: Write) -> None:
    """K071 reads 1572 as 1525, K037 to K049 compare no line; K046, K074 and K195 speak of 2026 alone."""
    given = (write("b26.csv", B26), "--famille", "COOP", "--exercice", "2026")
    result = run("verifier", *given, "--precedent", write("b25.csv", B25), "--format", "json")
    assert {"K046", "K074", "K195"} == {item["code"] for item in result.json["anomalies"]}


@pytest.mark.usefixtures("shipped")
def test_a_filing_of_2025_needs_no_transposition(run: Run, write: Write) -> None:
    """Both years are of one millésime."""
    given = (write("n.csv", B25), "--famille", "COOP", "--exercice", "2025")
    result = run("verifier", *given, "--precedent", write("n1.csv", B25), "--format", "json")
    assert [] == [text for text in result.json["remarques"] if "transposée" in text]


@pytest.mark.usefixtures("shipped")
def test_exercices_name_their_millesimes(run: Run) -> None:
    """2025 is covered by 2022."""
    result = run("diff", "2025", "2026")
    assert (0, "") == (result.code, result.err)
    assert result.out.startswith("De etats_reglementaires 2022 à etats_reglementaires 2026\n")
    assert "  – La ligne P220 prend désormais 1525 au lieu de 1572.\n" in result.out


@pytest.mark.usefixtures("shipped")
def test_a_millesime_is_named_as_it_is_published(run: Run) -> None:
    """NOM/ANNÉE, whatever the questionnaire is."""
    result = run("diff", "qdis_coop/2022", "dis_coop/2022")
    assert result.out.startswith("De qdis_coop 2022 à dis_coop 2022\n")


@pytest.mark.usefixtures("shipped")
def test_the_differences_in_json(run: Run) -> None:
    """Sentences, and the data that they say."""
    content = run("diff", "2022", "2026", "--format", "json").json
    assert {"questionnaire": "etats_reglementaires", "millesime": "2026"} == content["nouveau"]
    passif = next(group for group in content["groupes"] if group["code"] == "PAS")
    change_ = next(item for item in passif["differences"] if item["reference"] == "PAS.P220")
    assert {"pris": ["1525"], "laisses": ["1572"], "exclus": [], "admis": []} == change_["comptes"]
    assert "La ligne P220 prend désormais 1525 au lieu de 1572." in passif["phrases"]


def test_two_folders_are_compared(run: Run, modeles: Path, copy: Path) -> None:
    """Two states of one millésime."""
    change(copy)
    folders = [root / "etats_reglementaires" / "2022" for root in (modeles, copy)]
    result = run("diff", *folders)
    assert (0, "") == (result.code, result.err)
    assert "prend aussi 214.\n" in result.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("abc", "2022"),
            "« abc » n'est ni un dossier de modèle ni un millésime de « etats_reglementaires ».",
        ),
        (("2022", "1999"), "Aucun millésime de « etats_reglementaires » ne couvre l'exercice 1999."),
        (("2022", "2022", "--questionnaire", "etats"), "Questionnaire inconnu « etats »"),
        (("2022",), "NOUVEAU"),
    ],
)
def test_an_unknown_model_is_told(run: Run, arguments: tuple[str, ...], message: str) -> None:
    """With those that exist."""
    result = run("diff", *arguments)
    assert (2, "") == (result.code, result.out)
    assert message in result.err


def test_a_published_model_is_frozen(run: Run, copy: Path) -> None:
    """A change is a problem until the next revision is published."""
    published = run("modele", "--publier", "etats_reglementaires/2022")
    assert (0, "") == (published.code, published.err)
    assert published.out.startswith("etats_reglementaires/2022 est publié : révision 1 du ")
    assert 0 == run("modele").code
    change(copy)
    refused = run("modele")
    assert 1 == refused.code
    assert (
        "publiez la révision 2 : liasse modele --publier etats_reglementaires/2022.   [M117]" in refused.out
    )
    assert "révision 2 du " in run("modele", "--publier", "etats_reglementaires/2022").out
    assert 0 == run("modele").code
    assert [1, 2] == [item.revision for item in load_publications(copy)]


def test_an_account_of_a_later_regime_leaves_a_published_model_alone(run: Run, copy: Path) -> None:
    """The chart is shared: 2026 may close or open accounts once 2022 to 2025 are published."""
    run("modele", "--publier", "etats_reglementaires/2022")
    chart = copy / "plan_comptes" / "plan_comptes.csv"
    text = chart.read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if ";2022;;" in line)
    later = f"{row.replace(';2022;;', ';2022;2025;')}\n9999;Compte nouveau;2026;;PCG;PCG;found;"
    chart.write_text(text.replace(row, later), encoding="utf-8")
    assert 0 == run("modele").code
    chart.write_text(text.replace(row, row.replace(";2022;;", ";2022;2024;")), encoding="utf-8")
    assert "[M117]" in run("modele").out


def test_publishing_twice_changes_nothing(run: Run, copy: Path) -> None:
    """The same fingerprint is the same revision."""
    run("modele", "--publier", "etats_reglementaires/2022")
    again = run("modele", "--publier", "etats_reglementaires/2022")
    assert 0 == again.code
    assert again.out.startswith("etats_reglementaires/2022 est déjà publié tel quel : révision 1 du ")
    assert 1 == len(load_publications(copy))


def test_a_model_with_problems_is_not_published(run: Run, copy: Path) -> None:
    """Nothing is written."""
    path = copy / "etats_reglementaires" / "2022" / "exemples" / "exemples.toml"
    path.write_text("", encoding="utf-8")
    result = run("modele", "--publier", "etats_reglementaires/2022")
    assert 2 == result.code
    assert "problèmes : rien n'est publié." in result.err
    assert () == load_publications(copy)


@pytest.mark.usefixtures("copy")
def test_an_unknown_model_is_not_published(run: Run) -> None:
    """The nearest name is offered."""
    result = run("modele", "--publier", "etats_reglementaire/2022")
    assert 2 == result.code
    assert "Vouliez-vous dire « etats_reglementaires/2022 » ?" in result.err
