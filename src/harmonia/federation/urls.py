"""The addresses of the federation's own pages."""

from __future__ import annotations

from django.urls import path

from harmonia.federation.views import followup
from harmonia.portail.views import rapatriement

urlpatterns = [
    path("suivi/", followup.suivi, name="suivi"),
    path("rapatriement/retour/", rapatriement.retour, name="rapatriement_retour"),
    path("dossiers/<int:dossier_id>/rapatrier/", rapatriement.rapatrier, name="rapatrier"),
    path("dossiers/<int:dossier_id>/rapatrier/accord/", rapatriement.accord, name="rapatrier_accord"),
    path("dossiers/<int:dossier_id>/rapatrier/oublier/", rapatriement.oublier, name="rapatrier_oublier"),
    path(
        "dossiers/<int:dossier_id>/rapatriements/<int:rapatriement_id>/",
        rapatriement.recu,
        name="rapatriement_recu",
    ),
    path(
        "dossiers/<int:dossier_id>/rapatriements/<int:rapatriement_id>/preuve.json",
        rapatriement.recu_json,
        name="rapatriement_preuve",
    ),
]
