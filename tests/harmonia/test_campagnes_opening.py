"""Opening a collection, and what follows: one dossier and one mail each, reminders sent once, a freeze."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from harmonia.campagnes.calendar import due_date, freeze_date, reminder_due, timeline
from harmonia.campagnes.models import CalendrierOrganisme, Campagne, Notification
from harmonia.campagnes.services import grant_delay
from harmonia.dossiers.models import Dossier
from harmonia.dossiers.opening import open_and_notify, remind
from harmonia.dossiers.services import Entry, LockedError, save_entries
from harmonia.organismes.models import Contact, Organisme
from harmonia.tenancy.scope import Role, Scope, open_scope
from tests.harmonia.cast import Cast, signed_in

SYSTEM = Scope(Role.SYSTEME)
DUE = date(2023, 7, 31)
FORM = {
    "exercice": "2023",
    "formulaire": "qdis_coop/2022",
    "titre": "",
    "message": "Bonne saisie.",
    "echeance": "2024-07-31",
    "gel": "2024-09-15",
    "relances": "15; 30 1",
}


def prepared(cast: Cast) -> Campagne:
    """Return a collection that is prepared through its page, and not open."""
    signed_in(cast.federation).post("/campagnes/nouvelle/", FORM)
    with open_scope(SYSTEM):
        return Campagne.objects.get(exercice=2023)


def reach(cast: Cast) -> Counter[str]:
    """Return how many mails each address received."""
    return Counter(address for one in mail.outbox for address in one.to)


def test_a_collection_is_prepared_with_what_its_form_says(cast: Cast) -> None:
    """Title drawn from the exercice, reminders in order, the restitution of the questionnaire."""
    row = prepared(cast)
    assert ("QDIS 2023", "30,15,1", "dis_coop", None) == (
        row.titre,
        row.relances,
        row.restitution,
        row.ouverte_le,
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"exercice": "2022"}, "déjà une campagne"),
        ({"gel": "2024-07-30"}, "avant l&#x27;échéance"),
        ({"relances": "bientôt"}, "ne se lit pas"),
        ({"formulaire": "qdis_coop/1999"}, "1999"),
    ],
)
def test_a_collection_that_makes_no_sense_is_refused_in_french(
    cast: Cast, change: dict[str, str], words: str
) -> None:
    """Next to the field."""
    page = signed_in(cast.federation).post("/campagnes/nouvelle/", {**FORM, **change})
    assert words in page.content.decode()


def test_two_clicks_ask_for_one_opening(cast: Cast) -> None:
    """One job, and the second click is told."""
    row = prepared(cast)
    pages = [
        signed_in(cast.federation).post(f"/campagnes/{row.pk}/ouvrir/", follow=True).content.decode()
        for _ in range(2)
    ]
    assert ["est lancée" in page for page in pages] == [True, False]
    assert 1 == ProcrastinateJob.objects.filter(task_name__endswith="open_campagne").count()


def test_opening_gives_each_member_its_dossier_and_tells_it(cast: Cast) -> None:
    """The people of the organisation and its contacts for accounts; each with the identifier of last year."""
    row = prepared(cast)
    with open_scope(SYSTEM):
        for courriel in ("compta@essai.example", "SAISIE@essai.example"):
            Contact.objects.create(organisme=cast.ici, theme="comptabilite", nom="C", courriel=courriel)
    assert 6 == open_and_notify(row.pk)
    with open_scope(SYSTEM):
        made = Dossier.objects.filter(campagne=row)
        assert {1} == {one.rang for one in made}
        assert {cast.dossier.pk, cast.dossier_ailleurs.pk} == {one.precedent_id for one in made}
    assert {1} == set(reach(cast).values())
    assert {"compta@essai.example", "saisie@essai.example", "etranger@essai.example"} < set(reach(cast))
    body = next(str(one.body) for one in mail.outbox if one.to == ["saisie@essai.example"])
    assert all(word in body for word in ("Identifiant : saisie", "mercredi 31 juillet 2024", "Bonne saisie."))


def test_opening_twice_makes_and_sends_nothing_twice(cast: Cast) -> None:
    """Even when the due date moved in between."""
    row = prepared(cast)
    open_and_notify(row.pk)
    with open_scope(SYSTEM):
        Campagne.objects.filter(pk=row.pk).update(echeance=date(2024, 8, 15))
    assert 0 == open_and_notify(row.pk)
    assert {1} == set(reach(cast).values())


def test_two_workers_open_once(committed: Cast) -> None:
    """One dossier and one mail each, whoever is faster."""
    row = prepared(committed)

    def work() -> None:
        try:
            open_and_notify(row.pk)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    with open_scope(SYSTEM):
        assert 2 == Dossier.objects.filter(campagne=row).count()
        assert 0 == Notification.objects.filter(campagne=row, envoyee_le=None).count()
    assert ({1}, 5) == (set(reach(committed).values()), len(mail.outbox))


def test_a_mail_server_that_fails_delays_only_what_it_refused(
    committed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others leave; the next try sends what is left, and nothing twice."""
    row, send = prepared(committed), EmailBackend.send_messages

    def refuse(self: EmailBackend, messages: list[mail.EmailMessage]) -> int:
        if messages[0].to == ["comptable@essai.example"]:
            raise OSError("550 no such mailbox")
        return send(self, messages)

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", refuse)
        with pytest.raises(OSError, match="1 message"):
            open_and_notify(row.pk)
    assert 4 == len(mail.outbox)
    assert 1 == open_and_notify(row.pk)
    assert {1} == set(reach(committed).values())


def test_a_member_who_joins_later_has_its_dossier_and_is_told_alone(cast: Cast) -> None:
    """Opening again completes."""
    row = prepared(cast)
    open_and_notify(row.pk)
    with open_scope(SYSTEM):
        late = Organisme.objects.create(siren="732829320", nom="Tardive", famille="COOP")
        Contact.objects.create(organisme=late, theme="direction", nom="D", courriel="d@essai.example")
    mail.outbox.clear()
    page = signed_in(cast.federation).get(f"/campagnes/{row.pk}/").content.decode()
    assert "Ouvrir à 1 nouveau membre" in page
    open_and_notify(row.pk)
    assert {"d@essai.example": 1} == reach(cast)


# ── The calendar ─────────────────────────────────────────────────────────────────────────────────


def opened(cast: Cast, on: date = date(2023, 6, 20)) -> Campagne:
    """Return the collection of the cast, as opened that day."""
    with open_scope(SYSTEM):
        when = timezone.now().replace(year=on.year, month=on.month, day=on.day)
        Campagne.objects.filter(pk=cast.campagne.pk).update(ouverte_le=when)
        return Campagne.objects.get(pk=cast.campagne.pk)


@pytest.mark.parametrize(
    ("today", "days"),
    [
        (date(2023, 6, 30), None),
        (date(2023, 7, 1), 30),
        (date(2023, 7, 15), 30),
        (date(2023, 7, 16), 15),
        (date(2023, 7, 31), 1),
        (date(2023, 8, 1), None),
    ],
)
def test_the_reminder_of_a_day_is_the_last_one_that_is_due(cast: Cast, today: date, days: int | None) -> None:
    """A worker that was down for a week sends one mail, not three."""
    assert days == reminder_due(opened(cast), DUE, today)


def test_a_reminder_before_the_opening_never_leaves(cast: Cast) -> None:
    """Nor does the line show it."""
    row = opened(cast, date(2023, 7, 10))
    assert None is reminder_due(row, DUE, date(2023, 7, 12))
    assert "relance_30" not in [one.code for one in timeline(row, None, date(2023, 7, 12))]


def test_reminders_leave_once_to_who_has_not_validated(cast: Cast) -> None:
    """Run each hour; a transmitted dossier is left in peace."""
    opened(cast)
    with open_scope(cast.scope_ailleurs):
        Dossier.objects.filter(pk=cast.dossier_ailleurs.pk).update(rang=4, etape="4_Fiabilisation")
    assert (4, 0) == (remind(date(2023, 7, 1)), remind(date(2023, 7, 1)))
    assert "etranger@essai.example" not in reach(cast)
    assert (4, 4, 0) == (remind(date(2023, 7, 16)), remind(date(2023, 8, 1)), remind(date(2023, 8, 2)))
    assert {"QDIS 2022 : échéance dans 30 jours", "QDIS 2022 : échéance dans 15 jours"} < {
        one.subject for one in mail.outbox
    }


def test_reminders_follow_a_due_date_that_moves(cast: Cast) -> None:
    """They leave again before the new one, for that organisation alone."""
    row = opened(cast)
    remind(date(2023, 7, 30))
    with open_scope(cast.scope_federation):
        grant_delay(row, cast.ici.pk, date(2023, 8, 30), "Assemblée reportée")
    mail.outbox.clear()
    remind(date(2023, 7, 31))
    assert {"saisie@essai.example", "comptable@essai.example"} < set(reach(cast))
    assert "etranger@essai.example" not in reach(cast)


def test_the_due_date_follows_the_assembly_where_the_collection_says_so(cast: Cast) -> None:
    """Within the month that follows it, and the due date of the collection at the latest."""
    row = opened(cast)
    row.mois_apres_assemblee = 1
    early, late = (CalendrierOrganisme(assemblee_le=date(2023, month, 22)) for month in (5, 7))
    assert (date(2023, 6, 22), DUE, DUE) == (due_date(row, early), due_date(row, late), due_date(row, None))


def test_values_freeze_after_their_last_day_and_the_delay_moves_it(cast: Cast) -> None:
    """Said in French; the freeze moves as far as the due date was put off."""
    today = timezone.localdate()
    with open_scope(cast.scope_federation):
        row = Campagne.objects.get(pk=cast.campagne.pk)
        row.echeance, row.gel = today - timedelta(days=20), today - timedelta(days=1)
        row.save()
    with open_scope(cast.scope()), pytest.raises(LockedError, match="gelées depuis le"):
        save_entries(cast.dossier, [Entry("CRP.R033.N", "10", 0)])
    with open_scope(cast.scope_federation):
        calendar = grant_delay(row, cast.ici.pk, today, "Assemblée reportée")
        assert today + timedelta(days=19) == freeze_date(row, calendar)
    with open_scope(cast.scope()):
        assert 1 == len(save_entries(cast.dossier, [Entry("CRP.R033.N", "10", 0)]).ecrites)


def test_the_organisation_gives_the_date_of_its_assembly(cast: Cast) -> None:
    """It stands on the line, for it and for the federation."""
    page = f"/dossiers/{cast.dossier.pk}/calendrier/"
    signed_in(cast.saisie).post(page, {"assemblee_le": "2023-06-22"})
    assert "22/06/2023" in signed_in(cast.comptable).get(page).content.decode()
    assert "22/06/2023" in signed_in(cast.analyste).get(f"/suivi/{cast.dossier.pk}/").content.decode()
    assert (
        "22/06/2023"
        not in signed_in(cast.etranger)
        .get(f"/dossiers/{cast.dossier_ailleurs.pk}/calendrier/")
        .content.decode()
    )


def test_an_organisation_neither_reads_nor_writes_what_was_sent_to_others(cast: Cast) -> None:
    """The table is under row-level security."""
    row = prepared(cast)
    open_and_notify(row.pk)
    with open_scope(cast.scope_ailleurs):
        assert {cast.ailleurs.pk} == set(Notification.objects.values_list("organisme_id", flat=True))
        assert 0 == Notification.objects.update(envoyee_le=None)


def test_only_the_door_that_seals_them_offers_versions_before_the_transmission(cast: Cast) -> None:
    """Nothing of this door is copied elsewhere."""
    page = signed_in(cast.federation).get(f"/campagnes/{cast.campagne.pk}/").content.decode()
    assert "Rappels, en jours avant l&#x27;échéance" in page
    assert "Copie sur un autre portail" not in page
