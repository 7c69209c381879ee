"""The cast of the demonstration: twelve fictional cooperatives, two collections, every step once."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from allauth.account.models import EmailAddress
from django.utils import timezone

import secteur
from harmonia.acces.models import Mission, User
from harmonia.campagnes.models import CalendrierOrganisme, Campagne
from harmonia.dossiers.completeness import gaps, unjustified
from harmonia.dossiers.evaluation import live, plan_for
from harmonia.dossiers.justifications import justify, place
from harmonia.dossiers.keys import BALANCE
from harmonia.dossiers.models import BalanceDeposee, Dossier, Origine
from harmonia.dossiers.opening import open_campagne
from harmonia.dossiers.plans import form_for
from harmonia.dossiers.progress import keep_progress
from harmonia.dossiers.services import Write, save_values
from harmonia.dossiers.transitions import Demand, move
from harmonia.dossiers.workflow import workflow
from harmonia.organismes.models import Activite, Organisme, Rattachement
from harmonia.tenancy.scope import Role, Scope, open_scope
from liasse import DepotYear, Facts, Plan, year_plain

SEED: Final = 2022
EXERCICE: Final = 2022
COUNT: Final = 12
PROFILS: Final = ("saisie", "comptable", "hierarchique")
PATHS: Final = (
    ("demarrer",),
    (),
    ("demarrer", "presenter"),
    ("demarrer", "presenter", "signer_comptable"),
    ("demarrer", "presenter", "signer_comptable", "valider"),
    ("demarrer", "presenter", "signer_comptable", "valider", "demander_retour"),
    ("demarrer", "presenter", "signer_comptable", "valider", "cloturer"),
)
"""How far each cooperative is, in turn; the first one is the one of the demonstration."""


@dataclass(slots=True)
class Seeds:
    """What is planted; without a password, one is drawn."""

    password: str

    def plant(self) -> list[str]:
        """Plant everything, and return the lines that tell the accounts; nothing when something is there."""
        if Campagne.objects.exists():
            return []
        self.password = self.password or secrets.token_urlsafe(9)
        with open_scope(Scope(Role.SYSTEME)):
            cast = [self._organisme(known) for known in _cast()]
            campagnes = [_campagne(EXERCICE - 1), _campagne(EXERCICE)]
            for campagne in campagnes:
                open_campagne(campagne)
        accounts = self._accounts(cast)
        for rank, (known, organisme) in enumerate(zip(_cast(), cast, strict=True)):
            self._fill(known, organisme, rank)
        return accounts

    def _organisme(self, known: secteur.Organisme) -> Organisme:
        renting, selling = "LOC" in known.activites, "ACC" in known.activites
        return Organisme.objects.create(
            siren=known.siren,
            nom=known.nom,
            famille=known.famille,
            activite=Activite.MIXTE
            if renting and selling
            else Activite.LOCATIVE
            if renting
            else Activite.ACCESSION,
            commune=known.ville,
        )

    def _accounts(self, cast: list[Organisme]) -> list[str]:
        lines = [f"Mot de passe de tous les comptes de démonstration : {self.password}", ""]
        with open_scope(Scope(Role.SYSTEME)):
            first, second = cast[0], cast[1]
            for name, who, organismes, profils in (
                ("saisie", "Sacha Saisie", [first], {"saisie": True}),
                ("comptable", "Camille Compte", [first], {"comptable": True}),
                ("direction", "Dominique Direction", [first], {"hierarchique": True}),
                ("gestion", "Gaël Gestion", [first], {"administrateur": True}),
                ("seule", "Alix Seule", [second], dict.fromkeys((*PROFILS, "administrateur"), True)),
                ("double", "Dany Double", [first, second], {"saisie": True, "comptable": True}),
            ):
                user = self._user(name, who)
                for organisme in organismes:
                    Rattachement.objects.create(user=user, organisme=organisme, **profils)
                lines.append(f"{name:12} {who} : {', '.join(sorted(profils))} – {organismes[0].nom}")
            for organisme in cast[2:]:
                user = self._user(f"coop{organisme.siren}", f"Responsable de {organisme.nom}"[:140])
                Rattachement.objects.create(user=user, organisme=organisme, **dict.fromkeys(PROFILS, True))
        for name, who, mission in (
            ("analyste", "Andrea Analyste", Mission.ANALYSTE),
            ("federation", "Frédérique Fédération", Mission.ADMINISTRATEUR),
        ):
            self._user(name, who, mission)
            lines.append(f"{name:12} {who} : {mission.label} de la fédération")
        return lines

    def _user(self, name: str, who: str, mission: str = "") -> User:
        given, _, family = who.partition(" ")
        user = User.objects.create_user(
            name,
            f"{name}@harmonia.example",
            self.password,
            first_name=given,
            last_name=family,
            mission=mission,
        )
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user

    def _fill(self, known: secteur.Organisme, organisme: Organisme, rank: int) -> None:
        with open_scope(Scope(Role.SYSTEME)):
            user_id = organisme.rattachements.order_by("id").values_list("user_id", flat=True).first() or 0
        scope = Scope(Role.ORGANISME, user_id, organisme.pk)
        with open_scope(scope):
            rows = Dossier.objects.select_related("campagne", "organisme", "precedent__campagne")
            former, dossier = rows.order_by("campagne__exercice")
            _write(former, known, EXERCICE - 1)
            path = PATHS[rank % len(PATHS)]
            if path:
                _write(dossier, known, EXERCICE, partly=path == ("demarrer",))
            for one in (former, dossier):
                keep_progress(one, live(one))
        self._advance(former, PATHS[-1], scope)
        self._advance(dossier, path, scope)

    def _advance(self, dossier: Dossier, path: tuple[str, ...], scope: Scope) -> None:
        for code in path:
            action = workflow().actions[code]
            role = Scope(Role.FEDERATION) if "federation" in action.qui else scope
            with open_scope(role):
                if code == "presenter":
                    _justify_all(dossier)
                reason = "Une ligne de la table 8 est à revoir." if action.motif else ""
                move(dossier, Demand(code, uuid.uuid4(), dossier.version, reason), action.qui)


def _cast() -> list[secteur.Organisme]:
    return list(secteur.organismes(COUNT, SEED, {"COOP": COUNT}))


def _campagne(exercice: int) -> Campagne:
    today = timezone.localdate()
    current = exercice == EXERCICE
    return Campagne.objects.create(
        exercice=exercice,
        questionnaire="qdis_coop",
        millesime="2022",
        restitution="dis_coop",
        titre=f"QDIS {exercice}",
        familles="COOP",
        message="Le QDIS est ouvert. Complétez les tables 1 à 13, vérifiez, puis validez avant l'échéance."
        if current
        else "",
        echeance=today + timedelta(days=18) if current else date(exercice + 1, 7, 31),
        gel=today + timedelta(days=48) if current else None,
    )


def _write(dossier: Dossier, known: secteur.Organisme, exercice: int, *, partly: bool = False) -> None:
    """Give a dossier what the organisation would have filed; *partly* leaves some tables to do."""
    plan = plan_for(dossier)
    filing = secteur.depot(known, exercice)
    facts = secteur.faits(filing, plan)
    writes = [
        write
        for write in _writes(plan, facts)
        if not (partly and write.cle.startswith(("Q08", "Q10", "Q13")))
    ]
    if facts.balance is not None:
        kept = BalanceDeposee.objects.create(
            dossier=dossier,
            organisme_id=dossier.organisme_id,
            contenu=year_plain(DepotYear(balance=facts.balance), form_for(plan))["balance"],
            fichier=f"balance-{exercice}.csv",
            empreinte="",
            rapport={},
            le=timezone.now(),
        )
        writes.append(Write(BALANCE, kept.pk, None, 0))
    save_values(dossier, writes, Origine.IMPORT)
    CalendrierOrganisme.objects.get_or_create(
        campagne=dossier.campagne,
        organisme_id=dossier.organisme_id,
        defaults={"assemblee_le": date(exercice + 1, 6, 22)},
    )


def _writes(plan: Plan, facts: Facts) -> Iterator[Write]:
    for cell, value in facts.cells.items():
        if cell in plan.index:
            yield Write(cell, value, facts.texts.get(cell), 0)
    for section, rows in facts.rows.items():
        for number, row in enumerate(rows, 1):
            yield Write(f"{section}#{number}", number, None, 0)
            for column, value in row.valeurs.items():
                yield Write(f"{section}#{number}.{column}", value, row.textes.get(column), 0)
    for table in facts.neant:
        yield Write(table, 1, None, 0)


def _justify_all(dossier: Dossier) -> None:
    state = live(dossier)
    waiting = unjustified(dossier, state)
    for check, judgement in gaps(state):
        if place(check) in waiting:
            justify(
                dossier,
                state,
                check,
                judgement,
                "Écart expliqué par l'activité de l'exercice (donnée fictive).",
            )
