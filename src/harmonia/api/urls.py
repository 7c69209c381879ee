"""The addresses of the API, version 1."""

from __future__ import annotations

from django.urls import path

from harmonia.api import views

urlpatterns = [
    path("consentement", views.consentement, name="api_consentement"),
    path("transmissions/courante", views.courante, name="api_courante"),
    path("transmissions/<str:numero>", views.numerotee, name="api_numerotee"),
    path("comparaisons", views.comparer, name="api_comparer"),
    path("openapi.json", views.contrat, name="api_openapi"),
    path("schemas/<str:nom>", views.un_schema, name="api_schema"),
]
