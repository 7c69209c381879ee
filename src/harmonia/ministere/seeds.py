"""The demonstration of the desk: a file of the register applied, procedures under way, by real acts."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils import timezone

from harmonia.acces.models import Mission, User
from harmonia.campagnes.models import Campagne
from harmonia.instruction.envois import send_kept
from harmonia.instruction.etapes import deroule
from harmonia.instruction.models import ImportRegistre, Objet, Procedure
from harmonia.instruction.procedure import Affaire, DemandeActe, affaire, observe, take
from harmonia.instruction.registre import apply, deposit, preview
from harmonia.ministere.courriers import print_letter
from harmonia.organismes.models import Organisme
from harmonia.portail.cast import EXERCICE
from harmonia.tenancy.scope import Role, Scope, open_scope
from secteur.organismes import siren

FICHIER: Final = "registre-fictif.csv"
ABSORBED: Final = "Coopérative d'HLM du Vieux Moulin (fictive)"
RENAMED: Final = "Coopérative d'HLM des Trois Rivières (fictive)"
_FREE: Final = 9_001
"""A rank of the fictional sector that no cast reaches."""


@dataclass(frozen=True, slots=True)
class Pas:
    """An act of the demonstration: its code, its reason, and why it does not wait."""

    code: str
    motif: str
    avance: str = ""


@dataclass(frozen=True, slots=True)
class Histoire:
    """What was undertaken about an organisation: the acts, then what it answered."""

    pas: tuple[Pas, ...]
    reponse: str = ""


HISTOIRES: Final = {
    Objet.ABSENCE: Histoire(
        (Pas("relancer", "Aucune transmission n'est parvenue à l'échéance (donnée fictive)."),)
    ),
    Objet.QUALITE: Histoire(
        (
            Pas("relancer", "Les états transmis ont été jugés insuffisants (donnée fictive)."),
            Pas(
                "mettre_en_demeure",
                "Les pièces demandées n'ont pas été jointes (donnée fictive).",
                "L'organisme a écrit qu'il ne répondrait pas à la relance (donnée fictive).",
            ),
        ),
        "Le rapport du commissaire aux comptes nous est promis pour la semaine prochaine (donnée fictive).",
    ),
}
"""What is played for the first organisation that lacks something in this way."""


def plant() -> bool:
    """Plant what the desk has done, once; tell whether anything was planted."""
    with open_scope(Scope(Role.MINISTERE)):
        known = ImportRegistre.objects.exists() or Procedure.objects.exists()
        cases = [] if known else list(_cases())
    if known:
        return False
    with open_scope(_officer(Mission.ADMINISTRATEUR)):
        _register()
    for objet, histoire in HISTOIRES.items():
        case = next((one for one in cases if one.manque and one.objet is objet), None)
        if case is not None:
            _play(case, histoire)
    send_kept()
    return True


def _cases() -> Iterator[Affaire]:
    campagne = Campagne.objects.get(exercice=EXERCICE)
    for organisme in Organisme.objects.order_by("siren"):
        yield affaire(campagne, organisme)


def _officer(mission: Mission) -> Scope:
    staff = User.objects.filter(mission=mission).order_by("pk").values_list("pk", flat=True)
    return Scope(Role.MINISTERE, staff[0])


def _register() -> None:
    """Apply a file: a cooperative that was absorbed, one that changed its name and its département."""
    absorbing, *_, renamed = Organisme.objects.filter(famille="COOP").order_by("siren")
    stream = io.StringIO()
    rows = csv.writer(stream, delimiter=";")
    rows.writerow(["SIREN", "Nom", "Famille", "Département", "Depuis", "Fin", "Absorbé par", "Date d'effet"])
    rows.writerow(
        [
            *(siren(_FREE), ABSORBED, "COOP", absorbing.departement),
            *(date(1998, 1, 1).isoformat(), date(EXERCICE - 2, 12, 31).isoformat(), absorbing.siren, ""),
        ]
    )
    since = date(EXERCICE + 1, 1, 1).isoformat()
    rows.writerow([renamed.siren, RENAMED, "", "35", "", "", "", since])
    read = deposit(FICHIER, stream.getvalue().encode(), timezone.localdate())
    apply(read, preview(read).empreinte)


def _play(case: Affaire, histoire: Histoire) -> None:
    """Take the acts one after the other, as an officer does, then answer as the organisation does."""
    for pas in histoire.pas:
        with open_scope(_officer(Mission.ANALYSTE)):
            now = affaire(case.campagne, case.organisme)
            due = timezone.localdate() + timedelta(deroule().actes[pas.code].delai)
            version = now.procedure.version if now.procedure is not None else 0
            demande = DemandeActe(pas.code, uuid.uuid4(), version, pas.motif, echeance=due, avance=pas.avance)
            take(now, demande, print_letter)
    if histoire.reponse:
        with open_scope(_member(case.organisme)):
            observe(Procedure.objects.get(organisme=case.organisme, close_le=None), histoire.reponse, [])


def _member(organisme: Organisme) -> Scope:
    with open_scope(Scope(Role.SYSTEME)):
        people = organisme.rattachements.order_by("pk").values_list("user_id", flat=True)
        return Scope(Role.ORGANISME, people[0], organisme.pk)
