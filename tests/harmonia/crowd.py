"""More of everything that a page lists, for the pages whose work must not grow with it."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone

from harmonia.acces.models import Mission, User
from harmonia.campagnes.models import CalendrierOrganisme, Campagne, Genre, Notification
from harmonia.consultations.models import Consultation, Droit, Nature
from harmonia.documents.exchange import post
from harmonia.dossiers.evaluation import live
from harmonia.dossiers.justifications import justify
from harmonia.dossiers.models import (
    Commentaire,
    Dossier,
    Edition,
    ImportDepose,
    Justification,
    Presence,
    RapportScelle,
    Signature,
    Transition,
    VersionScellee,
)
from harmonia.dossiers.opening import open_campagne
from harmonia.organismes.invitations import invite
from harmonia.organismes.models import Contact, Organisme, Rattachement
from harmonia.tenancy.scope import Role, Scope, open_scope
from tests.harmonia.cast import Cast
from tests.harmonia.figures import put
from tests.harmonia.files import pdf

AUTHORITY = Role(settings.PORTAIL)
SIRENS = ("000000034", "000000042", "000000059", "000000067", "000000075", "000000083", "000000091")
CELLS = ("CRP.R031.N", "CRP.R041.N", "CRP.R051.N", "CRP.R211.N", "CRP.R311.N", "PAS.P020.N", "PAS.P120.N")


def add_one_of_each(cast: Cast, dossier: Dossier, number: int) -> None:
    """Add one row to everything that the pages list: members, people, papers, years, steps, findings."""
    user = User.objects.create_user(f"voisin{number}", f"voisin{number}@essai.example", None)
    User.objects.create_user(f"agent{number}", f"agent{number}@essai.example", None, mission=Mission.ANALYSTE)
    with open_scope(Scope(Role.SYSTEME)):
        Rattachement.objects.create(user=user, organisme=cast.ici, saisie=True, administrateur=True)
        other = _member(cast.campagne, number)
        _year(cast, number)
    with open_scope(Scope(Role.ORGANISME, user.pk, other.pk)):
        _validated(Dossier.objects.get(campagne=cast.campagne, organisme=other))
    with open_scope(Scope(AUTHORITY, cast.federation.pk)):
        invite(f"neuf{number}@essai.example", ["saisie"], organisme=cast.ici)
        invite(f"agent.neuf{number}@essai.example", (), mission=Mission.ANALYSTE)
        Contact.objects.create(organisme=cast.ici, theme="rh", nom=f"C{number}", courriel="c@essai.example")
        post(dossier.pk, cast.ici.pk, "Et la table 8 ?")
        Consultation.objects.create(
            organisme=cast.ici,
            user=cast.federation,
            qui=f"Agent {number}",
            droit=Droit.AUTORITE,
            nature=Nature.LECTURE,
            objet="Table CRP",
            le=timezone.now(),
            quart=timezone.now(),
        )
    with open_scope(cast.scope()):
        _papers(cast, dossier, user, number)
    with open_scope(cast.scope()):
        put(dossier, {CELLS[number - 1]: 90_000_000 + number})
        _say(dossier)


def _member(campagne: Campagne, number: int) -> Organisme:
    other = Organisme.objects.create(siren=SIRENS[number - 1], nom=f"Voisine {number}", famille="COOP")
    open_campagne(campagne)
    CalendrierOrganisme.objects.create(
        campagne=campagne, organisme=other, assemblee_le=date(2023, 6, 10 + number)
    )
    return other


def _validated(dossier: Dossier) -> None:
    Dossier.objects.filter(pk=dossier.pk).update(etape="4_Fiabilisation", rang=4)
    _step(dossier, "demander_retour")


def _year(cast: Cast, number: int) -> None:
    former = Campagne.objects.create(
        exercice=2022 + number,
        questionnaire="qdis_coop",
        millesime="2022",
        restitution="dis_coop",
        titre=f"QDIS {2022 + number}",
        echeance=date(2023 + number, 7, 31),
    )
    open_campagne(former)
    Notification.objects.create(
        campagne=cast.campagne,
        organisme=cast.ici,
        courriel="c@essai.example",
        genre=Genre.RELANCE,
        jours=number,
        echeance=date(2023, 7, 31),
    )


def _papers(cast: Cast, dossier: Dossier, user: User, number: int) -> None:
    now = timezone.now() - timedelta(minutes=number)
    own = {"dossier": dossier, "organisme": cast.ici, "par": user, "le": timezone.now()}
    post(dossier.pk, cast.ici.pk, "Voici.", joint=pdf())
    ImportDepose.objects.create(source="fichier", nom=f"f{number}.csv", etat="echoue", **own)
    ImportDepose.objects.create(source="reprise", nom=f"r{number}", etat="echoue", **own)
    ImportDepose.objects.create(source="rapatriement", nom=f"H{number}", etat="echoue", **own)
    Edition.objects.create(
        nature="pdf", curseur=number, provisoire=True, etat="prete", nom="f.pdf", contenu=b"%PDF-", **own
    )
    report = RapportScelle.objects.filter(dossier=dossier).earliest("id")
    version = VersionScellee.objects.filter(dossier=dossier).earliest("id")
    for sealed in (report, version):
        sealed.pk, sealed.par, sealed.le = None, user, now
    version.numero = VersionScellee.objects.filter(dossier=dossier).count() + 1
    report.save(force_insert=True)
    version.save(force_insert=True)
    Commentaire.objects.create(cle=CELLS[0], texte="Vu.", **own)
    Signature.objects.create(role="comptable", empreinte="", annulee_le=now, **own)
    Presence.objects.create(
        dossier=dossier, organisme=cast.ici, user=user, table_code="CRP", cle=CELLS[0], vu_le=timezone.now()
    )
    _step(dossier, "reprendre")


def _step(dossier: Dossier, action: str) -> None:
    Transition.objects.create(
        dossier=dossier,
        organisme_id=dossier.organisme_id,
        action=action,
        de=dossier.etape,
        vers=dossier.etape,
        motif="À revoir.",
        jeton=uuid.uuid4(),
        le=timezone.now(),
    )


def _say(dossier: Dossier) -> None:
    """Justify the first warning that nobody has said anything of, and leave the others."""
    state = live(dossier)
    said = {row.lieu for row in Justification.objects.filter(dossier=dossier)}
    for check, judgement in zip(state.plan.checks, state.judgements, strict=True):
        if judgement.ecart and check.ligne and check.ligne not in said:
            justify(dossier, state, check, judgement, "Vu avec le commissaire aux comptes.")
            return
