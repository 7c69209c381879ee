"""What happened in a procedure, in order: acts with their notices, observations with their documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from harmonia.instruction.etapes import EtapeProcedure, deroule
from harmonia.instruction.models import Acte, Envoi, Observation, PieceObservation, Procedure


@dataclass(frozen=True, slots=True)
class Fait:
    """An act with the proof of sending of its notice, or an observation with its documents."""

    le: datetime
    acte: Acte | None = None
    envois: tuple[Envoi, ...] = ()
    observation: Observation | None = None
    pieces: tuple[PieceObservation, ...] = ()


def chronology(procedure: Procedure) -> tuple[Fait, ...]:
    """Return what happened in a procedure; four queries, the bytes of the mails and files left aside."""
    envois: dict[int, list[Envoi]] = {}
    for one in Envoi.objects.filter(acte__procedure=procedure).defer("message"):
        envois.setdefault(one.acte_id or 0, []).append(one)
    pieces: dict[int, list[PieceObservation]] = {}
    joined = PieceObservation.objects.filter(observation__procedure=procedure).select_related("document")
    for piece in joined.defer("document__contenu"):
        pieces.setdefault(piece.observation_id, []).append(piece)
    acts = Acte.objects.filter(procedure=procedure).select_related("par", "lettre").defer("lettre__contenu")
    facts = [Fait(one.le, acte=one, envois=tuple(envois.get(one.pk, ()))) for one in acts]
    facts += [
        Fait(one.le, observation=one, pieces=tuple(pieces.get(one.pk, ())))
        for one in Observation.objects.filter(procedure=procedure).select_related("par")
    ]
    return tuple(sorted(facts, key=lambda fait: fait.le))


@dataclass(frozen=True, slots=True)
class EnCours:
    """An open procedure, with the deadline of the organisation and its last answer."""

    procedure: Procedure
    etape: EtapeProcedure
    echeance: date | None
    repondu_le: datetime | None

    @property
    def attend(self) -> bool:
        """Tell whether an officer has something to do: the deadline has passed, or an answer came."""
        return self.repondu_le is not None or (
            self.echeance is not None and timezone.localdate() > self.echeance
        )


def open_procedures() -> list[EnCours]:
    """Return the open procedures, those that wait for an officer first, then by deadline."""
    last = Acte.objects.filter(procedure=OuterRef("pk")).order_by("-id")
    answers = Observation.objects.filter(procedure=OuterRef("pk"), le__gt=OuterRef("acte_le")).order_by("-id")
    rows = (
        Procedure.objects.filter(close_le=None)
        .select_related("organisme", "campagne")
        .annotate(acte_le=Subquery(last.values("le")[:1]), delai=Subquery(last.values("echeance")[:1]))
        .annotate(repondu_le=Subquery(answers.values("le")[:1]))
    )
    found = [EnCours(row, deroule().etapes[row.etape], row.delai, row.repondu_le) for row in rows]
    return sorted(found, key=lambda one: (not one.attend, one.echeance or date.max, one.procedure.pk))
