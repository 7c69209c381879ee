"""Figures of two years for the tests: one blocking gap, warnings to justify, and what moves them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from harmonia.campagnes.models import Campagne
from harmonia.dossiers.anomalies import Anomaly, anomaly_at
from harmonia.dossiers.evaluation import live
from harmonia.dossiers.models import Dossier, Origine, Valeur
from harmonia.dossiers.opening import open_campagne
from harmonia.dossiers.services import Write, save_values
from harmonia.tenancy.scope import Role, Scope, open_scope
from tests.harmonia.cast import Cast

CAPITAL = "PAS.P010.N"
LOYERS = "CRP.R033.N"
FORTE_VARIATION = "K049.produits CRP.R033"
"""Rents that go from 100 000 to 300 000 euros: a gap of 150 000 euros over what needs no word."""

BEFORE = {CAPITAL: 50_000_000, LOYERS: 10_000_000}
NOW = {CAPITAL: 50_000_000, LOYERS: 30_000_000}


def two_years(cast: Cast) -> Dossier:
    """Give the cooperative a closed year before and this year's figures; return this year's dossier."""
    with open_scope(Scope(Role.SYSTEME)):
        former = Campagne.objects.create(
            exercice=2021,
            questionnaire="qdis_coop",
            millesime="2022",
            restitution="dis_coop",
            titre="QDIS 2021",
            echeance=date(2022, 7, 31),
        )
        open_campagne(former)
    with open_scope(cast.scope()):
        before = Dossier.objects.select_related("campagne", "organisme").get(campagne=former)
        put(before, BEFORE)
        Dossier.objects.filter(pk=cast.dossier.pk).update(precedent=before)
        Dossier.objects.filter(pk=before.pk).update(rang=5, etape="5_Cloture")
        dossier = read(cast.dossier.pk)
        put(dossier, NOW)
    return dossier


def read(dossier_id: int) -> Dossier:
    """Return a dossier as a page reads it."""
    rows = Dossier.objects.select_related("campagne", "organisme", "precedent__campagne")
    return rows.get(pk=dossier_id)


def put(dossier: Dossier, cells: Mapping[str, int | None], origine: Origine = Origine.SAISIE) -> None:
    """Put values in cells, over whatever stands there."""
    known = dict(Valeur.objects.filter(dossier=dossier).values_list("cle", "version"))
    save_values(
        dossier,
        [Write(cle, valeur, None, known.get(cle, 0)) for cle, valeur in cells.items()],
        origine,
    )


def found(dossier: Dossier, lieu: str = FORTE_VARIATION) -> Anomaly:
    """Return what a check says now."""
    anomaly = anomaly_at(dossier, live(dossier), lieu)
    assert anomaly is not None
    return anomaly
