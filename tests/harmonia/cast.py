"""The cast of the tests: the owner, the colleague and the stranger, on both sides of the wall."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client

from harmonia.acces.models import Mission, User
from harmonia.acces.second_factor import ENROLLED
from harmonia.campagnes.models import Campagne
from harmonia.dossiers.models import Dossier
from harmonia.dossiers.opening import open_campagne
from harmonia.organismes.models import Organisme, Rattachement
from harmonia.tenancy.porte import porte
from harmonia.tenancy.scope import Role, Scope, open_scope

PASSWORD = "un mot de passe d'essai"
ORGANISMES = {
    "federation": (
        ("000000018", "Coopérative d'Ici", "COOP"),
        ("000000026", "Coopérative d'Ailleurs", "COOP"),
    ),
    "ministere": (("000000018", "Coopérative d'Ici", "COOP"), ("000000026", "Office d'Ailleurs", "OPH")),
}
"""The members of each door: the cooperative is on both."""


@dataclass(frozen=True)
class Cast:
    """
    Two organisations: `ici` with one person per profile, `ailleurs` with a stranger; the authority.

    `federation` is the administrator of the authority of the door, the ministry's on the other one.
    """

    ici: Organisme
    ailleurs: Organisme
    campagne: Campagne
    dossier: Dossier
    dossier_ailleurs: Dossier
    saisie: User
    comptable: User
    direction: User
    gestion: User
    etranger: User
    analyste: User
    federation: User

    def scope(self, user: User | None = None) -> Scope:
        """Return the scope of a person of `ici`."""
        return Scope(Role.ORGANISME, (user or self.saisie).pk, self.ici.pk)

    @property
    def scope_ailleurs(self) -> Scope:
        """The scope of the stranger."""
        return Scope(Role.ORGANISME, self.etranger.pk, self.ailleurs.pk)

    @property
    def scope_federation(self) -> Scope:
        """The scope of the authority of the door."""
        return Scope(Role(settings.PORTAIL), self.analyste.pk)


def plant() -> Cast:
    """Plant the cast in an empty database."""
    with open_scope(Scope(Role.SYSTEME)):
        ici, ailleurs = (
            Organisme.objects.create(siren=siren, nom=nom, famille=famille, activite="mixte")
            for siren, nom, famille in ORGANISMES[settings.PORTAIL]
        )
        (form,) = porte().questionnaires.values()
        campagne = Campagne.objects.create(
            exercice=2022,
            questionnaire=form.code,
            millesime="2022",
            restitution=form.restitution,
            titre=f"{form.titre} 2022",
            familles=",".join(form.familles),
            echeance=date(2023, 7, 31),
        )
        open_campagne(campagne)
        people = {
            name: _user(name, ici, profils)
            for name, profils in (
                ("saisie", ("saisie",)),
                ("comptable", ("comptable",)),
                ("direction", ("hierarchique",)),
                ("gestion", ("administrateur",)),
            )
        }
        etranger = _user("etranger", ailleurs, ("saisie", "comptable", "hierarchique", "administrateur"))
    analyste = _user("analyste", None, (), Mission.ANALYSTE)
    federation = _user("federation", None, (), Mission.ADMINISTRATEUR)
    with open_scope(Scope(Role(settings.PORTAIL))):
        rows = {
            row.organisme_id: row
            for row in Dossier.objects.select_related("campagne", "organisme", "precedent")
        }
    return Cast(
        ici=ici,
        ailleurs=ailleurs,
        campagne=campagne,
        dossier=rows[ici.pk],
        dossier_ailleurs=rows[ailleurs.pk],
        etranger=etranger,
        analyste=analyste,
        federation=federation,
        **people,
    )


def _user(name: str, organisme: Organisme | None, profils: tuple[str, ...], mission: str = "") -> User:
    user = User.objects.create_user(
        name, f"{name}@essai.example", PASSWORD, first_name=name.title(), last_name="Essai", mission=mission
    )
    if organisme is not None:
        Rattachement.objects.create(user=user, organisme=organisme, **dict.fromkeys(profils, True))
    return user


def signed_in(user: User) -> Client:
    """Return a browser in which somebody has signed in; staff have shown their second factor."""
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    if user.est_autorite:
        Authenticator.objects.get_or_create(user=user, type=Authenticator.Type.TOTP, defaults={"data": {}})
        session = client.session
        session[ENROLLED] = user.pk
        session.save()
    return client
