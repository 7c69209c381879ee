"""
The sector of the bench: cooperatives with full dossiers, their editors already signed in.

To be imported once Django is set up, as the serving role.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

import psycopg
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

import secteur
from bench.web.cast import Cast, Editor, Signer
from harmonia.acces.models import User
from harmonia.dossiers.evaluation import plan_for
from harmonia.dossiers.models import Dossier, Valeur
from harmonia.dossiers.opening import open_campagne
from harmonia.dossiers.workflow import workflow
from harmonia.organismes.models import Organisme, Rattachement
from harmonia.portail import seeds
from harmonia.tenancy.scope import Role, Scope, open_scope
from liasse import Nature, SlotKind
from liasse.echanges import sha256

COOPERATIVES: Final = 165
VALIDATIONS: Final = 100
MODELS: Final = 2
"""Filings drawn; the others are copies."""

Dossiers = Mapping[tuple[int, int], Dossier]
"""By organisation and exercice."""


def plant(editors: int, owner_url: str) -> Cast:
    """Plant the sector in an empty, migrated database; Django is set up as the serving role."""
    known = list(secteur.organismes(MODELS, 2022, {"COOP": MODELS}))
    people = User.objects.bulk_create(
        [
            User(username=f"editeur{number}", email=f"e{number}@harmonia.example", password="!")
            for number in range(editors + VALIDATIONS)
        ]
    )
    with open_scope(Scope(Role.SYSTEME)):
        organismes = Organisme.objects.bulk_create(
            [
                Organisme(
                    siren=f"{number:09d}", nom=f"Coopérative {number}", famille="COOP", activite="mixte"
                )
                for number in range(COOPERATIVES + VALIDATIONS)
            ]
        )
        for exercice in (2021, 2022):
            open_campagne(seeds._campagne(exercice))  # noqa: SLF001 - the seeds are the model of the bench
        places = [number % COOPERATIVES for number in range(editors)]
        places += [COOPERATIVES + number for number in range(VALIDATIONS)]
        Rattachement.objects.bulk_create(
            [
                Rattachement(
                    user=user, organisme=organismes[place], saisie=True, comptable=True, hierarchique=True
                )
                for user, place in zip(people, places, strict=True)
            ]
        )
        dossiers = {
            (row.organisme_id, row.campagne.exercice): row
            for row in Dossier.objects.select_related("campagne", "organisme", "precedent__campagne")
        }
    _fill(known, organismes, people, places, dossiers, owner_url)
    return _cast(people, places, organismes, dossiers, editors)


def _fill(
    known: Sequence[secteur.Organisme],
    organismes: Sequence[Organisme],
    people: Sequence[User],
    places: Sequence[int],
    dossiers: Dossiers,
    owner_url: str,
) -> None:
    """Fill two cooperatives by the application, and copy them to the others as the owner of the tables."""
    for place, one, path in (
        (0, known[0], ("demarrer",)),
        (COOPERATIVES, known[1], ("demarrer", "presenter", "signer_comptable")),
    ):
        organisme = organismes[place]
        user = people[places.index(place)]
        scope = Scope(Role.ORGANISME, user.pk, organisme.pk)
        with open_scope(scope):
            for exercice in (2021, 2022):
                seeds._write(dossiers[organisme.pk, exercice], one, exercice)  # noqa: SLF001
        seeds.Seeds("")._advance(dossiers[organisme.pk, 2022], path, scope)  # noqa: SLF001
    with psycopg.connect(owner_url) as connection:
        for source, targets in (
            (organismes[0], organismes[1:COOPERATIVES]),
            (organismes[COOPERATIVES], organismes[COOPERATIVES + 1 :]),
        ):
            for exercice in (2021, 2022):
                model = dossiers[source.pk, exercice].pk
                for target in targets:
                    _copy(connection, model, dossiers[target.pk, exercice].pk, target.pk)
        _sign(connection, dossiers[organismes[COOPERATIVES].pk, 2022].pk)
        connection.execute("ANALYZE")


_COPY_BALANCE: Final = (
    "INSERT INTO dossiers_balancedeposee"
    " (dossier_id, organisme_id, contenu, fichier, empreinte, rapport, par_id, le)"
    " SELECT %s, %s, contenu, fichier, empreinte, rapport, NULL, le FROM dossiers_balancedeposee"
    " WHERE dossier_id = %s RETURNING id"
)
_COPY_VALUES: Final = (
    "INSERT INTO dossiers_valeur"
    " (dossier_id, organisme_id, cle, valeur, texte, version, origine, par_id, le)"
    " SELECT %s, %s, cle, CASE WHEN cle = '@balance' THEN %s ELSE valeur END, texte, version, origine,"
    " NULL, le"
    " FROM dossiers_valeur WHERE dossier_id = %s"
)
_COPY_JUSTIFICATIONS: Final = (
    "INSERT INTO dossiers_justification"
    " (dossier_id, organisme_id, controle, lieu, texte, montant, figures, par_id, le, decision, motif,"
    " remplacee)"
    " SELECT %s, %s, controle, lieu, texte, montant, figures, par_id, le, decision, motif, remplacee"
    " FROM dossiers_justification WHERE dossier_id = %s"
)
_COPY_STEP: Final = (
    "UPDATE dossiers_dossier d SET etape = m.etape, rang = m.rang, version = m.version"
    " FROM dossiers_dossier m WHERE d.id = %s AND m.id = %s"
)


def _copy(connection: psycopg.Connection, model: int, target: int, organisme: int) -> None:
    row = connection.execute(_COPY_BALANCE, [target, organisme, model]).fetchone()
    connection.execute(_COPY_VALUES, [target, organisme, row[0] if row else None, model])
    connection.execute(_COPY_JUSTIFICATIONS, [target, organisme, model])
    connection.execute(_COPY_STEP, [target, model])


def _sign(connection: psycopg.Connection, model: int) -> None:
    """Give every dossier about to be validated the signature of its accountant, over its own values."""
    query = "SELECT cle, valeur, texte FROM dossiers_valeur WHERE dossier_id = %s AND valeur IS NOT NULL"
    content = [list(row) for row in connection.execute(query, [model])]
    balances = "SELECT dossier_id, organisme_id, valeur FROM dossiers_valeur WHERE cle = '@balance'"
    for dossier_id, organisme_id, balance in connection.execute(balances).fetchall():
        made = sorted(
            (cle, balance if cle == "@balance" else valeur, texte) for cle, valeur, texte in content
        )
        connection.execute(
            "INSERT INTO dossiers_signature (dossier_id, organisme_id, role, empreinte, par_id, le)"
            " SELECT %s, %s, role, %s, par_id, le FROM dossiers_signature s"
            " JOIN dossiers_dossier d ON d.id = %s"
            " WHERE s.dossier_id = %s AND d.rang = 3 AND d.id <> s.dossier_id",
            [dossier_id, organisme_id, sha256(made), dossier_id, model],
        )


def _cast(
    people: Sequence[User],
    places: Sequence[int],
    organismes: Sequence[Organisme],
    dossiers: Dossiers,
    editors: int,
) -> Cast:

    plan = plan_for(dossiers[organismes[0].pk, 2022])
    cells = [
        slot.key
        for slot in plan.slots
        if slot.kind is SlotKind.CELL
        and slot.nature is Nature.SAISIE
        and slot.unit.code == "euro"
        and not slot.section
    ]
    sessions = _sessions(people)
    made = []
    for number in range(editors):
        rank = number // COOPERATIVES
        own = tuple(cells[rank * 40 : rank * 40 + 40])
        dossier = dossiers[organismes[places[number]].pk, 2022]
        made.append(Editor(people[number].pk, sessions[number], dossier.pk, own))
    signers = []
    for number in range(VALIDATIONS):
        dossier = dossiers[organismes[COOPERATIVES + number].pk, 2022]
        signers.append(Signer(people[editors + number].pk, sessions[editors + number], dossier.pk, 3))
    model = dossiers[organismes[0].pk, 2022]
    with open_scope(Scope(Role.ORGANISME, people[0].pk, organismes[0].pk)):
        held = frozenset(Valeur.objects.filter(dossier=model).values_list("cle", flat=True))
    return Cast(tuple(made), tuple(signers), held, _last_signature(), settings.SESSION_COOKIE_NAME)


def _last_signature() -> str:
    """Return the action by which the door receives a dossier."""
    return next(code for code, action in workflow().actions.items() if "scelle" in action.effets)


def _sessions(people: Sequence[User]) -> list[str]:
    """Open the session of everybody, as a sign-in does, without the cost of the passwords."""
    store: Any = SessionStore()
    made: list[Session] = []
    for user in people:
        data = {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
        made.append(
            Session(
                session_key=store._get_new_session_key(),  # noqa: SLF001 - Django gives no other way
                session_data=store.encode(data),
                expire_date=timezone.now() + timedelta(hours=2),
            )
        )
    Session.objects.bulk_create(made)
    return [one.session_key for one in made]
