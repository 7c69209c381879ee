"""When a filing is due on the ministry's door: the assembly, the family's year, the collection (R5)."""

from __future__ import annotations

from datetime import date

import pytest

from harmonia.campagnes.calendar import due_date, timeline, usual_limits
from harmonia.campagnes.models import CalendrierOrganisme, Campagne
from harmonia.campagnes.services import grant_delay, set_assembly, set_limits
from harmonia.dossiers.opening import open_campagne
from harmonia.organismes.models import Organisme
from harmonia.tenancy.scope import open_scope
from tests.harmonia.cast import Cast, signed_in


@pytest.fixture
def campagne(cast: Cast) -> Campagne:
    """Return the collection of the cast, with the rules of the door."""
    with open_scope(cast.scope_federation):
        cast.campagne.mois_apres_assemblee = 1
        cast.campagne.save()
        set_limits(cast.campagne, usual_limits(cast.campagne))
    return cast.campagne


def due(campagne: Campagne, organisme: Organisme) -> date:
    """Return the due date of an organisation; in the scope of the authority."""
    rows = CalendrierOrganisme.objects.filter(campagne=campagne, organisme=organisme)
    return due_date(campagne, rows.first())


@pytest.mark.parametrize(
    ("assembly", "expected"),
    [
        (None, date(2023, 7, 31)),
        (date(2023, 5, 31), date(2023, 6, 30)),
        (date(2023, 6, 22), date(2023, 7, 22)),
        (date(2023, 6, 30), date(2023, 7, 30)),
        (date(2023, 7, 15), date(2023, 7, 31)),
    ],
)
def test_a_company_files_one_month_after_its_assembly_and_at_the_latest_on_31_july(
    cast: Cast, campagne: Campagne, assembly: date | None, expected: date
) -> None:
    """min(assembly + 1 month, 31 July)."""
    with open_scope(cast.scope_federation):
        set_assembly(campagne, cast.ici.pk, assembly)
        assert expected == due(campagne, cast.ici)


def test_an_office_follows_its_own_year(cast: Cast, campagne: Campagne) -> None:
    """15 July, whatever the day on which its board approved; its line shows the days of an office."""
    with open_scope(cast.scope_federation):
        set_assembly(campagne, cast.ailleurs.pk, date(2023, 4, 28))
        assert date(2023, 7, 15) == due(campagne, cast.ailleurs)
        row = CalendrierOrganisme.objects.get(organisme=cast.ailleurs)
        line = [(jalon.titre, jalon.le) for jalon in timeline(campagne, row, date(2023, 5, 1), "OPH")]
    assert ("Approbation par le conseil d'administration", date(2023, 4, 28)) in line
    assert ("Compte financier remis au commissaire aux comptes", date(2023, 5, 15)) in line
    assert ("Échéance", date(2023, 7, 15)) in line


def test_a_prorogation_outlives_the_rules(cast: Cast, campagne: Campagne) -> None:
    """What the ministry granted moves the due date of an office as of a company."""
    with open_scope(cast.scope_federation):
        for organisme in (cast.ici, cast.ailleurs):
            set_assembly(campagne, organisme.pk, date(2023, 6, 1))
            grant_delay(campagne, organisme.pk, date(2023, 10, 15), "prorogation")
            assert date(2023, 10, 15) == due(campagne, organisme)
            grant_delay(campagne, organisme.pk, None, "")
        assert date(2023, 7, 1) == due(campagne, cast.ici)
        assert date(2023, 7, 15) == due(campagne, cast.ailleurs)


def test_an_office_that_comes_after_the_opening_has_the_date_of_its_family(
    cast: Cast, campagne: Campagne
) -> None:
    """Opened again for a new member."""
    with open_scope(cast.scope_federation):
        late = Organisme.objects.create(siren="000000034", nom="Office tardif", famille="OPH")
        open_campagne(campagne)
        assert date(2023, 7, 15) == due(campagne, late)


def test_the_ministry_changes_the_date_of_a_family(cast: Cast, campagne: Campagne) -> None:
    """On the page of the collection; emptied, the family has the date of the others."""
    client = signed_in(cast.federation)
    given = {"titre": "États 2022", "message": "", "echeance": "2023-07-31", "gel": "", "relances": "30, 7"}
    address = f"/campagnes/{campagne.pk}/"
    assert "2023-07-15" in client.get(address).content.decode()
    client.post(address, {**given, "limite_OPH": "2023-07-20"})
    campagne.refresh_from_db()
    with open_scope(cast.scope_federation):
        assert date(2023, 7, 20) == due(campagne, cast.ailleurs)
    client.post(address, {**given, "limite_OPH": ""})
    campagne.refresh_from_db()
    with open_scope(cast.scope_federation):
        assert date(2023, 7, 31) == due(campagne, cast.ailleurs)


def test_the_page_of_an_office_speaks_of_its_board(cast: Cast, campagne: Campagne) -> None:
    """And that of a company of its assembly."""
    office = signed_in(cast.etranger).get(f"/dossiers/{cast.dossier_ailleurs.pk}/calendrier/")
    company = signed_in(cast.saisie).get(f"/dossiers/{cast.dossier.pk}/calendrier/")
    assert "conseil d" in office.content.decode()
    assert "conseil d" not in company.content.decode()
    assert "Assemblée générale" in company.content.decode()
