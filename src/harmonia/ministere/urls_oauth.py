"""The addresses of authorizations: what a person of the organisation sees, and what a portal calls."""

from __future__ import annotations

from django.urls import include, path

from harmonia.ministere.views import autorisation, consentements, oauth

urlpatterns = [
    path("oauth/autoriser/", autorisation.AutorisationView.as_view(), name="oauth_autoriser"),
    path("oauth/jeton/", oauth.JetonView.as_view(), name="oauth_jeton"),
    path("oauth/revoquer/", oauth.RevocationView.as_view(), name="oauth_revoquer"),
    path(".well-known/oauth-authorization-server", oauth.serveur, name="oauth_serveur"),
    path("consentements/", consentements.consentements, name="consentements"),
    path("consentements/<uuid:consentement_id>/", consentements.consentement, name="consentement"),
    path(
        "consentements/<uuid:consentement_id>/revoquer/",
        consentements.revoquer,
        name="revoquer_consentement",
    ),
    path("api/v1/", include("harmonia.api.urls")),
]
