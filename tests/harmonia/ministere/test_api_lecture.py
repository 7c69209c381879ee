"""What a consent lets another portal read: what was sealed, byte for byte, and the organisation sees it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from harmonia.consultations.models import Consultation, Droit, Nature
from harmonia.dossiers.models import Dossier
from harmonia.dossiers.plans import form_for, plan_of
from harmonia.tenancy.scope import Role, Scope, open_scope
from harmonia.transmissions.cles import portal_key
from liasse import evaluate, facts_of, given_year, read_filing, table_figures
from liasse.echanges import ClePrivee, canonical_json, check_accuse, schema, sha256, sign_document, signer_of
from tests.harmonia.cast import Cast, signed_in
from tests.harmonia.ministere.test_transmissions import transmitted, type_in
from tests.harmonia.ministere.tiers import Portail

COURANTE = "/api/v1/transmissions/courante"


pytestmark = pytest.mark.usefixtures("lenient")


def reopened(cast: Cast) -> None:
    """Bring the dossier back to entry, as the ministry's demand for a correction does."""
    with open_scope(cast.scope()):
        Dossier.objects.filter(pk=cast.dossier.pk).update(etape="2_Saisie", rang=2)
        cast.dossier.refresh_from_db()


def readings(cast: Cast) -> list[tuple[str, str, str, str]]:
    """Return the readings that the organisation sees."""
    with open_scope(cast.scope()):
        return [(one.qui, one.objet, one.droit, one.nature) for one in Consultation.objects.order_by("id")]


def test_the_last_transmission_comes_as_it_was_sealed(cast: Cast, portail: Portail) -> None:
    """Its bytes are canonical, its receipt holds, its tag is its digest; the organisation sees who read."""
    type_in(cast, "10")
    made = transmitted(cast)
    token = portail.tokens(signed_in(cast.comptable), cast)["access_token"]
    response = portail.get(COURANTE, token)
    assert (200, f'"{made.empreinte}"') == (response.status_code, response.headers["ETag"])
    assert canonical_json(response.json()) == response.content
    received = response.json()
    accuse, instantane = canonical_json(received["accuse"]), canonical_json(received["instantane"])
    assert (made.accuse, made.instantane) == (accuse.decode(), instantane.decode())
    assert check_accuse(accuse, instantane, [portal_key().publique]).de_confiance
    assert [
        ("Harmonia.coop", "Transmission n° 1, exercice 2022", Droit.CONSENTEMENT, Nature.API)
    ] == readings(cast)
    page = signed_in(cast.saisie).get("/consultations/").content.decode()
    assert "Harmonia.coop" in page
    assert "Consentement donné par votre organisme" in page


def test_what_one_has_already_is_not_sent_again(cast: Cast, portail: Portail) -> None:
    """304 without a body, until a correction is transmitted."""
    made = transmitted(cast)
    token = portail.tokens(signed_in(cast.comptable), cast)["access_token"]
    for tags, status in (
        (f'"{made.empreinte}"', 304),
        (f'W/"{made.empreinte}"', 304),
        (f'"x", "{made.empreinte}"', 304),
        ('"x"', 200),
        ("", 200),
    ):
        response = portail.get(COURANTE, token, **{"If-None-Match": tags})
        assert (status, status == 304) == (response.status_code, not response.content)


def test_a_correction_is_the_last_and_the_former_stays(cast: Cast, portail: Portail) -> None:
    """While it is prepared, what was transmitted is still what is read."""
    type_in(cast, "10")
    former = transmitted(cast)
    token = portail.tokens(signed_in(cast.comptable), cast)["access_token"]
    reopened(cast)
    type_in(cast, "20", 1)
    assert former.instantane in portail.get(COURANTE, token).content.decode()
    later = transmitted(cast)
    assert 2 == portail.get(COURANTE, token).json()["instantane"]["version"]["numero"]
    for numero, sealed in ((1, former), (2, later)):
        response = portail.get(f"/api/v1/transmissions/{numero}", token)
        assert sealed.empreinte == sha256(response.json()["instantane"])


# ── The comparison ───────────────────────────────────────────────────────────────────────────────


def figures(plain: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the figures of a snapshot, table by table."""
    plan = plan_of(plain["questionnaire"], plain["millesime"], plain["famille"])
    faits = read_filing(plain["contenu"], form_for(plan))[0].faits
    year = given_year(evaluate(plan, facts_of(plan, faits, plain["exercice"])), faits.lignes)
    return table_figures(year, form_for(plan), {cell: cell for cell in year.cellules})


def comparison(plain: Mapping[str, Any], held: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return what another portal signs: what it received, and what it holds of it."""
    theirs = figures(plain)
    return {
        "format": "harmonia.comparaison/1",
        "portail": "http://127.0.0.1:8002",
        "organisme": {"siren": "000000018"},
        "exercice": 2022,
        "transmission": {"empreinte": sha256(plain), "numero": 1},
        "fait_le": "2023-07-31T12:00:00Z",
        "tables": [
            {
                "table": code,
                "references": sorted(table["cellules"]),
                "ministere": sha256(table),
                "ici": sha256((held or theirs).get(code, {})),
            }
            for code, table in theirs.items()
        ],
    }


def sent(portail: Portail, token: str, document: object) -> Any:
    """Send a document to be countersigned."""
    return portail.http.post(
        "/api/v1/comparaisons",
        json.dumps(document),
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )


def test_the_same_figures_are_countersigned(cast: Cast, portail: Portail) -> None:
    """By the key that this portal publishes, over the very document of the other."""
    type_in(cast, "10")
    plain = json.loads(transmitted(cast).instantane)
    token = portail.tokens(signed_in(cast.comptable), cast)["access_token"]
    given = sign_document(comparison(plain), ClePrivee.draw())
    made = sent(portail, token, given).json()
    assert [] == list(Draft202012Validator(schema("contreseing-1")).iter_errors(made))
    assert portal_key().publique == signer_of(made)
    assert (given, "identique") == (made["comparaison"], made["resultat"])
    assert made["tables"]
    assert all(table["confirmee"] for table in made["tables"])


def test_figures_that_moved_are_told_apart(cast: Cast, portail: Portail) -> None:
    """What was received is confirmed; what is held now is not the same."""
    type_in(cast, "10")
    plain = json.loads(transmitted(cast).instantane)
    token = portail.tokens(signed_in(cast.comptable), cast)["access_token"]
    moved = figures(plain)
    moved["CRP"]["cellules"]["CRP.R033.N"] = "11.00"
    made = sent(portail, token, sign_document(comparison(plain, moved), ClePrivee.draw())).json()
    assert "different" == made["resultat"]
    assert all(table["confirmee"] for table in made["tables"])


def test_a_lie_about_what_was_received_is_not_confirmed(cast: Cast, portail: Portail) -> None:
    """Whatever the other portal signs, this one computes again."""
    type_in(cast, "10")
    plain = json.loads(transmitted(cast).instantane)
    token = portail.tokens(signed_in(cast.comptable), cast)["access_token"]
    lie = comparison(plain)
    lie["tables"][0] |= {"ministere": sha256("faux"), "ici": sha256("faux")}
    made = sent(portail, token, sign_document(lie, ClePrivee.draw())).json()
    assert ("different", False) == (made["resultat"], made["tables"][0]["confirmee"])


def test_a_comparison_is_read_strictly(cast: Cast, portail: Portail) -> None:
    """Unsigned, altered, of another form: 400; about what is not covered: 404."""
    plain = json.loads(transmitted(cast).instantane)
    token = portail.tokens(signed_in(cast.comptable), cast)["access_token"]
    true = sign_document(comparison(plain), ClePrivee.draw())
    wrongs: list[object] = [{**true, "exercice": 2021}, {**true, "tables": "x"}, {}, [], "x", 1.5]
    for wrong in wrongs:
        assert 400 == sent(portail, token, wrong).status_code
    other = {**comparison(plain), "transmission": {"empreinte": "0" * 64}}
    assert 404 == sent(portail, token, sign_document(other, ClePrivee.draw())).status_code


def test_the_contract_is_published_with_its_schemas(cast: Cast) -> None:
    """Each reference of the document leads somewhere, each schema is one."""
    client = Portail().http
    document = client.get("/api/v1/openapi.json").json()
    text = json.dumps(document)
    named = {part.split('"')[0] for part in text.split("#/components/")[1:]}
    for name in named:
        kind, _, key = name.partition("/")
        assert key in document["components"][kind]
    for name in ("accuse-1", "comparaison-1", "consentement-1", "contreseing-1", "instantane-1"):
        Draft202012Validator.check_schema(client.get(f"/api/v1/schemas/{name}").json())
    assert 404 == client.get("/api/v1/schemas/inconnu").status_code
    with open_scope(Scope(Role.SYSTEME)):
        assert "3.1.0" == document["openapi"]
