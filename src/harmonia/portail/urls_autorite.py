"""The addresses of the pages of the authority that both doors have; each door adds its own `suivi`."""

from __future__ import annotations

from django.urls import path

from harmonia.portail.autorite import campagnes, equipe, organismes, suivi, travail
from harmonia.portail.views import aide

urlpatterns = [
    path("suivi/<int:dossier_id>/", suivi.dossier, name="suivi_dossier"),
    path("suivi/<int:dossier_id>/delai/", suivi.delai, name="delai"),
    path("suivi/<int:dossier_id>/prorogation/", suivi.repondre_prorogation, name="repondre_prorogation"),
    path("travail/", travail.travail, name="travail"),
    path("travail/retenir/", travail.retenir, name="travail_retenir"),
    path("travail/agir/", travail.agir, name="travail_agir"),
    path("travail/exports/<int:export_id>/", travail.export, name="travail_export"),
    path("travail/exports/<int:export_id>/fichier/", travail.fichier, name="travail_fichier"),
    path("campagnes/", campagnes.campagnes, name="campagnes"),
    path("campagnes/nouvelle/", campagnes.nouvelle, name="nouvelle_campagne"),
    path("campagnes/<int:campagne_id>/", campagnes.campagne, name="campagne"),
    path("campagnes/<int:campagne_id>/ouvrir/", campagnes.ouvrir, name="ouvrir_campagne"),
    path("organismes/", organismes.organismes, name="organismes"),
    path("organismes/nouveau/", organismes.nouvel_organisme, name="nouvel_organisme"),
    path("organismes/<int:organisme_id>/", organismes.organisme, name="suivi_organisme"),
    path("organismes/<int:organisme_id>/modifier/", organismes.modifier, name="suivi_organisme_modifier"),
    path("organismes/<int:organisme_id>/contacts/nouveau/", organismes.contact, name="suivi_nouveau_contact"),
    path(
        "organismes/<int:organisme_id>/contacts/<int:contact_id>/", organismes.contact, name="suivi_contact"
    ),
    path(
        "organismes/<int:organisme_id>/contacts/<int:contact_id>/retirer/",
        organismes.retirer_contact,
        name="suivi_retirer_contact",
    ),
    path(
        "organismes/<int:organisme_id>/utilisateurs/<int:rattachement_id>/",
        organismes.utilisateur,
        name="suivi_utilisateur",
    ),
    path(
        "organismes/<int:organisme_id>/utilisateurs/<int:rattachement_id>/<slug:acte>/",
        organismes.agir_utilisateur,
        name="suivi_agir_utilisateur",
    ),
    path(
        "organismes/<int:organisme_id>/invitations/<uuid:invitation_id>/<slug:acte>/",
        organismes.agir_invitation,
        name="suivi_agir_invitation",
    ),
    path("aide/nouveau/", aide.interlocuteur, name="nouvel_interlocuteur"),
    path("aide/<int:interlocuteur_id>/", aide.interlocuteur, name="interlocuteur"),
    path("aide/<int:interlocuteur_id>/retirer/", aide.retirer_interlocuteur, name="retirer_interlocuteur"),
    path("equipe/", equipe.equipe, name="equipe"),
    path("equipe/<int:user_id>/<slug:acte>/", equipe.agir, name="agir_equipe"),
    path(
        "equipe/invitations/<uuid:invitation_id>/<slug:acte>/",
        equipe.agir_invitation,
        name="equipe_agir_invitation",
    ),
]
