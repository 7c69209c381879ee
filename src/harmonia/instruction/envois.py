"""
Mail that must be proved: written whole before it leaves, sent once, its time kept.

A row holds the very bytes of a message and their SHA-256.  It is sent in a transaction of its own that marks
it: two workers never send the same row, and a mail server that fails leaves it for the next try.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from email.utils import make_msgid
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string
from django.utils import timezone

from harmonia.campagnes.notifications import recipients
from harmonia.instruction.models import Acte, CourrielGroupe, Envoi
from harmonia.organismes.models import Organisme
from harmonia.tenancy.mail import send_each
from harmonia.tenancy.scope import Role, Scope, current, open_scope

if TYPE_CHECKING:
    from harmonia.instruction.procedure import Affaire

_log = structlog.get_logger(__name__)
MEDIA: Final = "application/pdf"


class _Kept:
    """The bytes of a message, as the backends of Django ask for them."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def as_bytes(self, unixfrom: bool = False, linesep: str = "\n") -> bytes:  # noqa: ARG002, FBT001, FBT002 - Django's
        return self._body.replace(b"\n", linesep.encode())

    def get_charset(self) -> None:
        return None


class KeptMessage(EmailMessage):
    """A message that was written before, sent as it is."""

    def __init__(self, to: str, body: bytes) -> None:
        super().__init__(to=[to])
        self._kept = _Kept(body)

    def message(self, **_policy: Any) -> Any:  # noqa: ANN401 - what the backends need of a message
        """Return the message as it was written."""
        return self._kept


def promise_notice(acte: Acte, affaire: Affaire) -> list[Envoi]:
    """Write the mails of an act, one per address, the letter joined; nothing leaves yet."""
    context = {
        "acte": acte,
        "organisme": affaire.organisme,
        "campagne": affaire.campagne,
        "site": settings.SITE,
    }
    text = render_to_string("instruction/courriels/acte.txt", context)
    subject, _, body = text.partition("\n")
    assert acte.lettre is not None
    joint = (acte.lettre.nom, bytes(acte.lettre.contenu), MEDIA)
    return _promise(acte.organisme_id, (subject, body), [joint], acte=acte)


def write_to_all(organismes: Iterable[Organisme], objet: str, texte: str) -> tuple[CourrielGroupe, int]:
    """Write the same mail to several organisations, and return it with how many leave."""
    groupe = CourrielGroupe.objects.create(
        objet=objet.strip(), texte=texte.strip(), par_id=current().user_id, le=timezone.now()
    )
    count = 0
    for organisme in organismes:
        words = render_to_string(
            "instruction/courriels/groupe.txt",
            {"groupe": groupe, "organisme": organisme, "site": settings.SITE},
        )
        count += len(_promise(organisme.pk, (groupe.objet, words), [], groupe=groupe))
    return groupe, count


def _promise(
    organisme_id: int,
    words: tuple[str, str],
    joints: Sequence[tuple[str, bytes, str]],
    **owner: Any,  # noqa: ANN401
) -> list[Envoi]:
    host = urlsplit(settings.SITE).hostname or "harmonia.example"
    made = []
    for one in recipients(organisme_id):
        identifiant = make_msgid(domain=host)
        mail = EmailMessage(
            " ".join(words[0].split()),
            words[1].strip() + "\n",
            to=[one.courriel],
            headers={"Message-ID": identifiant},
            attachments=list(joints),
        )
        body = mail.message().as_bytes()
        made.append(
            Envoi(
                organisme_id=organisme_id,
                courriel=one.courriel,
                identifiant=identifiant,
                message=body,
                empreinte=hashlib.sha256(body).hexdigest(),
                cree_le=timezone.now(),
                **owner,
            )
        )
    kept: list[Envoi] = Envoi.objects.bulk_create(made)
    return kept


def send_kept() -> int:
    """
    Send every message that waits, each in its own transaction, and return how many left.

    Raises:
        OSError: some failed; they will be tried again by the next call.
    """
    with open_scope(Scope(Role.SYSTEME)):
        waiting = list(Envoi.objects.filter(remis_le=None).values_list("pk", flat=True))
    return send_each(waiting, _send)


def _send(number: int) -> bool:
    with open_scope(Scope(Role.SYSTEME)):
        row = Envoi.objects.select_for_update(skip_locked=True).filter(pk=number, remis_le=None).first()
        if row is None:
            return False
        row.remis_le = timezone.now()
        row.save(update_fields=["remis_le"])
        get_connection().send_messages([KeptMessage(row.courriel, bytes(row.message))])
        _log.info("notice_sent", envoi=number, identifiant=row.identifiant)
        return True
