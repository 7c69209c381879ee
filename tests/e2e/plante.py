"""
What is done on the ministry's side of a couple, by its own application: `python -m tests.e2e.plante ACT`.

`planter RETOUR` makes the cooperative of `seule`, files its statements and transmits them;
`corriger CELL CENTS` transmits a correction; `preparer CELL CENTS` presents one, that `finir` transmits;
`revoquer` ends every consent.
"""

from __future__ import annotations

import os
import sys
import uuid
from collections.abc import Callable
from datetime import date

import django

django.setup()

from allauth.account.models import EmailAddress  # noqa: E402 - Django first

from harmonia.acces.models import User  # noqa: E402
from harmonia.api.clients import declare  # noqa: E402
from harmonia.api.consentements import close, consents  # noqa: E402
from harmonia.api.models import Fin  # noqa: E402
from harmonia.campagnes.models import Campagne, Rapatriable  # noqa: E402
from harmonia.dossiers.models import Dossier, Origine, Valeur  # noqa: E402
from harmonia.dossiers.opening import open_campagne  # noqa: E402
from harmonia.dossiers.services import Write, save_values  # noqa: E402
from harmonia.dossiers.transitions import Demand, move  # noqa: E402
from harmonia.organismes.models import Organisme, Rattachement  # noqa: E402
from harmonia.portail import seeds  # noqa: E402
from harmonia.portail.cast import SEED  # noqa: E402
from harmonia.tenancy.scope import Role, Scope, open_scope  # noqa: E402
from secteur.organismes import organisme as organisme_of  # noqa: E402

ALL = frozenset({"saisie", "comptable", "hierarchique"})
WAY = ("demarrer", "presenter", "signer_comptable", "transmettre")


def planter(retour: str) -> None:
    """Make an organisation, its people, its dossier; fill it; transmit it."""
    declare(
        "Harmonia.coop", [retour], os.environ["HARMONIA_OAUTH_CLIENT"], os.environ["HARMONIA_OAUTH_SECRET"]
    )
    known = organisme_of(1, SEED, ["COOP"])
    with open_scope(Scope(Role.SYSTEME)):
        organisme = Organisme.objects.create(
            siren=known.siren, nom=known.nom, famille="COOP", activite="mixte"
        )
        campagne = Campagne.objects.create(
            exercice=2022,
            questionnaire="etats_reglementaires",
            millesime="2022",
            titre="États réglementaires 2022",
            familles="COOP",
            echeance=date(2030, 7, 31),
        )
        open_campagne(campagne)
        user = User.objects.create_user(
            "seule",
            "seule@etat.example",
            os.environ["HARMONIA_MOT_DE_PASSE"],
            first_name="Alix",
            last_name="Seule",
        )
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        Rattachement.objects.create(
            user=user,
            organisme=organisme,
            saisie=True,
            comptable=True,
            hierarchique=True,
            administrateur=True,
        )
    with open_scope(_scope()):
        seeds._write(_dossier(), known, 2022)
    transmettre(*WAY)


def corriger(cell: str, cents: str) -> None:
    """Change a cell, and transmit the next version."""
    _change(cell, cents)
    transmettre(*WAY[1:])


def preparer(cell: str, cents: str) -> None:
    """Let versions be copied before they are transmitted; change a cell, and present the next one."""
    with open_scope(Scope(Role.SYSTEME)):
        Campagne.objects.update(rapatriable_des=Rapatriable.SAISIE_TERMINEE)
    _change(cell, cents)
    transmettre(*WAY[1:2])


def finir() -> None:
    """Sign and transmit what is presented."""
    transmettre(*WAY[2:])


def _change(cell: str, cents: str) -> None:
    for scope, action, who in (
        (_scope(), "demander_retour", ALL),
        (Scope(Role.MINISTERE), "accepter_retour", frozenset({"ministere"})),
    ):
        with open_scope(scope):
            dossier = _dossier()
            move(dossier, Demand(action, uuid.uuid4(), dossier.version, "Une ligne à revoir."), who)
    with open_scope(_scope()):
        dossier = _dossier()
        known = (
            Valeur.objects.filter(dossier=dossier, cle=cell).values_list("version", flat=True).first() or 0
        )
        save_values(dossier, [Write(cell, int(cents), None, known)], Origine.SAISIE)


def revoquer() -> None:
    """End the consents of the organisation, as its « Accès accordés » page does."""
    with open_scope(_scope()):
        for row in consents(_dossier().organisme):
            close(row, Fin.REVOQUE)


def transmettre(*actions: str) -> None:
    """Pass the steps, each in a transaction."""
    for action in actions:
        with open_scope(_scope()):
            dossier = _dossier()
            if action == "presenter":
                seeds._justify_all(dossier)
            move(dossier, Demand(action, uuid.uuid4(), dossier.version), ALL)


def _scope() -> Scope:
    user = User.objects.get(username="seule")
    with open_scope(Scope(Role.PERSONNE, user.pk)):
        row = Rattachement.objects.get(user=user)
    return Scope(Role.ORGANISME, user.pk, row.organisme_id)


def _dossier() -> Dossier:
    return Dossier.objects.select_related("campagne", "organisme", "precedent__campagne").get()


ACTS: dict[str, Callable[..., None]] = {
    one.__name__: one for one in (planter, corriger, preparer, finir, revoquer)
}

if __name__ == "__main__":
    ACTS[sys.argv[1]](*sys.argv[2:])
