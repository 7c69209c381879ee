"""The register of who must file: read, previewed, applied once, dated."""

from __future__ import annotations

import io
from datetime import date

import pytest
from xlsxwriter import Workbook

from harmonia.campagnes.services import must_file
from harmonia.instruction.models import ImportRegistre
from harmonia.instruction.registre import StaleError, apply, deposit, history, name_on, preview
from harmonia.instruction.registre_lecture import read_registre
from harmonia.organismes.models import Organisme
from harmonia.tenancy.scope import Role, Scope, open_scope
from tests.harmonia.cast import Cast

HEADER = "SIREN;Nom;Famille;Département;Code postal;Commune;Depuis;Fin;Absorbé par;Date d'effet\n"
OFFICE, SOCIETE = "000000034", "000000042"
EFFET = date(2023, 1, 1)


def ministry(cast: Cast) -> Scope:
    """Return the scope of an officer of the ministry."""
    return Scope(Role.MINISTERE, cast.federation.pk)


def kept(text: str) -> ImportRegistre:
    """Read a file of the register."""
    return deposit("registre.csv", (HEADER + text).encode(), EFFET)


def applied(text: str) -> dict[str, int]:
    """Read a file of the register and apply it."""
    made = kept(text)
    return apply(made, preview(made).empreinte)


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        ("12;Office;OPH;44;;;;;;", "SIREN", "neuf chiffres"),
        (f"{OFFICE};Office;Office de quoi;44;;;;;;", "Famille", "n'est pas une famille : OPH, ESH"),
        (f"{OFFICE};Office;OPH;99;;;;;;", "Département", "n'est pas un département"),
        (f"{OFFICE};Office;OPH;44;440;;;31/02/2022;;", "Fin", "n'est pas une date"),
        (f"{OFFICE};Office;OPH;44;;;2022-05-01;2021-05-01;;", "Fin", "avant le début"),
        (f"{OFFICE};Office;OPH;44;;;;;{SOCIETE};", "Fin", "Une absorption a une date"),
        (f"{OFFICE};Office;OPH;44;;;;01/01/2023;{OFFICE};", "Absorbé par", "ne s'absorbe pas lui-même"),
    ],
)
def test_each_fault_names_its_line_its_column_and_what_to_do(line: str, column: str, words: str) -> None:
    """The line is left out; the others are kept."""
    good = f"{SOCIETE};Société;ESH;69;;;;;;\n"
    lu = read_registre("registre.csv", (HEADER + good + line + "\n").encode("cp1252"))
    assert [(2, SOCIETE)] == [(numero, fiche["siren"]) for numero, fiche in lu.lignes]
    told = [(one.ligne, one.colonne) for one in lu.constats if words in one.message]
    assert [(3, column)] == told


def test_a_region_that_denies_its_department_is_a_fault() -> None:
    """44 is not in Brittany."""
    lu = read_registre("r.csv", f"siren;région;dept\n{OFFICE};Bretagne;44\n".encode())
    assert ["Le département 44 est en Pays de la Loire, pas en Bretagne."] == [
        one.message for one in lu.constats
    ]


def test_a_siren_twice_in_a_file_is_a_fault() -> None:
    """The first line counts."""
    lu = read_registre("r.csv", f"{HEADER}{OFFICE};A;OPH;44;;;;;;\n{OFFICE};B;OPH;44;;;;;;\n".encode())
    assert (1, f"Le SIREN {OFFICE} est déjà à la ligne 2.") == (len(lu.lignes), lu.constats[0].message)


def test_a_file_without_a_column_of_siren_says_so() -> None:
    """Nothing is guessed."""
    assert "Aucune colonne « SIREN »" in read_registre("r.csv", b"nom;ville\nA;B\n").constats[0].message


def test_a_workbook_gives_the_same_as_a_csv() -> None:
    """Numbers for SIREN, dates as dates, a heading under a title."""
    stream = io.BytesIO()
    book = Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Registre des organismes"])
    sheet.write_row(2, 0, ["SIREN", "Nom", "Famille", "Code postal", "Depuis"])
    sheet.write_row(3, 0, [34, "Office d'Essai", "Office public de l'habitat", 1000])
    sheet.write_datetime(3, 4, date(2020, 1, 1), book.add_format({"num_format": "dd/mm/yyyy"}))
    book.close()
    lu = read_registre("registre.xlsx", stream.getvalue())
    assert () == lu.constats
    expected = {
        "siren": OFFICE,
        "nom": "Office d'Essai",
        "famille": "OPH",
        "code_postal": "01000",
        "departement": "01",
        "region": "84",
        "entre_le": "2020-01-01",
    }
    assert [(4, expected)] == [(number, dict(fiche)) for number, fiche in lu.lignes]


def test_a_preview_says_what_would_change_and_changes_nothing(cast: Cast) -> None:
    """New, changed, the same, and those that the file does not name."""
    with open_scope(ministry(cast)):
        made = kept(
            f"{OFFICE};Office d'Essai;OPH;44;;;;;;\n{cast.ici.siren};Coopérative d'Alentour;;;;;;;;\n"
        )
        shown = preview(made)
        assert {"nouveau": 1, "modifie": 1, "identique": 0} == shown.comptes
        assert ["Coopérative d'Ailleurs"] == [row.nom for row in shown.absents]
        assert [("nom", "Coopérative d'Ici", "Coopérative d'Alentour")] == [
            (one.champ, one.avant, one.apres) for one in shown.lignes[1].changements
        ]
        assert not Organisme.objects.filter(siren=OFFICE).exists()


def test_a_name_changed_keeps_the_former_one_with_its_date(cast: Cast) -> None:
    """The name of a day is that of the day."""
    with open_scope(ministry(cast)):
        applied(f"{cast.ici.siren};Habitat d'Ici;;;;;;;;01/07/2022\n")
        cast.ici.refresh_from_db()
        events = history(cast.ici)
        assert "Habitat d'Ici" == cast.ici.nom
        assert "Coopérative d'Ici" == name_on(cast.ici, events, date(2022, 6, 30))
        assert "Habitat d'Ici" == name_on(cast.ici, events, date(2022, 7, 1))


def test_an_absorption_is_dated_and_moves_the_duty_to_file(cast: Cast) -> None:
    """The absorbed one owes the exercices that closed before, and none after; the other one shows it."""
    with open_scope(ministry(cast)):
        applied(f"{cast.ici.siren};;;;;;;30/06/2022;{cast.ailleurs.siren};\n")
        events = history(cast.ailleurs)
        assert [("fusion", date(2022, 6, 30), "Coopérative d'Ici")] == [
            (one.nature, one.le, one.organisme.nom) for one in events
        ]
        due = must_file(cast.campagne)
        assert ["Coopérative d'Ailleurs"] == [row.nom for row in due]
        cast.campagne.exercice = 2021
        assert 2 == must_file(cast.campagne).count()


def test_an_empty_cell_erases_nothing_and_a_dash_does(cast: Cast) -> None:
    """A date of exit given by mistake is taken back."""
    with open_scope(ministry(cast)):
        applied(f"{cast.ici.siren};;;44;;Nantes;;31/12/2021;;\n")
        applied(f"{cast.ici.siren};;;;;;;;;\n")
        cast.ici.refresh_from_db()
        assert ("44", "52", date(2021, 12, 31)) == (cast.ici.departement, cast.ici.region, cast.ici.sorti_le)
        applied(f"{cast.ici.siren};;;;;;;-;;\n")
        cast.ici.refresh_from_db()
        assert None is cast.ici.sorti_le
        assert ["retour", "sortie"] == sorted(
            one.nature for one in history(cast.ici) if one.nature != "siege"
        )


def test_an_import_counts_once_and_not_over_another(cast: Cast) -> None:
    """Applied twice, or once the register has moved: refused in words."""
    with open_scope(ministry(cast)):
        first, second = (kept(f"{cast.ici.siren};Nom {rank};;;;;;;;\n") for rank in (1, 2))
        seen = preview(second).empreinte
        assert {"nouveau": 0, "modifie": 1, "identique": 0, "ecartees": 0} == apply(
            first, preview(first).empreinte
        )
        with pytest.raises(StaleError, match="déjà appliqué"):
            apply(first, preview(first).empreinte)
        with pytest.raises(StaleError, match="a changé depuis"):
            apply(second, seen)


def test_an_organisation_reads_no_import_of_the_register(cast: Cast) -> None:
    """Files of the ministry are not its business; its own history is."""
    with open_scope(ministry(cast)):
        applied(f"{cast.ici.siren};Habitat d'Ici;;;;;;;;\n")
    with open_scope(cast.scope()):
        assert (0, 1) == (ImportRegistre.objects.count(), len(history(cast.ici)))
    with open_scope(cast.scope_ailleurs):
        assert [] == history(cast.ici)
