"""Consents by OAuth: given by who may, for one thing, until a date; ended at once."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken, Application, Grant, RefreshToken

from harmonia.api.models import Consentement, Fin
from harmonia.api.taches import retirer_les_jetons
from harmonia.organismes.models import Rattachement
from harmonia.tenancy.scope import Role, Scope, open_scope
from tests.harmonia.cast import Cast, signed_in
from tests.harmonia.ministere.tiers import RETOUR, Portail, accept, code_of, hidden


def consents(cast: Cast) -> list[Consentement]:
    """Return the consents of `ici`."""
    with open_scope(cast.scope()):
        return list(Consentement.objects.select_related("donne_par", "clos_par"))


def query_of(location: str) -> dict[str, str]:
    """Return the parameters of an address."""
    return {key: values[0] for key, values in parse_qs(urlsplit(location).query).items()}


def test_a_person_who_commits_the_organisation_lets_another_portal_read(cast: Cast, portail: Portail) -> None:
    """The page says who asks and for what; the consent is a dated record; the token names it."""
    person = signed_in(cast.comptable)
    page = person.get(portail.asks(cast.ici.siren)).content.decode()
    for words in ("Harmonia.coop", "Coopérative d&#x27;Ici", "États réglementaires 2022", "révoquer"):
        assert words in page
    answered = accept(person, portail.asks(cast.ici.siren), "7")
    assert {"state": "etat", "iss": "http://127.0.0.1:8002"}.items() <= query_of(
        answered.headers["Location"]
    ).items()
    token = portail.token(code_of(answered)).json()
    (consent,) = consents(cast)
    assert consent.scope == token["scope"]
    assert ("000000018", 2022, "Responsable comptable", cast.comptable) == (
        consent.siren,
        consent.exercice,
        consent.qualite,
        consent.donne_par,
    )
    assert timezone.localdate() + timedelta(days=7) == timezone.localtime(consent.expire_le).date()
    record = portail.get("/api/v1/consentement", token["access_token"]).json()
    assert (str(consent.pk), consent.texte, "Comptable Essai") == (
        record["id"],
        record["texte"],
        record["donne_par"]["nom"],
    )


@pytest.mark.parametrize(
    ("name", "status"), [("comptable", 200), ("direction", 200), ("gestion", 200), ("saisie", 403)]
)
def test_entry_alone_does_not_commit_the_organisation(
    cast: Cast, portail: Portail, name: str, status: int
) -> None:
    """Somebody who only types is told who may; sending the form anyway writes nothing."""
    person = signed_in(getattr(cast, name))
    page = person.get(portail.asks(cast.ici.siren))
    assert status == page.status_code
    sent = person.post(portail.asks(cast.ici.siren), {**hidden(page), "allow": "True"})
    assert (302 if status == 200 else 403) == sent.status_code
    assert (1 if status == 200 else 0) == len(consents(cast))


def test_a_stranger_reads_the_same_whether_the_siren_exists_or_not(cast: Cast, portail: Portail) -> None:
    """Of a cooperative with a dossier, of one that does not exist: one page, but for the number itself."""
    person = signed_in(cast.etranger)
    pages = []
    for siren in (cast.ici.siren, "732829320"):
        page = person.get(portail.asks(siren))
        assert 403 == page.status_code
        token = hidden(page)["csrfmiddlewaretoken"]
        pages.append(page.content.decode().replace(siren, "SIREN").replace(token, "CSRF"))
    assert pages[0] == pages[1]


def test_a_person_of_two_organisations_consents_for_the_one_that_is_asked(
    cast: Cast, portail: Portail
) -> None:
    """Whatever organisation they were working for."""
    with open_scope(Scope(Role.SYSTEME)):
        Rattachement.objects.create(user=cast.etranger, organisme=cast.ici, comptable=True)
    person = signed_in(cast.etranger)
    person.post("/organisme/choisir/", {"organisme": cast.ailleurs.pk})
    code_of(accept(person, portail.asks(cast.ici.siren)))
    assert [cast.ici.pk] == [one.organisme_id for one in consents(cast)]


def test_refusing_writes_nothing_and_tells_the_portal(cast: Cast, portail: Portail) -> None:
    """With its state, for it to know which demand was refused."""
    answered = accept(signed_in(cast.comptable), portail.asks(cast.ici.siren), allow=False)
    assert {"error": "access_denied", "state": "etat"}.items() <= query_of(
        answered.headers["Location"]
    ).items()
    assert [] == consents(cast)


@pytest.mark.parametrize(
    "more",
    [
        {"scope": "lecture:000000018:2022:etats_reglementaires lecture:000000026:2022:etats_reglementaires"},
        {"scope": "lecture"},
        {"scope": ""},
        {"scope": "ecriture:000000018:2022:etats_reglementaires"},
        {"scope": "consentement:00000000-0000-0000-0000-000000000000"},
        {"code_challenge": "", "code_challenge_method": ""},
        {"response_type": "token"},
    ],
)
def test_anything_but_one_reading_with_pkce_is_refused(
    cast: Cast, portail: Portail, more: dict[str, str]
) -> None:
    """Two readings at once, none, a writing, no PKCE, a token in the address."""
    response = signed_in(cast.comptable).get(portail.asks(cast.ici.siren, **more))
    assert "error" in query_of(response.headers["Location"])
    assert [] == consents(cast)


def test_a_plain_challenge_gives_no_code(cast: Cast, portail: Portail) -> None:
    """Only S256."""
    asked = portail.asks(cast.ici.siren, code_challenge_method="plain")
    answered = accept(signed_in(cast.comptable), asked)
    assert "error" in query_of(answered.headers["Location"])
    assert [] == consents(cast)


@pytest.mark.parametrize(
    "more",
    [{"client_id": "inconnu"}, {"redirect_uri": f"{RETOUR}x"}, {"redirect_uri": "https://ailleurs.example/"}],
)
def test_an_unknown_portal_or_another_address_is_sent_nowhere(
    cast: Cast, portail: Portail, more: dict[str, str]
) -> None:
    """The person is told, in French, and stays here."""
    response = signed_in(cast.comptable).get(portail.asks(cast.ici.siren, **more))
    assert 400 == response.status_code
    assert "n'est pas valable" in response.content.decode().replace("&#x27;", "'")


def test_nobody_consents_without_signing_in(cast: Cast, portail: Portail) -> None:
    """The demand comes back after."""
    response = Client().get(portail.asks(cast.ici.siren))
    assert "/compte/login/?next=/oauth/autoriser/" in response.headers["Location"]


def test_the_form_may_only_lead_back_to_the_portal(cast: Cast, portail: Portail) -> None:
    """The policy of the page admits its address, else a browser would not follow."""
    page = signed_in(cast.comptable).get(portail.asks(cast.ici.siren))
    assert f"form-action 'self' {RETOUR}" in page.headers["Content-Security-Policy"]


# ── Codes and tokens ─────────────────────────────────────────────────────────────────────────────


def test_a_code_serves_once_and_twice_ends_the_consent(cast: Cast, portail: Portail) -> None:
    """Who presents a used code may have stolen it: nobody reads any more."""
    code = code_of(accept(signed_in(cast.comptable), portail.asks(cast.ici.siren)))
    token = portail.token(code).json()["access_token"]
    again = portail.token(code)
    assert (400, {"error": "invalid_grant"}) == (again.status_code, again.json())
    assert 401 == portail.get("/api/v1/consentement", token).status_code
    assert [Fin.REJOUE] == [one.fin for one in consents(cast)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"code_verifier": "un-autre-secret-que-celui-de-la-demande-0123456789"},
        {"redirect_uri": "http://127.0.0.1:8002/ailleurs/"},
        {"code": "un-code-invente"},
    ],
)
def test_a_wrong_proof_gives_no_token(cast: Cast, portail: Portail, wrong: dict[str, str]) -> None:
    """The verifier of PKCE, the address of return, the code itself."""
    code = code_of(accept(signed_in(cast.comptable), portail.asks(cast.ici.siren)))
    assert 400 == portail.token(**{"code": code, **wrong}).status_code
    assert 0 == AccessToken.objects.count()


def test_an_old_code_gives_no_token_and_ends_nothing(cast: Cast, portail: Portail) -> None:
    """It simply expired."""
    code = code_of(accept(signed_in(cast.comptable), portail.asks(cast.ici.siren)))
    Grant.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert 400 == portail.token(code).status_code
    assert [None] == [one.clos_le for one in consents(cast)]


def test_a_code_is_worth_nothing_to_another_portal(cast: Cast, portail: Portail) -> None:
    """Nor without the secret of its own; and that ends nobody's consent."""
    code = code_of(accept(signed_in(cast.comptable), portail.asks(cast.ici.siren)))
    other = Portail("Un autre portail")
    other.verifier = portail.verifier
    assert 400 == other.token(code).status_code
    assert [None] == [one.clos_le for one in consents(cast)]
    right, portail.credentials = (
        portail.credentials,
        type(portail.credentials)(portail.credentials.identifiant, "un autre secret"),
    )
    assert 401 == portail.token(code).status_code
    portail.credentials = right
    assert 200 == portail.token(code).status_code


def test_a_token_is_renewed_until_the_consent_ends(cast: Cast, portail: Portail) -> None:
    """The former access token dies; the refresh token stays the same, so that a lost answer loses nothing."""
    tokens = portail.tokens(signed_in(cast.comptable), cast)
    renewed = portail.refresh(tokens["refresh_token"]).json()
    assert (tokens["refresh_token"], tokens["scope"]) == (renewed["refresh_token"], renewed["scope"])
    assert 401 == portail.get("/api/v1/consentement", tokens["access_token"]).status_code
    assert 200 == portail.get("/api/v1/consentement", renewed["access_token"]).status_code
    (consent,) = consents(cast)
    signed_in(cast.direction).post(f"/consentements/{consent.pk}/revoquer/")
    assert 400 == portail.refresh(tokens["refresh_token"]).status_code
    assert 401 == portail.get("/api/v1/consentement", renewed["access_token"]).status_code
    assert 0 == RefreshToken.objects.count() + AccessToken.objects.count()


def test_a_renewal_may_not_ask_for_something_else(cast: Cast, portail: Portail) -> None:
    """Another reading, another consent."""
    tokens = portail.tokens(signed_in(cast.comptable), cast)
    for scope in (
        "lecture:000000026:2022:etats_reglementaires",
        "consentement:00000000-0000-0000-0000-000000000000",
    ):
        assert {"error": "invalid_scope"}.items() <= portail.refresh(
            tokens["refresh_token"], scope=scope
        ).json().items()


def test_a_new_consent_replaces_the_former(cast: Cast, portail: Portail) -> None:
    """One at a time for the same thing; the former tokens are dead."""
    person = signed_in(cast.comptable)
    former = portail.tokens(person, cast)
    later = portail.tokens(person, cast)
    assert 401 == portail.get("/api/v1/consentement", former["access_token"]).status_code
    assert 200 == portail.get("/api/v1/consentement", later["access_token"]).status_code
    assert ["", Fin.REMPLACE] == [one.fin for one in consents(cast)]


def test_what_the_database_keeps_of_a_token_opens_nothing(cast: Cast, portail: Portail) -> None:
    """Digests only; the secret of the portal too."""
    tokens = portail.tokens(signed_in(cast.comptable), cast)
    kept = [
        *AccessToken.objects.values_list("token", flat=True),
        *RefreshToken.objects.values_list("token", flat=True),
    ]
    assert ["", ""] == kept
    assert portail.credentials.secret not in Application.objects.get().client_secret
    assert tokens["access_token"]


def test_what_expired_is_removed_and_what_can_be_renewed_stays(committed: Cast) -> None:
    """Each night; the consent, which is a record, stays too."""
    cast, portail = committed, Portail()
    person = signed_in(cast.comptable)
    code_of(accept(person, portail.asks(cast.ici.siren)))
    retirer_les_jetons(0)
    assert 1 == Grant.objects.count()
    Grant.objects.update(expires=timezone.now() - timedelta(seconds=1))
    tokens = portail.tokens(person, cast)
    AccessToken.objects.update(expires=timezone.now() - timedelta(days=90))
    retirer_les_jetons(0)
    assert (0, 1) == (Grant.objects.count(), RefreshToken.objects.count())
    assert 200 == portail.refresh(tokens["refresh_token"]).status_code
    AccessToken.objects.update(expires=timezone.now() - timedelta(days=92))
    retirer_les_jetons(0)
    assert 0 == RefreshToken.objects.count() + AccessToken.objects.count()
    assert 400 == portail.refresh(tokens["refresh_token"]).status_code
    assert 2 == len(consents(cast))


def test_nobody_guesses_the_secret_of_a_portal(cast: Cast, portail: Portail) -> None:
    """Thirty wrong ones a minute from one address, on both endpoints; then even the right one waits."""
    tokens = portail.tokens(signed_in(cast.comptable), cast)
    right = portail.credentials
    portail.credentials = type(right)(right.identifiant, "un autre secret")
    refused = [portail.refresh(tokens["refresh_token"]).status_code for _ in range(20)]
    refused += [portail.post("/oauth/revoquer/", {"token": "x"}).status_code for _ in range(10)]
    assert [401] * 30 == refused
    portail.credentials = right
    for answered in (
        portail.refresh(tokens["refresh_token"]),
        portail.post("/oauth/revoquer/", {"token": "x"}),
    ):
        assert (429, "60") == (answered.status_code, answered.headers["Retry-After"])
        assert "application/problem+json" == answered.headers["Content-Type"]
    cache.clear()  # the minute is over
    assert 200 == portail.refresh(tokens["refresh_token"]).status_code


def test_a_consent_that_ended_does_not_stop_the_other_organisations(cast: Cast, portail: Portail) -> None:
    """A portal that is known may be refused more often than one that is not; it is bounded all the same."""
    assert [400] * 40 == [portail.refresh("un jeton qui n'ouvre rien").status_code for _ in range(40)]
    tokens = portail.tokens(signed_in(cast.comptable), cast)
    spent = [portail.refresh(tokens["refresh_token"]).status_code for _ in range(260)]
    assert [200] * 259 + [429] == spent


# ── Revoking ─────────────────────────────────────────────────────────────────────────────────────


def test_only_who_may_consent_revokes(cast: Cast, portail: Portail) -> None:
    """Everybody of the organisation sees; a stranger sees nothing."""
    portail.tokens(signed_in(cast.comptable), cast)
    (consent,) = consents(cast)
    for name, seen, revoked in (("etranger", 404, 404), ("saisie", 200, 403), ("gestion", 200, 302)):
        person = signed_in(getattr(cast, name))
        assert seen == person.get(f"/consentements/{consent.pk}/").status_code
        assert revoked == person.post(f"/consentements/{consent.pk}/revoquer/").status_code
    (closed,) = consents(cast)
    assert (Fin.REVOQUE, cast.gestion) == (closed.fin, closed.clos_par)
    listed = signed_in(cast.saisie).get("/consentements/").content.decode()
    assert "clos le" in listed
    assert "États réglementaires" in listed
    assert "etats_reglementaires" not in listed
