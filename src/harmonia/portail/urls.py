"""The addresses of an organisation's pages."""

from __future__ import annotations

from django.urls import include, path

from harmonia.portail.views import dossier, home

urlpatterns = [
    path("", home.accueil, name="accueil"),
    path("dossiers/<int:dossier_id>/", dossier.show, name="dossier"),
    path("dossiers/<int:dossier_id>/tables/<slug:code>/", dossier.show, name="table"),
    path("dossiers/<int:dossier_id>/etape/", dossier.act, name="etape"),
    path("dossiers/<int:dossier_id>/", include("harmonia.portail.urls_verification")),
]
