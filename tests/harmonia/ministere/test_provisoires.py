"""What may be copied before it is transmitted: sealed when the collection says so, read as was agreed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from jsonschema import Draft202012Validator

from harmonia.api.models import Consentement
from harmonia.campagnes.models import Rapatriable
from harmonia.dossiers.transitions import move
from harmonia.tenancy.scope import Role, Scope, open_scope
from harmonia.transmissions.cles import portal_key
from harmonia.transmissions.models import InstantaneProvisoire
from liasse.echanges import (
    ClePrivee,
    Provisoire,
    canonical_json,
    read_provisoire,
    schema,
    sha256,
    sign_document,
    signer_of,
)
from tests.harmonia.cast import Cast, signed_in
from tests.harmonia.ministere.provisoires import act, kept, presented, shows, taken_up
from tests.harmonia.ministere.test_api_lecture import COURANTE, comparison, readings, sent
from tests.harmonia.ministere.test_transmissions import CELL, correction, type_in
from tests.harmonia.ministere.tiers import Portail, accept, hidden

pytestmark = pytest.mark.usefixtures("lenient")


def token_of(portail: Portail, cast: Cast) -> str:
    """Have the accountant agree, and return the token to read."""
    return portail.tokens(signed_in(cast.comptable), cast)["access_token"]


# ── Sealed ───────────────────────────────────────────────────────────────────────────────────────


def test_nothing_is_sealed_unless_the_collection_asks_for_it(cast: Cast) -> None:
    """As before: what is transmitted, and nothing else."""
    type_in(cast, "10")
    assert presented(cast) is None


def test_what_is_presented_is_sealed_and_says_that_it_is_not_transmitted(cast: Cast) -> None:
    """The content of a snapshot, signed by the portal, in the published form."""
    shows(cast)
    type_in(cast, "10")
    made = presented(cast)
    assert made is not None
    found = read_provisoire(made.document.encode())
    assert isinstance(found, Provisoire)
    assert (made.empreinte, portal_key().publique) == (found.empreinte, signer_of(found.plain))
    assert [] == list(Draft202012Validator(schema("provisoire-1")).iter_errors(dict(found.plain)))
    assert ("10.00", None) == (found.contenu["cellules"][CELL], found.plain["precedente"])


def test_a_correction_names_what_it_will_correct(cast: Cast) -> None:
    """By its digest; it is read before it is transmitted, then gives way."""
    shows(cast)
    type_in(cast, "10")
    presented(cast)
    act(cast, "signer_comptable")
    act(cast, "transmettre")
    with open_scope(cast.scope_federation):
        move(cast.dossier, correction(cast.dossier), {"ministere"})
    type_in(cast, "11", 1)
    made = presented(cast)
    assert made is not None
    assert 64 == len(json.loads(made.document)["precedente"])


def test_a_portal_without_a_key_lets_the_step_pass(cast: Cast, settings: Any) -> None:
    """Nothing is sealed; the dossier is presented all the same."""
    shows(cast)
    settings.CLE = "/nulle/part"
    assert presented(cast) is None
    with open_scope(cast.scope()):
        cast.dossier.refresh_from_db()
        assert "3_Validation" == cast.dossier.etape


def test_nobody_changes_it_and_the_authority_never_reads_it(cast: Cast) -> None:
    """Not at this step, nor at a later one: what the ministry reads is what was transmitted to it."""
    shows(cast)
    type_in(cast, "10")
    made = presented(cast)
    assert made is not None
    for scope in (
        cast.scope_federation,
        cast.scope_ailleurs,
        Scope(Role.SYSTEME),
        Scope(Role.FEDERATION, cast.analyste.pk),
    ):
        with open_scope(scope):
            assert 0 == InstantaneProvisoire.objects.count()
    with open_scope(cast.scope()), pytest.raises(DatabaseError, match="permission"), transaction.atomic():
        InstantaneProvisoire.objects.update(document="{}")
    act(cast, "signer_comptable")
    act(cast, "transmettre")
    with open_scope(cast.scope_federation):
        assert 0 == InstantaneProvisoire.objects.count()


# ── Read ─────────────────────────────────────────────────────────────────────────────────────────


def test_it_is_read_under_a_consent_that_covers_it_until_it_is_transmitted(
    cast: Cast, portail: Portail
) -> None:
    """Byte for byte, told apart from a transmission, in view of the organisation; which is read after it."""
    shows(cast)
    type_in(cast, "10")
    made = presented(cast)
    assert made is not None
    token = token_of(portail, cast)
    response = portail.get(COURANTE, token)
    assert (200, f'"{made.empreinte}"') == (response.status_code, response.headers["ETag"])
    assert ["provisoire"] == list(response.json())
    assert made.document == canonical_json(response.json()["provisoire"]).decode()
    assert 304 == portail.get(COURANTE, token, **{"If-None-Match": f'"{made.empreinte}"'}).status_code
    assert 404 == portail.get("/api/v1/transmissions/1", token).status_code
    assert [("Harmonia.coop", "Version provisoire, exercice 2022")] == [found[:2] for found in readings(cast)]
    act(cast, "signer_comptable")
    act(cast, "transmettre")
    assert {"accuse", "instantane"} == set(portail.get(COURANTE, token).json())


def test_it_closes_when_entry_begins_again_and_another_takes_its_place(cast: Cast, portail: Portail) -> None:
    """The former one is not read any more, were the next one never sealed."""
    shows(cast)
    type_in(cast, "10")
    first = presented(cast)
    token = token_of(portail, cast)
    taken_up(cast)
    assert 404 == portail.get(COURANTE, token).status_code
    shows(cast, Rapatriable.TRANSMISSION)
    assert first == presented(cast)
    shows(cast)
    assert 404 == portail.get(COURANTE, token).status_code
    taken_up(cast)
    type_in(cast, "20", 1)
    second = presented(cast)
    assert second != first
    assert "20.00" == portail.get(COURANTE, token).json()["provisoire"]["contenu"]["cellules"][CELL]


def test_the_collection_closes_it_at_once(cast: Cast, portail: Portail) -> None:
    """Set back, the setting leaves nothing to read."""
    shows(cast)
    presented(cast)
    token = token_of(portail, cast)
    assert 200 == portail.get(COURANTE, token).status_code
    shows(cast, Rapatriable.TRANSMISSION)
    assert 404 == portail.get(COURANTE, token).status_code


def test_a_comparison_with_it_is_countersigned_for_what_it_is(cast: Cast, portail: Portail) -> None:
    """The ministry says that nothing was transmitted, whatever the other portal wrote."""
    shows(cast)
    type_in(cast, "10")
    made = presented(cast)
    assert made is not None
    token = token_of(portail, cast)
    plain = json.loads(made.document)
    given = comparison(plain)
    assert sha256(plain) == given["transmission"]["empreinte"]
    answer = sent(portail, token, sign_document(given, ClePrivee.draw())).json()
    assert [] == list(Draft202012Validator(schema("contreseing-1")).iter_errors(answer))
    assert ("identique", True) == (answer["resultat"], answer["provisoire"])


# ── Agreed to ────────────────────────────────────────────────────────────────────────────────────


def consents(cast: Cast) -> list[bool]:
    """Return whether each consent covers such versions, the last first."""
    with open_scope(cast.scope()):
        return list(Consentement.objects.values_list("provisoire", flat=True))


def test_the_page_of_consent_says_what_is_covered_and_the_record_keeps_it(
    cast: Cast, portail: Portail
) -> None:
    """A consent given before the setting covers what is transmitted, and the record says so."""
    person = signed_in(cast.comptable)
    assert "version provisoire" not in person.get(portail.asks(cast.ici.siren)).content.decode()
    before = portail.tokens(person, cast)
    shows(cast)
    presented(cast)
    assert 404 == portail.get(COURANTE, before["access_token"]).status_code
    assert "version provisoire" in person.get(portail.asks(cast.ici.siren)).content.decode()
    after = portail.tokens(person, cast)
    assert 200 == portail.get(COURANTE, after["access_token"]).status_code
    assert [True, False] == consents(cast)
    record = portail.get("/api/v1/consentement", after["access_token"]).json()
    assert record["provisoire"]
    assert "version provisoire" in record["texte"]
    assert "version provisoire comprise" in person.get("/consentements/").content.decode()
    own = after["scope"].partition(":")[2]
    assert "comprise, dès que la saisie est terminée" in person.get(f"/consentements/{own}/").content.decode()


def test_a_setting_that_changes_while_the_page_is_read_opens_nothing_that_it_did_not_say(
    cast: Cast, portail: Portail
) -> None:
    """Shown without the version, accepted without it; shown with it and closed since, without it too."""
    person, address = signed_in(cast.comptable), portail.asks(cast.ici.siren)
    form = {**hidden(person.get(address)), "jours": "30", "allow": "True"}
    shows(cast)
    assert 302 == person.post(address, form).status_code
    form = {**hidden(person.get(address)), "jours": "30", "allow": "True"}
    shows(cast, Rapatriable.TRANSMISSION)
    assert 302 == person.post(address, form).status_code
    assert [False, False] == consents(cast)
    assert 302 == accept(person, address).status_code


# ── Pages ────────────────────────────────────────────────────────────────────────────────────────


def test_the_ministry_sets_it_on_the_page_of_the_collection(cast: Cast) -> None:
    """An administrator, with the dates; the organisation then sees what is sealed for others."""
    address = f"/campagnes/{cast.campagne.pk}/"
    page = signed_in(cast.federation).get(address).content.decode()
    assert "Copie sur un autre portail, à partir de" in page
    form = {
        "titre": cast.campagne.titre,
        "echeance": "2023-07-31",
        "relances": "30,15",
        "rapatriable_des": "saisie_terminee",
    }
    assert 302 == signed_in(cast.federation).post(address, form).status_code
    with open_scope(cast.scope()):
        cast.campagne.refresh_from_db()
        assert cast.campagne.montre_provisoire
    presented(cast)
    own = f"/dossiers/{cast.dossier.pk}/transmissions/"
    assert "Une version provisoire est scellée" in signed_in(cast.saisie).get(own).content.decode()
    taken_up(cast)
    assert "Une version provisoire est scellée" not in signed_in(cast.saisie).get(own).content.decode()
    assert kept(cast) is not None
