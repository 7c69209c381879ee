"""Transmissions of a ministry's portal, sealed and signed as it does, for the tests of this side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import secteur
from harmonia.dossiers.plans import form_for, plan_of
from harmonia.organismes.models import Organisme
from liasse import Depot, DepotYear, Facts, Plan, depot_of, filing_plain
from liasse.echanges import ClePrivee, Instantane, Scelle, make_accuse, make_instantane, make_provisoire

CLE = ClePrivee.draw()
"""The ministry's key, for a session."""

PORTAIL = {"nom": "Harmonia.gouv", "adresse": "http://ministere.example"}


@dataclass(frozen=True)
class Transmise:
    """A transmission: its snapshot and its receipt, as bytes; or a provisional version, which has none."""

    scelle: Scelle
    cle: ClePrivee = CLE

    @property
    def contenu(self) -> bytes:
        """What was sealed, as it travels."""
        return self.scelle.canonical

    @property
    def accuse(self) -> bytes | None:
        """The receipt, as it travels."""
        if not isinstance(self.scelle, Instantane):
            return None
        return make_accuse(self.scelle, PORTAIL, "Dominique Direction", self.cle).canonical


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
    told = {
        "version": {"numero": numero, "precedente": None if numero == 1 else "0" * 64},
        "transmis_le": f"2023-06-{10 + numero:02}T10:00:00Z",
    }
    parts = _parts(depot, changes.pop("justifications", []))
    return Transmise(make_instantane(_header(owner, depot) | told | changes, parts))


def presented(owner: Organisme, depot: Depot, day: int, cle: ClePrivee = CLE, **changes: Any) -> Transmise:
    """Seal a filing that is not transmitted, a day of June, as the ministry's portal does."""
    told = {
        "portail": PORTAIL,
        "precedente": None,
        "scelle_le": f"2023-06-{day:02}T09:00:00Z",
        "presente_par": "Sacha Saisie",
    }
    return Transmise(make_provisoire(_header(owner, depot) | told | changes, _parts(depot, []), cle))


def _header(owner: Organisme, depot: Depot) -> dict[str, Any]:
    return {
        "organisme": {"siren": owner.siren, "nom": owner.nom, "famille": owner.famille},
        "questionnaire": depot.questionnaire,
        "millesime": depot.millesime,
        "famille": depot.famille,
        "modele": etats().fingerprint,
        "exercice": depot.exercice,
        "reserve": "",
        "pieces": [],
    }


def _parts(depot: Depot, said: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "contenu": filing_plain(depot, form_for(etats())),
        "verification": [],
        "justifications": said,
    }


def corrected(depot: Depot, cells: Mapping[str, int | None]) -> Depot:
    """Return a filing with some cells changed, or emptied."""
    kept = {**depot.faits.cellules, **cells}
    year: DepotYear = replace(
        depot.faits, cellules={cell: value for cell, value in kept.items() if value is not None}
    )
    return replace(depot, faits=year)
