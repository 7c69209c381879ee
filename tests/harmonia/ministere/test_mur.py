"""
The wall (R7), from inside: what another portal asks for is one answer, one path, and no row of the database.

The same is proved from outside, against a portal that really runs, in `test_mur_vivant.py`.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from oauth2_provider.models import AccessToken

from harmonia.campagnes.models import Rapatriable
from harmonia.documents.exchange import post
from harmonia.dossiers.reports import verify_and_seal
from harmonia.dossiers.transitions import move
from harmonia.tenancy.scope import Role, Scope, open_scope
from harmonia.transmissions.models import InstantaneProvisoire, Transmission
from tests.harmonia.cast import Cast, signed_in
from tests.harmonia.files import pdf
from tests.harmonia.ministere.provisoires import presented, shows, taken_up
from tests.harmonia.ministere.test_transmissions import ALL, demand, signed, transmitted, type_in
from tests.harmonia.ministere.tiers import Portail, consent_of

COURANTE = "/api/v1/transmissions/courante"
VALUES = re.compile(r"'[^']*'|\b\d+\b|\bs\d+_x\d+")
PLUMBING = frozenset(
    """
    acces_interlocuteur acces_user acces_user_groups acces_user_user_permissions account_emailaddress
    account_emailconfirmation
    auth_group auth_group_permissions auth_permission django_content_type django_migrations django_session
    mfa_authenticator oauth2_provider_accesstoken oauth2_provider_application oauth2_provider_devicegrant
    oauth2_provider_grant oauth2_provider_idtoken oauth2_provider_refreshtoken procrastinate_events
    procrastinate_jobs procrastinate_periodic_defers procrastinate_workers tenancy_cache
    transmissions_clepubliee
    """.split()  # noqa: SIM905 - a list of words reads as words
)
"""The tables without row-level security: accounts, sessions, jobs, public contacts and keys."""

SEEN = {"api_consentement": 1, "transmissions_transmission": 1}
"""What another portal sees of the others, once something is transmitted: its consent, and that."""
EARLY = {"api_consentement": 1, "transmissions_instantaneprovisoire": 1}
"""What it sees before, when the collection shows provisional versions and the consent covers them."""
PUBLIC = frozenset({"campagnes_campagne"})
"""What everybody reads: which collections there are."""


pytestmark = pytest.mark.usefixtures("lenient")


def seen(response: Any) -> tuple[int, bytes, list[tuple[str, str]]]:
    """Return all that an answer shows."""
    return response.status_code, response.content, sorted(response.headers.items())


def asked(portail: Portail, address: str, token: str) -> tuple[Any, list[str]]:
    """Return all that an answer shows, and the statements that made it, without their values."""
    with CaptureQueriesContext(connection) as captured:
        response = portail.get(address, token)
    return seen(response), [VALUES.sub("?", query["sql"]) for query in captured.captured_queries]


def fill(cast: Cast) -> None:
    """Give the dossier of `ici` figures, a message with a document, a sealed report."""
    type_in(cast, "10")
    with open_scope(cast.scope()):
        post(cast.dossier.pk, cast.ici.pk, "Voici.", joint=pdf())
        verify_and_seal(cast.dossier)


# ── One answer ───────────────────────────────────────────────────────────────────────────────────


def test_nothing_tells_an_empty_dossier_from_one_that_is_about_to_be_transmitted(
    cast: Cast, portail: Portail
) -> None:
    """Opened, typed, presented, signed, of an exercice that is not even collected: one answer, one path."""
    tokens = portail.tokens(signed_in(cast.comptable), cast)
    found = [asked(portail, COURANTE, tokens["access_token"])]
    fill(cast)
    found.append(asked(portail, COURANTE, tokens["access_token"]))
    signed(cast)
    found.append(asked(portail, COURANTE, tokens["access_token"]))
    assert [found[0]] * 3 == found
    assert 404 == found[0][0][0]


def test_nothing_tells_a_number_that_does_not_exist_from_one_of_another(cast: Cast, portail: Portail) -> None:
    """Enumerating is hearing the same word, were it with a number that is none."""
    transmitted(cast)
    token = portail.tokens(signed_in(cast.comptable), cast)["access_token"]
    found = [
        asked(portail, f"/api/v1/transmissions/{numero}", token)
        for numero in ("2", "3", "0", "-1", "99999999999999999999", "abc", "1e0", "%C2%B2", "1.0")
    ]
    assert [found[0]] * len(found) == found
    assert found[0][0] == asked(portail, "/api/v1/transmissions/4", token)[0]


def test_nothing_tells_why_a_token_opens_nothing(cast: Cast, portail: Portail) -> None:
    """Unknown, expired, of a revoked consent, of a consent that was replaced: one answer, one path."""
    transmitted(cast)
    person = signed_in(cast.comptable)
    replaced = portail.tokens(person, cast)
    revoked = portail.tokens(person, cast)
    with open_scope(cast.scope()):
        consent_id = revoked["scope"].partition(":")[2]
    person.post(f"/consentements/{consent_id}/revoquer/")
    expired = portail.tokens(person, cast)
    AccessToken.objects.update(expires=timezone.now() - timedelta(seconds=1))
    given = ["inconnu", replaced["access_token"], revoked["access_token"], expired["access_token"]]
    found = [asked(portail, COURANTE, token) for token in given]
    assert [found[0]] * len(found) == found
    assert 401 == found[0][0][0]


def test_a_token_in_the_address_or_of_another_kind_opens_nothing(cast: Cast, portail: Portail) -> None:
    """Nor does the session of somebody of the organisation, which would open their pages."""
    transmitted(cast)
    person = signed_in(cast.comptable)
    token = portail.tokens(person, cast)["access_token"]
    nobody = seen(portail.get(COURANTE))
    for response in (
        portail.http.get(COURANTE, {"access_token": token}),
        portail.http.get(COURANTE, headers={"Authorization": f"Basic {token}"}),
        portail.http.get(COURANTE, headers={"Authorization": f"bearer{token}"}),
        portail.http.get(f"{COURANTE}?%zz"),
        person.get(COURANTE),
    ):
        assert nobody[:2] == seen(response)[:2]


def test_a_consent_is_for_one_exercice_and_one_questionnaire(cast: Cast, portail: Portail) -> None:
    """That of 2021 says nothing of what was transmitted for 2022; nor does that of another organisation."""
    made = transmitted(cast)
    scope = Scope(Role.TIERS, consentement=str(consent_of(cast).pk))
    with open_scope(scope):
        assert [made.pk] == [one.pk for one in Transmission.objects.all()]
    for change in ("exercice = 2021", "questionnaire = 'qdis_coop'", f"organisme_id = {cast.ailleurs.pk}"):
        with open_scope(Scope(Role.TIERS, consentement=str(_moved(cast, change)))):
            assert [] == list(Transmission.objects.all())


def _moved(cast: Cast, change: str, *, provisoire: bool = False) -> uuid.UUID:
    """Write a consent that differs by one thing, as its organisation could."""
    consent = consent_of(cast, provisoire=provisoire)
    organisme = int(change.rpartition(" ")[2]) if "organisme_id" in change else cast.ici.pk
    user = cast.etranger.pk if organisme == cast.ailleurs.pk else cast.comptable.pk
    consent.pk, consent.organisme_id, consent.donne_par_id = uuid.uuid4(), organisme, user
    if "exercice" in change:
        consent.exercice = 2021
    if "questionnaire" in change:
        consent.questionnaire = "qdis_coop"
    with open_scope(Scope(Role.ORGANISME, user, organisme)):
        if "organisme" not in change:
            type(consent).objects.filter(clos_le=None).update(
                clos_le=timezone.now(), clos_par=user, fin="revoque"
            )
        consent.save(force_insert=True)
    return consent.pk


# ── Before the transmission, when the collection lets it be copied ───────────────────────────────


def story(cast: Cast, portail: Portail, token: str) -> list[tuple[Any, list[str]]]:
    """Return the answers to a token when the dossier is opened, typed, presented, taken up again."""
    answers = [asked(portail, COURANTE, token)]
    type_in(cast, "10")
    answers.append(asked(portail, COURANTE, token))
    presented(cast)
    answers.append(asked(portail, COURANTE, token))
    taken_up(cast)
    answers.append(asked(portail, COURANTE, token))
    return answers


@pytest.mark.parametrize("case", ["setting off", "setting closed since", "old consent"])
def test_nothing_tells_that_something_is_ready_to_be_transmitted(
    cast: Cast, portail: Portail, case: str
) -> None:
    """Setting or consent lacking: one answer, one path, whatever the step."""
    if case == "setting closed since":
        shows(cast)
    token = portail.tokens(signed_in(cast.comptable), cast)["access_token"]
    shows(cast, Rapatriable.SAISIE_TERMINEE if case == "old consent" else Rapatriable.TRANSMISSION)
    found = story(cast, portail, token)
    assert [found[0]] * 4 == found
    assert 404 == found[0][0][0]


def test_a_provisional_version_is_read_while_the_dossier_is_presented_and_never_else(
    cast: Cast, portail: Portail
) -> None:
    """Open or in entry, it is what there is when nothing is; taken up again, it is that once more."""
    shows(cast)
    token = portail.tokens(signed_in(cast.comptable), cast)["access_token"]
    opened, typed, ready, again = story(cast, portail, token)
    assert [opened] * 2 == [typed, again]
    assert (404, 200) == (opened[0][0], ready[0][0])


def test_a_provisional_version_is_its_own_organisation_s(cast: Cast) -> None:
    """The consent of another, of another exercice or questionnaire, a dead one: no row."""
    shows(cast)
    type_in(cast, "10")
    made = presented(cast)
    assert made is not None
    consent = consent_of(cast, provisoire=True)
    with open_scope(Scope(Role.TIERS, consentement=str(consent.pk))):
        protected = sorted(tables().keys() - PLUMBING - PUBLIC)
        assert EARLY == {name: rows for name in protected if (rows := rows_of(name))}
    for change in ("exercice = 2021", "questionnaire = 'qdis_coop'", f"organisme_id = {cast.ailleurs.pk}"):
        with open_scope(Scope(Role.TIERS, consentement=str(_moved(cast, change, provisoire=True)))):
            assert [] == list(InstantaneProvisoire.objects.filter(empreinte=made.empreinte))
    with open_scope(Scope(Role.TIERS, consentement=str(consent.pk))):
        assert 0 == InstantaneProvisoire.objects.count()


def test_another_portal_writes_no_provisional_version(cast: Cast) -> None:
    """Nor does the ministry, in the name of an organisation."""
    shows(cast)
    made = presented(cast)
    assert made is not None
    made.pk, made.jeton = None, uuid.uuid4()
    tiers = Scope(Role.TIERS, consentement=str(consent_of(cast, provisoire=True).pk))
    for scope in (tiers, cast.scope_federation, cast.scope_ailleurs):
        refused(scope, lambda: made.save(force_insert=True))


# ── No row ───────────────────────────────────────────────────────────────────────────────────────


def tables() -> dict[str, bool]:
    """Return every table, and whether it is under row-level security."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, relrowsecurity FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
            " WHERE nspname = 'public' AND relkind IN ('r', 'p')"
        )
        return dict(cursor.fetchall())


def rows_of(table: str) -> int:
    """Return how many rows of a table the open scope sees."""
    with transaction.atomic(), connection.cursor() as cursor:
        try:
            cursor.execute(f"SELECT count(*) FROM {table}")
        except DatabaseError:
            return 0
        return int(cursor.fetchone()[0])


def test_another_portal_sees_its_consent_and_what_it_covers(cast: Cast, portail: Portail) -> None:
    """Of every table, whatever they hold: nothing before the transmission, one version after."""
    assert PLUMBING == {name for name, protected in tables().items() if not protected}
    fill(cast)
    scope = Scope(Role.TIERS, consentement=str(consent_of(cast).pk))
    protected = sorted(tables().keys() - PLUMBING - PUBLIC)
    with open_scope(scope):
        assert {"api_consentement": 1} == {name: rows for name in protected if (rows := rows_of(name))}
    transmitted(cast)
    with open_scope(scope):
        assert SEEN == {name: rows for name in protected if (rows := rows_of(name))}


@pytest.mark.parametrize("how", ["", "nil", "revoked"])
def test_without_a_live_consent_another_portal_sees_nothing(cast: Cast, how: str) -> None:
    """No consent, one that does not exist, one that ended."""
    transmitted(cast)
    consent = consent_of(cast)
    if how == "revoked":
        signed_in(cast.direction).post(f"/consentements/{consent.pk}/revoquer/")
    named = {"": "", "nil": str(uuid.UUID(int=0)), "revoked": str(consent.pk)}[how]
    with open_scope(Scope(Role.TIERS, consentement=named)):
        assert {} == {name: rows for name in tables().keys() - PLUMBING - PUBLIC if (rows := rows_of(name))}


def test_another_portal_changes_nothing(cast: Cast) -> None:
    """Not a row of what it reads, nor of anything else."""
    transmitted(cast)
    with open_scope(Scope(Role.TIERS, consentement=str(consent_of(cast).pk))):
        for name in sorted(tables().keys() - PLUMBING):
            assert 0 == removed(name)


def removed(table: str) -> int:
    """Return how many rows of a table the open scope can remove; none when it has no right to."""
    with connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute(f"DELETE FROM {table}")
        except DatabaseError:
            return 0
        return int(cursor.rowcount)


def test_the_federation_s_own_role_reads_no_transmission_here(cast: Cast) -> None:
    """Nobody but the ministry, the organisation, and who has a consent."""
    transmitted(cast)
    for role in (Role.FEDERATION, Role.SYSTEME, Role.PERSONNE):
        with open_scope(Scope(role, cast.etranger.pk)):
            assert 0 == Transmission.objects.count()


def test_a_consent_is_not_forged(cast: Cast) -> None:
    """An organisation gives its own, by who signed in; another portal, the ministry, a stranger give none."""
    consent = consent_of(cast)
    consent.pk, consent.exercice = uuid.uuid4(), 2019
    for scope in (
        cast.scope_ailleurs,
        cast.scope(cast.saisie),
        cast.scope_federation,
        Scope(Role.TIERS, consentement=str(consent.pk)),
        Scope(Role.SYSTEME),
    ):
        refused(scope, lambda: consent.save(force_insert=True))


def test_a_consent_that_ended_is_not_revived_nor_stretched(cast: Cast) -> None:
    """Its end is written once; nothing else of it may be written."""
    consent = consent_of(cast)
    rows = type(consent).objects
    with (
        open_scope(cast.scope()),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
    ):
        rows.filter(pk=consent.pk).update(expire_le=timezone.now() + timedelta(days=999))
    signed_in(cast.direction).post(f"/consentements/{consent.pk}/revoquer/")
    with open_scope(cast.scope()):
        assert 0 == rows.filter(pk=consent.pk).update(clos_le=None, clos_par=None)


def refused(scope: Scope, act: Callable[[], object]) -> None:
    """Check that row-level security refuses an act."""
    with open_scope(scope), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        act()


def test_the_ministry_reads_no_value_before_the_transmission_and_neither_does_the_journal_of_jobs(
    cast: Cast,
) -> None:
    """What a job carries names a dossier, never a value of it."""
    type_in(cast, "123456,78")
    signed(cast)
    with open_scope(cast.scope(cast.direction)):
        move(cast.dossier, demand(cast.dossier, "transmettre"), ALL)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE args::text LIKE '%%123456%%'")
        assert 0 == cursor.fetchone()[0]
