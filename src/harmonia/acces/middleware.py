"""Who works for the authority needs a second factor before anything else."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

Next = Callable[[HttpRequest], HttpResponse]


class SecondFactorMiddleware:
    """Send staff without a second factor to the page where it is set up; everything else waits."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on, or redirect."""
        if _must_enrol(request):
            messages.warning(
                request, "Votre rôle demande un second facteur. Choisissez-en un pour continuer."
            )
            return redirect("mfa_index")
        return self.get_response(request)


def _must_enrol(request: HttpRequest) -> bool:
    user = request.user
    if not settings.SECOND_FACTOR_REQUIRED or not user.is_authenticated or not user.est_autorite:
        return False
    if request.path.startswith(("/compte/", settings.STATIC_URL)):
        return False
    if request.session.get("second_facteur"):
        return False
    enabled = bool(is_mfa_enabled(user))
    request.session["second_facteur"] = enabled
    return not enabled
