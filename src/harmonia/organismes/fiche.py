"""What is known of an organisation: its identity, and whom to ask about each theme."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import structlog
from django.http import Http404

from harmonia.organismes.models import Contact, Organisme
from harmonia.tenancy.scope import current

_log = structlog.get_logger(__name__)

IDENTITY: Final = frozenset({"siren", "nom", "famille", "activite", "adresse", "code_postal", "commune"})
CONTACT: Final = frozenset({"theme", "nom", "courriel", "telephone"})


def keep_identity(row: Organisme, given: Mapping[str, Any]) -> Organisme:
    """Keep what was given of an organisation, new or known; the rest stays as it is."""
    is_new = row.pk is None
    changed = _put(row, given, IDENTITY)
    row.save()
    _log.info("organisme_kept", organisme=row.pk, new=is_new, fields=changed, by=current().user_id)
    return row


def keep_contact(row: Contact, given: Mapping[str, Any]) -> Contact:
    """Keep a contact, new or known."""
    is_new = row.pk is None
    changed = _put(row, given, CONTACT)
    row.save()
    _log.info("contact_kept", contact=row.pk, new=is_new, fields=changed, by=current().user_id)
    return row


def drop_contact(row: Contact) -> None:
    """Remove a contact."""
    number = row.pk
    row.delete()
    _log.info("contact_dropped", contact=number, organisme=row.organisme_id, by=current().user_id)


def access_contact(owner: Organisme, contact_id: int) -> Contact:
    """
    Return a contact of an organisation.

    Raises:
        Http404: there is none.
    """
    row: Contact | None = Contact.objects.filter(organisme=owner, pk=contact_id).first()
    if row is None:
        raise Http404("Ce contact n'existe pas, ou n'est pas de votre organisme.")
    return row


def _put(row: Organisme | Contact, given: Mapping[str, Any], known: frozenset[str]) -> list[str]:
    names = sorted(known & given.keys())
    for name in names:
        setattr(row, name, given[name])
    return names
