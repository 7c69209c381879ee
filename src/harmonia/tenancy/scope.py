"""
The scope of a request or of a job: in whose name rows are read and written.

A scope is opened once per transaction; it tells PostgreSQL, for that transaction only, what the policies
of row-level security compare with.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from django.db import connection, transaction

from harmonia.tenancy.sql import tell


class Role(StrEnum):
    """What a scope may see: its organisation, what the authority of the portal may, or the plumbing."""

    ORGANISME = "organisme"
    FEDERATION = "federation"
    MINISTERE = "ministere"
    SYSTEME = "systeme"
    PERSONNE = "personne"
    TIERS = "tiers"
    """Another portal: it reads, under one consent of an organisation, what was transmitted, no more."""

    @property
    def est_autorite(self) -> bool:
        """Tell whether it is that of the authority of a portal."""
        return self in {Role.FEDERATION, Role.MINISTERE}


@dataclass(frozen=True, slots=True)
class Scope:
    """A role; with the organisation, the user, and the consent under which another portal reads, if any."""

    role: Role
    user_id: int = 0
    organisme_id: int = 0
    consentement: str = ""


class ScopeError(RuntimeError):
    """A row that belongs to somebody was asked for while no scope was open."""


_current: ContextVar[Scope | None] = ContextVar("scope", default=None)
_kept: ContextVar[dict[object, Any] | None] = ContextVar("kept", default=None)


def current() -> Scope:
    """
    Return the open scope.

    Raises:
        ScopeError: none is.
    """
    scope = _current.get()
    if scope is None:
        raise ScopeError("No scope is open: enter one with `open_scope` before any query.")
    return scope


def is_open() -> bool:
    """Tell whether a scope is open."""
    return _current.get() is not None


def kept_for_now() -> dict[object, Any]:
    """
    Return what is kept until the end of the transaction that the outermost scope opened, and no longer.

    Raises:
        ScopeError: no scope is open.
    """
    found = _kept.get()
    if found is None:
        raise ScopeError("No scope is open: nothing can be kept for its transaction.")
    return found


@contextmanager
def open_scope(scope: Scope, *, last: bool = False) -> Iterator[Scope]:
    """
    Open a transaction and a scope in it; the former scope, if any, comes back at the end.

    With *last*, nothing more is read or written in the former scope: the database is not told of its return.
    """
    former = _current.get()
    token = _current.set(scope)
    keeping = _kept.set({}) if former is None else None
    try:
        with transaction.atomic(savepoint=former is None):
            _tell(scope)
            yield scope
            if former is not None and not last and not connection.needs_rollback:
                _tell(former)
    finally:
        _current.reset(token)
        if keeping is not None:
            _kept.reset(keeping)


_TELL: Final = (
    "SELECT set_config('harmonia.role', %s, true), set_config('harmonia.organisme', %s, true),"
    " set_config('harmonia.utilisateur', %s, true), set_config('harmonia.consentement', %s, true)"
)


def _tell(scope: Scope) -> None:
    tell(_TELL, [scope.role.value, str(scope.organisme_id), str(scope.user_id), scope.consentement])
