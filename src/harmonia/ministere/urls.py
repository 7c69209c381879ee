"""The addresses of the ministry's own pages."""

from __future__ import annotations

from django.urls import include, path

from harmonia.ministere.views import suivi

urlpatterns = [
    path("suivi/", suivi.suivi, name="suivi"),
    path("", include("harmonia.ministere.urls_oauth")),
]
