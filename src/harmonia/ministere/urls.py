"""The addresses of the ministry's own pages."""

from __future__ import annotations

from django.urls import include, path

from harmonia.ministere.views import examen, notifications, procedures, registre, suivi, transmissions

_TRANSMISSIONS = [
    path("", transmissions.show, name="transmissions"),
    path("pieces/", transmissions.joindre, name="transmission_joindre"),
    path("pieces/<int:piece_id>/retirer/", transmissions.retirer, name="transmission_retirer"),
    path("reserve/", transmissions.reserver, name="transmission_reserver"),
    path("<int:numero>/accuse.pdf", transmissions.accuse_pdf, name="transmission_accuse_pdf"),
    path("<int:numero>/accuse.json", transmissions.accuse_json, name="transmission_accuse_json"),
    path("<int:numero>/instantane.json", transmissions.instantane, name="transmission_instantane"),
]

urlpatterns = [
    path("suivi/", suivi.suivi, name="suivi"),
    path("", include("harmonia.ministere.urls_oauth")),
    path("dossiers/<int:dossier_id>/transmissions/", include(_TRANSMISSIONS)),
    path("suivi/retenir/", suivi.retenir, name="travail_tout"),
    path("suivi/graphique.svg", suivi.graphique, name="suivi_graphique"),
    path("suivi/<slug:quoi>.<slug:forme>", suivi.exporter, name="suivi_exporter"),
    path("suivi/<int:dossier_id>/examen/", examen.examen, name="examen"),
    path("procedures/", procedures.procedures, name="procedures"),
    path("procedures/<int:campagne_id>/<int:organisme_id>/", procedures.procedure, name="procedure"),
    path("procedures/saisines/<int:saisine_id>.zip", procedures.referral, name="saisine_fichier"),
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/<int:procedure_id>/", notifications.repondre, name="repondre"),
    path("registre/", registre.registre, name="registre"),
    path("registre/<int:import_id>/", registre.apercu, name="registre_import"),
    path("registre/<int:import_id>/appliquer/", registre.appliquer, name="registre_appliquer"),
    path("registre/<int:import_id>/constats.csv", registre.constats, name="registre_constats"),
]
