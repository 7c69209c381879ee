"""Invitations: how an account is made, and how one that exists joins an organisation."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from harmonia.acces.models import Mission, User
from harmonia.organismes.invitations import invite, link_of, resend, send_invitation, token_of, withdraw
from harmonia.organismes.models import Invitation, Rattachement
from harmonia.tenancy.scope import open_scope
from tests.harmonia.cast import Cast, signed_in

CHOSEN = "trois chevaux bleus en juillet"
NEW = {
    "prenom": "Noé",
    "nom": "Neuf",
    "identifiant": "noe.neuf",
    "mot_de_passe": CHOSEN,
    "encore": CHOSEN,
}


def asked(cast: Cast, courriel: str = "noe@essai.example", *profils: str) -> Invitation:
    """Return an invitation to `ici`."""
    with open_scope(cast.scope(cast.gestion)):
        return invite(courriel, profils or ("saisie", "comptable"), organisme=cast.ici)


def link(invitation: Invitation) -> str:
    """Return the address of its link."""
    return f"/invitation/{token_of(invitation)}/"


def test_a_new_person_opens_the_link_of_the_mail_and_chooses_a_password(cast: Cast) -> None:
    """Then signs in with it, and types: there is no tick box without which nothing starts."""
    made = asked(cast)
    send_invitation(made.pk)
    sent = mail.outbox[0]
    assert ("Coopérative d'Ici vous invite sur Harmonia", ["noe@essai.example"]) == (sent.subject, sent.to)
    assert link_of(made) in str(sent.body)
    client = Client()
    assert "Coopérative d&#x27;Ici vous attend" in client.get(link(made)).content.decode()
    assert "/compte/login/" == client.post(link(made), NEW).headers["Location"]
    client.post("/compte/login/", {"login": "noe@essai.example", "password": CHOSEN})
    assert 200 == client.get(f"/dossiers/{cast.dossier.pk}/").status_code
    with open_scope(cast.scope(cast.gestion)):
        row = Rattachement.objects.get(user__username="noe.neuf")
        assert (True, True, False, False) == (row.saisie, row.comptable, row.hierarchique, row.administrateur)


def test_who_has_an_account_keeps_it_and_is_attached(cast: Cast) -> None:
    """No second account, no second password; profiles add up."""
    made = asked(cast, "etranger@essai.example", "hierarchique")
    before = User.objects.count()
    page = Client().get(link(made)).content.decode()
    assert ("etranger" in page, "mot_de_passe" in page) == (True, False)
    client = signed_in(cast.etranger)
    assert "/" == client.post(link(made)).headers["Location"]
    assert "Coopérative d&#x27;Ici" in client.get("/").content.decode()
    assert before == User.objects.count()


def test_a_link_serves_once(cast: Cast) -> None:
    """Opened again, it says so and makes nothing."""
    made = asked(cast)
    Client().post(link(made), NEW)
    again = Client().post(link(made), {**NEW, "identifiant": "autre"})
    assert (410, True) == (again.status_code, "déjà servi" in again.content.decode())
    assert not User.objects.filter(username="autre").exists()


def test_a_link_expires_and_is_given_its_time_back(cast: Cast) -> None:
    """By who invited."""
    made = asked(cast)
    with open_scope(cast.scope(cast.gestion)):
        Invitation.objects.filter(pk=made.pk).update(expire_le=timezone.now() - timedelta(minutes=1))
    assert "a expiré" in Client().get(link(made)).content.decode()
    with open_scope(cast.scope(cast.gestion)):
        resend(made)
    assert 200 == Client().get(link(made)).status_code


def test_a_link_withdrawn_or_replaced_serves_no_more(cast: Cast) -> None:
    """Inviting the same address again replaces the first link."""
    first, second = asked(cast), asked(cast)
    assert 410 == Client().get(link(first)).status_code
    with open_scope(cast.scope(cast.gestion)):
        withdraw(second)
    assert 410 == Client().get(link(second)).status_code


@pytest.mark.parametrize(
    "token", ["abc", "9b2c1f00-0000-4000-8000-000000000000", "9b2c1f0000004000800000000000000:xxxxxxxxxxx"]
)
def test_a_link_that_is_not_signed_by_us_opens_nothing(cast: Cast, token: str) -> None:
    """The number of an invitation, known or guessed, is not a link."""
    assert 410 == Client().get(f"/invitation/{token}/").status_code
    assert 410 == Client().get(f"/invitation/{asked(cast).pk}/").status_code


def test_the_one_who_invites_does_not_learn_who_has_an_account(cast: Cast) -> None:
    """The page says the same, and lists the same, for a known and an unknown address."""
    client = signed_in(cast.gestion)
    pages = []
    for courriel in ("etranger@essai.example", "inconnu@essai.example"):
        form = {"courriel": courriel, "profils": ["saisie"], "prenom": "", "nom": ""}
        page = client.post("/utilisateurs/", form, follow=True).content.decode()
        pages.append(re.sub(r'value="\w{64}"|[0-9a-f-]{36}', "", page.replace(courriel, "")))
        with open_scope(cast.scope(cast.gestion)):
            Invitation.objects.update(annulee_le=timezone.now())
    assert pages[0] == pages[1]


def test_an_account_of_the_federation_represents_no_organisation(cast: Cast) -> None:
    """Nor the other way round: one account never sees both sides of the wall."""
    assert (
        "ne peut pas être à la fois"
        in Client().get(link(asked(cast, "analyste@essai.example"))).content.decode()
    )
    with open_scope(cast.scope_federation):
        staff = invite("saisie@essai.example", (), mission=Mission.ANALYSTE)
    assert 410 == Client().post(link(staff)).status_code
    assert Mission.AUCUNE == User.objects.get(username="saisie").mission


def test_a_person_of_the_team_is_invited_by_its_administrators(cast: Cast) -> None:
    """And must set up a second factor before anything else."""
    signed_in(cast.federation).post(
        "/equipe/", {"courriel": "ana@essai.example", "mission": "analyste", "prenom": "", "nom": ""}
    )
    with open_scope(cast.scope_federation):
        made = Invitation.objects.get(courriel="ana@essai.example")
    client = Client()
    client.post(link(made), {**NEW, "identifiant": "ana"})
    client.post("/compte/login/", {"login": "ana", "password": CHOSEN})
    assert "/compte/2fa/" == client.get("/suivi/").headers["Location"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"identifiant": "comptable"}, "déjà pris"),
        ({"identifiant": "Noé Neuf"}, "ne convient pas"),
        ({"identifiant": "a@b.example"}, "ne convient pas"),
        ({"encore": "autre chose de long"}, "diffèrent"),
        ({"mot_de_passe": "court", "encore": "court"}, "trop court"),
        ({"mot_de_passe": "noe@essai.example", "encore": "noe@essai.example"}, "semblable"),
        ({"nom": ""}, "obligatoire"),
    ],
)
def test_what_a_person_chooses_is_checked_in_french(cast: Cast, change: dict[str, str], words: str) -> None:
    """Next to the field, and the link still serves."""
    made = asked(cast)
    page = Client().post(link(made), {**NEW, **change})
    assert (200, True) == (page.status_code, words in page.content.decode())
    assert 200 == Client().get(link(made)).status_code


def test_the_mail_leaves_in_a_job_that_is_tried_again(cast: Cast) -> None:
    """The link is made when the mail leaves: the queue holds no secret."""
    made = asked(cast)
    job = ProcrastinateJob.objects.get(task_name__endswith="send_invitation")
    assert {"invitation_id": str(made.pk)} == job.args


def test_too_many_invitations_wait(cast: Cast) -> None:
    """Forty an hour for one person."""
    client = signed_in(cast.gestion)
    form = {"profils": ["saisie"], "prenom": "", "nom": ""}
    codes = [
        client.post("/utilisateurs/", {**form, "courriel": f"n{n}@essai.example"}).status_code
        for n in range(41)
    ]
    assert (302, 429) == (codes[39], codes[40])


def test_guessing_links_is_slowed_down(cast: Cast) -> None:
    """Sixty a minute from one address."""
    codes = [Client().get(f"/invitation/{n}/").status_code for n in range(61)]
    assert (410, 429) == (codes[59], codes[60])


def test_a_colleague_and_a_stranger_neither_invite_nor_read_invitations(cast: Cast) -> None:
    """The colleague is told whom to ask; the stranger's database shows nothing, and refuses."""
    made = asked(cast)
    assert 403 == signed_in(cast.saisie).get("/utilisateurs/").status_code
    with open_scope(cast.scope_ailleurs):
        assert 0 == Invitation.objects.count()
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Invitation.objects.create(
                organisme=cast.ici,
                courriel="x@essai.example",
                invite_par=cast.etranger,
                expire_le=timezone.now(),
            )
    assert 404 == signed_in(cast.etranger).post(f"/invitations/{made.pk}/annuler/").status_code


def test_an_organisation_invites_no_staff(cast: Cast) -> None:
    """The database refuses it, whatever the code."""
    with (
        open_scope(cast.scope(cast.gestion)),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        invite("x@essai.example", (), mission=Mission.ADMINISTRATEUR)
