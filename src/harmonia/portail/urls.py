"""The addresses of an organisation's pages."""

from __future__ import annotations

from django.urls import include, path

from harmonia.portail.views import (
    account,
    aide,
    calendrier,
    cellule,
    cles,
    consultations,
    dossier,
    exchanges,
    home,
    imports,
    invitation,
    organisme,
    saisie,
    table,
    users,
)

urlpatterns = [
    path("", home.accueil, name="accueil"),
    path(".well-known/harmonia-cles.json", cles.cles, name="cles"),
    path("aide/", aide.aide, name="aide"),
    path("compte/", account.compte, name="compte"),
    path("invitation/<str:jeton>/", invitation.invitation, name="invitation"),
    path("organisme/", organisme.organisme, name="organisme"),
    path("organisme/choisir/", organisme.choisir, name="choisir_organisme"),
    path("organisme/modifier/", organisme.modifier_organisme, name="modifier_organisme"),
    path("organisme/contacts/nouveau/", organisme.contact, name="nouveau_contact"),
    path("organisme/contacts/<int:contact_id>/", organisme.contact, name="contact"),
    path("organisme/contacts/<int:contact_id>/retirer/", organisme.retirer_contact, name="retirer_contact"),
    path("consultations/", consultations.consultations, name="consultations"),
    path("utilisateurs/", users.utilisateurs, name="utilisateurs"),
    path("utilisateurs/<int:rattachement_id>/", users.utilisateur, name="utilisateur"),
    path("utilisateurs/<int:rattachement_id>/<slug:acte>/", users.agir_utilisateur, name="agir_utilisateur"),
    path("invitations/<uuid:invitation_id>/<slug:acte>/", users.agir_invitation, name="agir_invitation"),
    path("documents/<uuid:document_id>/", exchanges.document, name="document"),
    path("dossiers/<int:dossier_id>/calendrier/", calendrier.calendrier, name="calendrier"),
    path("dossiers/<int:dossier_id>/prorogation/", calendrier.prorogation, name="prorogation"),
    path(
        "dossiers/<int:dossier_id>/prorogation/retirer/",
        calendrier.retirer_prorogation,
        name="retirer_prorogation",
    ),
    path("dossiers/<int:dossier_id>/echanges/", exchanges.echanges, name="echanges"),
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
    path("dossiers/<int:dossier_id>/tables/<slug:code>/", table.show, name="table"),
    path("dossiers/<int:dossier_id>/tables/<slug:code>/corps/", table.body, name="table_corps"),
    path("dossiers/<int:dossier_id>/tables/<slug:code>/controles/", cellule.checks, name="table_controles"),
    path("dossiers/<int:dossier_id>/cellule/", cellule.show, name="cellule"),
    path("dossiers/<int:dossier_id>/lignes/", table.search, name="lignes"),
    path("dossiers/<int:dossier_id>/saisies/", saisie.save, name="saisies"),
    path("dossiers/<int:dossier_id>/evenements/", saisie.events, name="evenements"),
    path("dossiers/<int:dossier_id>/rangs/", saisie.rows, name="rangs"),
    path("dossiers/<int:dossier_id>/neant/", saisie.neant, name="neant"),
    path("dossiers/<int:dossier_id>/annulation/", saisie.undo, name="annulation"),
    path("dossiers/<int:dossier_id>/commentaires/", saisie.comments, name="commentaires"),
    path("dossiers/<int:dossier_id>/etape/", dossier.act, name="etape"),
    path("dossiers/<int:dossier_id>/", include("harmonia.portail.urls_verification")),
]
