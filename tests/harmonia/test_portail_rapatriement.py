"""The pages of a Rapatriement: what they say before, during and after; who may; one click or two."""

from __future__ import annotations

import json
import re
import threading
import uuid
from datetime import timedelta
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from harmonia.dossiers import imports
from harmonia.dossiers.evaluation import live
from harmonia.dossiers.lecture import Lu
from harmonia.dossiers.models import EtatImport, ImportDepose, Rapatriement
from harmonia.rapatriement import acces
from harmonia.rapatriement.acces import digest
from harmonia.rapatriement.coffre import seal
from harmonia.rapatriement.lecture import brought, checked
from harmonia.rapatriement.models import AccesMinistere
from harmonia.tenancy.scope import Role, Scope, open_scope
from tests.harmonia.cast import Cast, signed_in
from tests.harmonia.test_rapatriement import arrived, attendu, choice, typed
from tests.harmonia.transmissions import CLE, filed, full, transmitted

LOYERS = "CRP.R033.N"


@pytest.fixture(autouse=True)
def _linked(settings: Any) -> None:
    """Tie this portal to a ministry's, where nobody answers."""
    settings.CLE_MINISTERE, settings.MINISTERE = CLE.publique.pem, "http://127.0.0.1:9"
    settings.OAUTH_CLIENT, settings.OAUTH_SECRET = "federation", "un secret"


def page(cast: Cast, name: str, *args: object) -> str:
    """Return a page of the dossier of `ici`, as its accountant reads it."""
    answer = signed_in(cast.saisie).get(reverse(name, args=[cast.dossier.pk, *args]))
    assert 200 == answer.status_code
    return answer.content.decode().replace("\u202f", " ").replace("\xa0", " ")


def started(cast: Cast) -> dict[str, str]:
    """Click « Rapatrier » without an accord, and return what the ministry's portal is asked."""
    answer = signed_in(cast.saisie).post(reverse("rapatrier", args=[cast.dossier.pk]))
    assert 302 == answer.status_code
    address = urlsplit(answer.headers["Location"])
    assert "http://127.0.0.1:9/oauth/autoriser/" == f"{address.scheme}://{address.netloc}{address.path}"
    return {name: values[0] for name, values in parse_qs(address.query).items()}


def test_without_an_accord_the_person_is_sent_to_the_ministry(cast: Cast) -> None:
    """Of one organisation, one exercice, one questionnaire; the verifier stays here, sealed."""
    assert "Donner l'accord au ministère" in page(cast, "rapatrier")
    asked = started(cast)
    assert ("lecture:000000018:2022:etats_reglementaires", "S256", "code") == (
        asked["scope"],
        asked["code_challenge_method"],
        asked["response_type"],
    )
    with open_scope(cast.scope()):
        row = AccesMinistere.objects.get()
        assert digest(asked["state"]) == row.etat
        assert asked["state"].encode() not in bytes(row.verificateur)


def test_the_answer_serves_once_and_only_for_who_asked(cast: Cast) -> None:
    """A colleague, a stranger, a second time, another server: nothing begins."""
    asked = started(cast)
    answer = {"state": asked["state"], "code": "c0de", "iss": "http://127.0.0.1:9"}
    address = reverse("rapatriement_retour")
    for user in (cast.comptable, cast.etranger):
        signed_in(user).get(address, answer)
    signed_in(cast.saisie).get(address, {**answer, "iss": "http://autre.example"})
    with open_scope(cast.scope()):
        assert 0 == ImportDepose.objects.count()
    first = signed_in(cast.saisie).get(address, answer)
    second = signed_in(cast.saisie).get(address, answer)
    with open_scope(cast.scope()):
        depose = ImportDepose.objects.get()
        shown = reverse("import_detail", args=[cast.dossier.pk, depose.pk])
        assert [shown, shown] == [one.headers["Location"] for one in (first, second)]
        assert b"c0de" not in bytes(AccesMinistere.objects.get().code or b"")


def test_a_refusal_is_told_and_nothing_is_read(cast: Cast) -> None:
    """The person said no on the other side."""
    asked = started(cast)
    client = signed_in(cast.saisie)
    answer = client.get(
        reverse("rapatriement_retour"), {"state": asked["state"], "error": "access_denied"}, follow=True
    )
    assert "pas donné votre accord" in answer.content.decode().replace("\xa0", " ")
    with open_scope(cast.scope()):
        assert 0 == ImportDepose.objects.count()


def test_a_portal_that_is_not_tied_says_so(cast: Cast, settings: Any) -> None:
    """Entry and imports go on."""
    settings.CLE_MINISTERE = ""
    assert "n'est pas relié à celui du ministère" in page(cast, "rapatrier")


def test_a_transmission_is_previewed_applied_and_its_receipt_shown(cast: Cast) -> None:
    """Two clicks apply once; the cell says where it comes from; undone, it is set aside."""
    with open_scope(cast.scope()):
        depose = arrived(cast, transmitted(cast.ici, full(cast.ici)))
        ticked = choice(cast, depose)
    seen = page(cast, "import_detail", depose.pk)
    assert "Empreinte et signature du ministère" in seen
    assert "Prendre aussi la balance générale transmise" in seen
    client = signed_in(cast.saisie)
    form = {"choix": list(ticked.chosen), "curseur": ticked.cursor}
    for _ in range(2):
        assert (
            302
            == client.post(reverse("import_appliquer", args=[cast.dossier.pk, depose.pk]), form).status_code
        )
    with open_scope(cast.scope()):
        kept = Rapatriement.objects.get()
    receipt = page(cast, "rapatriement_recu", kept.pk)
    assert "mêmes chiffres des deux côtés" in receipt
    assert "ACT – Bilan – actif" in receipt
    assert "T01 – T01" not in receipt
    assert "identique au ministère" in page(cast, "dossier")
    with open_scope(cast.scope()):
        typed(cast, {"ACT.A040.BRUT": "1,00"})
    assert "1 cellule diverge du ministère" in page(cast, "dossier")
    assert "Ce qui diverge du ministère" in page(cast, "rapatrier")
    drawer = client.get(reverse("cellule", args=[cast.dossier.pk]), {"cle": "ACT.A040.BRUT"}).content.decode()
    assert "version 1, transmise le 11/06/2023" in drawer
    assert 'data-d="1"' in page(cast, "table", "ACT")
    client.post(reverse("import_annuler", args=[cast.dossier.pk, depose.pk]))
    with open_scope(cast.scope()):
        assert EtatImport.ANNULE == ImportDepose.objects.get().etat
        assert Rapatriement.objects.get().annule_le is not None


@pytest.mark.parametrize("but", [(), ("ACT.A040.BRUT",)])
def test_what_is_counted_before_is_what_is_counted_after(cast: Cast, but: tuple[str, ...]) -> None:
    """The button, the effect of the choice and the applied page say one number; a row counts for one."""
    with open_scope(cast.scope()):
        depose = arrived(cast, transmitted(cast.ici, full(cast.ici)))
        ticked = choice(cast, depose, *but)
        state = live(cast.dossier)
        kinds = {one.genre.value for one in imports.differences(cast.dossier, depose, state).ecarts}
    assert {"nouvelle", "ligne_ajoutee", "balance"} <= kinds
    proposed = number(r"Appliquer <span data-prises>([\d ]+)<", page(cast, "import_detail", depose.pk))
    client = signed_in(cast.saisie)
    form = {"choix": list(ticked.chosen), "curseur": ticked.cursor}
    effect = client.post(reverse("import_effet", args=[cast.dossier.pk, depose.pk]), form)
    taken = number(r'data-nombre="(\d+)"', effect.content.decode())
    client.post(reverse("import_appliquer", args=[cast.dossier.pk, depose.pk]), form)
    done = page(cast, "import_detail", depose.pk)
    assert taken == number(r"<strong>([\d ]+) changements</strong>", done)
    (kinds_told,) = re.findall(r"changements</strong> \((.*?)\)", done)
    assert taken == sum(int(re.sub(r"\D", "", one)) for one in kinds_told.split(", "))
    assert (taken == proposed) is not bool(but)


def number(pattern: str, text: str) -> int:
    """Return the number that a page says."""
    found = re.search(pattern, text)
    assert found is not None
    return int(found[1].replace(" ", ""))


def test_a_later_preview_replaces_the_one_that_waited(cast: Cast) -> None:
    """One waits at a time; the page of the former says so, and applying it does nothing."""
    with open_scope(cast.scope()):
        typed(cast, {"ACT.A040.BRUT": "1,00"})
        first = arrived(cast, transmitted(cast.ici, filed(cast.ici, {LOYERS: 500})))
        ticked = choice(cast, first)
        begun = imports.begin_rapatriement(cast.dossier, uuid.uuid4(), "Harmonia.gouv", {})
        second = arrived(cast, transmitted(cast.ici, filed(cast.ici, {LOYERS: 700}), 2))
    listed = page(cast, "rapatrier")
    assert f"/import/{first.pk}/" not in listed
    assert f"/import/{second.pk}/" in listed
    told = page(cast, "import_detail", first.pk)
    assert "a remplacé cet aperçu" in told
    assert f"/import/{second.pk}/" in told
    form = {"choix": list(ticked.chosen), "curseur": ticked.cursor}
    answer = signed_in(cast.saisie).post(reverse("import_appliquer", args=[cast.dossier.pk, first.pk]), form)
    assert "rien n'a été appliqué" in unescape(answer.content.decode())
    with open_scope(cast.scope()):
        assert None is live(cast.dossier).evaluation.value(LOYERS)
        assert 100 == live(cast.dossier).evaluation.value("ACT.A040.BRUT")
        late = transmitted(cast.ici, filed(cast.ici, {LOYERS: 600}))
        found, cle = checked(late.contenu, late.accuse, [CLE.publique], attendu(cast))
        imports.keep_reading(begun.pk, begun.tour, brought(found, cle, live(cast.dossier).plan))
        states = dict(ImportDepose.objects.values_list("pk", "etat"))
    assert {first.pk: "remplace", begun.pk: "remplace", second.pk: "lu"} == states


def test_a_rapatriement_that_fails_leaves_the_one_that_waits(cast: Cast) -> None:
    """The ministry's portal is down: what was read before can still be applied."""
    with open_scope(cast.scope()):
        first = arrived(cast, transmitted(cast.ici, filed(cast.ici, {LOYERS: 500})))
        begun = imports.begin_rapatriement(cast.dossier, uuid.uuid4(), "Harmonia.gouv", {})
        imports.keep_reading(begun.pk, begun.tour, Lu({}, []))
        states = dict(ImportDepose.objects.values_list("pk", "etat"))
    assert {first.pk: "lu", begun.pk: "echoue"} == states


def test_equal_figures_are_attested_without_a_change(cast: Cast) -> None:
    """Nothing to tick: the button attests."""
    with open_scope(cast.scope()):
        typed(cast, {LOYERS: "5"})
        depose = arrived(cast, transmitted(cast.ici, filed(cast.ici, {LOYERS: 500})))
    assert "Attester les mêmes chiffres" in page(cast, "import_detail", depose.pk)


def test_what_stopped_is_said_with_what_to_do(cast: Cast) -> None:
    """The reason of a failed Rapatriement, once, and the way to begin again."""
    said = "Le portail du ministère ne répond pas."
    stopped = {"grave": True, "gravite": "fatal", "code": "R201", "message": said, "remede": "Réessayez."}
    with open_scope(cast.scope()):
        ImportDepose.objects.create(
            dossier=cast.dossier,
            organisme=cast.ici,
            source="rapatriement",
            etat=EtatImport.ECHOUE,
            jeton=uuid.uuid4(),
            nom="Harmonia.gouv",
            message=said,
            rapport=[stopped],
            le=cast.dossier.cree_le,
        )
        failed = ImportDepose.objects.get()
    seen = page(cast, "import_detail", failed.pk)
    assert 1 == seen.count(said)
    assert "Rien n'a changé dans le dossier" in seen
    assert "R201" in seen
    assert "Recommencer" in seen


# ── Whether the accord still holds ───────────────────────────────────────────────────────────────


class Revoked(BaseHTTPRequestHandler):
    """A ministry's portal where every accord was revoked."""

    def do_POST(self) -> None:
        """Refuse a token, as OAuth says."""
        body = b'{"error": "invalid_grant"}'
        self.send_response(400)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_given: object) -> None:
        """Say nothing."""


@pytest.fixture
def accord(cast: Cast) -> AccesMinistere:
    """Return an accord that this portal holds for open."""
    row = AccesMinistere(
        dossier=cast.dossier,
        organisme=cast.ici,
        etat=digest("un état"),
        verificateur=b"",
        demande_le=timezone.now(),
        demande_expire_le=timezone.now(),
        jeton=seal("un jeton", f"jeton {digest('un état')}"),
        consentement={"donne_par": {"nom": "Dominique Direction"}},
        expire_le=timezone.now() + timedelta(90),
        par=cast.saisie,
    )
    with open_scope(cast.scope()):
        row.save()
    return row


def checked_now(cast: Cast, access: AccesMinistere) -> None:
    """Open the page as a browser does, and do the job that it asks for."""
    asked = signed_in(cast.saisie).post(reverse("rapatrier_accord", args=[cast.dossier.pk])).json()
    assert asked["attend"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'verifier_accord'")
        ((arguments,),) = cursor.fetchall()
    given = json.loads(arguments) if isinstance(arguments, str) else arguments
    assert access.pk == given["acces_id"]
    acces.check(Scope(Role.ORGANISME, given["user_id"], given["organisme_id"]), given["acces_id"])


def test_what_is_known_of_an_accord_is_said_with_its_date(cast: Cast, accord: AccesMinistere) -> None:
    """Given when, read when, confirmed when: never that it runs."""
    seen = page(cast, "rapatrier")
    assert "Accord en cours" not in seen
    assert f"Accord donné le {date_format(timezone.localtime(), 'j F Y')}" in seen
    assert ("aucune encore" in seen, "Pas encore vérifié auprès du ministère" in seen) == (True, True)
    with open_scope(cast.scope()):
        AccesMinistere.objects.filter(pk=accord.pk).update(verifie_le=timezone.now())
    assert "Confirmé par le ministère le" in page(cast, "rapatrier")


def test_an_accord_revoked_at_the_ministry_is_closed_here(
    cast: Cast, accord: AccesMinistere, settings: Any, loopback: None
) -> None:
    """Opening the page is enough to learn it: the person is asked for another."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Revoked) as server:
        settings.MINISTERE = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        checked_now(cast, accord)
        server.shutdown()
    answer = signed_in(cast.saisie).get(reverse("rapatrier_accord", args=[cast.dossier.pk])).json()
    assert not answer["vivant"]
    assert "Donner l'accord au ministère" in page(cast, "rapatrier")


def test_a_ministry_that_is_down_is_said_and_the_accord_kept(
    cast: Cast, accord: AccesMinistere, loopback: None
) -> None:
    """Nobody knows then: the page says so, and does not ask again at once."""
    checked_now(cast, accord)
    seen = unescape(page(cast, "rapatrier"))
    assert "n'a pas répondu le" in seen
    assert "l'accord a pu être révoqué" in seen
    again = signed_in(cast.saisie).post(reverse("rapatrier_accord", args=[cast.dossier.pk])).json()
    assert {"vivant": True, "attend": False} == {name: again[name] for name in ("vivant", "attend")}


def test_an_accord_that_covers_only_what_is_transmitted_may_be_given_anew(
    cast: Cast, accord: AccesMinistere
) -> None:
    """The person is sent to the ministry again, though an access is open; unless it covers all there is."""
    assert "Donner un nouvel accord" in page(cast, "rapatrier")
    answer = signed_in(cast.saisie).post(reverse("rapatrier", args=[cast.dossier.pk]), {"accord": "1"})
    assert answer.headers["Location"].startswith("http://127.0.0.1:9/oauth/autoriser/")
    with open_scope(cast.scope()):
        accord.consentement |= {"provisoire": True}
        accord.save()
    seen = page(cast, "rapatrier")
    assert "Donner un nouvel accord" not in seen
    assert "avant elle, la version provisoire" in seen
