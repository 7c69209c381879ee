"""The addresses: one door, its pages, and the accounts."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("compte/", include("allauth.urls")),
    path("", include("harmonia.portail.urls")),
    path("", include("harmonia.portail.urls_autorite")),
    path("", include(f"harmonia.{settings.PORTAIL}.urls")),
]
