"""
The permission matrix: every URL, every role, on both sides of the wall.

It is read from `permissions.txt`, one line per URL and method, then from the file of the door, which adds or
replaces: to add a page, add a line.  The objects that
the addresses name are those of `ici`; `etranger` holds every profile, but elsewhere.  Behind an `@4`, the
dossier is at that step; what follows `?` is the query.  `login`: sent to the sign-in page.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from harmonia.acces.models import Interlocuteur, Mission
from harmonia.documents.exchange import post
from harmonia.dossiers.models import Dossier, Edition, ImportDepose, Rapatriement
from harmonia.dossiers.reports import verify_and_seal
from harmonia.dossiers.transitions import Demand, seal
from harmonia.dossiers.workflow import workflow
from harmonia.organismes.invitations import invite, token_of
from harmonia.organismes.models import Contact, Rattachement
from harmonia.tenancy.scope import Role, Scope, open_scope
from harmonia.transmissions.pieces import attach
from harmonia.transmissions.services import transmit
from tests.harmonia.cast import Cast, signed_in
from tests.harmonia.desk import desk
from tests.harmonia.files import pdf
from tests.harmonia.ministere.tiers import consent_of

ROLES = ("anonyme", "saisie", "comptable", "direction", "gestion", "etranger", "analyste", "federation")
MACHINES = frozenset(
    {"api_comparer", "api_consentement", "api_courante", "api_numerotee", "oauth_jeton", "oauth_revoquer"}
)
"""What portals call, by a secret or a token of their own: a session opens nothing there."""
FILES = ("permissions.txt", f"permissions_{settings.PORTAIL}.txt")


@dataclass(frozen=True)
class Line:
    """What every role is answered at an address."""

    name: str
    rang: int
    query: str
    method: str
    expected: tuple[str, ...]


def lines() -> list[Line]:
    """Return the matrix of the door."""
    found: dict[tuple[str, str], Line] = {}
    for name in FILES:
        for text in Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines():
            words = text.partition("#")[0].split()
            if words:
                found[words[0], words[1]] = _line(words)
    return list(found.values())


def _line(words: list[str]) -> Line:
    place, _, query = words[0].partition("?")
    name, _, rang = place.partition("@")
    return Line(name, int(rang or 0), query, words[1], tuple(words[2:]))


def _named() -> set[str]:
    def names(patterns: list[URLPattern | URLResolver]) -> set[str]:
        found: set[str] = set()
        for one in patterns:
            if isinstance(one, URLResolver):
                found |= names(one.url_patterns)
            elif one.name:
                found.add(one.name)
        return found

    return names(get_resolver().url_patterns)


def arguments_of(cast: Cast, name: str) -> dict[str, object]:
    """Make what the address names, and return the arguments of every address; each takes its own."""
    return {**objects(cast), **contents(cast, name), **words_of(name)}


def objects(cast: Cast) -> dict[str, object]:
    """Make what hangs on the organisation, and return its numbers."""
    with open_scope(Scope(Role(settings.PORTAIL), cast.federation.pk)):
        contact = Contact.objects.create(
            organisme=cast.ici, theme="direction", nom="Claude", courriel="c@essai.example"
        )
        row = Rattachement.objects.get(user=cast.saisie, organisme=cast.ici)
        asked = invite("neuf@essai.example", ["saisie"], organisme=cast.ici)
        staff = invite("equipe@essai.example", (), mission=Mission.ANALYSTE)
    with open_scope(cast.scope()):
        joint = post(cast.dossier.pk, cast.ici.pk, "Voici.", joint=pdf()).document_id
    return {
        "dossier_id": cast.dossier.pk,
        "organisme_id": cast.ici.pk,
        "rattachement_id": row.pk,
        "contact_id": contact.pk,
        "invitation_id": asked.pk,
        "staff_invitation_id": staff.pk,
        "document_id": joint,
        "campagne_id": cast.campagne.pk,
        "user_id": cast.analyste.pk,
        "interlocuteur_id": Interlocuteur.objects.create(objet="Aide", nom="Claude").pk,
        "jeton": token_of(asked),
    }


def words_of(name: str) -> dict[str, object]:
    """Return the words of an address, which name nothing that has to be made."""
    return {
        "acte": "annuler" if "invitation" in name else "fermer" if "equipe" in name else "suspendre",
        "code": "SF" if "graphique" in name else "CRP",
        "forme": "xml" if "depot" in name else "csv",
        "nature": "xlsx",
        "quoi": "organismes",
        "numero": 1,
        "nom": "accuse-1",
        "key": "abc",
        "uidb36": "1",
        "pk": 1,
    }


def contents(cast: Cast, name: str) -> dict[str, object]:
    """Make what hangs on the dossier, for the addresses that name it."""
    own = {"dossier": cast.dossier, "organisme": cast.ici, "par": cast.saisie, "le": timezone.now()}
    if name.endswith("consentement"):
        return {"consentement_id": consent_of(cast).pk}
    with open_scope(cast.scope()):
        if name.startswith("import_"):
            taken = ImportDepose.objects.create(source="fichier", nom="f.csv", etat="echoue", **own)
            return {"import_id": taken.pk}
        if name.startswith("edition"):
            made = Edition.objects.create(
                nature="xlsx", curseur=0, provisoire=True, etat="prete", nom="f.xlsx", contenu=b"PK", **own
            )
            return {"edition_id": made.pk}
        if name == "verification_rapport":
            return {"rapport_id": verify_and_seal(cast.dossier).pk}
        if name.startswith("rapatriement_"):
            depose = ImportDepose.objects.create(source="rapatriement", nom="H", etat="applique", **own)
            kept = Rapatriement.objects.create(
                depose=depose,
                numero=1,
                empreinte="0" * 64,
                transmis_le=timezone.now(),
                origine={"cle": {"lue": ""}},
                comparaison={"cle": {"id": ""}},
                **own,
            )
            return {"rapatriement_id": kept.pk}
        if name.startswith("transmission_"):
            transmit(cast.dossier, Demand("", uuid.uuid4(), 0), "")
            return {"piece_id": attach(cast.dossier, pdf(), "pv").pk}
        if name == "version_scellee":
            seal(cast.dossier)
    return desk(cast, name)


def address_of(name: str, arguments: dict[str, object]) -> str:
    """Return the address of a name, with the arguments that it asks for."""
    if name.startswith("equipe"):
        arguments = arguments | {"invitation_id": arguments["staff_invitation_id"]}
    for possible in get_resolver().reverse_dict.getlist(name):
        wanted = possible[0][0][1]
        return reverse(name, kwargs={key: arguments[key] for key in wanted})
    raise NoReverseMatch(name)


def _answer(cast: Cast, role: str, method: str, address: str) -> str:
    client = Client() if role == "anonyme" else signed_in(getattr(cast, role))
    response = client.generic(method, address, content_type="application/x-www-form-urlencoded")
    if response.status_code == 302 and "/compte/login/" in str(response.headers["Location"]):
        return "login"
    return str(response.status_code)


def move_to(cast: Cast, rang: int) -> None:
    """Put the dossier of `ici` at a step, without what passing it asks."""
    code = next(one.code for one in workflow().etapes.values() if one.rang == rang)
    with open_scope(cast.scope()):
        Dossier.objects.filter(pk=cast.dossier.pk).update(etape=code, rang=rang)


@pytest.mark.parametrize("line", lines(), ids=lambda line: f"{line.name}@{line.rang} {line.method}")
def test_each_role_is_answered_what_the_matrix_says(cast: Cast, line: Line) -> None:
    """The owner, the colleague, the stranger, the authority and nobody."""
    address = f"{address_of(line.name, arguments_of(cast, line.name))}?{line.query}"
    if line.rang:
        move_to(cast, line.rang)
    found = []
    for role in ROLES:
        with transaction.atomic():
            found.append(_answer(cast, role, line.method, address))
            transaction.set_rollback(True)
    assert dict(zip(ROLES, line.expected, strict=True)) == dict(zip(ROLES, found, strict=True))


def test_every_url_is_in_the_matrix() -> None:
    """A page without a line is a page whose permissions nobody thought of."""
    assert set() == _named() - {line.name for line in lines()}
    assert set() == {line.name for line in lines()} - _named()


def test_a_post_without_its_token_changes_nothing(cast: Cast) -> None:
    """Every URL, for who may open it: the CSRF token is asked for before the view is entered."""
    clients = [signed_in(cast.gestion), signed_in(cast.federation)]
    for client in clients:
        client.handler.enforce_csrf_checks = True
    let_through = []
    for name in sorted({line.name for line in lines()} - MACHINES):
        with transaction.atomic():
            address = address_of(name, arguments_of(cast, name))
            let_through += [address for client in clients if client.post(address).status_code != 403]
            transaction.set_rollback(True)
    assert [] == let_through
