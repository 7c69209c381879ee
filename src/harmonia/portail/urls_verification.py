"""The addresses of the verification of a dossier, of its history and of its exports."""

from __future__ import annotations

from django.urls import path, register_converter

from harmonia.portail.views import exports, historique, restitution, verification


class _Forme:
    """One of some words."""

    regex = ""

    def to_python(self, value: str) -> str:
        """Return the word."""
        return value

    def to_url(self, value: str) -> str:
        """Return the word."""
        return value


def _words(name: str, *words: str) -> None:
    register_converter(type(name, (_Forme,), {"regex": "|".join(words)}), name)


_words("forme_liste", "csv", "xlsx", "pdf")
_words("forme_tableur", "csv", "xlsx")
_words("forme_depot", "xml", "json")
_words("forme_nature", "pdf", "xlsx")
_words("forme_etat", "SF", "AE")

urlpatterns = [
    path("verification/", verification.show, name="verification"),
    path("verification/lancer/", verification.launch, name="verification_lancer"),
    path("verification/anomalie/", verification.detail, name="verification_anomalie"),
    path("verification/justifier/", verification.justify_gap, name="verification_justifier"),
    path("verification/decider/", verification.decide_gap, name="verification_decider"),
    path("verification/completude/", verification.complete, name="verification_completude"),
    path("verification/sf/", restitution.sf, name="verification_sf"),
    path("verification/ae/", restitution.ae, name="verification_ae"),
    path("verification/explication/", restitution.explain_figure, name="verification_explication"),
    path("verification/graphique/<forme_etat:code>.svg", restitution.chart, name="verification_graphique"),
    path("verification/historique/", historique.show, name="verification_historique"),
    path("verification/rapports/<int:rapport_id>/", historique.report, name="verification_rapport"),
    path("verification/anomalies.<forme_liste:forme>", exports.anomalies_as, name="verification_export"),
    path("versions/<int:numero>/", historique.version, name="version_scellee"),
    path("passe/", historique.past, name="dossier_passe"),
    path("exporter/", exports.show, name="exporter"),
    path("exporter/journal.<forme_tableur:forme>", exports.journal_as, name="exporter_journal"),
    path("exporter/depot.<forme_depot:forme>", exports.filing_as, name="exporter_depot"),
    path("exporter/editions/<forme_nature:nature>/", exports.ask_edition, name="exporter_edition"),
    path("exporter/editions/<int:edition_id>/suivi/", exports.edition, name="edition"),
    path("exporter/editions/<int:edition_id>/fichier/", exports.edition_file, name="edition_fichier"),
]
