"""The demonstration of a door: its fictional organisations, two collections, every step once."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from typing import Final

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.files.base import ContentFile
from django.db.models import Q
from django.utils import timezone
from pypdf import PdfWriter

import secteur
from harmonia.acces.models import Mission, User
from harmonia.campagnes.calendar import usual_limits
from harmonia.campagnes.models import Campagne
from harmonia.campagnes.services import set_assembly, set_limits
from harmonia.documents.prorogations import Asked, ask
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
from harmonia.organismes.territoires import departements
from harmonia.portail.cast import EXERCICE, PROFILS, cast
from harmonia.tenancy.porte import porte
from harmonia.tenancy.scope import Role, Scope, open_scope
from harmonia.transmissions.models import Nature
from harmonia.transmissions.pieces import attach
from liasse import DepotYear, Facts, Plan, year_plain

JOINT: Final = {
    "juger_insuffisant": {"motifs": {"pieces": "Le rapport du commissaire aux comptes n'est pas joint."}}
}
"""What the page of an action would add to it."""


DEPARTEMENTS: Final = ("44", "59", "31", "69", "44", "974", "59", "35", "13")
"""Where the fictional organisations are, in turn."""


@dataclass(slots=True)
class Seeds:
    """What is planted; without a password, one is drawn."""

    password: str

    def plant(self) -> list[str]:
        """Plant everything, and return the lines that tell the accounts; nothing when something is there."""
        if Campagne.objects.exists():
            return []
        self.password = self.password or secrets.token_urlsafe(9)
        known = cast().organismes
        with open_scope(Scope(Role.SYSTEME)):
            rows = [self._organisme(one, rank) for rank, one in enumerate(known)]
            campagnes = [_campagne(EXERCICE - 1), _campagne(EXERCICE)]
            for campagne in campagnes:
                open_campagne(campagne)
        accounts = self._accounts(rows)
        for rank, (one, organisme) in enumerate(zip(known, rows, strict=True)):
            self._fill(one, organisme, rank)
        return accounts

    def _organisme(self, known: secteur.Organisme, rank: int) -> Organisme:
        departement = DEPARTEMENTS[rank % len(DEPARTEMENTS)]
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
            departement=departement,
            region=departements()[departement].region,
        )

    def _accounts(self, rows: list[Organisme]) -> list[str]:
        lines = [f"Mot de passe de tous les comptes de démonstration : {self.password}", ""]
        alone = set(range(len(rows)))
        with open_scope(Scope(Role.SYSTEME)):
            for one in cast().people:
                places = [rows[rank] for rank in one.places]
                self._attach(self._user(one.name, one.who), places, one.profils)
                lines.append(f"{one.name:12} {one.who} : {', '.join(sorted(one.profils))} – {places[0].nom}")
                alone -= set(one.places)
            for rank in sorted(alone):
                row = rows[rank]
                user = self._user(f"{row.famille.lower()}{row.siren}", f"Responsable de {row.nom}"[:140])
                self._attach(user, [row], PROFILS)
        for name, who, mission in cast().staff:
            self._user(name, who, mission)
            lines.append(f"{name:12} {who} : {mission.label} {porte().du}")
        return lines

    def _attach(self, user: User, places: list[Organisme], profils: tuple[str, ...]) -> None:
        for organisme in places:
            Rattachement.objects.create(user=user, organisme=organisme, **dict.fromkeys(profils, True))

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
        scope, scene = Scope(Role.ORGANISME, user_id, organisme.pk), cast()
        path = scene.paths[rank % len(scene.paths)]
        with open_scope(scope):
            rows = Dossier.objects.select_related("campagne", "organisme", "precedent__campagne")
            former, dossier = rows.order_by("campagne__exercice")
            _write(former, known, EXERCICE - 1)
            if path:
                _write(dossier, known, EXERCICE, partly=scene.partly and path == ("demarrer",))
            if path and not scene.partly:
                _justify_all(dossier)
            for one in (former, dossier):
                keep_progress(one, live(one))
            _hold_assembly(former, date(EXERCICE, 6, 22))
            ago = scene.days[rank % len(scene.days)]
            if rank == scene.postponed:
                _put_off(dossier)
            elif ago is not None:
                _hold_assembly(dossier, timezone.localdate() - timedelta(days=ago))
        self._advance(former, scene.closed, scope)
        self._advance(dossier, path, scope)

    def _advance(self, dossier: Dossier, path: tuple[str, ...], scope: Scope) -> None:
        for code in path:
            action = workflow().actions[code]
            role = _officer() if settings.PORTAIL in action.qui else _member(scope, action.qui)
            with open_scope(role):
                if code == "presenter":
                    _justify_all(dossier)
                if "transmet" in action.effets:
                    attach(dossier, _paper("proces-verbal.pdf"), Nature.PV)
                reason = "Une ligne de la table 8 est à revoir." if action.motif else ""
                demand = Demand(code, uuid.uuid4(), dossier.version, reason, JOINT.get(code, {}))
                move(dossier, demand, action.qui)


def _officer() -> Scope:
    """Return the scope of the administrator of the authority, in whose name it acts."""
    staff = User.objects.filter(mission=Mission.ADMINISTRATEUR).values_list("pk", flat=True)
    return Scope(Role(settings.PORTAIL), staff.first() or 0)


def _member(scope: Scope, profils: frozenset[str]) -> Scope:
    """Return the scope of the first person of an organisation who holds one of the profiles."""
    held = Q()
    for one in profils:
        held |= Q(**{one: True})
    with open_scope(Scope(Role.SYSTEME)):
        rows = Rattachement.objects.filter(held, organisme_id=scope.organisme_id).order_by("pk")
        return Scope(Role.ORGANISME, rows.values_list("user_id", flat=True)[0], scope.organisme_id)


def _campagne(exercice: int) -> Campagne:
    today = timezone.localdate()
    current = exercice == EXERCICE
    (form,) = porte().questionnaires.values()
    row = Campagne(
        exercice=exercice,
        questionnaire=form.code,
        millesime="2022",
        restitution=form.restitution,
        titre=f"{form.titre} {exercice}",
        familles=",".join(form.familles),
        mois_apres_assemblee=form.mois_apres_assemblee,
        message=cast().message if current else "",
        echeance=today + timedelta(days=18) if current else date(exercice + 1, 7, 31),
        gel=today + timedelta(days=48) if current else None,
    )
    row.save()
    shift = row.echeance - date(row.echeance.year, 7, 31)
    set_limits(row, {famille: day + shift for famille, day in usual_limits(row).items()})
    return row


def _paper(nom: str) -> ContentFile[bytes]:
    """Return a document of the demonstration: one blank page."""
    writer, content = PdfWriter(), BytesIO()
    writer.add_blank_page(595, 842)
    writer.write(content)
    return ContentFile(content.getvalue(), nom)


def _put_off(dossier: Dossier) -> None:
    due = dossier.campagne.echeance
    asked = Asked(due + timedelta(days=40), due + timedelta(days=60), "Commissaire aux comptes empêché")
    ask(dossier.campagne, dossier.organisme_id, dossier.pk, asked, _paper("ordonnance-de-prorogation.pdf"))


def _hold_assembly(dossier: Dossier, on: date) -> None:
    set_assembly(dossier.campagne, dossier.organisme_id, on)


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
