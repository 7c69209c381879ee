"""The follow-up of the ministry: expected, transmitted, on time, late, insufficient; quick, exported."""

from __future__ import annotations

import csv
import io
import uuid
from datetime import date, datetime
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from harmonia.campagnes.services import grant_delay
from harmonia.dossiers.models import Dossier, Transition
from harmonia.dossiers.reports import verify_and_seal
from harmonia.instruction.models import Examen
from harmonia.instruction.registre import apply, deposit, preview
from harmonia.instruction.suivi import Decompte, Filtre, Situation, counted, follow, total
from harmonia.organismes.models import Organisme
from harmonia.tenancy.scope import Role, Scope, open_scope
from tests.harmonia.cast import Cast, signed_in

PARIS = ZoneInfo("Europe/Paris")
AFTER = date(2023, 8, 10)


def transmitted(cast: Cast, le: datetime) -> None:
    """Have the dossier of `ici` transmitted at a moment."""
    with open_scope(cast.scope(cast.direction)):
        row = {"action": "transmettre", "de": "3_Validation", "vers": "4_Examen", "jeton": uuid.uuid4()}
        Transition.objects.create(dossier=cast.dossier, organisme=cast.ici, par=cast.direction, le=le, **row)
        Dossier.objects.filter(pk=cast.dossier.pk).update(etape="4_Examen", rang=4)


def judged(cast: Cast, sens: str, le: datetime) -> None:
    """Have the dossier of `ici` judged at a moment."""
    with open_scope(cast.scope_federation):
        dossier = Dossier.objects.select_related("campagne", "organisme", "precedent__campagne").get(
            pk=cast.dossier.pk
        )
        report = verify_and_seal(dossier)
        Examen.objects.create(
            dossier=dossier, organisme=cast.ici, sens=sens, rapport=report, par=cast.analyste, le=le
        )
    with open_scope(Scope(Role.SYSTEME)):
        Dossier.objects.filter(pk=dossier.pk).update(etape="5_Insuffisant", rang=5)


def situations(cast: Cast, day: date = AFTER) -> dict[str, str]:
    """Return the situation of each organisation on a day."""
    with open_scope(cast.scope_federation):
        return {one.organisme.nom: one.situation.value for one in follow(cast.campagne, day)}


@pytest.mark.parametrize(("day", "expected"), [(date(2023, 7, 31), "attendu"), (date(2023, 8, 1), "retard")])
def test_nothing_transmitted_is_expected_then_late(cast: Cast, day: date, expected: str) -> None:
    """The due date itself is still in time."""
    assert {expected} == set(situations(cast, day).values())


@pytest.mark.parametrize(
    ("le", "expected"),
    [
        (datetime(2023, 7, 31, 23, 59, tzinfo=PARIS), "a_temps"),
        (datetime(2023, 8, 1, 0, 1, tzinfo=PARIS), "tardif"),
    ],
)
def test_a_transmission_counts_by_its_day_in_paris(cast: Cast, le: datetime, expected: str) -> None:
    """The last minute is in time, the next one is not."""
    transmitted(cast, le)
    assert expected == situations(cast)["Coopérative d'Ici"]


def test_a_delay_granted_moves_the_due_date(cast: Cast) -> None:
    """Late for the collection, in time for that organisation."""
    transmitted(cast, datetime(2023, 9, 10, tzinfo=PARIS))
    with open_scope(cast.scope_federation):
        grant_delay(cast.campagne, cast.ici.pk, date(2023, 9, 15), "Assemblée reportée")
    assert "a_temps" == situations(cast)["Coopérative d'Ici"]


def test_an_insufficiency_holds_until_the_next_transmission(cast: Cast) -> None:
    """A verdict is on what was transmitted before it."""
    transmitted(cast, datetime(2023, 7, 1, tzinfo=PARIS))
    judged(cast, "insuffisant", datetime(2023, 7, 5, tzinfo=PARIS))
    assert "insuffisant" == situations(cast)["Coopérative d'Ici"]
    transmitted(cast, datetime(2023, 7, 20, tzinfo=PARIS))
    assert "a_temps" == situations(cast)["Coopérative d'Ici"]


def test_the_counts_of_each_axis_add_up(cast: Cast) -> None:
    """Every organisation is in one group and in one situation."""
    transmitted(cast, datetime(2023, 7, 1, tzinfo=PARIS))
    with open_scope(Scope(Role.SYSTEME)):
        Organisme.objects.filter(pk=cast.ici.pk).update(departement="44", region="52")
    with open_scope(cast.scope_federation):
        rows = follow(cast.campagne, AFTER)
        whole = total(rows)
        for axe in ("famille", "region", "departement"):
            groups = counted(rows, axe)
            assert whole.nombres == tuple(sum(column) for column in zip(*(one.nombres for one in groups)))  # noqa: B905
        assert ["Loire-Atlantique (44)", "Non renseigné"] == [
            one.titre for one in counted(rows, "departement")
        ]
    assert (2, 1, 1, 50) == (whole.attendus, whole.transmis, whole.manquants, whole.taux)


@pytest.mark.parametrize(
    ("sent", "missing", "expected"), [(2, 1, 67), (1, 2, 33), (999, 1, 99), (3, 0, 100), (0, 0, 0)]
)
def test_a_rate_is_rounded_and_a_hundred_means_everybody(sent: int, missing: int, expected: int) -> None:
    """Two of three are 67 %; one missing of a thousand is not 100 %."""
    counts = dict.fromkeys(Situation, 0) | {Situation.A_TEMPS: sent, Situation.RETARD: missing}
    assert expected == Decompte("", "", counts, 0).taux


def test_the_list_is_narrowed(cast: Cast) -> None:
    """By situation, family, words or SIREN; an unknown word narrows nothing."""
    with open_scope(cast.scope_federation):
        rows = follow(cast.campagne, AFTER)
    kept = {
        name: [one.organisme.nom for one in rows if Filtre.read(given).keeps(one)]
        for name, given in (
            ("nom", {"nom": "office"}),
            ("siren", {"nom": "000 000 018"}),
            ("famille", {"famille": "OPH"}),
            ("situation", {"situation": Situation.A_TEMPS.value}),
            ("inconnu", {"famille": "XYZ"}),
        )
    }
    here, there = "Coopérative d'Ici", "Office d'Ailleurs"
    assert {
        "nom": [there],
        "siren": [here],
        "famille": [there],
        "situation": [],
        "inconnu": [here, there],
    } == kept


def test_the_page_costs_the_same_for_a_thousand(cast: Cast) -> None:
    """Imported, opened, counted: as many queries for 1 002 organisations as for two."""
    client = signed_in(cast.federation)
    client.get("/suivi/")
    with CaptureQueriesContext(connection) as few:
        assert 200 == client.get("/suivi/").status_code
    lines = ["SIREN;Nom;Famille;Département"]
    lines += [f"{_siren(number)};Organisme {number};ESH;69" for number in range(1000)]
    with open_scope(cast.scope_federation):
        made = deposit("mille.csv", "\n".join(lines).encode(), AFTER)
        apply(made, preview(made).empreinte)
    with CaptureQueriesContext(connection) as many:
        page = client.get("/suivi/")
    assert "1002 organismes" in page.content.decode()
    assert len(few) == len(many)


def _siren(number: int) -> str:
    base = f"{31_000_000 + number:08d}"
    digits = [int(one) * (2 - at % 2) for at, one in enumerate(reversed(base))]
    return f"{base}{-sum(one - 9 if one > 9 else one for one in digits) % 10}"


def test_the_exports_say_what_the_page_says(cast: Cast) -> None:
    """A French spreadsheet, with the filter of the page."""
    client = signed_in(cast.analyste)
    text = client.get("/suivi/organismes.csv?famille=OPH").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [("000000026", "Office d'Ailleurs", "OPH")] == [
        (row["SIREN"], row["Organisme"], row["Famille"]) for row in rows
    ]
    counts = list(
        csv.DictReader(
            io.StringIO(client.get("/suivi/comptes.csv?axe=famille").content.decode("utf-8-sig")),
            delimiter=";",
        )
    )
    assert ["1", "1", "2"] == [row["Attendus"] for row in counts]
    assert client.get("/suivi/organismes.xlsx").content.startswith(b"PK")


def test_the_chart_says_its_figures_in_words(cast: Cast) -> None:
    """An SVG with its title and its sentence; the page holds the same in a table."""
    answer = signed_in(cast.analyste).get("/suivi/graphique.svg?axe=famille")
    body = answer.content.decode()
    assert ("image/svg+xml", True) == (answer["Content-Type"], "0 organismes sur 2 ont transmis" in body)


def test_the_register_is_imported_from_its_page(cast: Cast) -> None:
    """Read, shown with its faults, applied once by an administrator."""
    client = signed_in(cast.federation)
    body = f"SIREN;Nom;Famille;Dept\n{_siren(1)};Office neuf;OPH;44\n12;Faux;OPH;44\n"
    given = {"fichier": _file(body), "effet": "2023-01-01"}
    shown = client.post("/registre/", given, follow=True)
    page = unescape(shown.content.decode())
    assert all(words in page for words in ("Office neuf", "n'est pas un SIREN", "Appliquer 1 ligne"))
    address = shown.redirect_chain[-1][0]
    seen = page.partition('name="apercu" value="')[2].partition('"')[0]
    done = client.post(f"{address}appliquer/", {"apercu": seen}, follow=True).content.decode()
    assert "1 organismes ajoutés, 0 modifiés, 1 écartés" in done
    assert (
        "déjà appliqué" in client.post(f"{address}appliquer/", {"apercu": seen}, follow=True).content.decode()
    )
    assert 403 == signed_in(cast.analyste).post(f"{address}appliquer/", {"apercu": seen}).status_code


def _file(text: str) -> io.BytesIO:
    stream = io.BytesIO(text.encode())
    stream.name = "registre.csv"
    return stream
