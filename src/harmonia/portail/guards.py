"""Who may open a page: decorators that answer the same everywhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict

from harmonia.acces.models import Mission, User
from harmonia.organismes.access import membership
from harmonia.organismes.models import Organisme, Rattachement
from harmonia.tenancy.porte import porte

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

ASK_ADMINISTRATOR = (
    "Cette page est celle de l'administrateur de votre organisme. Demandez-lui ce qu'il vous faut, "
    "ou le profil qui l'ouvre."
)


def member_only(view: View[P]) -> View[P]:
    """Open a page to the people of an organisation; the others do not know that it is there."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if membership(request) is None:
            raise Http404("Cette page est celle d'un organisme.")
        return view(request, *args, **kwargs)

    return guarded


def organisme_administrator_only(view: View[P]) -> View[P]:
    """Open a page to who manages the users of an organisation; colleagues are told whom to ask."""

    @member_only
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not row_of(request).administrateur:
            raise PermissionDenied(ASK_ADMINISTRATOR)
        return view(request, *args, **kwargs)

    return guarded


def authority_only(view: View[P]) -> View[P]:
    """Open a page to who works for the authority; the others do not know that it is there."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not person(request).est_autorite:
            raise Http404("Cette page n'est pas pour vous.")
        return view(request, *args, **kwargs)

    return guarded


def authority_administrator_only(view: View[P]) -> View[P]:
    """Open a page to the administrators of the authority; its analysts are told whom to ask."""

    @authority_only
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if person(request).mission != Mission.ADMINISTRATEUR:
            raise PermissionDenied(f"Cette page est celle des administrateurs {porte().du} : demandez-leur.")
        return view(request, *args, **kwargs)

    return guarded


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what was sent, were it nothing, when a form is sent; None when it is only looked at."""
    return request.POST if request.method == "POST" else None


def person(request: HttpRequest) -> User:
    """Return who is signed in; only behind one of the guards."""
    user = request.user
    assert isinstance(user, User)
    return user


def row_of(request: HttpRequest) -> Rattachement:
    """Return the profiles of the person in the organisation; only behind `member_only`."""
    row = membership(request)
    assert row is not None
    return row


def organisme_of(request: HttpRequest) -> Organisme:
    """Return the organisation for which the person works; only behind `member_only`."""
    return row_of(request).organisme


def too_many(request: HttpRequest, action: str, **more: Any) -> HttpResponse | None:  # noqa: ANN401
    """Return the page that asks to wait after too many of an action (`ACCOUNT_RATE_LIMITS`), else None."""
    answer: HttpResponse | None = ratelimit.consume_or_429(request, action=action, **more)
    return answer


def is_within(request: HttpRequest, action: str, **more: Any) -> bool:  # noqa: ANN401
    """Count an action, and tell whether it keeps to its limit; for what answers no page."""
    allowed: bool = ratelimit.consume(request, action=action, **more)
    return allowed
