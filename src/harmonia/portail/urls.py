"""The addresses of an organisation's pages."""

from __future__ import annotations

from django.urls import path

from harmonia.portail.views import dossier, home, imports

urlpatterns = [
    path("", home.accueil, name="accueil"),
    path("dossiers/<int:dossier_id>/", dossier.show, name="dossier"),
    path("dossiers/<int:dossier_id>/import/", imports.start, name="import"),
    path("dossiers/<int:dossier_id>/reprise/", imports.reprise, name="reprise"),
    path("dossiers/<int:dossier_id>/import/<int:import_id>/", imports.detail, name="import_detail"),
    path("dossiers/<int:dossier_id>/import/<int:import_id>/etat/", imports.progress, name="import_etat"),
    path("dossiers/<int:dossier_id>/import/<int:import_id>/lire/", imports.read_again, name="import_lire"),
    path("dossiers/<int:dossier_id>/import/<int:import_id>/effet/", imports.totals, name="import_effet"),
    path(
        "dossiers/<int:dossier_id>/import/<int:import_id>/appliquer/", imports.apply, name="import_appliquer"
    ),
    path("dossiers/<int:dossier_id>/import/<int:import_id>/annuler/", imports.cancel, name="import_annuler"),
    path(
        "dossiers/<int:dossier_id>/import/<int:import_id>/rapport.csv", imports.report, name="import_rapport"
    ),
]
