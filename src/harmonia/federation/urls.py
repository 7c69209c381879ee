"""The addresses of the federation's pages."""

from __future__ import annotations

from django.urls import path

from harmonia.federation import views

urlpatterns = [path("suivi/", views.suivi, name="suivi")]
