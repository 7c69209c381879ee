"""Tables Q01 to Q07 of the QDIS: identity, dwellings, operations, land, debt, maintenance."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Final

from secteur.amorce import taux
from secteur.annee import Annee
from secteur.depots import Depot
from secteur.etat import OperationLocative
from secteur.lignes import par_ligne

PROFILS: Final = {
    "Q02": ("LOC", "TIE"),
    "Q03": ("LOC",),
    "Q04": ("LOC",),
    "Q05": ("LOC", "ACC"),
    "Q06": ("EMP",),
    "Q07": ("LOC",),
    "Q08": ("ACC",),
    "Q09": ("PSL",),
    "Q10": ("PAR",),
    "Q11": ("PRE",),
    "Q12": ("LOC",),
}
"""The activities, any of which makes a table due."""
ACTIVITES: Final = {
    "L210": "LOC",
    "L220": "ACC",
    "L230": "PSL",
    "L240": "PRE",
    "L250": "PAR",
    "L260": "TIE",
    "L270": "EMP",
}
GENRES: Final = (("C1", "CONV", 1), ("C2", "NONC", 1), ("C3", "FOY", 3))
RUBRIQUES: Final = {
    "L010": "R1",
    "L020": "R21",
    "L030": "R221",
    "L040": "R222",
    "L050": "R23",
    "L060": "R3",
    "L070": "R4",
    "L080": "R5",
    "L090": "R61",
}
PART_REGIE: Final = 5
"""Staff of the régie, in % of the payroll that tenants do not pay."""


def est_due(a: Annee, table: str) -> bool:
    """Tell whether a table is due; the others are declared « néant »."""
    return any(a.exerce(activite) for activite in PROFILS.get(table, ("EMP",)))


def q01(a: Annee, depot: Depot) -> None:
    """Fill Q01: who files, for which exercice, with which activities; and declare what is « néant »."""
    organisme, annee = a.organisme, a.annee
    textes = {
        "L010": organisme.nom,
        "L020": organisme.siren,
        "L110": "Cabinet Fictif et Associés",
        "L180": "Comptable fictif, comptable@exemple.invalid",
        "L190": "Directeur fictif, direction@exemple.invalid",
    }
    depot.note("Q01", "N", textes)
    depot.note("Q01", "N", {"L040": date(annee, 1, 1), "L050": date(annee, 12, 31)})
    depot.note("Q01", "N", {"L070": date(annee + 1, 6, 1 + organisme.rang % 20), "L080": False})
    depot.note(
        "Q01", "N", {"L030": "SCIC" if organisme.rang % 4 == 0 else "SCP", "L120": "SANS", "L140": "AUCUN"}
    )
    depot.note("Q01", "N", {"L130": bool(a.etat.baux), "L150": a.exerce("ACC"), "L160": False})
    depot.note("Q01", "C1", {ligne: a.exerce(code) for ligne, code in ACTIVITES.items()})
    if a.exerce("PSL") and not (a.livre.solde("7047", "358", "1654") or a.etat.baux):
        depot.note("Q01", "C3", {"L230": "Programmes en construction, aucun logement encore loué"})
    depot.neant |= {table for table in PROFILS if not est_due(a, table)}


def q02(a: Annee, depot: Depot) -> None:
    """Fill Q02: the stock of dwellings and its moves."""
    moves = a.etat.parc
    for colonne, genre, places in GENRES:
        valeurs = {
            "L010": moves.ouverture.get(genre, 0),
            "L020": moves.neufs.get(genre, 0),
            "L030": moves.acquis.get(genre, 0),
            "L040": 0,
            "L050": moves.vendus.get(genre, 0),
            "L060": 0,
            "L070": 0,
            "L080": 0,
            "L110": a.etat.logements(genre),
            "L130": sum(moves.neufs.values()) if genre == "CONV" else 0,
        }
        depot.note("Q02", colonne, {ligne: valeur * places for ligne, valeur in valeurs.items()})
    ordinaires = a.etat.logements("CONV", "NONC")
    syndic = 6 + a.organisme.lots // 4 if a.exerce("TIE") else 0
    lots = {"L210": ordinaires * 6_480, "L220": 4 * syndic, "L230": 0, "L240": syndic, "L250": 28 * syndic}
    depot.note("Q02", "N", lots)


def q03(a: Annee, depot: Depot) -> None:
    """Fill Q03 and Q04: rental operations in progress, or in service and not settled."""
    tables = {1: "Q03.OP", 2: "Q03.OP", 3: "Q04.OP"}
    for operation in a.etat.locatives:
        table = tables.get(operation.etape(a.annee))
        if table:
            _operation(a, depot, table, operation)


def _operation(a: Annee, depot: Depot, table: str, operation: OperationLocative) -> None:
    depot.ligne(
        table,
        operation.code,
        C02=f"{operation.nom}, {a.organisme.ville}",
        C03=operation.nature,
        C04=operation.logements,
        C05=operation.os,
        C06=operation.service,
        C07=operation.prevu,
        C08=operation.depense,
        C09=operation.subventions,
        C10=operation.subventions_inscrites,
        C11=operation.emprunts,
        C12=operation.emprunts_encaisses,
        C13=operation.relais,
    )


def q05(a: Annee, depot: Depot) -> None:
    """Fill Q05: studies, land reserves, land of the head office."""
    ville = a.organisme.ville
    etudes = [
        (item.code, item.nom, "LOC", item.logements, item.depense, "I")
        for item in a.etat.locatives
        if item.etape(a.annee) == 0
    ]
    etudes += [
        (item.code, item.nom, "PSL" if item.genre == "PSLA" else "ACC", item.lots, item.depense, "S")
        for item in a.etat.accessions
        if item.etape(a.annee) == 0
    ]
    for code, nom, destination, logements, depense, poste in etudes:
        depot.ligne(
            "Q05.PRE",
            code,
            C02=f"{nom}, {ville}",
            C03=destination,
            C04=logements,
            C05=depense,
            C06=0,
            C08=poste,
            C09="POURSUIVIE",
        )
    for reserve in a.etat.reserves:
        depot.ligne(
            "Q05.RF",
            reserve.code,
            C02=reserve.adresse,
            C03=reserve.acquise,
            C04=reserve.surface,
            C05=reserve.valeur,
            C06=0,
            C08=a.etat.emprunt(reserve.emprunt).capital if reserve.emprunt else 0,
            C09=reserve.poste,
            C10="LOC" if reserve.poste == "I" else "ACC",
        )
    depot.note("Q05", "N", {"L350": a.livre.solde("2115"), "L360": 0})


def q06(a: Annee, depot: Depot) -> None:
    """Fill Q06: indexation of the debt, and what the debt statement does not say."""
    livret: defaultdict[str, int] = defaultdict(int)
    fixe: defaultdict[str, int] = defaultdict(int)
    for emprunt in a.etat.emprunts:
        (livret if emprunt.livret_a else fixe)[emprunt.rubrique] += emprunt.capital
    for ligne, rubrique in RUBRIQUES.items():
        depot.cellules |= {
            f"Q06.{ligne}.C5": 0,
            f"Q06.{ligne}.C8": livret[rubrique],
            f"Q06.{ligne}.C9": fixe[rubrique],
        }
    depot.cellules |= {f"Q06.L090.C{colonne}": 0 for colonne in (1, 2, 3, 4, 7)}
    locatifs = [emprunt for emprunt in a.etat.emprunts if emprunt.rubrique in {"R221", "R222"}]
    garants = {
        garant: sum(emprunt.capital for emprunt in a.etat.emprunts if emprunt.garant == garant)
        for garant in ("COLL", "CGLLS")
    }
    depot.note(
        "Q06",
        "N",
        {
            "L110": 0,
            "L120": 0,
            "L130": 0,
            "L140": 0,
            "L150": sum(min(emprunt.capital, emprunt.echeance()) for emprunt in locatifs),
            "L160": sum(emprunt.capital * taux(emprunt, a.annee) // 10_000 for emprunt in locatifs),
            "L170": garants["COLL"],
            "L180": garants["CGLLS"],
            "L190": 0,
        },
    )


def regie(a: Annee) -> int:
    """Return what the staff of the régie costs, beyond what tenants pay."""
    lignes = par_ligne(a.livre)
    total = sum(lignes.get(code, 0) - a.recuperable.get(code, 0) for code in ("C410", "C420", "C310"))
    return total * PART_REGIE // 100


def q07(a: Annee, depot: Depot) -> None:
    """Fill Q07: the effort of maintenance, in charges and in assets, and its programme."""
    lignes = par_ligne(a.livre)
    depot.note(
        "Q07",
        "N",
        {
            "L030": regie(a),
            "L040": 0,
            "L050": lignes.get("C140", 0) - a.recuperable.get("C140", 0),
            "L070": a.notes["composants"],
            "L080": 0,
            "L120": a.notes["recette.7718"],
            "L130": 0,
            "L140": a.notes["recette.7911"],
            "L180": sum(travail.cout for travail in a.etat.travaux if travail.echeance <= a.annee + 5),
        },
    )
