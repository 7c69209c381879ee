"""Who works for the authority needs a second factor before anything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import urlencode

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from harmonia.acces.models import User
from harmonia.acces.second_factor import is_shown, must_have

Next = Callable[[HttpRequest], HttpResponse]

ACCOUNT: Final = "/compte/"
"""Where one signs in and sets up a second factor: never behind it."""


class SecondFactorMiddleware:
    """
    Let staff in only when this session has shown a second factor.

    Without one, they are sent to where it is set up; with one that this session has not shown, to where it
    is asked for.  Nothing but the pages of the account answers before.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on, or redirect."""
        user = request.user
        if not isinstance(user, User) or not must_have(user):
            return self.get_response(request)
        if request.path.startswith((ACCOUNT, settings.STATIC_URL)) or is_shown(request):
            return self.get_response(request)
        if is_mfa_enabled(user):
            back = urlencode({"next": request.get_full_path() if request.method == "GET" else "/"})
            return redirect(f"{reverse('mfa_reauthenticate')}?{back}")
        return redirect("mfa_index")
