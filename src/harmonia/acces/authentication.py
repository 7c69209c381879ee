"""The user of a request, read by a query that is compiled once; every doubt is left to Django."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from harmonia.acces.models import User
from harmonia.tenancy.prepared import Prepared

_USER: Final = Prepared(lambda pk: User.objects.filter(pk=pk).order_by(), int, scoped=False)


class UserMiddleware(AuthenticationMiddleware):
    """Django's, but for how the row of the user is read."""

    def process_request(self, request: HttpRequest) -> None:
        """Give the request its user, read when first asked for."""
        super().process_request(request)
        lazy: Any = SimpleLazyObject(lambda: _user(request))
        request.user = lazy


def _user(request: HttpRequest) -> User | AnonymousUser:
    known = getattr(request, "_cached_user", None)
    if known is None:
        known = _recognised(request) or auth.get_user(request)
        request._cached_user = known  # type: ignore[attr-defined]  # noqa: SLF001 - where Django keeps it
    return known


def _recognised(request: HttpRequest) -> User | None:
    """Return an active user whose session carries the digest of today's password; None to ask Django."""
    session = request.session
    user_id, digest = session.get(auth.SESSION_KEY), session.get(auth.HASH_SESSION_KEY)
    if session.get(auth.BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS or not digest:
        return None
    user = _USER.first(int(str(user_id))) if str(user_id).isdecimal() else None
    if user is None or not user.is_active:
        return None
    return user if constant_time_compare(digest, user.get_session_auth_hash()) else None
