"""Transmissions of a ministry's portal, sealed and signed as it does, for the tests of this side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import secteur
from harmonia.dossiers.plans import form_for, plan_of
from harmonia.organismes.models import Organisme
from liasse import Depot, DepotYear, Facts, Plan, depot_of, filing_plain
from liasse.echanges import ClePrivee, Instantane, make_accuse, make_instantane

CLE = ClePrivee.draw()
"""The ministry's key, for a session."""

PORTAIL = {"nom": "Harmonia.gouv", "adresse": "http://ministere.example"}


@dataclass(frozen=True)
class Transmise:
    """A transmission: its snapshot and its receipt, as bytes."""

    instantane: Instantane
    cle: ClePrivee = CLE

    @property
    def contenu(self) -> bytes:
        """The snapshot, as it travels."""
        return self.instantane.canonical

    @property
    def accuse(self) -> bytes:
        """The receipt, as it travels."""
        return make_accuse(self.instantane, PORTAIL, "Dominique Direction", self.cle).canonical


def etats(famille: str = "COOP") -> Plan:
    """Return the plan of the statements."""
    return plan_of("etats_reglementaires", "2022", famille)


def filed(organisme: Organisme, cells: Mapping[str, int], exercice: int = 2022, **year: Any) -> Depot:
    """Return a filing of the statements."""
    return depot_of(etats(), Facts(exercice, cells=cells, **year), organisme.nom)


def full(organisme: Organisme, rank: int = 0, exercice: int = 2022) -> Depot:
    """Return the whole filing of a cooperative of the fictional sector."""
    known = list(secteur.organismes(12, 2022, {"COOP": 12}))[rank]
    return depot_of(etats(), secteur.faits(secteur.depot(known, exercice), etats()), organisme.nom)


def transmitted(owner: Organisme, depot: Depot, numero: int = 1, **changes: Any) -> Transmise:
    """Seal a filing as the ministry's portal does; *changes* replace keys of the header."""
    header = {
        "organisme": {"siren": owner.siren, "nom": owner.nom, "famille": owner.famille},
        "questionnaire": depot.questionnaire,
        "millesime": depot.millesime,
        "famille": depot.famille,
        "modele": etats().fingerprint,
        "exercice": depot.exercice,
        "version": {"numero": numero, "precedente": None if numero == 1 else "0" * 64},
        "transmis_le": f"2023-06-{10 + numero:02}T10:00:00Z",
        "reserve": "",
        "pieces": [],
    }
    parts = {
        "contenu": filing_plain(depot, form_for(etats())),
        "verification": [],
        "justifications": changes.pop("justifications", []),
    }
    return Transmise(make_instantane(header | changes, parts))


def corrected(depot: Depot, cells: Mapping[str, int | None]) -> Depot:
    """Return a filing with some cells changed, or emptied."""
    kept = {**depot.faits.cellules, **cells}
    year: DepotYear = replace(
        depot.faits, cellules={cell: value for cell, value in kept.items() if value is not None}
    )
    return replace(depot, faits=year)
