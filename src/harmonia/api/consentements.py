"""Consents: given by somebody who may commit the organisation, ended by the organisation, at once."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import structlog
from django.db.models import Q
from django.http import Http404
from django.utils import timezone
from oauth2_provider.models import AccessToken, Grant, RefreshToken

from harmonia.api.models import Consentement, Fin
from harmonia.api.portees import Portee
from harmonia.organismes.models import Organisme, Rattachement
from harmonia.tenancy.scope import Role, Scope, current, open_scope

_log = structlog.get_logger(__name__)

MAY_CONSENT: Final = ("comptable", "hierarchique", "administrateur")
"""The profiles that commit the organisation; entry alone does not."""

DAYS: Final = (7, 30, 90)
"""How long a consent may last; nothing is open without an end."""

READ: Final = (
    "les valeurs scellées de la dernière transmission, et de celles qui la précèdent",
    "les résultats des contrôles et leurs justifications",
    "le nom et l'empreinte des pièces jointes, pas leur contenu",
)
PROVISIONAL: Final = (
    "dès que la saisie est terminée (dossier présenté à la validation), la version provisoire : mêmes"
    " valeurs, mêmes contrôles, pas encore transmise ; elle se ferme si la saisie reprend"
)
"""What is read besides, when the collection lets it be copied before the transmission."""

NOT_READ: Final = (
    "ce qui est en cours de saisie ou de correction",
    "un autre exercice, un autre questionnaire, un autre organisme",
    "les messages, les documents, le journal des modifications",
)


class MayNotConsentError(Exception):
    """Somebody who may not commit the organisation; its words are for them."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a person is asked to accept: by which portal, for what, until when."""

    client: Any
    portee: Portee
    organisme: Organisme
    titre: str
    jusqu_au: date
    provisoire: bool = False

    def words(self) -> str:
        """Return the record of what was accepted, as it was shown."""
        return (
            f"{self.client.name} peut lire, pour {self.organisme.nom} (SIREN {self.organisme.siren}), "
            f"{self.titre}, exercice {self.portee.exercice} : "
            f"{' ; '.join(what_is_read(provisoire=self.provisoire))}. "
            f"Ne sont pas ouverts : {' ; '.join(NOT_READ)}. "
            f"Jusqu'au {self.jusqu_au:%d/%m/%Y} au plus tard ; révocable à tout moment, avec effet immédiat."
        )


def what_is_read(*, provisoire: bool) -> tuple[str, ...]:
    """Return what a consent opens, in words."""
    return (*READ, PROVISIONAL) if provisoire else READ


def last_day(days: int) -> date:
    """Return the last day of a consent that lasts so many days."""
    return timezone.localdate() + timedelta(days=days)


def may_consent(row: Rattachement) -> bool:
    """Tell whether somebody's profiles commit the organisation."""
    return any(getattr(row, name) for name in MAY_CONSENT)


def give(terms: Terms, row: Rattachement, code: str) -> Consentement:
    """
    Write a consent, in the scope of its organisation; one that stood for the same thing ends.

    Raises:
        MayNotConsentError: the profiles of the person do not commit the organisation.
    """
    if not may_consent(row):
        raise MayNotConsentError
    portee, now = terms.portee, timezone.now()
    for former in Consentement.objects.filter(
        client=terms.client,
        organisme=terms.organisme,
        exercice=portee.exercice,
        questionnaire=portee.questionnaire,
        clos_le=None,
    ):
        close(former, Fin.REMPLACE)
    end = timezone.make_aware(datetime.combine(terms.jusqu_au, time.max))
    given: Consentement = Consentement.objects.create(
        client=terms.client,
        organisme=terms.organisme,
        siren=terms.organisme.siren,
        nom=terms.organisme.nom,
        exercice=portee.exercice,
        questionnaire=portee.questionnaire,
        provisoire=terms.provisoire,
        texte=terms.words(),
        donne_par_id=current().user_id,
        qualite=", ".join(row.profils),
        donne_le=now,
        expire_le=end,
        code=digest(code),
    )
    _log.info("consent_given", consentement=str(given.pk), organisme=terms.organisme.pk)
    return given


def close(consent: Consentement, fin: Fin) -> None:
    """End a consent now: its tokens open nothing from this moment on, and are forgotten."""
    user_id = current().user_id or None
    Consentement.objects.filter(pk=consent.pk, clos_le=None).update(
        clos_le=timezone.now(), clos_par_id=user_id, fin=fin
    )
    RefreshToken.objects.filter(access_token__scope=consent.scope).delete()
    AccessToken.objects.filter(scope=consent.scope).delete()
    Grant.objects.filter(scope=consent.scope).delete()
    _log.info("consent_closed", consentement=str(consent.pk), fin=fin)


def access_consent(organisme: Organisme, consent_id: uuid.UUID) -> Consentement:
    """
    Return a consent of an organisation.

    Raises:
        Http404: there is none.
    """
    rows = Consentement.objects.filter(organisme=organisme, pk=consent_id)
    row: Consentement | None = rows.select_related("client", "donne_par", "clos_par").first()
    if row is None:
        raise Http404("Ce consentement n'existe pas, ou n'est pas de votre organisme.")
    return row


def consents(organisme: Organisme) -> list[Consentement]:
    """Return the consents of an organisation, those of the past included, the last first."""
    rows = Consentement.objects.filter(organisme=organisme)
    return list(rows.select_related("client", "donne_par", "clos_par"))


# ── For the plumbing of OAuth, which has no user ─────────────────────────────────────────────────


def of_scope(scope: str) -> uuid.UUID | None:
    """Return the consent that a token names."""
    kind, _, name = scope.partition(":")
    try:
        return uuid.UUID(name) if kind == "consentement" else None
    except ValueError:
        return None


def is_live(scope: str, client_id: int) -> bool:
    """Tell whether the consent that a token names stands, and is of this portal."""
    consent_id = of_scope(scope)
    if consent_id is None:
        return False
    with open_scope(Scope(Role.SYSTEME)):
        alive = Q(clos_le=None, expire_le__gt=timezone.now())
        return Consentement.objects.filter(alive, pk=consent_id, client_id=client_id).exists()


def replayed(code: str, client_id: int) -> None:
    """
    Take note of an authorization code that is worth nothing: one used already ends the consent that it gave.

    Who holds a used code may have stolen it before its portal used it (RFC 6749, 4.1.2).
    """
    with open_scope(Scope(Role.SYSTEME)):
        used = Consentement.objects.filter(code=digest(code), client_id=client_id, clos_le=None).first()
        if used is not None and not Grant.objects.filter(code=code).exists():
            close(used, Fin.REJOUE)


def digest(code: str) -> str:
    """Return the digest under which an authorization code is remembered."""
    return hashlib.sha256(code.encode()).hexdigest()
