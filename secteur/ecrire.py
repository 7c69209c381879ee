"""The files of an organisation: FEC, balance générale, cells as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Final

from liasse import Plan, to_decimal_string
from liasse.amounts import Unit
from secteur.depots import Depot, Valeur
from secteur.fec import lignes_balance, lignes_fec, nom_fec
from secteur.organismes import Organisme
from secteur.vie import Exercice

FIN: Final = "\r\n"


def ecrire(organisme: Organisme, exercice: Exercice, dossier: Path, plan: Plan, *, fec: bool) -> list[Path]:
    """Write the files of one exercice, and return their names."""
    annee = exercice.livre.annee
    cible = dossier / organisme.siren
    cible.mkdir(parents=True, exist_ok=True)
    found = [
        cible / f"{organisme.siren}-{annee}.balance.csv",
        cible / f"{organisme.siren}-{annee}.cellules.json",
    ]
    _ecrire_lignes(found[0], lignes_balance(exercice.livre))
    texte = json.dumps(cellules(exercice.depot, plan), ensure_ascii=False, indent=1)
    found[1].write_text(f"{texte}\n", encoding="utf-8")
    if fec:
        found.append(cible / f"{nom_fec(organisme.siren, annee)}.txt")
        _ecrire_lignes(found[-1], lignes_fec(exercice.livre))
    return found


def _ecrire_lignes(chemin: Path, lignes: Iterable[str]) -> None:
    with chemin.open("w", encoding="utf-8", newline="") as sortie:
        for ligne in lignes:
            sortie.write(ligne + FIN)


def cellules(depot: Depot, plan: Plan) -> dict[str, object]:
    """
    Return a filing as JSON.

    Numbers, words and dates are in `cellules`, as `liasse verifier` reads them, rows in `lignes`, tables
    without anything to say in `neant`.
    """
    slots = plan.slots
    units = {slot.key: slot.unit for slot in slots if slot.nature is not None}
    columns = {
        (slot.section, slot.colonne): slot.unit for slot in slots if slot.section and slot.nature is not None
    }
    cles = {section: cle.rpartition(".")[2] for section, cle in plan.key_columns.items()}
    lignes = {
        section: [_ligne(cles[section], item.cle, item.valeurs, section, columns) for item in items]
        for section, items in depot.lignes.items()
        if section in cles
    }
    return {
        "exercice": depot.exercice,
        "famille": depot.famille,
        "cellules": {
            cle: _ecrit(valeur, units[cle]) for cle, valeur in depot.cellules.items() if cle in units
        },
        "lignes": lignes,
        "neant": sorted(depot.neant & plan.tables.keys()),
    }


def _ligne(
    nom: str, cle: str, valeurs: Mapping[str, Valeur], section: str, columns: Mapping[tuple[str, str], Unit]
) -> dict[str, object]:
    ecrites = {
        colonne: _ecrit(valeur, columns[section, colonne])
        for colonne, valeur in valeurs.items()
        if (section, colonne) in columns
    }
    return {nom: cle, **ecrites}


def _ecrit(valeur: Valeur, unite: Unit) -> object:
    if unite.code == "date":
        return valeur.isoformat() if isinstance(valeur, date) else date.fromordinal(int(valeur)).isoformat()
    if isinstance(valeur, str | bool):
        return valeur
    return to_decimal_string(int(str(valeur)), unite.decimals)
