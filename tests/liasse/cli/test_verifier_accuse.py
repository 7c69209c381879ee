"""`liasse verifier-accuse`: the sentence, the code, the file that carries the receipt."""

from __future__ import annotations

from pathlib import Path

import pytest

from liasse.imports.accuse import ATTACHMENT
from liasse.sceaux.accuse import say_fingerprint
from liasse.sceaux.cles import ClePrivee
from tests.liasse.cli.conftest import Run
from tests.receipts import pdf_with, receipt, snapshot

CLE = ClePrivee.draw()
RECEIPT = receipt(CLE).canonical


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Write the receipt, as JSON and inside a PDF, its snapshot and the key of the portal."""
    made = {
        "accuse.json": RECEIPT,
        "accuse.pdf": pdf_with(("autre.txt", b"bonjour"), (ATTACHMENT, RECEIPT)),
        "instantane.json": snapshot().canonical,
        "cle.pem": CLE.publique.pem.encode(),
        "autre.pem": ClePrivee.draw().publique.pem.encode(),
    }
    for name, content in made.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


SUMMARY = f"""
  Portail        Harmonia.gouv (https://harmonia.example)
  Organisme      Coop « Les Tilleuls », SIREN 999000001, COOP
  Questionnaire  etats_reglementaires, millésime 2022
  Exercice       2022
  Version        1
  Transmis       le 12/07/2023 à 09:30:00 (temps universel) par Camille Exemple
  Pièces         1 pièce jointe
  Empreinte      {snapshot().empreinte}
  Clé            {say_fingerprint(CLE.publique)}
"""


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("name", ["accuse.json", "accuse.pdf"])
def test_a_receipt_that_holds(run: Run, name: str) -> None:
    """Its summary, whatever carries it."""
    result = run("verifier-accuse", name, "--instantane", "instantane.json", "--cle", "cle.pem")
    message = (
        f"{name} : INTACT\n"
        "L'accusé est intact, et signé par la clé que vous tenez pour sûre :"
        f" {say_fingerprint(CLE.publique)}."
        " L'instantané est celui qui a été transmis : même contenu, même empreinte.\n"
    )
    assert (0, message + SUMMARY, "") == (result.code, result.out, result.err)


def test_a_correction_under_reserve_says_so(run: Run, files: Path) -> None:
    """What it corrects, and the reserve."""
    former = "ef" * 32
    corrected = snapshot(
        version={"numero": 2, "precedente": former}, reserve="Comptes non encore approuvés", pieces=[]
    )
    (files / "accuse.json").write_bytes(receipt(CLE, corrected).canonical)
    result = run("verifier-accuse", "accuse.json")
    assert "accuse.json : INTACT, CLÉ À VÉRIFIER\n" in result.out
    assert f"  Version        2, corrige la version d'empreinte {former}\n" in result.out
    assert "  Réserve        Comptes non encore approuvés\n  Pièces         aucune\n" in result.out


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("arguments", "code", "verdict"),
    [
        (("accuse.json", "--cle", "autre.pem"), 1, "NE PROUVE RIEN"),
        (("accuse.json", "--instantane", "accuse.json"), 1, "NE PROUVE RIEN"),
        (("instantane.json",), 2, "INUTILISABLE"),
        (("cle.pem",), 2, "INUTILISABLE"),
    ],
)
def test_the_code_tells_what_proves_nothing(
    run: Run, arguments: tuple[str, ...], code: int, verdict: str
) -> None:
    """1 when it was checked and fails, 2 when there is nothing to check."""
    result = run("verifier-accuse", *arguments)
    assert (code, "") == (result.code, result.err)
    assert result.out.startswith(f"{arguments[0]} : {verdict}\n")


PDFS = [
    (pdf_with((ATTACHMENT, RECEIPT))[:-60], "Le PDF est tronqué : sa fin manque. Téléchargez-le de nouveau."),
    (b"%PDF-1.7\nbonjour\n%%EOF\n", "Le PDF est abîmé : il ne peut pas être lu. Téléchargez-le de nouveau."),
    (
        pdf_with(("autre.txt", b"bonjour")),
        (
            "Un accusé en PDF porte son original en pièce jointe, « accuse.json » : ce PDF n'en porte aucun."
            " Un PDF imprimé ou enregistré de nouveau la perd : reprenez celui du portail."
        ),
    ),
    (
        pdf_with((ATTACHMENT, RECEIPT), (ATTACHMENT, RECEIPT)),
        (
            "Un accusé en PDF porte son original en pièce jointe, « accuse.json » : ce PDF en porte"
            " plusieurs. Un PDF imprimé ou enregistré de nouveau la perd : reprenez celui du portail."
        ),
    ),
    (b"{" * (64 * 1024 * 1024 + 1), "Ce fichier est trop gros pour être un accusé de transmission."),
]


@pytest.mark.parametrize(("content", "message"), PDFS, ids=range(len(PDFS)))
def test_a_file_that_carries_no_receipt(run: Run, files: Path, content: bytes, message: str) -> None:
    """Truncated, damaged, printed again, made up, too big."""
    (files / "recu.pdf").write_bytes(content)
    result = run("verifier-accuse", "recu.pdf")
    assert (2, f"recu.pdf : INUTILISABLE\n{message}\n") == (result.code, result.out)


@pytest.mark.usefixtures("files")
def test_the_same_as_data(run: Run) -> None:
    """For a program."""
    result = run("verifier-accuse", "accuse.pdf", "--cle", "cle.pem", "--format", "json")
    found = result.json
    assert (True, None, CLE.publique.id, True, False) == tuple(
        found[key] for key in ("intact", "defaut", "cle", "de_confiance", "instantane")
    )
    assert receipt(CLE).plain == found["accuse"]


@pytest.mark.usefixtures("files")
def test_a_file_or_a_key_that_is_not_there(run: Run) -> None:
    """One sentence, and code 2."""
    gone = run("verifier-accuse", "rien.json")
    assert (2, "Impossible de lire rien.json : le fichier ou le dossier n'existe pas.\n") == (
        gone.code,
        gone.err,
    )
    key = run("verifier-accuse", "accuse.json", "--cle", "accuse.json")
    assert (2, "accuse.json : Ce fichier n'est pas une liste de clés (harmonia.cles/1).\n") == (
        key.code,
        key.err,
    )
