"""The sheets of a SEM agréée: stock, tenants, staff, and the part of its activité agréée in each line."""

from __future__ import annotations

from datetime import date
from typing import Final

from secteur.annee import Annee
from secteur.annexe import etp
from secteur.depots import Depot
from secteur.fiches import GENRES, vacants
from secteur.lignes import par_ligne

PART_AGREEE: Final = 72
"""Part of the activité agréée in what is split by key, in %."""
_CHARGES: Final = {
    "F604": "C070",
    "F606": "C080",
    "F61521": "C120",
    "F61523": "C130",
    "F63512": "C320",
    "F635": "C330",
    "F631": "C310",
    "F654": "C610",
    "F6811": "C510",
    "F681572": "C560",
    "F661L": "C820",
    "F661P": "C825",
    "F69": "C970",
}
_PRODUITS: Final = {
    "P703": "703",
    "P7023": "7023",
    "P7064": "7064",
    "P7065": "7065",
    "P78157": "78157",
    "P777": "777",
}


def fiches(a: Annee, depot: Depot) -> None:
    """Fill the sheets 1 to 17; what the statements already hold follows by itself."""
    depot.note(
        "SEM1",
        "N",
        {
            "AGREMENT": date(2012, 3, 15),
            "FIN_AGREMENT": date(2032, 3, 14),
            "ACTIONNAIRE": f"Ville de {a.organisme.ville} (fictive)",
            "PART_PUBLIQUE": 6_500,
            "CLES": "Loyers du secteur agréé sur loyers, et temps passés",
        },
    )
    _parc(a, depot)
    _agree(a, depot)


def _agreee(montant: int) -> int:
    return montant * PART_AGREEE // 100


def _parc(a: Annee, depot: Depot) -> None:
    total = a.etat.logements("CONV", "NONC", "FOY")
    moves = a.etat.parc
    logements = {ligne: a.etat.logements(genre) for ligne, genre in GENRES.items()}
    logements["L40"] = sum(moves.neufs.values()) + sum(moves.acquis.values())
    logements["L50"] = sum(moves.vendus.values())
    logements["L60"] = a.etat.logements("CONV", "NONC") * 6_480
    libres = vacants(a, total)
    locataires = {
        "L10": total - libres,
        "L20": libres,
        "L30": libres * 45 // 100,
        "L40": total // 11,
        "L50": total // 12,
    }
    effectif = etp(a)
    postes = {"E10": effectif * 78 // 100, "E20": effectif * 16 // 100, "E30": effectif * 6 // 100}
    for table, valeurs in (("SEM2", logements), ("SEM5", locataires), ("SEM6", postes)):
        depot.note(table, "N", valeurs)
        depot.note(table, "AGR", {ligne: _agreee(valeur) for ligne, valeur in valeurs.items()})


def _agree(a: Annee, depot: Depot) -> None:
    lignes, livre = par_ligne(a.livre), a.livre
    charges = {ligne: lignes.get(code, 0) - a.recuperable.get(code, 0) for ligne, code in _CHARGES.items()}
    charges["FB"] = sum(a.recuperable.values())
    produits = {ligne: -livre.solde(compte) for ligne, compte in _PRODUITS.items()}
    produits["P7021"] = a.notes["loyers"]
    depot.note("SEM9", "AGR", {ligne: _agreee(montant) for ligne, montant in charges.items()})
    depot.note("SEM10", "AGR", {ligne: _agreee(montant) for ligne, montant in produits.items()})
    depot.note("SEM9", "N", {"F6AME": 0, "FENG": 0, "F661S": 0, "FCGLLS": a.notes["cglls"]})
    depot.note("SEM9", "N", {"F675L": a.notes["cession.valeur"], "F675C": a.notes["rebut"]})
    depot.note("SEM9", "AGR", {"F6AME": 0})
    depot.note("SEM10", "N", {"P7AME": 0, "PENG": 0, "P7021F": 0})
    depot.note("SEM10", "AGR", {"P7AME": 0})
