"""The addresses of the federation's own pages."""

from __future__ import annotations

from django.urls import path

from harmonia.federation.views import followup

urlpatterns = [
    path("suivi/", followup.suivi, name="suivi"),
]
