"""The XML form of the FEC."""

from __future__ import annotations

from pathlib import Path

import pytest

from liasse.imports import fec_xml
from liasse.imports.fec import iter_ecritures, read_fec
from tests.liasse.imports.support import codes, soldes

HEAD = "<?xml version='1.0' encoding='UTF-8'?>"
ENTRY = (
    "<journal><JournalCode>{journal}</JournalCode><JournalLib>Journal</JournalLib><ecriture>"
    "<EcritureNum>{numero}</EcritureNum><EcritureDate>2022-01-31</EcritureDate><EcritureLib>Échéance</EcritureLib>"
    "<PieceRef>P1</PieceRef><PieceDate>2022-01-31</PieceDate><ValidDate>2022-01-31</ValidDate>"
    "<ligne><CompteNum>411100</CompteNum><CompteLib>Locataires</CompteLib><CompAuxNum>L1</CompAuxNum>{debit}</ligne>"
    "<ligne><CompteNum>704300</CompteNum><CompteLib>Loyers</CompteLib>{credit}</ligne></ecriture></journal>"
)


def write_xml(folder: Path, *entries: str, head: str = HEAD) -> Path:
    """Write an XML FEC."""
    path = folder / "000000000FEC20221231.xml"
    body = "".join(entries)
    path.write_text(
        f"{head}<comptabilite><exercice><DateCloture>2022-12-31</DateCloture>{body}</exercice></comptabilite>"
    )
    return path


def entry(
    journal: str = "AN",
    numero: str = "1",
    debit: str = "<Debit>30.00</Debit>",
    credit: str = "<Credit>30,00</Credit>",
) -> str:
    """Write one entry."""
    return ENTRY.format(journal=journal, numero=numero, debit=debit, credit=credit)


def test_a_line_inherits_what_stands_above_it(tmp_path: Path) -> None:
    """Journal, number, dates and label of the entry belong to its lines."""
    first = next(iter_ecritures(write_xml(tmp_path, entry()), ["411100"]))
    assert ("AN", "1", "Échéance", "P1", "L1", 3000, True) == (
        first.journal,
        first.numero,
        first.libelle,
        first.piece,
        first.auxiliaire,
        first.debit,
        first.is_opening,
    )


def test_debit_and_credit_or_montant_and_sens(tmp_path: Path) -> None:
    """Both ways of writing amounts may be met in one document."""
    path = write_xml(
        tmp_path,
        entry(),
        entry("VE", "2", "<Montant>5</Montant><Sens>D</Sens>", "<Montant>5</Montant><Sens>C</Sens>"),
    )
    assert ({"411100": 3500, "704300": -3500}, []) == (soldes(read_fec(path)), codes(read_fec(path)))


def test_a_document_without_dtd_only(tmp_path: Path) -> None:
    """A DTD is refused before any entity can expand."""
    bomb = '<!DOCTYPE c [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    path = write_xml(tmp_path, entry(), head=HEAD + bomb)
    assert (["I129 0"], []) == (codes(read_fec(path)), list(iter_ecritures(path)))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("<comptabilite><exercice>", "I128"),
        ("<?xml version='1.0' encoding='inconnu-9'?><comptabilite/>", "I128"),
        (f"<comptabilite>{'<x>' * 100}", "I128"),
        ("<?xml version='1.0'?><autre/>", "I101"),
        ("<comptabilite/>", "I125"),
    ],
)
def test_a_document_that_cannot_be_used_says_why(tmp_path: Path, content: str, code: str) -> None:
    """Broken, unknown or empty documents give one fatal issue."""
    path = tmp_path / "fec.xml"
    path.write_text(content)
    assert code in {issue.code for issue in read_fec(path).report.issues}


def test_two_amounts_in_one_line_are_not_one(tmp_path: Path) -> None:
    """The same element twice is ambiguous: the line is left out, with both."""
    path = write_xml(tmp_path, entry(debit="<Debit>1</Debit><Debit>2</Debit>"))
    issue = next(issue for issue in read_fec(path).report.issues if issue.code == "I110")
    assert "1 | 2" == issue.valeur


def test_a_huge_entry_is_read_in_bounded_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines of an entry beyond measure are given without waiting for its end."""
    monkeypatch.setattr(fec_xml, "MAX_BUFFERED", 1)
    assert {"411100": 3000, "704300": -3000} == soldes(read_fec(write_xml(tmp_path, entry())))


def test_progress_is_reported(tmp_path: Path) -> None:
    """The callback gets the bytes read and the size of the file."""
    path = write_xml(tmp_path, entry())
    seen: list[int] = []
    read_fec(path, on_progress=lambda done, _size: seen.append(done))
    assert [path.stat().st_size] == seen


def test_lines_without_a_closing_entry_are_given(tmp_path: Path) -> None:
    """Everything read before the damage is given when drilling down, nothing is raised after it."""
    path = write_xml(tmp_path, entry(), entry("VE", "2"))
    path.write_text(path.read_text()[:-60])
    assert {"AN"} <= {ecriture.journal for ecriture in iter_ecritures(path)}


def test_the_fields_shown_are_those_of_the_document() -> None:
    """Montant and Sens are not announced when every amount is a Debit or a Credit, nor the reverse."""
    folder = Path(__file__).parents[2] / "imports" / "should_pass"
    plain = read_fec(folder / "fec.xml").report.colonnes
    signed = read_fec(folder / "fec_montant_sens.xml").report.colonnes
    pairs = ({"debit", "credit"}, {"montant", "sens"})
    assert [pairs[0], pairs[1]] == [shown.keys() & (pairs[0] | pairs[1]) for shown in (plain, signed)]
    assert "lettrage" not in plain
