"""After the due date: each act is a named officer's, with a reason; the organisation answers in its time."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import structlog
from django.core.files.uploadedfile import UploadedFile
from django.db import connection
from django.utils import timezone

from harmonia.acces.models import User
from harmonia.campagnes.calendar import due_date
from harmonia.campagnes.models import CalendrierOrganisme, Campagne
from harmonia.documents.models import Document
from harmonia.documents.services import deposit
from harmonia.dossiers.access import REVIEW
from harmonia.dossiers.models import Dossier
from harmonia.instruction.envois import promise_notice
from harmonia.instruction.etapes import TypeActe, deroule
from harmonia.instruction.examen import standing_verdict
from harmonia.instruction.models import Acte, Examen, Objet, Observation, PieceObservation, Procedure, Sens
from harmonia.organismes.models import Organisme
from harmonia.tenancy.scope import current

_log = structlog.get_logger(__name__)

FILES: Final = 10
"""Documents that one answer may join."""
_LOCK: Final = 730_002


class RefusedActError(Exception):
    """An act that cannot be; its words are for who asked."""


@dataclass(frozen=True, slots=True)
class DemandeActe:
    """
    An act asked for: `jeton` counts once, `version` is that of the procedure that the person saw.

    `avance` says why a delay that still runs is not waited for.
    """

    code: str
    jeton: uuid.UUID
    version: int
    motif: str
    texte: str = ""
    echeance: date | None = None
    avance: str = ""


@dataclass(frozen=True, slots=True)
class Affaire:
    """An organisation in a collection, and the procedure that is open, if any."""

    campagne: Campagne
    organisme: Organisme
    dossier: Dossier | None
    echeance: date
    examen: Examen | None
    procedure: Procedure | None

    @property
    def is_sent(self) -> bool:
        """Tell whether the filing is with the ministry."""
        return self.dossier is not None and self.dossier.rang >= REVIEW

    @property
    def is_insufficient(self) -> bool:
        """Tell whether what was transmitted last was judged insufficient."""
        return self.examen is not None and self.examen.sens == Sens.INSUFFISANT

    @property
    def objet(self) -> Objet:
        """What a procedure opened now would be about."""
        if self.procedure is not None:
            return Objet(self.procedure.objet)
        return Objet.QUALITE if self.is_insufficient else Objet.ABSENCE

    @property
    def manque(self) -> bool:
        """Tell whether something is owed and was not given in time."""
        if self.is_insufficient:
            return True
        return not self.is_sent and timezone.localdate() > self.echeance

    @property
    def etape(self) -> str:
        """The step of the open procedure; empty when none is."""
        return self.procedure.etape if self.procedure is not None else ""


Press = Callable[[Affaire, Acte], bytes]
"""What prints the letter of an act."""


def affaire(campagne: Campagne, organisme: Organisme) -> Affaire:
    """Return where an organisation is in a collection."""
    dossier = Dossier.objects.filter(campagne=campagne, organisme=organisme).first()
    calendar = CalendrierOrganisme.objects.filter(campagne=campagne, organisme=organisme).first()
    examen = standing_verdict(dossier) if dossier is not None else None
    opened = Procedure.objects.filter(campagne=campagne, organisme=organisme, close_le=None).first()
    return Affaire(campagne, organisme, dossier, due_date(campagne, calendar), examen, opened)


def take(affaire: Affaire, demande: DemandeActe, imprime: Press) -> Acte:
    """
    Take an act, or do nothing when this very demand was already served; the notice is promised, not sent yet.

    Raises:
        RefusedActError: the step, a missing reason or a condition forbids it.
    """
    kind = deroule().actes.get(demande.code)
    if kind is None:
        raise RefusedActError("Cet acte n'existe pas.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, affaire.organisme.pk])
    served = Acte.objects.filter(jeton=demande.jeton).first()
    if served is not None:
        return served
    opened = Procedure.objects.filter(
        campagne=affaire.campagne, organisme=affaire.organisme, close_le=None
    ).first()
    _check(affaire, kind, demande, opened)
    procedure = opened or _open(affaire, kind)
    acte = _acte(procedure, kind, demande, running(opened) if kind.avance else None)
    acte.lettre = _keep_letter(acte, imprime(affaire, acte))
    acte.save()
    _advance(procedure, kind)
    promise_notice(acte, affaire)
    _log.info("procedure_act", procedure=procedure.pk, acte=kind.code, par=acte.par_id)
    return acte


def _check(affaire: Affaire, kind: TypeActe, demande: DemandeActe, opened: Procedure | None) -> None:
    if (opened.etape if opened is not None else "") not in kind.de:
        raise RefusedActError(f"« {kind.titre} » n'est pas possible à cette étape de la procédure.")
    if (opened.version if opened is not None else 0) != demande.version:
        raise RefusedActError("Quelqu'un a fait avancer cette procédure : relisez-la, puis recommencez.")
    officer = User.objects.filter(pk=current().user_id or 0).first()
    if officer is None or not officer.est_autorite:
        raise RefusedActError("Un acte est pris par un agent du ministère, nommé.")
    if not demande.motif.strip():
        raise RefusedActError("Donnez le motif de cet acte : il est gardé avec la procédure.")
    if kind.delai and (demande.echeance is None or demande.echeance <= timezone.localdate()):
        raise RefusedActError("Donnez à l'organisme un délai pour répondre, après aujourd'hui.")
    for condition in kind.exige:
        _require(affaire, condition, opened)
    due = running(opened) if kind.avance else None
    if due is not None and not demande.avance.strip():
        raise RefusedActError(
            f"L'organisme a jusqu'au {due:%d/%m/%Y} pour répondre : "
            "attendez la fin de son délai, ou dites pourquoi vous n'attendez pas."
        )


def running(opened: Procedure | None) -> date | None:
    """Return the day until which the organisation may answer the last act; None when its delay is over."""
    last = _last(opened)
    due = last.echeance if last is not None else None
    return due if due is not None and timezone.localdate() <= due else None


def _last(opened: Procedure | None) -> Acte | None:
    rows = Acte.objects.filter(procedure=opened).order_by("-id")
    return rows.first() if opened is not None else None


def _require(affaire: Affaire, condition: str, opened: Procedure | None) -> None:
    due = running(opened)
    if condition == "manquement" and not affaire.manque:
        raise RefusedActError("Rien ne manque : le dépôt est transmis, ou son échéance n'est pas passée.")
    if condition == "transmis" and not affaire.is_sent:
        raise RefusedActError("Le dossier n'est pas transmis : la régularisation ne se constate pas encore.")
    if condition == "delai_echu" and due is not None:
        raise RefusedActError(
            f"L'organisme a jusqu'au {due:%d/%m/%Y} pour répondre : attendez la fin de son délai."
        )
    if condition == "delai_ou_reponse" and due is not None:
        last = _last(opened)
        answered = Observation.objects.filter(procedure=opened, le__gte=last.le if last else None).exists()
        if not answered:
            raise RefusedActError(
                f"L'organisme a jusqu'au {due:%d/%m/%Y} pour présenter ses observations, et n'a pas répondu."
            )


def _open(affaire: Affaire, kind: TypeActe) -> Procedure:
    return Procedure.objects.create(
        campagne=affaire.campagne,
        organisme=affaire.organisme,
        objet=affaire.objet,
        etape=kind.vers,
        ouverte_le=timezone.now(),
    )


def _acte(procedure: Procedure, kind: TypeActe, demande: DemandeActe, runs: date | None) -> Acte:
    return Acte(
        procedure=procedure,
        organisme_id=procedure.organisme_id,
        code=kind.code,
        vers=kind.vers,
        titre=kind.nom,
        motif=demande.motif.strip(),
        texte=demande.texte.strip(),
        avance=demande.avance.strip() if runs is not None else "",
        echeance=demande.echeance if kind.delai else None,
        jeton=demande.jeton,
        par=User.objects.get(pk=current().user_id),
        le=timezone.now(),
    )


def _keep_letter(acte: Acte, body: bytes) -> Document:
    nom = f"{acte.code}-{acte.procedure.organisme.siren}-{acte.le:%Y%m%d}.pdf"
    made: Document = Document.objects.create(
        organisme_id=acte.organisme_id,
        nom=nom,
        type="application/pdf",
        taille=len(body),
        empreinte=hashlib.sha256(body).hexdigest(),
        contenu=body,
        partage=True,
        depose_par_id=acte.par_id,
    )
    return made


def _advance(procedure: Procedure, kind: TypeActe) -> None:
    procedure.etape = kind.vers
    procedure.version += 1
    if kind.clot:
        procedure.close_le = timezone.now()
    procedure.save(update_fields=["etape", "version", "close_le"])


# ── The organisation's side ──────────────────────────────────────────────────────────────────────


def may_answer(procedure: Procedure, last: Acte | None) -> bool:
    """Tell whether the organisation may still answer: the procedure is open, and its deadline not passed."""
    due = last.echeance if last is not None else None
    return procedure.close_le is None and due is not None and timezone.localdate() <= due


def observe(procedure: Procedure, texte: str, joints: Sequence[UploadedFile[Any]]) -> Observation:
    """
    Keep what an organisation answers, with its documents.

    Raises:
        RefusedActError: the deadline has passed, nothing was written, or too much was joined.
        RefusedFileError: a file is not one that may be joined.
    """
    last = Acte.objects.filter(procedure=procedure).order_by("-id").first()
    if not may_answer(procedure, last):
        raise RefusedActError("Le délai pour répondre est passé, ou la procédure est close.")
    if not texte.strip():
        raise RefusedActError("Écrivez vos observations : un document seul ne dit pas ce qu'il prouve.")
    if len(joints) > FILES:
        raise RefusedActError(f"Joignez {FILES} documents au plus ; les autres dans une seconde réponse.")
    made: Observation = Observation.objects.create(
        procedure=procedure,
        organisme_id=procedure.organisme_id,
        texte=texte.strip(),
        par_id=current().user_id,
        le=timezone.now(),
    )
    for joint in joints:
        document = deposit(joint, procedure.organisme_id, partage=True)
        PieceObservation.objects.create(
            observation=made, document=document, organisme_id=procedure.organisme_id
        )
    return made
